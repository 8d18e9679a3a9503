"""All that a peer sends to other servers, or asks of them."""
