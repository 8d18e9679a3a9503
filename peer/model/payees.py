"""Whose goods are sold: a department with an account of its own is paid by itself.

Everything else is the shop's own, and is paid to the account in its settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing

STOCKS, PAID_TO = "stocks", "paidTo"
SEVERAL = (
    "These belong to several sellers, who are paid one by one: make an order for each."
)


def payees_of(ids: Iterable[str], read: Read) -> Mapping[str, str]:
    """By id of what is sold, the department that is paid for it; "" for the shop.

    Where it stands on the shelves of several, the last word counts; what is no
    department of the same shop has no say in it, whoever relates it.
    """
    found = dict.fromkeys(ids, "")
    said = [(e.since, e.object, e.subject) for e in read.edges_into(found, (STOCKS,))]
    said += [(e.since, e.subject, e.object) for e in read.edges_from(found, (PAID_TO,))]
    known = read.many(payee for _, _, payee in said)
    for _, sold, payee in sorted(said):
        shelf = known.get(payee)
        if shelf is not None and _is_shelf_of(shelf, sold):
            found[sold] = payee if shelf.get("ownAccount") else ""
    return found


def _is_shelf_of(thing: Thing, sold: str) -> bool:
    is_one = thing.kind == "Department" and not thing.deleted
    return is_one and same_origin(thing.id, sold)
