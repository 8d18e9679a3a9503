"""Buying at a shop elsewhere: this peer asks it, and keeps what was asked.

For who has no account the peer itself asks.  The token of the form makes the id of
the Offer, which is the key to the order for ever: however often it is sent, by
whomever, it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model import ordering
from peer.model.permission import Viewer
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.trading.contact import contact as believed
from peer.node.trading.doing import carry
from peer.node.trading.orders import Line, asked_for, buyer, check_same, offer_id
from peer.protocol.cid import cid
from peer.protocol.thing import DRAFT, Activity, Thing

if TYPE_CHECKING:
    from peer.node.node import Node

__all__ = ["ask", "lines_of", "offer_of", "purchase_id", "withdraw"]


async def ask(
    node: Node,
    viewer: Viewer,
    *,
    token: str,
    lines: Iterable[Line],
    contact: Mapping[str, str],
    event: str = "",
) -> Thing:
    """Ask the shop that sells ``lines`` for them; the Purchase says how it goes on."""
    who, id = buyer(node, viewer), offer_id(node.base, token)
    there = purchase_id(node.base, token)
    asked = asked_for(lines)
    notes: dict[str, Any] = {"lines": asked, "contact": believed(contact)}

    def work(read: Read, now: str) -> Sequence[Activity]:
        if known := read.activity(id):
            check_same(known, who, {**notes, "says": known.notes.get("says")})
            return []
        name, shop, total = _named(asked, event, read)
        values: dict[str, Any] = {"name": name, "shop": shop, "state": "asked"}
        values["total"] = total
        purchase = Thing(there, "Purchase", values, who, now, now, DRAFT)
        offered = {**notes, "says": total}
        return [Activity(id, "Offer", who, now, purchase, offered)]

    await carry(node, work)
    found = await node.store.read(lambda read: read.get(there))
    if found is None:
        raise Refused("That could not be asked for.", 409)
    return found


def purchase_id(base: str, token: str) -> str:
    """Where the purchase is that a form with ``token`` becomes, always the same."""
    return f"{base}/purchases/{cid([offer_id(base, token)])[-16:]}"


def _named(
    lines: Sequence[Mapping[str, Any]], event: str, read: Read
) -> tuple[str, str, dict[str, Any]]:
    """What it is for, who sells it, and what it comes to as far as is known here."""
    things = [read.get(ordering.thing_of(each)) for each in lines]
    found = [thing for thing in things if thing is not None and _is_sold(thing, read)]
    if len(found) != len(lines):
        raise Refused("That is not on sale.", 404)
    shops = {thing.owner for thing in found}
    currencies = {thing["price"]["currency"] for thing in found}
    if len(shops) > 1 or len(currencies) > 1:
        raise Refused("These are sold by two shops, so they take two orders.", 422)
    about = read.get(event) if event else None
    named = about or found[0]
    name = str(named.get("name") or named.slug)[:160]
    counts = [ordering.count_of(each["quantity"]) or 0 for each in lines]
    amount = sum(
        thing["price"]["amount"] * count
        for thing, count in zip(found, counts, strict=True)
    )
    return name, shops.pop(), {"amount": amount, "currency": currencies.pop()}


def _is_sold(thing: Thing, read: Read) -> bool:
    """A ticket only while whoever keeps the event agrees that it is sold."""
    if not thing.get("price") or thing.deleted:
        return False
    return thing.kind != "Ticket" or ordering.event_of(thing, read) is not None


async def withdraw(node: Node, id: str) -> Thing:
    """The buyer does not want it any more; if it was kept already, the shop decides."""
    token = node.token()

    def work(read: Read, now: str) -> Sequence[Activity]:
        purchase = _purchase(id, read)
        told = f"{node.base}/activities/{token}"
        order = purchase.get("order")
        notes = {"order": order} if order else {}
        offer = offer_of(purchase, read)
        if offer is not None:
            notes["offer"] = offer.id
        return [Activity(told, "Withdraw", purchase.owner, now, purchase, notes)]

    await carry(node, work)
    return await node.store.read(lambda read: _purchase(id, read))


def _purchase(id: str, read: Read) -> Thing:
    found = read.get(id)
    if found is None or found.kind != "Purchase":
        raise Refused("There is no such purchase.", 404)
    return found


def offer_of(purchase: Thing, read: Read) -> Activity | None:
    """What the shop was asked: the activity that the purchase is of."""
    entries = read.log(object=purchase.id, type="Offer", limit=1)
    return entries[0].activity if entries else None


def lines_of(offer: Activity) -> list[tuple[str, int]]:
    """What ``offer`` asks for: ids of tickets or products, and how many."""
    lines = offer.notes.get("lines") or ()
    return [
        (ordering.thing_of(each), ordering.count_of(each["quantity"]) or 0)
        for each in lines
    ]
