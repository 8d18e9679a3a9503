"""Places of events: given to the desk here to sell, and sold by desks elsewhere."""

from __future__ import annotations

import html
import re
from typing import Any

from peer.model import ordering
from peer.model.lettering import MOST_NAMED
from peer.model.promotion import codes_of
from peer.model.questions import answers_in
from peer.model.validation import problems
from peer.node.incoming.meaning import Meaning, Meant, Need, Nothing, mark_of
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, same, same_origin
from peer.protocol.thing import DRAFT, Thing
from peer.protocol.wire.agreed import is_agreement, is_proposal, quantity
from peer.protocol.wire.agreed import told as told_of
from peer.protocol.wire.loose import Document, id_of, listed, moment, text
from peer.protocol.wire.names import type_of

_ALLOTMENT, _LETTER = "Allotment", "Letter"
_LONGEST_TEXT = 5000
_AMONG = ("orders", "tickets")
_LONGEST = 160
_CURRENCY = re.compile("[A-Z]{3}")
_TAG = re.compile(r"<[^>]*>")
_STATES = ("valid", "void")


def plain(told: str) -> str:
    """The words of a sentence that came as HTML, on one line."""
    return " ".join(_TAG.sub(" ", told).split())


# -- places that are offered -----------------------------------------------------------


def offered(means: Meaning, object: Document) -> Meant | None:
    """So many places of their event, for the desk here to sell."""
    if not is_proposal(object) or told_of(object, "kind") != _ALLOTMENT:
        return None
    desk, by = f"{means.base}/actor", means.said.actor
    id, event = id_of(object), id_of(object.get("context"))
    if _ALLOTMENT not in means.lexicon.types or "Ticket" not in means.lexicon.types:
        return Nothing("nothing is sold here", 404)
    shop = id_of(told_of(object, "shop"))
    if id is None or event is None or not same(shop, desk):
        return Nothing("it does not say what is given to whom", 403)
    if not same_origin(id, by) or not same_origin(event, by):
        raise NotTheirs(f"{by} gives away what is not theirs")
    if event not in means.tried:
        return Need((event,), fresh=True)
    known = means.known(event)
    if known is None or known.kind != "Event":
        return means.not_had(event, "there is no such event")
    if not same(known.owner, by):
        raise NotTheirs(f"{event} is not {by}'s")
    return _allotment(means, object, id, event)


def written(means: Meaning, object: Document) -> Meant | None:
    """A letter of theirs to those who have bought tickets for their event here."""
    if type_of(object) != "Note" or told_of(object, "kind") != _LETTER:
        return None
    desk, by = f"{means.base}/actor", means.said.actor
    id, event = id_of(object), means.known(id_of(object.get("context")))
    if _LETTER not in means.lexicon.types or means.said.id is None:
        return Nothing("nothing is sold here", 404)
    if event is None or event.kind != "Event":
        return Nothing("no tickets for that are sold here", 404)
    if not same_origin(id, by) or not same(event.owner, by):
        raise NotTheirs(f"{event.id} is not {by}'s")
    known = means.read.get(str(id))
    if known is not None and (known.kind != _LETTER or not same(known.owner, by)):
        raise NotTheirs(f"{id} is something else, and stays it")
    values = {**_words(object), "event": event.id}
    if wrong := problems(means.lexicon.types[_LETTER], values):
        return Nothing(" ".join(wrong.values()), 403)
    now = wire(means.now)
    letter = Thing(str(id), _LETTER, values, by, now, now, DRAFT)
    told: dict[str, Any] = {
        n: _ids(object, n) for n in _AMONG if told_of(object, n) is not None
    }
    if not all(told.values()):
        return Nothing("it is for nobody", 403)  # else it would be for everybody
    return means.do(letter, "", shop=desk, **told)


def _words(object: Document) -> dict[str, Any]:
    source = object.get("source")
    is_plain = isinstance(source, dict) and source.get("mediaType") == "text/plain"
    words = source.get("content") if is_plain and isinstance(source, dict) else None
    whole = words if isinstance(words, str) else text(object, "content", _LONGEST_TEXT)
    name = html.unescape(plain(text(object, "name", 200) or ""))
    return {"name": name[:120], "content": (whole or "").strip()[:_LONGEST_TEXT]}


def _ids(object: Document, name: str) -> list[str]:
    """All of them: more than of anything else that is told in one list."""
    told = told_of(object, name)
    some = told[:MOST_NAMED] if isinstance(told, list) else listed(told)
    return [id for id in map(id_of, some) if id]


def _allotment(means: Meaning, object: Document, id: str, event: str) -> Meant:
    values = {**_values(object), "event": event, "shop": f"{means.base}/actor"}
    values["state"] = "offered"
    wrong = problems(means.lexicon.types[_ALLOTMENT], values)
    if wrong:
        return Nothing(" ".join(wrong.values()), 403)
    known = means.read.get(id)
    if known is not None and not same(known.owner, means.said.actor):
        raise NotTheirs(f"{id} is somebody else's")
    if known is not None and known.kind != _ALLOTMENT:
        raise NotTheirs(f"{id} is something else, and stays it")
    now = means.now
    published = min(moment(object.get("published")) or now, now)
    updated = min(moment(object.get("updated")) or published, now)
    made = (means.said.actor, wire(published), wire(updated))
    return means.do(Thing(id, _ALLOTMENT, values, *made, DRAFT))


def _values(object: Document) -> dict[str, Any]:
    count = quantity(told_of(object, "publishes"), "availableQuantity").text
    price = quantity(told_of(object, "reciprocal"))
    unit = price.unit if _CURRENCY.fullmatch(price.unit) else ""
    amount = (
        ordering.minor_units(price.amount, unit) if price.amount is not None else None
    )
    told: dict[str, Any] = {
        "name": text(object, "name", 80),
        "summary": plain(text(object, "summary", 300) or "") or None,
        "price": None if amount is None else {"amount": amount, "currency": unit},
        "quantity": int(count) if count.isascii() and count.isdigit() else None,
        "salesStart": _moment(object, "hasBeginning"),
        "salesEnd": _moment(object, "hasEnd"),
        "most": _whole(told_of(object, "mostPerOrder")),
        "codes": [code.row for code in codes_of(rows(object, "codes"))] or None,
    }
    return {term: value for term, value in told.items() if value is not None}


def _whole(told: Any) -> int | None:
    return told if type(told) is int else None


def rows(object: Document, name: str) -> list[Any]:
    """The tables under ``name``, whose keys may have our prefix or none."""
    rows = [each for each in listed(told_of(object, name)) if isinstance(each, dict)]
    return [{key.removeprefix("sx:"): told for key, told in r.items()} for r in rows]


def _moment(object: Document, name: str) -> str | None:
    found = moment(told_of(object, name))
    return wire(found) if found else None


# -- places that are sold --------------------------------------------------------------


def sold(means: Meaning) -> Meant | None:
    """Join and Leave by a desk: how an order stands, and with which places."""
    document = means.said.instrument
    if not isinstance(document, dict) or not is_agreement(document):
        return None
    event, by = means.ours(means.said.object_id), means.said.actor
    if event is None:
        return Nothing("there is no such event here", 404)
    order = id_of(document)
    if not same_origin(order, by) or not same(id_of(document.get("attributedTo")), by):
        raise NotTheirs(f"{order} is not {by}'s")
    about, at = id_of(document.get("context")), moment(document.get("updated"))
    if not same(about, event.id) or at is None:
        return Nothing("it does not say of which event, or as of when", 403)
    proven = means.proven(document, by)
    if isinstance(proven, Need):
        return proven
    if not proven:
        return means.not_had(mark_of(document), f"{by} has not signed it")
    seats = [seat for each in _seats(means) if (seat := _seat(each, by))]
    if len({seat["id"] for seat in seats}) != len(seats):
        return Nothing("two seats have one id", 403)
    answers = answers_in(rows(means.said.raw, "answers"))
    return means.do(
        event, instrument=dict(document), seats=seats, asOf=wire(at), answers=answers
    )


def _seats(means: Meaning) -> list[Any]:
    return listed(told_of(means.said.raw, "seats"))[: ordering.MOST_PLACES]


_WORDS = ("code", "name", "holder", "reason")


def _seat(told: Any, by: str) -> dict[str, Any] | None:
    """One seat, as far as it says what it has to."""
    if not isinstance(told, dict) or not same_origin(id_of(told), by):
        return None
    number, state = told.get("number"), told.get("state")
    if type(number) is not int or not 0 < number < 10**6 or state not in _STATES:
        return None
    words = {term: text(told, term, _LONGEST) for term in _WORDS}
    found: dict[str, Any] = {t: w for t, w in words.items() if w and w.isprintable()}
    found |= {"passed": True} if told.get("passed") is True else {}
    ticket = id_of(told.get("ticket"))
    found |= {"ticket": ticket} if same_origin(ticket, by) else {}
    return {"id": id_of(told), "number": number, "state": state, **found}
