"""IRIs: their origin, and how ours are made."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_SLUG = 80
_REMEMBERED = 8192


@lru_cache(_REMEMBERED)
def origin(iri: str) -> str:
    """Scheme, host and port of ``iri``: who may speak for it (FEP-fe34).

    >>> origin("https://Blog.example:443/posts/1")
    'https://blog.example'
    """
    parts = urlsplit(iri)
    host = (parts.hostname or "").lower()
    port = parts.port
    shown = "" if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme.lower()}://{host}{shown}"


def slug(text: str) -> str:
    """Words of ``text`` as the last part of an address.

    >>> slug("Ça va? The Old Bakery!")
    'ca-va-the-old-bakery'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    cut = "-".join(words)[:_LONGEST_SLUG].rstrip("-")
    return cut
