"""Who buys and where to write to: told to the shop, and shown to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.model.promotion import word_in
from peer.model.questions import line
from peer.node.people.accounts import address_in
from peer.node.refusal import Refused

_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_CODE = 80, 254, 40


def contact(told: Any) -> dict[str, str]:
    """What of ``told`` can be believed to be a name and an address, each in a line."""
    said = told if isinstance(told, Mapping) else {}
    found = {"name": _name(said.get("name")), "email": _email(said.get("email"))}
    return {term: value for term, value in found.items() if value}


def typed_code(told: Any) -> str:
    """The promo code that somebody typed, be it one or not: a wrong one is told so."""
    text = told if isinstance(told, str) else ""
    return word_in(text) or line(text, _LONGEST_CODE).upper()


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
