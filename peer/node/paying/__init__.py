"""Payments: begun at a provider, asked about there, booked here, and paid back."""
