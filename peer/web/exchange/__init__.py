"""What stands between a socket and a handler: limits, cookies, caching, errors."""
