"""Mail: written into the store with what it is about, and taken to the post."""
