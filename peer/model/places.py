"""How many were sold, and how many are left: counted, never kept.

At an event's own peer a place is sold once the shop has told of it; at the shop,
what somebody holds until it is paid for is not left for anybody else either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from peer.model.reading import Read
from peer.protocol.thing import Thing

SOLD, ALLOTS = "sold", "allots"
#: Of these a shop has so many; by kind, the value that says how many.
_STOCKED: Mapping[str, str] = {"Ticket": "quantity", "Product": "stock"}
#: What there are numbers of.
COUNTED = ("Event", *_STOCKED)


@dataclass(frozen=True, slots=True)
class Numbers:
    """``left`` is nothing where nobody counts: made to order, or no places named."""

    sold: int = 0
    left: int | None = None
    is_on_sale: bool = False  # has a shop taken any of them?


def numbers(thing: Thing, read: Read) -> Numbers:
    return numbers_of([thing], read)[thing.id]


def numbers_of(things: Iterable[Thing], read: Read) -> Mapping[str, Numbers]:
    """The same for many: four questions, however many there are."""
    wanted = list(things)
    events = [each for each in wanted if each.kind == "Event"]
    stocked = [each for each in wanted if each.kind in _STOCKED]
    told = {each.id: Numbers() for each in wanted}
    if events:
        told |= _of_events(events, read)
    if stocked:
        told |= _of_stock(stocked, read)
    return told


def _of_events(events: Sequence[Thing], read: Read) -> Mapping[str, Numbers]:
    ids = [event.id for event in events]
    sold = read.tally_from(ids, (SOLD,))
    allotted = _allotted(ids, read)
    return reckoned_all(events, sold, allotted, read.holdings(ids))


def reckoned_all(
    events: Iterable[Thing],
    sold: Mapping[tuple[str, str], int],
    allotted: Mapping[str, Sequence[Thing]],
    held: Mapping[str, int],
) -> Mapping[str, Numbers]:
    """The numbers of ``events``, once all that they are made of has been read."""
    return {
        event.id: reckoned(
            event,
            sold.get((event.id, SOLD), 0),
            allotted.get(event.id, ()),
            held.get(event.id, 0),
        )
        for event in events
    }


def reckoned(
    event: Thing, sold: int, allotments: Iterable[Thing], held: int
) -> Numbers:
    """The same for one."""
    given = sum(_taken(each) for each in allotments)
    if given:
        return Numbers(sold, _left(given, sold), is_on_sale=True)
    taken = sold if _is_external(event) else held
    return Numbers(sold, _left(event.get("capacity"), taken))


def _is_external(event: Thing) -> bool:
    """Is it a shop that gives its places away?"""
    return bool(event.get("joinMode") == "external")


def _of_stock(things: Sequence[Thing], read: Read) -> Mapping[str, Numbers]:
    held = read.holdings([thing.id for thing in things])
    return {
        thing.id: Numbers(
            left=_left(thing.get(_STOCKED[thing.kind]), held.get(thing.id, 0))
        )
        for thing in things
    }


def _left(all: int | None, taken: int) -> int | None:
    return None if all is None else max(0, all - taken)


def _allotted(events: Sequence[str], read: Read) -> Mapping[str, Sequence[Thing]]:
    """What shops were given to sell of each of ``events``."""
    edges = read.edges_from(events, (ALLOTS,))
    known = read.many(sorted({edge.object for edge in edges})) if edges else {}
    found: dict[str, list[Thing]] = {}
    for edge in edges:
        if edge.object in known:
            found.setdefault(edge.subject, []).append(known[edge.object])
    return found


def _taken(allotment: Thing) -> int:
    """How many the shop has agreed to sell; while more are offered, those of before."""
    if allotment.deleted:
        return 0
    is_on_sale = allotment.get("state") == "accepted"
    return int(allotment.get("agreed", allotment["quantity"] if is_on_sale else 0))
