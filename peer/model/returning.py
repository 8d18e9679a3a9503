"""What goes back on sale when an order ends, or a part of it: unit by unit.

What was given up before, and was not to be sold again, stays so when the rest follows;
and the place of a ticket that is still good is nobody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from peer.model import ordering
from peer.model.effect import Effect, Hold, Release, Send, follows_from
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing


def outstanding(order: Thing, read: Read, *, void: bool = True) -> Counter[str]:
    """How many units ``order`` still stands for, by what they are of.

    Where it ends without its tickets (not ``void``), those are not given up.
    """
    seats = ordering.parts_of(order.id, read, "Seat")
    counts: Counter[str] = Counter()
    for line in ordering.parts_of(order.id, read, "Line"):
        count = _of_line(line, seats, void=void)
        counts[line["satisfies"]] += count
        if event := line.get("event"):
            counts[event] += count
    return counts


def _of_line(line: Thing, seats: list[Thing], *, void: bool) -> int:
    own = [seat for seat in seats if seat.get("ticket") == line["satisfies"]]
    if not own:
        return int(line["quantity"]) - int(line.get("returned", 0))
    return len([seat for seat in own if seat["state"] == "valid"]) if void else 0


def given_back(
    activity: Activity, order: str, counts: Mapping[str, int], read: Read
) -> Iterator[Effect]:
    """So many units of each are for others again, out of what ``order`` holds."""
    anew: list[Thing] = []
    for id, count in counts.items():
        held = read.held_by(id, order)
        if not held or count < 1:
            continue
        anew += _sold_out(id, read)
        yield Release(id, order)
        if held > count:
            yield Hold(id, order, held - count, read.held(id))
    for ticket in anew:
        yield told_anew(activity, ticket)


def _sold_out(id: str, read: Read) -> list[Thing]:
    """The ticket, where there was none left of it until now."""
    thing = read.get(id)
    is_there = thing is not None and thing.kind == "Ticket" and not thing.deleted
    if not is_there or thing is None or ordering.left(thing, read) != 0:
        return []
    return [thing]


def told_anew(activity: Activity, thing: Thing) -> Send:
    """Others are told how many there are of it now, or that there are none."""
    after = replace(thing, updated=max(activity.published, thing.updated))
    return Send(
        follows_from(activity, "Update", thing.owner, after, {"allotted": True})
    )
