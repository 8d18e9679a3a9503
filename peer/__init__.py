"""One peer of the cooperative: the same program for every domain."""

__version__ = "0.1.0"
