"""Buying at a shop elsewhere: this peer asks it, and keeps what was asked.

For who has no account the peer itself asks.  The token of the form makes the id of
the Offer, which is the key to the order for ever: however often it is sent, by
whomever, it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model import ordering
from peer.model.ordering import Wanted
from peer.model.permission import Viewer
from peer.model.promotion import code_for
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.trading import fairness
from peer.node.trading.contact import contact as believed
from peer.node.trading.doing import carry
from peer.node.trading.orders import (
    NOTHING,
    Beside,
    Line,
    asked_for,
    buyer,
    check_same,
    offer_id,
)
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.thing import DRAFT, Activity, Thing
from store.interface import Transaction

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
    beside: Beside = NOTHING,
    elsewhere: Sequence[Iterable[Line]] = (),
    browser: str = "",
) -> Thing:
    """Ask the shop that sells ``lines`` for them; the Purchase says how it goes on.

    ``elsewhere`` is the same at other shops, which are asked one after the other, by
    themselves, as long as those before have said no, and at the same price.
    """
    who, id = buyer(node, viewer), offer_id(node.base, token)
    there = purchase_id(node.base, token)
    asked = asked_for(lines)
    told = {"contact": believed(contact), **beside.notes}
    others = [asked_for(each) for each in elsewhere]

    def work(read: Transaction, now: str) -> Sequence[Activity]:
        if known := read.activity(id):
            says = known.notes.get("says")
            check_same(known, who, {"lines": asked, **told, "says": says})
            return []
        values, said = _wanted(asked, event, beside, read)
        purchase = Thing(there, "Purchase", values, who, now, now, DRAFT)
        total = values["total"]
        found = _elsewhere(node.base, token, others, event, beside, total, read)
        next_ = {"elsewhere": found} if found else {}
        offer = Activity(id, "Offer", who, now, purchase, {**told, **said, **next_})
        fairness.check(read, node.config, offer, moment.read(now), browser)
        return [offer]

    await carry(node, work)
    found = await node.store.read(lambda read: read.get(there))
    if found is None:
        raise Refused("That could not be asked for.", 409)
    return found


def token_at(token: str, number: int) -> str:
    """What stands for a form with ``token`` at the shop that is asked after others."""
    return f"{token}/{number}" if number else token


def _wanted(
    lines: Sequence[Mapping[str, Any]], event: str, beside: Beside, read: Read
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the Purchase says of ``lines``, and what is noted of them in the Offer."""
    things = _on_sale(lines, read)
    priced = _priced(lines, things, beside.code, read)
    values = {
        "name": _named(things, event, read),
        "shop": things[0].owner,
        "state": "asked",
        "total": ordering.total(priced),
    }
    prices = [line.price for line in priced]
    return values, {"lines": list(lines), "says": values["total"], "prices": prices}


def _elsewhere(
    base: str,
    token: str,
    others: Sequence[Sequence[Mapping[str, Any]]],
    event: str,
    beside: Beside,
    total: Mapping[str, Any],
    read: Read,
) -> list[dict[str, Any]]:
    """What is asked next, should a shop say no: all of it is settled beforehand.

    Nobody is asked for another ``total`` than the one that the buyer has seen.
    """
    found: list[dict[str, Any]] = []
    for lines in others:
        at = token_at(token, len(found) + 1)
        try:
            values, said = _wanted(lines, event, beside, read)
        except Refused:
            continue  # it is no longer sold there
        if values["total"] != total:
            continue
        ids = {"offer": offer_id(base, at), "purchase": purchase_id(base, at)}
        found.append({**ids, "values": values, "said": said})
    return found


def purchase_id(base: str, token: str) -> str:
    """Where the purchase is that a form with ``token`` becomes, always the same."""
    return f"{base}/purchases/{cid([offer_id(base, token)])[-16:]}"


def _on_sale(lines: Sequence[Mapping[str, Any]], read: Read) -> list[Thing]:
    """What ``lines`` are for; Refused, unless one shop sells it in one currency."""
    things = [read.get(ordering.thing_of(each)) for each in lines]
    found = [thing for thing in things if thing is not None and _is_sold(thing, read)]
    if len(found) != len(lines):
        raise Refused("That is not on sale.", 404)
    sold_by = {(thing.owner, thing["price"]["currency"]) for thing in found}
    if len(sold_by) > 1:
        raise Refused("These are sold by two shops, so they take two orders.", 422)
    return found


def _named(things: Sequence[Thing], event: str, read: Read) -> str:
    """What it is for, as far as is known here."""
    named = (read.get(event) if event else None) or things[0]
    return str(named.get("name") or named.slug)[:160]


def _priced(
    lines: Sequence[Mapping[str, Any]], things: Sequence[Thing], word: str, read: Read
) -> Sequence[Wanted]:
    """What the buyer was shown that they cost; the shop says whether that is right."""
    return [
        Wanted(
            thing,
            ordering.count_of(each["quantity"]) or 0,
            code=code_for(thing, word, read),
        )
        for each, thing in zip(lines, things, strict=True)
    ]


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
