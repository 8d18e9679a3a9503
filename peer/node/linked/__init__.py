"""The public part of a peer as RDF, and questions about it."""
