"""What somebody buys elsewhere through this peer, as far as the shop has said.

The order is the shop's.  Here is kept what was asked for, and the newest of what the
shop has answered; an answer that comes late, or twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from peer.model.behavior import on
from peer.model.effect import Effect, Notify, Put, Refuse, Send
from peer.model.reading import Read
from peer.protocol.thing import DRAFT, Activity, Thing

#: What a shop calls it, and what it is called here; the others have the same name.
_CALLED = {"awaiting": "accepted"}
#: What can still be withdrawn without asking.
_OPEN = ("asked",)
#: What is said to whichever shop is asked.
_OF_BUYER = ("contact", "code", "answers")
_COPIED = ("pay", "page", "total", "reason")


@on("Offer", object="Purchase")
def ask(activity: Activity, read: Read) -> Sequence[Effect]:
    """Note that the shop is asked; it answers when it can."""
    if read.get(activity.thing.id):
        return [Refuse("There is something at this address already.")]
    return [Put(replace(activity.thing, audience=DRAFT))]


@on("Accept", object="Offer/Purchase")
def accept_purchase(activity: Activity, read: Read) -> Sequence[Effect]:
    """How it stands, says the shop: it keeps it, was paid, or has ended it."""
    purchase = read.get(activity.inner.thing.id)
    if activity.actor != activity.inner.thing["shop"]:
        return [Refuse("Somebody else was asked.", 403)]
    said = activity.notes.get("agreement") or {}
    if purchase is None or purchase.get("asOf", "") > said.get("asOf", ""):
        return []
    changed: dict[str, Any] = {t: said[t] for t in _COPIED if said.get(t)}
    state = str(said.get("state") or "awaiting")
    new = _CALLED.get(state, state)
    if (purchase["state"], new) != ("withdrawn", "accepted"):
        changed["state"] = new  # else it crossed the withdrawal, which will be answered
    changed |= {"order": said["id"], "asOf": said["asOf"]}
    return _changed(activity, purchase, changed)


@on("Reject", object="Offer/Purchase")
def reject_purchase(activity: Activity, read: Read) -> Sequence[Effect]:
    """It is not to be had there, and why; if others sell it too, the next is asked."""
    asked = activity.inner
    purchase = read.get(asked.thing.id)
    if activity.actor != asked.thing["shop"]:
        return [Refuse("Somebody else was asked.", 403)]
    if purchase is None or purchase["state"] != "asked":
        return []
    why = " ".join(str(activity.notes.get("content") or "").split())[:500]
    changed = {"state": "refused", "asOf": activity.published}
    changed |= {"reason": why} if why else {}
    elsewhere = asked.notes.get("elsewhere") or ()
    if not elsewhere:
        return _changed(activity, purchase, changed)
    offer = _asked_next(activity, elsewhere)
    changed["next"] = offer.thing.id
    return [*_changed(activity, purchase, changed)[:1], Send(offer)]


def _asked_next(activity: Activity, elsewhere: Sequence[Mapping[str, Any]]) -> Activity:
    """The same, asked of the next shop; nobody has to press anything again."""
    asked, (told, *others) = activity.inner, elsewhere
    now = activity.published
    values = dict(told["values"])
    purchase = Thing(told["purchase"], "Purchase", values, asked.actor, now, now, DRAFT)
    kept = {term: value for term, value in asked.notes.items() if term in _OF_BUYER}
    rest = {"elsewhere": others} if others else {}
    notes = {**kept, **told["said"], **rest}
    return Activity(told["offer"], "Offer", asked.actor, now, purchase, notes)


@on("Withdraw", object="Purchase")
def withdraw_purchase(activity: Activity, read: Read) -> Sequence[Effect]:
    """The buyer does not want it any more; of what it has kept, the shop is asked."""
    purchase = read.get(activity.thing.id)
    if purchase is None or activity.actor != purchase.owner:
        return [Refuse("Only who asked for it may withdraw it.", 403)]
    if purchase["state"] not in _OPEN:
        return []
    return _changed(activity, purchase, {"state": "withdrawn"})


def _changed(
    activity: Activity, purchase: Thing, values: Mapping[str, Any]
) -> list[Effect]:
    merged = {**purchase.values, **values}
    at = max(activity.published, purchase.updated)
    return [Put(replace(purchase, values=merged, updated=at)), Notify(purchase.owner)]
