"""A domain: what ``SX_DOMAIN`` selects, as told in ``seeds/<name>/domain.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from peer.model.tables import DeclarationError, line_of, made

#: The types that every peer speaks of, whatever its domain adds.
ALWAYS = ("type", "relation", "person", "organization", "tag", "place", "note", "actor")


@dataclass(frozen=True, slots=True)
class Domain:
    title: str
    types: tuple[str, ...]  # folders of types/
    front: tuple[str, ...] = ()  # the types whose things the front page shows
    menu: tuple[str, ...] = ()  # the types that have a place in the menu
    tagline: str = ""
    hue: int = 352
    zone: str = "UTC"
    currency: str = "EUR"
    name: str = ""  # that of its folder


def from_toml(name: str, text: str, where: str) -> Domain:
    """The domain that ``text`` describes; errors name file, line and key."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise DeclarationError("", str(wrong), where) from wrong
    try:
        domain = made(Domain, {**told, "name": name}, "")
        _check(domain)
    except DeclarationError as wrong:
        line = line_of(text, wrong.key)
        raise DeclarationError(wrong.key, wrong.wrong, f"{where}:{line}") from wrong
    return replace(domain, types=tuple(dict.fromkeys([*domain.types, *ALWAYS])))


def _check(domain: Domain) -> None:
    if not 0 <= domain.hue < 360:
        raise DeclarationError("hue", "should be a whole number from 0 to 359")
    if not re.fullmatch("[A-Z]{3}", domain.currency):
        raise DeclarationError("currency", "should be three letters, such as EUR")
    try:
        ZoneInfo(domain.zone)
    except (KeyError, ValueError, OSError) as wrong:
        raise DeclarationError("zone", f"{domain.zone!r} is no time zone") from wrong
