"""What other servers send, read as the plain JSON that it is.

Over six hundred programs speak ActivityPub, each a little differently.  What they
mean is taken from what they write, by the names of the keys alone: no context is
fetched, and none may change what the keys that matter stand for.  ``loose`` reads
single values, ``words`` refuses documents that could be read in two ways, and each
other module reads one noun: ``said`` an activity, ``noted`` an object, ``somebody``
an actor, ``gathered`` a collection, ``poll`` a question, ``keyring`` keys.

Nothing here believes anything: that is for :mod:`peer.protocol.origin`.
"""
