"""Money for orders: what comes in makes an order good, if it is what it costs.

What does not fit (another amount, paid twice, too late) is flagged for those who keep
the shop, and the order stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from peer.model.behavior import on
from peer.model.effect import Effect, Relate, Send, follows_from
from peer.model.kinds.money import shown
from peer.model.ledger import Account, account, amounts
from peer.model.ordering import expiry, why_not
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing

_GOOD = ("confirmed", "completed")
_OPEN = ("awaiting", "expired")


@on("Create", object="Payment")
def begun(activity: Activity, read: Read) -> Sequence[Effect]:
    """Somebody begins to pay; where that is trusted, the order is good already."""
    payment = activity.thing
    order = read.get(activity.notes["order"])

    effects: list[Effect] = []
    if order is not None:
        effects.append(Relate.said(activity, payment.id, "pays", order.id))
        effects += _waiting(activity, order)
    return effects


@on("Update", object="Payment")
def changed(activity: Activity, read: Read) -> Sequence[Effect]:
    """Money came in, or went back."""
    payment = activity.thing
    order = _order_of(payment, read)

    if order is None or payment["state"] == activity.notes.get("was"):
        return []
    if payment["state"] == "paid" and not payment.get("flag"):
        return _came(activity, order, read)
    if payment["state"] == "returned" and payment.get("returns"):
        return list(_went_back(activity, order, read))
    return []


# -- it begins ---------------------------------------------------------------------


def _waiting(activity: Activity, order: Thing) -> Iterator[Effect]:
    """An order is kept for as long as this way of paying takes."""
    notes = activity.notes
    if order["state"] != "awaiting":
        return
    if notes.get("trusted"):
        yield _moved(activity, order, "confirmed", values={"payAt": "door"})
    elif (until := notes.get("until")) and until > order.get("expires", until):
        told = {"extended": True} if notes.get("extended", True) else {}
        kept = _updated(
            activity, order, {"expires": until}, {"was": order["state"], **told}
        )
        yield Send(kept)
        yield expiry(kept.thing, kept)


# -- it came -----------------------------------------------------------------------


def _came(activity: Activity, order: Thing, read: Read) -> Sequence[Effect]:
    payment, book = activity.thing, account(order, read)
    if wrong := _wrong(payment, order, book):
        return [_flagged(activity, wrong)]
    together = book.flagged if book.paid != book.total else ()
    cleared = [_cleared(activity, each) for each in together]
    if order["state"] in _GOOD:
        return [*cleared, *_no_longer_owed(activity, order)]
    if order["state"] not in _OPEN:
        said = f"It came when the order was {order['state']} already: pay it back."
        return [_flagged(activity, said)]
    is_late = order["state"] == "expired"
    if is_late and (why := why_not(order, activity.published, read)):
        return [_flagged(activity, f"It came too late, and {why}: pay it back.")]
    return [*cleared, _moved(activity, order, "confirmed")]


def _no_longer_owed(activity: Activity, order: Thing) -> Iterator[Effect]:
    """What was to be paid at the door has been: until then nobody is told so."""
    if order.get("payAt") == "door":
        was = {"was": order["state"]}
        yield Send(_updated(activity, order, {"payAt": None}, was))


def _wrong(payment: Thing, order: Thing, book: Account) -> str:
    """Why it does not fit; nothing where it is what was still to be paid.

    The account has it among what was counted already.
    """
    amount, currency = payment["amount"]["amount"], payment["amount"]["currency"]
    total = shown(book.total, book.currency)
    came = shown(amount, currency)
    if currency != book.currency:
        return f"{came} came in, the order is {total}: pay it back."
    before = book.paid - amount
    if before + amount == book.total:
        return ""
    if before >= book.total:
        return f"{came} came in, but the order was paid before: pay it back."
    if amounts(book.came, currency) == book.total:
        return ""
    return f"{came} came in, but {shown(book.total - before, currency)} was to be paid."


# -- it went back ------------------------------------------------------------------


def _went_back(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """What is void and free again because of it; all back, and the order is undone."""
    book = account(order, read)
    is_all = 0 < book.paid == book.returned
    if is_all and order["state"] not in ("awaiting", "refunded"):
        names = ("void", "restock")
        notes = {name: activity.notes[name] for name in names if name in activity.notes}
        why = {"reason": activity.thing.get("reason")}
        yield _moved(activity, order, "refunded", notes, why)
        return
    if activity.notes.get("void"):
        yield from _voided(activity, read)
    yield from _returned(activity, order, read)


def _voided(activity: Activity, read: Read) -> Iterator[Effect]:
    notes = {"was": "valid", "restock": bool(activity.notes.get("restock"))}
    seats = read.many(activity.notes.get("seats", ()))
    for seat in seats.values():
        if seat["state"] == "valid":
            values = {"state": "void", "reason": "refunded"}
            yield Send(_updated(activity, seat, values, notes))


def _returned(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """Goods that came back, by line: how many there were, and are again."""
    told = activity.notes.get("units") or {}
    for line in read.many(told).values():
        before = int(line.get("returned", 0))
        count = min(int(told[line.id]), int(line["quantity"]) - before)
        if count > 0:
            back = count if activity.notes.get("restock") else 0
            notes = {"order": order.id, "back": back}
            values = {"returned": before + count}
            yield Send(_updated(activity, line, values, notes))


# -- what follows ------------------------------------------------------------------


def _order_of(payment: Thing, read: Read) -> Thing | None:
    [*edges] = read.edges(subject=payment.id, relation="pays", limit=1)
    return read.get(edges[0].object) if edges else None


def _moved(
    cause: Activity,
    order: Thing,
    state: str,
    notes: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Send:
    told = {"was": order["state"], **(notes or {})}
    return Send(_updated(cause, order, {"state": state, **(values or {})}, told))


def _flagged(activity: Activity, why: str) -> Send:
    was = {"was": activity.thing["state"]}
    return Send(_updated(activity, activity.thing, {"flag": why}, was))


def _cleared(activity: Activity, payment: Thing) -> Send:
    """Together with what came now it is what the order costs."""
    return Send(_updated(activity, payment, {"flag": None}, {"was": payment["state"]}))


def _updated(
    cause: Activity, thing: Thing, values: Mapping[str, Any], notes: Mapping[str, Any]
) -> Activity:
    merged = {**thing.values, **values}
    kept = {term: value for term, value in merged.items() if value is not None}
    updated = max(cause.published, thing.updated)
    after = replace(thing, values=kept, updated=updated)
    return follows_from(cause, "Update", thing.owner, after, notes)
