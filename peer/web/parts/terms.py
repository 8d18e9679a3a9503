"""What is said with goods before they are bought and after: where, and how back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from peer.model.payees import STOCKS
from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Thing

_LOCATED = "located"


@dataclass(frozen=True, slots=True)
class Returns:
    """What a seller says about cancelling and returning; ``of`` is "" for the shop."""

    of: str
    words: str


@dataclass(frozen=True, slots=True)
class Terms:
    """``places`` are those at which what was bought is picked up."""

    returns: Sequence[Returns] = ()
    places: Sequence[Thing] = ()


def terms_of(ids: Iterable[str], shop: str, read: Read) -> Terms:
    """What goes for the things ``ids``; ``shop`` is said where no shelf says more."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return Terms()
    shelves = read.edges_into(wanted, (STOCKS,))
    located = read.edges_from(wanted, (_LOCATED,))
    known = read.many([*(e.subject for e in shelves), *(e.object for e in located)])
    said: dict[str, Returns] = {}
    for edge in shelves:
        shelf = known.get(edge.subject)
        if shelf is not None and _is_shelf(shelf, edge.object):
            said[edge.object] = Returns(str(shelf.get("name")), shelf["returns"])
    own = Returns("", shop)
    found = [said.get(id, own) for id in wanted]
    return Terms(
        [each for each in dict.fromkeys(found) if each.words],
        _there(known, (edge.object for edge in located)),
    )


def _is_shelf(thing: Thing, sold: str) -> bool:
    """Is it a department of the same shop, with words of its own?"""
    is_one = thing.kind == "Department" and not thing.deleted
    return is_one and same_origin(thing.id, sold) and bool(thing.get("returns"))


def _there(known: Mapping[str, Thing], ids: Iterable[str]) -> Sequence[Thing]:
    places = [known[id] for id in dict.fromkeys(ids) if id in known]
    return [each for each in places if each.audience == PUBLIC and not each.deleted]
