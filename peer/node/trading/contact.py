"""Who buys and where to write to: told to the shop, and shown to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.node.people.accounts import address_in
from peer.node.refusal import Refused

_LONGEST_NAME, _LONGEST_ADDRESS = 80, 254


def contact(told: Any) -> dict[str, str]:
    """What of ``told`` can be believed to be a name and an address, each in a line."""
    said = told if isinstance(told, Mapping) else {}
    found = {"name": _name(said.get("name")), "email": _email(said.get("email"))}
    return {term: value for term, value in found.items() if value}


def _name(told: Any) -> str:
    text = " ".join(told.split()) if isinstance(told, str) else ""
    return text[:_LONGEST_NAME] if text.isprintable() else ""


def _email(told: Any) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST_ADDRESS:
        return ""
    try:
        return address_in(told)
    except Refused:
        return ""
