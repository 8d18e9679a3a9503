"""What the store keeps beside a thing so that it can be found: keys, title, words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from peer.model.declaration import Type
from peer.model.kinds import KINDS
from peer.model.kinds.kind import folded
from peer.protocol.thing import PUBLIC, Thing


@dataclass(frozen=True, slots=True)
class Index:
    """``keys`` sort as text the way the values sort; by term.

    Listings ask for audiences.  What stands on a ``shelf`` instead is in those that
    ask for that shelf alone, and is found by no search.
    """

    title: str
    text: str
    keys: Mapping[str, str] = field(default_factory=dict)
    shelf: str = ""


#: Where things of other servers stand: those for everybody, and the others.
ELSEWHERE, KEPT_BACK = SHELVES = "elsewhere", "elsewhere, kept back"


_LONGEST_TITLE = 100


def index_of(kind: Type, thing: Thing) -> Index:
    return Index(
        title=title_of(kind, thing),
        text="\n".join(_words(kind, thing)),
        keys={
            "published": thing.published,
            "updated": thing.updated,
            **dict(_keys(kind, thing)),
        },
    )


def index_elsewhere(kind: Type, thing: Thing) -> Index:
    """For a copy of what another server has: found by author, handle or code alone."""
    keys = {"published": thing.published}
    if isinstance(handle := thing.get("handle"), str):
        keys["handle"] = handle.lower()
    if isinstance(code := thing.get("code"), str):
        keys["code"] = folded(code)
    return Index("", "", keys, ELSEWHERE if thing.audience == PUBLIC else KEPT_BACK)


def title_of(kind: Type, thing: Thing) -> str:
    """What stands for the whole of ``thing`` in a line of a list."""
    title = kind.fields[kind.title]
    told = thing.get(kind.title)
    if told is None:
        return thing.slug
    shown = " ".join(KINDS[title.kind].show(title, told).split())
    return textwrap.shorten(shown, _LONGEST_TITLE, placeholder="…") or shown[:100]


def _words(kind: Type, thing: Thing) -> Iterator[str]:
    for term, each in kind.fields.items():
        if thing.get(term) is not None:
            yield KINDS[each.kind].words(each, thing[term])


def _keys(kind: Type, thing: Thing) -> Iterator[tuple[str, str]]:
    """Keys of what a listing sorts and filters by.

    What a thing has no value for sorts first, rather than not at all; a filter
    never finds it.
    """
    sorted_by = {kind.listing.order.removeprefix("-"), *kind.listing.sort}
    for term in sorted_by | set(kind.listing.filter):
        each = kind.fields.get(term)
        if each is not None and thing.get(term) is not None:
            yield term, KINDS[each.kind].key(thing[term])
        elif each is not None and term in sorted_by:
            yield term, ""
