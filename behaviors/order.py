"""Orders at the shop: what is asked for is kept, confirmed, handed over, or ended.

The Offer's id is the key: whatever follows from it has ids that follow from it, so
that the same Offer is one order, however often it comes.  How many are left is decided
by what is held, which the store lets nobody have too much of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from behaviors.herald import news_of, receipt, ticket_sent
from behaviors.sell import told_events
from peer.model import ordering
from peer.model.behavior import on
from peer.model.effect import (
    Effect,
    Notify,
    Put,
    Refuse,
    Relate,
    Release,
    Send,
    follows_from,
)
from peer.model.ordering import (
    BOUGHT,
    CONTAINS,
    SATISFIES,
    CannotBe,
    NotYet,
    Wanted,
)
from peer.model.payees import SEVERAL, payees_of
from peer.model.questions import missing
from peer.model.reading import Read
from peer.model.returning import given_back, outstanding, told_anew
from peer.model.seats import seats_for
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import DRAFT, Activity, Edge, Thing


@on("Offer", object="Order")
def order(activity: Activity, read: Read) -> Sequence[Effect]:
    """Keep what is asked for, if it is to be had, and say so."""
    if read.get(activity.thing.id):
        return [Refuse("There is another order at this address.")]
    try:
        lines = ordering.wanted(activity, read)
    except CannotBe as wrong:
        later = isinstance(wrong, NotYet) and activity.is_received
        return [Refuse(str(wrong), 503 if later else 409, {wrong.about: str(wrong)})]
    payees = set(payees_of([each.thing.id for each in lines], read).values())
    if len(payees) > 1:
        return [Refuse(SEVERAL, 409, {"lines": SEVERAL})]
    asked = missing(ordering.events_of(lines), activity.notes.get("answers"))
    made = _order(activity, lines, payees.pop(), is_asked=bool(asked))
    yes = follows_from(activity, "Accept", made.owner, activity, {"result": made.id})
    return [
        Put(made),
        *_lines(made, lines, yes),
        Relate(_edge(yes, activity.actor, BOUGHT, made.id)),
        *ordering.holds_of(made.id, lines),
        *_sold_out(activity, lines, read),
        ordering.expiry(made, yes),
        Notify(made.owner),
        Send(yes),
        *(() if asked else _confirmed_at_once(activity, made)),
    ]


def _order(
    activity: Activity, lines: Sequence[Wanted], payee: str, *, is_asked: bool
) -> Thing:
    mark = cid([activity.id])[-8:].upper()
    values = {
        "number": f"{mark[:4]}-{mark[4:]}",
        "total": ordering.total(lines),
        "state": "awaiting",
        "expires": ordering.kept_until(activity.published, lines, is_asked=is_asked),
        "offer": activity.id,
    }
    if payee:
        values["payee"] = payee
    if way := activity.notes.get("payAt"):
        values["payAt"] = way
    if word := activity.notes.get("code"):
        values["code"] = word
    return replace(activity.thing, values=values, audience=DRAFT)


def _lines(order: Thing, lines: Sequence[Wanted], yes: Activity) -> Iterator[Effect]:
    home = f"{origin(order.id)}/lines/{order.slug}"
    for number, each in enumerate(lines, 1):
        values = {
            "name": _name(each),
            "quantity": each.count,
            "price": each.price,
            "satisfies": each.thing.id,
        }
        if each.off:
            values["off"] = {**each.price, "amount": each.off}
        if each.event is not None:
            values["event"] = each.event.id
        line = replace(order, id=f"{home}-{number}", kind="Line", values=values)
        yield Put(line)
        yield Relate(_edge(yes, order.id, CONTAINS, line.id, number))
        yield Relate(_edge(yes, order.id, SATISFIES, each.thing.id, number))


def _sold_out(
    activity: Activity, lines: Sequence[Wanted], read: Read
) -> Iterator[Effect]:
    """Of the last ones it is told that there are no more: that a proposal says."""
    for each in lines:
        if ordering.left(each.thing, read) == each.count:
            yield told_anew(activity, each.thing)


def _name(line: Wanted) -> str:
    name = str(line.thing.get("name") or line.thing.slug)
    event = line.event.get("name") if line.event is not None else None
    return f"{event}, {name}"[:160] if event else name[:160]


def _edge(
    said: Activity, subject: str, relation: str, object: str, nth: int = 0
) -> Edge:
    id = f"{said.id}#{relation}" + (f"-{nth}" if nth else "")
    return Edge(id, subject, relation, object, said.actor, said.published, said.id)


def _confirmed_at_once(activity: Activity, order: Thing) -> Iterator[Effect]:
    """What costs nothing, or is paid at the door, waits for no payment."""
    if order["total"]["amount"] and order.get("payAt") != "door":
        return
    after = replace(order, values={**order.values, "state": "confirmed"})
    notes = {"was": "awaiting"}
    yield Send(follows_from(activity, "Update", order.owner, after, notes))


@on("Accept", object="Offer/Order")
def accept_order(activity: Activity, read: Read) -> Sequence[Effect]:
    """The shop keeps it for the buyer, who is told."""
    return _answered(activity)


@on("Reject", object="Offer/Order")
def reject_order(activity: Activity, read: Read) -> Sequence[Effect]:
    """There is no order; why is told to who asked."""
    return _answered(activity)


def _answered(activity: Activity) -> Sequence[Effect]:
    """Once, by what follows from the Offer; nobody gives another answer by hand."""
    asked = activity.inner
    desk = asked.thing.owner
    if activity.id != follows_from(asked, activity.type, desk, asked).id:
        return [Refuse("It is answered already: cancel the order instead.", 409)]
    return [Notify(asked.actor)]


# -- afterwards ----------------------------------------------------------------------
@on("Update", object="Order")
def change_order(activity: Activity, read: Read) -> Sequence[Effect]:
    """What follows from its state: seats once it is confirmed, none once it ended."""
    order = activity.thing
    if read.get(order.id) != order:
        return []  # there is a newer version
    told: list[Effect] = [*news_of(activity, order, read)]
    if buyer := ordering.buyer_of(order, read):
        told.append(Notify(buyer))
    match order.get("state"):
        case "confirmed":
            return [*_confirmed(activity, order, read), *told]
        case state if state in ordering.ENDED:
            return [*_ended(activity, order, read), *told]
        case "awaiting" if activity.notes.get("answered"):
            return [*_answered_for(activity, order, read), *told]
    return told


def _answered_for(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """What was asked of its buyer they have said: what costs nothing is theirs."""
    if not ordering.unanswered(order, ordering.lines_of(order.id, read), read):
        yield from _confirmed_at_once(activity, order)


def _confirmed(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """Seats, once; and those are told whose event it is."""
    if ordering.parts_of(order.id, read, "Seat"):
        return
    yield from ordering.holds(order, read)
    offer = read.activity(order.get("offer", ""))
    seats = seats_for(order, ordering.lines_of(order.id, read), offer, activity)
    for seat in seats:
        yield Put(seat)
        number = seat["number"]
        yield Relate(_edge(activity, order.id, CONTAINS, seat.id, number))
        yield Relate(_edge(activity, seat.id, "admits", seat["event"], number))
    yield from told_events(activity, order, seats, read)
    if offer is not None and offer.notes.get("mention"):
        yield from ticket_sent(activity, order, seats, offer, read)
    elif offer is not None and offer.is_received:
        yield from receipt(activity, order, offer, read)


def _ended(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """Its seats are void, and what it held is free again, if nobody says otherwise."""
    notes = activity.notes
    is_void = bool(notes.get("void", True))
    if notes.get("restock", True):
        counts = outstanding(order, read, void=is_void)
        yield from given_back(activity, order.id, counts, read)
        for use in ordering.uses(order.id, ordering.lines_of(order.id, read)):
            yield Release(use.thing, order.id)
    if not is_void:
        return
    seats = ordering.parts_of(order.id, read, "Seat")
    valid = [seat for seat in seats if seat.get("state") == "valid"]
    why = str(notes.get("reason") or order["state"])[:160]
    after = {seat.id: _void(seat, why, activity.published) for seat in valid}
    yield from (Put(seat) for seat in after.values())
    if valid:
        left = [after.get(seat.id, seat) for seat in seats]
        yield from told_events(activity, order, left, read)


@on("Update", object="Line")
def change_line(activity: Activity, read: Read) -> Sequence[Effect]:
    """Some of the goods came back, and are on the shelf again if they are to be."""
    line, count = activity.thing, int(activity.notes.get("back", 0))
    order = str(activity.notes.get("order", ""))
    return list(given_back(activity, order, {line["satisfies"]: count}, read))


def _void(seat: Thing, why: str, at: str) -> Thing:
    values = {**seat.values, "state": "void", "reason": why}
    return replace(seat, values=values, updated=max(at, seat.updated))


@on("Expire", object="Order")
def expire(activity: Activity, read: Read) -> Sequence[Effect]:
    """Nobody has paid in time: what was kept is for others again."""
    order = read.get(activity.thing.id)
    if order is None or order.get("state") != "awaiting":
        return []
    if order.get("expires") != activity.notes.get("expires", order.get("expires")):
        return []  # it was given more time
    return [_moved(activity, order, "expired", "It was not paid in time.")]


@on("Withdraw", object="Order")
def withdraw(activity: Activity, read: Read) -> Sequence[Effect]:
    """The buyer does not want it any more: at once, or once the shop has agreed."""
    order = read.get(activity.thing.id)
    if order is None or activity.actor != ordering.buyer_of(order, read):
        return [Refuse("Only who ordered it may cancel it.", 403)]
    state, is_free = order.get("state"), not order["total"]["amount"]
    if state == "awaiting" or (state == "confirmed" and is_free):
        return [_moved(activity, order, "cancelled", ordering.BY_BUYER)]
    if state != "confirmed" or order.get("request") == "cancel":
        return []
    after = _after(activity, order, request="cancel")
    asked = follows_from(activity, "Update", order.owner, after, {"was": state})
    return [Send(asked), Notify(order.owner)]


def _moved(activity: Activity, order: Thing, state: str, why: str) -> Send:
    after = _after(activity, order, state=state, reason=why)
    notes = {"was": order["state"], "reason": why}
    return Send(follows_from(activity, "Update", order.owner, after, notes))


def _after(activity: Activity, order: Thing, **changed: str) -> Thing:
    at = max(activity.published, order.updated)
    return replace(order, values={**order.values, **changed}, updated=at)
