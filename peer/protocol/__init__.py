"""The ground floor: synchronous, no I/O, no clock, no randomness."""
