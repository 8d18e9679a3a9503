"""One file a verb.  Nothing is registered by importing: being here is enough."""
