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
    """The same for many: three questions, however many there are."""
    wanted = list(things)
    counts = read.counted([each.id for each in wanted], (SOLD,))
    events = [each.id for each in wanted if each.kind == "Event"]
    allotted = _allotted(events, read) if events else {}
    return reckoned_all(wanted, counts.out, allotted, counts.held)


def reckoned_all(
    things: Iterable[Thing],
    sold: Mapping[tuple[str, str], int],
    allotted: Mapping[str, Sequence[Thing]],
    held: Mapping[str, int],
) -> Mapping[str, Numbers]:
    """The numbers of ``things``, once all that they are made of has been read."""
    return {
        thing.id: reckoned(
            thing,
            sold.get((thing.id, SOLD), 0),
            allotted.get(thing.id, ()),
            held.get(thing.id, 0),
        )
        for thing in things
    }


def reckoned(
    thing: Thing, sold: int, allotments: Iterable[Thing], held: int
) -> Numbers:
    """The same for one."""
    if thing.kind in _STOCKED:
        return Numbers(left=_left(thing.get(_STOCKED[thing.kind]), held))
    if thing.kind != "Event":
        return Numbers()
    given = sum(on_sale(each) for each in allotments)
    if given:
        return Numbers(sold, _left(given, sold), is_on_sale=True)
    taken = sold if _is_external(thing) else held
    return Numbers(sold, _left(thing.get("capacity"), taken))


def _is_external(event: Thing) -> bool:
    """Is it a shop that gives its places away?"""
    return bool(event.get("joinMode") == "external")


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


def on_sale(allotment: Thing) -> int:
    """How many the shop has agreed to sell; while more are offered, those of before."""
    if allotment.deleted:
        return 0
    is_on_sale = allotment.get("state") == "accepted"
    return int(allotment.get("agreed", allotment["quantity"] if is_on_sale else 0))
