"""Tickets, orders and what is asked for, as other servers know them (FEP-0837).

A ticket is a Proposal for everybody.  What is agreed about it is between the buyer and
the shop alone; what an event's peer is told of an order names nobody in public.
"""

from __future__ import annotations

import html

from peer.model import ordering
from peer.model.reading import Read
from peer.model.voice import voice
from peer.node.keys import ORDERS, secret_in
from peer.node.telling.agreements import agreement, instrument
from peer.node.telling.market import (
    CONTEXT,
    RECIPROCAL,
    Document,
    commitment,
    intents,
    money,
    one_or_all,
    quantity,
)
from peer.node.trading.tickets import link_of
from peer.protocol.thing import Activity, Thing


def is_trade(activity: Activity) -> bool:
    """Is it told in the words of the market, and only to whom it is between?"""
    match activity:
        case Activity(type="Accept" | "Reject", object=Activity(type="Offer") as asked):
            return asked.object.kind in ("Order", "Allotment", "Letter")
        case Activity(type="Offer", object=Thing(kind=kind)):
            return kind in ("Purchase", "Allotment", "Letter")
        case Activity(type="Withdraw", object=Thing(kind="Purchase")):
            return True
        case Activity(type="Update", object=Thing(kind="Order")):
            return True
        case Activity(type="Join" | "Leave"):
            return isinstance(activity.notes.get("instrument"), dict)
    return False


def is_signed(document: Document) -> bool:
    """Does it take a proof, though it is not for everybody?"""
    return bool(document.get("@context") == CONTEXT)


# -- for whom ----------------------------------------------------------------------


def concerned(activity: Activity, read: Read) -> tuple[str, str | None]:
    """Who says it and to whom, of what is between two; None where nobody is told."""
    match activity.object:
        case Activity() as asked:
            return activity.actor, None if _is_by_note(asked) else asked.actor
        case Thing(kind="Letter"):
            return speaker_of(activity, read), activity.notes.get("shop")
        case Thing(kind="Purchase" | "Allotment") as thing:
            return speaker_of(activity, read), thing["shop"]
        case Thing(kind="Order") as order:
            offer = read.activity(order.get("offer", ""))
            told = offer is None or not _is_by_note(offer)
            return activity.actor, ordering.buyer_of(order, read) if told else None
        case Thing() as event:
            return activity.actor, voice(event, read)
    return activity.actor, None


def _is_by_note(offer: Activity) -> bool:
    """Was it a note that ordered?  Then notes are what its author is told in."""
    return bool(offer.notes.get("mention"))


def speaker_of(activity: Activity, read: Read) -> str:
    """Of places and letters whoever speaks for their event says so."""
    thing = activity.thing
    is_its = thing.kind in ("Allotment", "Letter")
    event = read.get(thing.get("event", "")) if is_its else None
    return voice(event, read) if event is not None else activity.actor


# -- what is done ------------------------------------------------------------------


def said(activity: Activity, read: Read) -> Document | None:
    """Verb, object, and what is said beside; None where there is nothing to tell."""
    match activity:
        case Activity(type="Accept" | "Reject", object=Activity() as asked):
            return _answered(activity, asked, read)
        case Activity(type="Withdraw"):
            return _withdrawn(activity)
        case Activity(object=Thing(kind="Purchase")):
            return _asked(activity)
        case Activity(object=Thing(kind="Allotment")):
            return {"object": _allotted(activity, read)}
        case Activity(object=Thing(kind="Letter")):
            return {"object": _written(activity, read)}
        case Activity(object=Thing(kind="Order") as order):
            now = read.get(order.id)
            return {"object": agreement(now, read)} if now else None
    return _sold(activity, read)


def _answered(activity: Activity, asked: Activity, read: Read) -> Document:
    told: Document = {"object": asked.id}
    if content := activity.notes.get("content"):
        told["content"] = content
    if activity.type == "Accept":
        if asked.object.kind == "Letter":
            return {**told, "sx:reached": activity.notes.get("reached", 0)}
        order = read.get(asked.object.id) if asked.object.kind == "Order" else None
        told["result"] = agreement(order, read) if order else activity.notes["result"]
    return told


def ticket(activity: Activity, read: Read) -> Document:
    """Of an answer to who comes: where their ticket is, with the key to it."""
    id = activity.notes.get("result")
    if activity.type != "Accept" or activity.object.kind != "Join" or not id:
        return {}
    seat, secret = read.get(id), secret_in(read, ORDERS)
    if seat is None or seat.kind != "Seat" or secret is None:
        return {}
    # No Link, though that may be a result: to some it is nothing they can read.
    shown = {"type": "Document", "mediaType": "text/html", "name": "Your ticket"}
    return {"result": {**shown, "url": link_of(seat, secret)}}


def _asked(activity: Activity) -> Document:
    """At the prices that the buyer was shown, whatever they have become since."""
    lines, prices = activity.notes["lines"], activity.notes["prices"]
    given, returned = [], []
    for each, price in zip(lines, prices, strict=True):
        count = ordering.count_of(each["quantity"]) or 0
        sum, end = money(price, count), f"{ordering.thing_of(each)}{RECIPROCAL}"
        given.append(commitment(each["satisfies"], quantity(count)))
        returned.append(commitment(end, sum))
    told: Document = {
        "object": {
            "type": "Agreement",
            "stipulates": one_or_all(given),
            "stipulatesReciprocal": one_or_all(returned),
        }
    }
    if contact := activity.notes.get("contact"):
        told["sx:contact"] = {f"sx:{term}": text for term, text in contact.items()}
    if code := activity.notes.get("code"):
        told["sx:code"] = code
    return {**told, **_told_answers(activity)}


def _told_answers(activity: Activity) -> Document:
    """What the buyer has answered to who keeps the event: for the shop and them."""
    answers = activity.notes.get("answers") or ()
    rows = [{f"sx:{term}": text for term, text in each.items()} for each in answers]
    return {"sx:answers": rows} if rows else {}


def _withdrawn(activity: Activity) -> Document:
    """Before the shop has answered it is undone; afterwards the shop is asked to."""
    notes, actor = activity.notes, activity.actor
    order = notes.get("order")
    if order is None:
        undone = {"id": notes.get("offer"), "type": "Offer", "actor": actor}
        return {"type": "Undo", "object": undone}
    shop = activity.thing["shop"]
    gone = {"type": "Delete", "actor": shop, "object": order}
    return {"type": "Offer", "context": order, "object": gone}


#: What places are given with, by what it is called there.
_ALLOTTED = {
    "salesStart": "vf:hasBeginning",
    "salesEnd": "vf:hasEnd",
    "most": "sx:mostPerOrder",
    "codes": "sx:codes",
}


def _allotted(activity: Activity, read: Read) -> Document:
    """As it was offered: another offer of it is another activity."""
    allotment = activity.thing
    about = intents(
        allotment.id,
        allotment["price"],
        resource=allotment["event"],
        action="deliverService",
        left=allotment["quantity"],
    )
    told: Document = {
        "type": "Proposal",
        "id": allotment.id,
        "sx:kind": allotment.kind,
        "attributedTo": speaker_of(activity, read),
        "name": allotment["name"],
        "context": allotment["event"],
        "published": allotment.published,
        "updated": allotment.updated,
        **about,
        "sx:shop": allotment["shop"],
        "to": [allotment["shop"]],
    }
    more = {key: allotment[t] for t, key in _ALLOTTED.items() if allotment.get(t)}
    if summary := allotment.get("summary"):
        more["summary"] = html.escape(summary, quote=False)
    return {**told, **more}


def _written(activity: Activity, read: Read) -> Document:
    """A letter to buyers, and which they are: ``sx:orders``, ``sx:tickets`` or all."""
    letter, notes = activity.thing, activity.notes
    text = letter["content"]
    told: Document = {
        "type": "Note",
        "id": letter.id,
        "sx:kind": letter.kind,
        "attributedTo": speaker_of(activity, read),
        "context": letter["event"],
        "name": html.escape(letter["name"], quote=False),
        "content": f"<p>{html.escape(text, quote=False)}</p>",
        "source": {"content": text, "mediaType": "text/plain"},
        "published": letter.published,
        "to": [notes["shop"]],
    }
    named = {
        f"sx:{term}": notes[term] for term in ("orders", "tickets") if term in notes
    }
    return {**told, **named}


def _sold(activity: Activity, read: Read) -> Document:
    """How an order stands: signed what all may see; beside it what the door needs."""
    notes = activity.notes
    signed = instrument(notes["instrument"], read)
    told: Document = {"object": activity.object.id, "instrument": signed}
    seats = {"sx:seats": notes.get("seats", [])}
    return {**told, **seats, **_told_answers(activity)}


def document(activity: Activity, read: Read) -> Document | None:
    """The whole of what is sent; its actor and readers are :func:`concerned`."""
    told = said(activity, read)
    if told is None:
        return None
    actor, to = concerned(activity, read)
    return {
        "@context": CONTEXT,
        "id": activity.id,
        "type": told.pop("type", activity.type),
        "actor": actor,
        "published": activity.published,
        "to": [to] if to else [],
        **told,
    }
