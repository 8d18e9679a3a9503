"""What others order, offer to sell for us, and say of orders: in terms of what is here.

Each function says None of what is none of its business.  Nothing of what comes decides
a price or a number of places: that is read from what is our own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from peer.model import ordering
from peer.model.effect import follows_from
from peer.model.lexicon import Lexicon
from peer.model.questions import answers_in
from peer.node.incoming import asking, giving, hearing
from peer.node.incoming.meaning import FORGET, GONE, Answer, Do, Meaning, Meant, Nothing
from peer.node.trading.contact import contact, typed_code
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, same, same_origin
from peer.protocol.thing import DRAFT, Activity, Thing
from peer.protocol.wire.agreed import Agreement, Committed, agreement, is_agreement
from peer.protocol.wire.agreed import told as told_of
from peer.protocol.wire.loose import Document, id_of, text
from peer.protocol.wire.names import type_of

_MOST_LINES = 50
_TERMS = ("lines", "says", "contact", "code", "answers")
_LONGEST_REASON = 500
_OFFERED = ("Order", "Allotment", "Letter")
_ANSWERED = ("Purchase", "Allotment", "Letter")


def offer(means: Meaning) -> Meant | None:
    """An order, or the request to end one; or places to be sold for somebody."""
    object = means.said.object
    if not isinstance(object, dict):
        return None
    if is_agreement(object):
        return _ordered(means, object)
    if type_of(object) == "Delete":
        return _ended(means, id_of(object.get("object")))
    return giving.written(means, object) or giving.offered(means, object)


def create(means: Meaning) -> Meant:
    """A note that mentions the desk may become an order, whose seats have codes."""
    told = hearing.create(means)
    desk = f"{means.base}/actor"
    if not isinstance(told, Do) or not _sells(means.lexicon):
        return told
    activity = told.activity
    named = (activity.notes.get("related") or {}).get("mentions", ())
    if activity.object.kind != "Note" or desk not in named:
        return told
    notes = {**activity.notes, "nonce": secrets.token_hex(16)}
    return Do(replace(activity, notes=notes))


def join(means: Meaning) -> Meant:
    """A guest; if they come, there is a seat for them, which has a code."""
    told = asking.attend(means)
    if not isinstance(told, Do) or told.activity.type != "Join":
        return told
    notes = {**told.activity.notes, "nonce": secrets.token_hex(16)}
    return Do(replace(told.activity, notes=notes))


def _ordered(means: Meaning, object: Document) -> Meant:
    desk = f"{means.base}/actor"
    if means.said.id is None:
        return Nothing("an offer has an id, so that it is known again", 403)
    if not _sells(means.lexicon):
        return Nothing("nothing is sold here", 404)
    gone = means.read.recall(GONE, means.id, now=wire(means.now))
    if gone is not None and same(gone["by"], means.said.actor):
        return Nothing("that was taken back before it came")
    now = wire(means.now)
    id = ordering.order_id(desk, means.id)
    order = Thing(id, "Order", {}, desk, now, now, DRAFT)
    return means.do(order, nonce=secrets.token_hex(16), **terms(means, object))


def _sells(lexicon: Lexicon) -> bool:
    return "Order" in lexicon.types and "Line" in lexicon.types


def terms(means: Meaning, object: Document) -> dict[str, Any]:
    """What is asked for: by the same id it is always the same."""
    offered = agreement(object)
    lines = [
        {"satisfies": each.satisfies, "quantity": each.much.text}
        for each in offered.given[:_MOST_LINES]
    ]
    told: dict[str, Any] = {"lines": lines}
    if offered.returned:
        told["says"] = _sum(means, offered)
    raw = told_of(means.said.raw, "contact")
    if isinstance(raw, dict):
        said = {term: told_of(raw, term) for term in ("name", "email")}
        told["contact"] = contact(said)
    told["code"] = typed_code(told_of(means.said.raw, "code"))
    told["answers"] = answers_in(giving.rows(means.said.raw, "answers"))
    return {name: value for name, value in told.items() if value}


def again(means: Meaning, known: Activity, tell: Callable[[Activity], None]) -> Answer:
    """What came before; where an answer may have been lost, it is given once more.

    By the id of an offer nothing else can be offered, ever.
    """
    object, asked = means.said.object, known.object
    if known.type != "Offer" or asked.kind not in _OFFERED:
        return Answer(202, "that was done before")
    if asked.kind == "Order":
        is_order = isinstance(object, dict) and is_agreement(object)
        now = terms(means, object) if is_order else None  # type: ignore[arg-type]
        before = {t: v for t in _TERMS if (v := known.notes.get(t))}
        if now != before:
            return Answer(409, "something else was offered by that id before")
    desk = f"{means.base}/actor"
    for verb in ("Accept", "Reject"):
        answer = means.read.activity(follows_from(known, verb, desk, known).id)
        if answer is not None:
            tell(answer)
    return Answer(202, "that was done before, and is answered again")


def _sum(means: Meaning, offered: Agreement) -> dict[str, Any]:
    """What the buyer believes that it comes to, if that can be read as money."""
    ids = {ordering.thing_of({"satisfies": c.satisfies}) for c in offered.given}
    things = means.read.many(ids).values()
    known = {t["price"]["currency"] for t in things if t.get("price")}
    own = known.pop() if len(known) == 1 else ""
    amounts = [_amount(each, own) for each in offered.returned]
    found = [amount for amount in amounts if amount is not None]
    if len(found) != len(amounts):
        return {"amount": -1, "currency": own}
    return {"amount": sum(found), "currency": own}


def _amount(each: Committed, currency: str) -> int | None:
    """In minor units of ``currency``; some say it in ``resourceConformsTo`` alone."""
    amount = each.much.amount
    if amount is None or each.much.unit not in ("one", "", currency):
        return None
    return ordering.minor_units(amount, currency)


def _ended(means: Meaning, id: str | None) -> Meant | None:
    """The buyer asks to end what is agreed: that is for the shop to do."""
    order = means.known(id)
    if order is None or order.kind != "Order" or not means.is_ours(id):
        return Nothing("there is no such order here", 404)
    return means.do(order, "Withdraw")


def undo(means: Meaning) -> Meant | None:
    """An offer is taken back: what was kept because of it is free again."""
    id, inside = means.said.object_id, means.said.object
    done = means.read.activity(id) if id else None
    if done is None:
        is_offer = isinstance(inside, dict) and type_of(inside) == "Offer"
        if is_offer and same_origin(id, means.said.actor):
            return Nothing(FORGET)
        return None
    if done.type != "Offer" or done.object.kind != "Order":
        return None
    if not same(done.actor, means.said.actor):
        raise NotTheirs(f"{means.said.actor} did not offer what is taken back")
    order = means.known(done.object.id)
    if order is None:
        return Nothing("nothing came of it")
    return means.do(order, "Withdraw")


# -- what shops say ----------------------------------------------------------------


def answer(means: Meaning) -> Meant | None:
    """Accept or Reject, of what was asked of a shop or given to it."""
    asked = _asked(means, means.said.object_id)
    if asked is None:
        return None
    if means.said.type == "Reject":
        why = text(means.said.raw, "content", _LONGEST_REASON)
        return means.do(asked, content=_plain(why))
    if means.said.type != "Accept":
        return None
    if asked.object.kind == "Allotment":
        return means.do(asked, result=id_of(means.said.result))
    if asked.object.kind == "Letter":
        reached = told_of(means.said.raw, "reached")
        is_count = type(reached) is int and reached > 0
        return means.do(asked, reached=reached if is_count else 0)
    if not is_agreement(means.said.result):
        return Nothing("it does not say what is agreed")
    return _agreed(means, asked, means.said.result)


def update(means: Meaning) -> Meant | None:
    """How an order stands by now, of one that was asked for here."""
    object = means.said.object
    if not is_agreement(object):
        return None
    offer = agreement(object).offer  # type: ignore[arg-type]
    asked = _asked(means, offer)
    if asked is None or asked.object.kind != "Purchase":
        return Nothing("nobody here has asked for that")
    return _agreed(means, asked, object)


def _asked(means: Meaning, id: str | None) -> Activity | None:
    """What we asked of who answers; NotTheirs where somebody else was asked."""
    asked = means.read.activity(id) if id and means.is_ours(id) else None
    if asked is None or asked.type != "Offer" or asked.object.kind not in _ANSWERED:
        return None
    if not same(means.said.actor, asked.thing.get("shop") or asked.notes.get("shop")):
        raise NotTheirs(f"{means.said.actor} was not asked")
    return asked


def _agreed(means: Meaning, asked: Activity, document: Any) -> Meant:
    said = agreement(document)
    shop = asked.thing["shop"]
    if said.id is None or not same_origin(said.id, shop) or not same(said.by, shop):
        raise NotTheirs(f"{said.id} is not {shop}'s to agree to")
    if _counts(said.given) != _counts_asked(asked):
        return Nothing("that is not what was asked for", 403)
    told: dict[str, Any] = {
        "id": said.id,
        "state": said.state or "awaiting",
        "asOf": wire(min(said.at or means.now, means.now)),
        "pay": said.pay,
        "page": said.page,
    }
    preview = document.get("preview")
    if isinstance(preview, dict):
        told["reason"] = _plain(text(preview, "content", _LONGEST_REASON))
    return means.do(asked, "Accept", agreement={k: v for k, v in told.items() if v})


def _counts(given: tuple[Committed, ...]) -> dict[str, int | None]:
    return {each.satisfies: ordering.count_of(each.much.text) for each in given}


def _counts_asked(asked: Activity) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    for line in asked.notes["lines"]:
        count = ordering.count_of(line["quantity"]) or 0
        counts[line["satisfies"]] = (counts.get(line["satisfies"]) or 0) + count
    return counts


def _plain(html: str | None) -> str:
    return giving.plain(html or "")[:_LONGEST_REASON]
