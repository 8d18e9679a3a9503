"""What somebody goes to, as their own calendar shows it, at an address only they know.

Programs that keep calendars sign in nowhere: whoever has the address may read it, so
it can be changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from peer.model.indexing import KEPT_BACK
from peer.model.query import Query
from peer.model.reading import Read
from peer.node.records import digest
from peer.protocol.thing import AUDIENCES, Thing
from store.interface import Transaction

#: The key of a person, and the person of a key, of which only a digest is kept there.
_KEYS, _WHOSE = "agenda-key", "agenda-of"
_MOST = 200
#: As many places are looked for in one order.
_PLACES = 20


def key_of(read: Read, person: str) -> str:
    found = read.recall(_KEYS, person)
    return str(found["key"]) if found else ""


def whose(read: Read, key: str) -> str | None:
    """The person whose key it is, if it is anybody's."""
    found = read.recall(_WHOSE, digest(key)) if key else None
    return str(found["person"]) if found else None


def renew(tx: Transaction, person: str) -> None:
    """Another address; the one before leads nowhere from now on."""
    drop(tx, person)
    key = secrets.token_urlsafe(24)
    tx.keep(_KEYS, person, {"key": key})
    tx.keep(_WHOSE, digest(key), {"person": person})


def drop(tx: Transaction, person: str) -> None:
    if before := key_of(tx, person):
        tx.drop(_WHOSE, digest(before))
        tx.drop(_KEYS, person)


def events_of(read: Read, person: str) -> Sequence[Thing]:
    """What ``person`` comes to or has a ticket for, here or elsewhere."""
    edges = read.edges(subject=person, relation="attending", limit=_MOST)
    ids = dict.fromkeys([edge.object for edge in edges])
    ids |= dict.fromkeys(_with_ticket(read, person))
    known = read.many(ids)
    found = [e for e in known.values() if not e.deleted and e.get("startTime")]
    return sorted(found, key=lambda event: (str(event["startTime"]), event.id))


def _with_ticket(read: Read, person: str) -> Iterable[str]:
    """At the shop by its seats; at the event's own peer by what was sold."""
    bought = read.edges(subject=person, relation="bought", limit=_MOST)
    seats = read.many(
        f"{order}/{slug}-{n}"
        for order, slug in (_seats_at(edge.object) for edge in bought)
        for n in range(1, _PLACES + 1)
    )
    for seat in seats.values():
        if seat.get("state") == "valid":
            yield seat["event"]
    orders = [order for order in _orders(read, person) if order]
    sold = [f"{order}#{n}" for order in orders for n in range(1, _PLACES + 1)]
    for edge in read.edges_into(sold, ["sold"]):
        yield edge.subject


def _seats_at(order: str) -> tuple[str, str]:
    """Where the seats of ``order`` live, and how their addresses begin."""
    base, _, slug = order.rpartition("/")
    return f"{base.rpartition('/')[0]}/seats", slug


def _orders(read: Read, person: str) -> Iterable[str]:
    audiences = (*AUDIENCES, KEPT_BACK)
    query = Query(("Purchase",), audiences=audiences, owner=person, limit=_MOST)
    return [each.get("order", "") for each in read.find(query).items]
