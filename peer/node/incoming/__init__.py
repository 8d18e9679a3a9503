"""What comes from other servers: who sent it, what it means, and what is kept of it."""
