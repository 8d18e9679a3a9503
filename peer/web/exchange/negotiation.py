"""Accept, as RFC 9110 reads it: which of our representations somebody wants.

What we can say of a thing is listed once, in the order that we prefer it where
the reader does not care: people first, then machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from peer.protocol.terms import AS_CONTEXT

HTML = "text/html"
ACTIVITY = "application/activity+json"
LINKED = "application/ld+json"
_IN_FULL = "http://www.w3.org/ns/json-ld#expanded"
EXPANDED = f'{LINKED}; profile="{_IN_FULL}"'
JSON = "application/json"
TURTLE = "text/turtle"
NQUADS = "application/n-quads"
NTRIPLES = "application/n-triples"
TRIG = "application/trig"
TOML = "application/toml"

#: What every public thing can be read as.
REPRESENTATIONS = (HTML, ACTIVITY, LINKED, TURTLE, NQUADS, NTRIPLES, JSON, EXPANDED)

#: The endings that name one of them in a link: ``/posts/welcome.ttl``.
SUFFIXES = {
    "json": ACTIVITY,
    "jsonld": LINKED,
    "ttl": TURTLE,
    "nq": NQUADS,
    "nt": NTRIPLES,
    "toml": TOML,
}

_RANGE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_QUALITY = re.compile(r"[01](?:\.\d{0,3})?")


@dataclass(frozen=True, slots=True)
class Range:
    """One element of an Accept header."""

    media: str
    quality: float

    def fits(self, offered: str) -> int:
        """How closely this names ``offered``: 3 by name, 0 not at all."""
        if self.media == offered:
            return 3
        if self.media == "*/*":
            return 1
        kind, _, any_of_it = self.media.partition("/")
        return 2 if any_of_it == "*" and offered.startswith(kind + "/") else 0


def chosen(accept: str, offered: Sequence[str] = REPRESENTATIONS) -> str | None:
    """The one of ``offered`` that ``accept`` likes best; None where none will do.

    >>> chosen("text/turtle;q=0.5, text/html;q=0.1")
    'text/turtle'
    """
    ranges = list(_ranges(accept))
    if EXPANDED not in offered:  # a profile is a wish: JSON-LD is what they read
        ranges = [_without_profile(each) for each in ranges]
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media: _quality(media, ranges))
    return best if _quality(best, ranges) > 0 else None


def _without_profile(wanted: Range) -> Range:
    return replace(wanted, media=LINKED) if wanted.media == EXPANDED else wanted


def _quality(media: str, ranges: Sequence[Range]) -> float:
    """What the most specific range that ``media`` fits says of it."""
    fitting = [(each.fits(media), each.quality) for each in ranges if each.fits(media)]
    return max(fitting)[1] if fitting else 0.0


def _ranges(accept: str) -> Iterator[Range]:
    for text in _RANGE.findall(accept):
        media, *_ = text.partition(";")
        told = {k.lower(): v.strip('"') for k, v in _PARAMETER.findall(text)}
        quality = told.get("q", "1")
        if "/" in media and _QUALITY.fullmatch(quality):
            yield Range(_named(media.strip().lower(), told), min(1.0, float(quality)))


def _named(media: str, parameters: dict[str, str]) -> str:
    """The ActivityStreams profile of JSON-LD is what we call activity+json."""
    profiles = parameters.get("profile", "").split() if media == LINKED else ()
    if AS_CONTEXT in profiles:
        return ACTIVITY
    return EXPANDED if _IN_FULL in profiles else media
