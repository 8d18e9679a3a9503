"""The whole peer in a file, and back again."""
