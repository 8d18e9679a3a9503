"""Values as strangers write them: one or a list, an id or an object, or nothing.

Each function takes whatever JSON there is and gives what it means, or nothing;
none raises.  Lists end after :data:`MOST` members, and texts where the caller says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from peer.protocol.iri import origin
from peer.protocol.terms import PUBLIC

#: A JSON object, as it came.
Document = Mapping[str, Any]
#: Something that is named, or brought along.
Ref = str | Document

LONGEST_ADDRESS = 2048  # Mastodon's limit as well
#: In bytes: so much can be kept, with what the ids of edges have after it.
LONGEST_ID = 540
LONGEST_LINE, LONGEST_SUMMARY, LONGEST_TEXT = 2048, 20_000, 500_000
MOST = 500
_LONGEST_MOMENT = 64
_REMEMBERED = 2048  # ids, of which each is asked about many times
_EXACT = 2**53

_PORT = r":(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]?\d{1,4})"
_ADDRESS = re.compile(
    rf"(?i:https?)://(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@\\:\[\]%]+)(?:{_PORT})?"
    r"(?:[/?#][^\s\\]*)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_EVERYBODY = {"as:Public": PUBLIC, "Public": PUBLIC}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Unreadable(ValueError):
    """What came cannot be read as what it should be, and why."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


# -- one or many -------------------------------------------------------------------


def listed(told: Any) -> list[Any]:
    """All that ``told`` tells, be it one value, a list, or a list of lists."""
    if type(told) is not dict and type(told) is not list:
        return [] if told is None else [told]
    if type(told) is list and all(type(each) is str for each in told):
        return told[:MOST]
    found: list[Any] = []
    waiting = [told]
    while waiting and len(found) < MOST:
        each = waiting.pop()
        if type(each) is dict:
            inside = each.get("@list", each.get("@set"))
            each = each if inside is None else inside
        if type(each) is list:
            waiting.extend(reversed(each[:MOST]))
        elif each is not None:
            found.append(each)
    return found


def first(document: Document, *names: str) -> Any:
    """What ``document`` tells under the first of ``names`` that it has."""
    for name in names:
        told = document.get(name)
        if told is not None:
            return told
    return None


# -- ids ---------------------------------------------------------------------------


def id_of(told: Any) -> str | None:
    """The id that ``told`` is or has."""
    id = _named(told)
    if id is None or (id.isascii() and len(id) <= LONGEST_ID):
        return id
    return id if len(id.encode(errors="replace")) <= LONGEST_ID else None


def _named(told: Any) -> str | None:
    if type(told) is dict:
        told = told.get("id") or told.get("@id") or _target(told)
    if type(told) is not str or not 0 < len(told) <= LONGEST_ADDRESS:
        return None
    return told if told.isprintable() and " " not in told else None


def _target(told: Document) -> Any:
    return told.get("href") if told.get("type") == "Link" else None


def ids(told: Any) -> tuple[str, ...]:
    """The ids that ``told`` tells, each once; everybody has one name only."""
    if told is None or told == []:
        return ()
    found = map(id_of, listed(told))
    return tuple({_EVERYBODY.get(id, id): None for id in found if id})


def ref(told: Any) -> Ref | None:
    """The first that ``told`` tells: an id, or a document if it is more than that."""
    for each in listed(told):
        if found := _ref(each):
            return found
    return None


def refs(told: Any) -> tuple[Ref, ...]:
    if type(told) is str:
        found = _ref(told)
        return (found,) if found else ()
    return tuple(each for each in map(_ref, listed(told)) if each)


def _ref(told: Any) -> Ref | None:
    id = id_of(told)
    if type(told) is dict:
        only_named = id is not None and (len(told) == 1 or told.get("type") == "Link")
        return id if only_named else told
    return _EVERYBODY.get(id, id) if id else None


def is_address(text: str) -> bool:
    """Is ``text`` an http(s) URL that everybody reads in the same way?"""
    return len(text) <= LONGEST_ADDRESS and _is_address(text)


@lru_cache(_REMEMBERED)
def _is_address(text: str) -> bool:
    """Only of what is not too long: so much of anybody's may be remembered."""
    if _ADDRESS.fullmatch(text) is None:
        return False
    return (text.isascii() and "[" not in text) or _has_origin(text)


def _has_origin(text: str) -> bool:
    try:
        return bool(origin(text)) and text.isprintable()
    except ValueError:
        return False


def address(told: Any) -> str | None:
    """The http(s) URL that ``told`` is or has as its id."""
    url = _named(told)
    return url if url and is_address(url) else None


# -- text, and what else there is --------------------------------------------------


def text(document: Document, name: str, longest: int = LONGEST_LINE) -> str | None:
    """What ``document`` says under ``name``, in whatever language; "" is nothing."""
    told = document.get(name)
    if type(told) is str and told:
        return told[:longest]
    if told is None and f"{name}Map" not in document:
        return None
    return next((each[:longest] for each in _texts(document, name)), None)


def _texts(document: Document, name: str) -> Iterator[str]:
    by_language = document.get(f"{name}Map")
    told = by_language.values() if type(by_language) is dict else ()
    for each in (*listed(document.get(name)), *listed(list(told))):
        plain = each.get("@value") if type(each) is dict else each
        if type(plain) is str and plain:
            yield plain


def language(document: Document) -> str | None:
    """The language of ``document``, where it tells one and not several."""
    maps = (document.get(f"{name}Map") for name in ("content", "name", "summary"))
    told = [next(iter(each)) for each in maps if type(each) is dict and len(each) == 1]
    told += listed(document.get("inLanguage")) + listed(document.get("language"))
    for each in told:
        code = each.get("identifier") if type(each) is dict else each
        if type(code) is str and code != "und" and _LANGUAGE.fullmatch(code):
            return code
    return None


def flag(told: Any) -> bool | None:
    """Yes or no, also as text: "False" is no."""
    told = _plain(told)
    if type(told) is str:
        return _TRUTHS.get(told.lower())
    return told if type(told) is bool else None


def number(told: Any) -> int | None:
    """A count: nothing below zero, nor more than can be kept exactly."""
    told = _plain(told)
    if type(told) is str and told.isascii() and told.isdigit() and len(told) < 17:
        told = int(told)
    if type(told) not in (int, float) or not 0 <= told <= _EXACT:
        return None
    return int(told)


def moment(told: Any) -> datetime | None:
    """A time, in UTC; one without an offset is taken for UTC as well."""
    told = _plain(told)
    if type(told) is not str or len(told) > _LONGEST_MOMENT:
        return None
    try:
        when = datetime.fromisoformat(told)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(told: Any) -> Any:
    if type(told) is list and told:
        told = told[0]
    return told.get("@value") if type(told) is dict else told
