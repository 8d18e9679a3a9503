"""The door of an event: whose tickets are good there, and who came in."""
