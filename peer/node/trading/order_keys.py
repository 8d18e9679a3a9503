"""What opens the page of an order or a purchase for who has no account.

The key follows from the id and a secret of the peer: nothing has to be kept, and
whoever is sent the address has what it takes to see the page.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from peer.protocol.thing import Thing

_LONG = 32  # half of the digest: 128 bits, and an address that fits on a line


def key_of(secret: bytes, id: str) -> str:
    return hmac.new(secret, b"order\0" + id.encode(), sha256).hexdigest()[:_LONG]


def is_key(secret: bytes, id: str, told: str) -> bool:
    """Was ``told`` made by :func:`key_of` for the same?"""
    made = key_of(secret, id)
    return hmac.compare_digest(made.encode(), told.encode("utf-8", "surrogatepass"))


def link_of(secret: bytes, id: str) -> str:
    """The address of ``id`` that opens it."""
    return f"{id}?key={key_of(secret, id)}"


def way_to(secret: bytes, order: Thing) -> str:
    """The path that its buyer is led to next: to be paid first, where it is to be."""
    path = "/" + order.id.split("/", 3)[3]
    is_to_pay = order["state"] == "awaiting" and bool(order["total"]["amount"])
    page = f"{path}/pay" if is_to_pay else path
    return f"{page}?key={key_of(secret, order.id)}"
