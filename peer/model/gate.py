"""How many are in, by the kind of their ticket: counted where they are let in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peer.model.allotting import allotments_of, ticket_id
from peer.model.effect import Hold
from peer.model.reading import Read
from peer.protocol.thing import Thing

_ANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of ticket at the door, whichever shops sell it."""

    name: str
    inside: int
    sold: int


def inside(ticket: str) -> str:
    """What every seat that is in holds one of."""
    return f"{ticket}#in"


def counted_in(seat: Thing) -> Sequence[Hold]:
    """``seat`` is in: one more of its kind, as far as that is known."""
    ticket = seat.get("ticket")
    return [Hold(inside(ticket), seat.id, 1, _ANY)] if ticket else []


def kinds_at(event: Thing, read: Read) -> Sequence[Kind]:
    """The kinds that were given to shops, in three questions however many are in."""
    return kinds_of(allotments_of(event, read), read)


def kinds_of(given: Sequence[Thing], read: Read) -> Sequence[Kind]:
    """The same of ``given``, the newest first, in one question."""
    tickets = {each.id: inside(ticket_id(each)) for each in given}
    counts = read.holdings([*tickets, *tickets.values()]) if tickets else {}
    found: dict[str, Kind] = {}
    for each in reversed(given):
        before = found.get(each["name"], Kind(each["name"], 0, 0))
        found[each["name"]] = Kind(
            before.name,
            before.inside + counts.get(tickets[each.id], 0),
            before.sold + counts.get(each.id, 0),
        )
    return list(found.values())


def told_late(known: Thing | None, seat: Thing, read: Read) -> Sequence[Hold]:
    """Who was let in before the shop had told which kind it is, is counted then."""
    if known is None or known.get("ticket") or not seat.get("ticket"):
        return []
    is_in = read.edges(subject=seat.id, relation="arrived", limit=1)
    return counted_in(seat) if is_in else []
