"""Who belongs to the peer: accounts, sessions, and the ways to sign in."""
