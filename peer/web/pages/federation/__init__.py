"""What other servers ask for and send, none of which is a page."""
