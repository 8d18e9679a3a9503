"""What those who keep a peer decide about others, and a record of that."""
