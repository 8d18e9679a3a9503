"""The peer at work: everything that waits, except serving HTTP."""
