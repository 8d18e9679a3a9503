"""What somebody asks for, and what it comes to: by our own prices, and by nothing else.

An order is made of lines; each is for so many of something that is on sale here, a
ticket or a product.  How many are left is what there is, less what anybody holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from peer.model.consent import ASSERTED, mutual, states
from peer.model.effect import Hold, Later, follows_from
from peer.model.kinds.kind import LARGEST
from peer.model.kinds.money import decimals, shown
from peer.model.questions import Question, answers_of, missing
from peer.model.reading import Read
from peer.model.selling import closed, none_left, too_many
from peer.model.wanting import CannotBe as CannotBe
from peer.model.wanting import NotYet as NotYet
from peer.model.wanting import Wanted as Wanted
from peer.model.wanting import noted, reduced
from peer.model.wanting import total as total
from peer.model.wanting import uses as uses
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.moment import read as moment
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Thing

#: So long something is kept for somebody who has not paid yet.
KEPT = timedelta(minutes=15)
#: And for who is still to answer something, and has nothing to pay.
KEPT_TO_ANSWER = timedelta(days=1)
#: A yes that takes longer to come is none.
_ON_ITS_WAY = timedelta(minutes=10)
MOST_LINES, MOST = 20, 100
#: More are two orders: so many the door is told of at a time.
MOST_PLACES = 200

SELLS, CONTAINS, SATISFIES, BOUGHT = (
    "sellsTicketsFor",
    "contains",
    "satisfies",
    "bought",
)
#: Why an order ended, where nobody has to be told.
BY_BUYER = "The buyer cancelled it."
ENDED = ("cancelled", "expired", "refunded")
_PRIMARY = "#primary"
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0{1,9})?")
_MARK = re.compile("[a-z2-7]{16}")
_NOT_HERE = "That is not on sale here."

Money = Mapping[str, Any]


# -- what is asked for ---------------------------------------------------------------
def count_of(told: Any) -> int | None:
    """A whole number above zero, as forms and other servers write it; else nothing.

    >>> [count_of(told) for told in ("2", "2.0", 2, "0", "-1", "0.5", "1e3", True)]
    [2, 2, 2, None, None, None, None, None]
    """
    if isinstance(told, bool):
        return None
    text = str(told) if isinstance(told, int) else told
    match = _COUNT.fullmatch(text.strip()) if isinstance(text, str) else None
    return int(match[1]) or None if match else None


def line(id: str, count: Any) -> dict[str, Any]:
    """What an Offer notes of one line: so many of what is at ``id``."""
    return {"satisfies": f"{id}{_PRIMARY}", "quantity": count}


def thing_of(line: Mapping[str, Any]) -> str:
    """The id of what ``line`` is for."""
    return str(line.get("satisfies", "")).removesuffix(_PRIMARY)


def wanted(activity: Activity, read: Read) -> Sequence[Wanted]:
    """What the Offer ``activity`` asks for; CannotBe says why that is not to be had."""
    counts = _counts(activity.notes.get("lines"))
    things = read.many(counts)
    now = moment(activity.published)
    desk = activity.thing.owner
    found = [
        _wanted(things.get(id), count, desk, now, read) for id, count in counts.items()
    ]
    found = reduced(found, activity.notes.get("code", ""), now, read)
    if sum(each.count for each in found if each.event) > MOST_PLACES:
        raise CannotBe(f"An order has at most {MOST_PLACES} places: make two of it.")
    currencies = {each.thing["price"]["currency"] for each in found}
    if len(currencies) > 1:
        raise CannotBe("One order is in one currency: order these one by one.")
    _check_said(activity.notes.get("says"), total(found))
    return found


def _counts(told: Any) -> dict[str, int]:
    """How many of what, by id; what is named twice is asked for once, but for more."""
    lines = told if isinstance(told, list) else []
    if not lines:
        raise CannotBe("There is nothing in this order: say how many you want.")
    if len(lines) > MOST_LINES:
        raise CannotBe(f"An order has at most {MOST_LINES} lines.")
    counts: dict[str, int] = {}
    for each in lines:
        count = count_of(each.get("quantity"))
        if count is None or count > MOST:
            raise CannotBe(f"How many you want is a whole number from 1 to {MOST}.")
        counts[thing_of(each)] = counts.get(thing_of(each), 0) + count
    return counts


def _wanted(
    thing: Thing | None, count: int, desk: str, now: datetime, read: Read
) -> Wanted:
    if thing is None or not _is_on_sale(thing, desk):
        raise CannotBe(_NOT_HERE)
    event = event_of(thing, read) if thing.kind == "Ticket" else None
    if thing.kind == "Ticket":
        _check_ticket(thing, event, now, read)
    there = left(thing, read)
    if there is not None and count > there:
        raise CannotBe(none_left(there))
    most = thing.get("most") or MOST
    if count > most:
        raise CannotBe(too_many(thing, most))
    return Wanted(thing, count, event)


def _is_on_sale(thing: Thing, desk: str) -> bool:
    fits = thing.kind in ("Ticket", "Product") and bool(thing.get("price"))
    ours = same_origin(thing.id, desk)
    return fits and ours and thing.audience == PUBLIC and not thing.deleted


def _check_ticket(
    ticket: Thing, event: Thing | None, now: datetime, read: Read
) -> None:
    if event is None and _is_being_asked(ticket, now, read):
        raise NotYet("Whether these tickets may be sold is being asked: try again.")
    if event is None:
        raise CannotBe("Tickets for this are not on sale.")
    if event.deleted or event.get("status") == "CANCELLED":
        raise CannotBe("This event is cancelled.")
    if why := closed(ticket, event, now):
        raise CannotBe(why)


def _check_said(says: Any, comes_to: Money) -> None:
    """What the buyer believes that it comes to is never what is taken."""
    if says is None or (isinstance(says, Mapping) and dict(says) == dict(comes_to)):
        return
    right = shown(comes_to["amount"], comes_to["currency"])
    raise CannotBe(f"That comes to {right}, which is not what you offer.")


def minor_units(amount: Decimal, currency: str) -> int | None:
    """``amount`` in the smallest unit of ``currency``; None where it is no such sum.

    >>> minor_units(Decimal("7.5"), "EUR"), minor_units(Decimal("0.005"), "EUR")
    (750, None)
    """
    scaled = amount.scaleb(decimals(currency))
    whole = scaled == scaled.to_integral_value()
    return int(scaled) if whole and 0 <= scaled <= LARGEST else None


def order_id(desk: str, offer: str) -> str:
    """Where the order is that the Offer ``offer`` becomes at the shop of ``desk``."""
    return f"{origin(desk)}/orders/{cid([offer])[-16:]}"


def number_of(slug: str) -> str:
    """What a buyer calls the order at ``slug``; of one that is named otherwise, that.

    >>> number_of("dlxstd62hhfzicsq"), number_of("ra-1")
    ('HHFZ-ICSQ', 'ra-1')
    """
    mark = slug[-8:].upper()
    return f"{mark[:4]}-{mark[4:]}" if _MARK.fullmatch(slug) else slug


def offer_by_note(desk: str, note: str) -> str:
    """The id of the Offer that is made of what was said by the activity ``note``."""
    return f"{origin(desk)}/activities/{cid([note, 'Offer'])[-24:]}"


# -- what there is -------------------------------------------------------------------
def event_of(ticket: Thing, read: Read) -> Thing | None:
    """The event that ``ticket`` is for, if both sides say so."""
    edges = read.edges(subject=ticket.id, relation=SELLS)
    for edge in mutual(edges, read):
        if event := read.get(edge.object):
            return event
    return None


def _is_being_asked(ticket: Thing, now: datetime, read: Read) -> bool:
    """May it be that the other side has said yes, and that it is on its way?"""
    edges, fresh = read.edges(subject=ticket.id, relation=SELLS), now - _ON_ITS_WAY
    asked = [id for id, state in states(edges, read).items() if state == ASSERTED]
    return any(each.id in asked and moment(each.since) > fresh for each in edges)


def limit_of(thing: Thing) -> int | None:
    """How many there are of it altogether; nothing where nobody counts."""
    limit = thing.get("quantity" if thing.kind == "Ticket" else "stock")
    return None if limit is None else int(limit)


def left(thing: Thing, read: Read) -> int | None:
    limit = limit_of(thing)
    return None if limit is None else max(0, limit - read.held(thing.id))


def holds_of(order: str, lines: Sequence[Wanted]) -> Iterator[Hold]:
    """What is kept for ``order`` while it stands."""
    for each in lines:
        limit = limit_of(each.thing)
        if limit is not None:
            yield Hold(each.thing.id, order, each.count, limit)
        if (room := _room(each)) is not None:
            yield Hold(each.event.id, order, each.count, room)  # type: ignore[union-attr]
    yield from uses(order, lines)


def _room(line: Wanted) -> int | None:
    """Places of an event of our own, where no allotment keeps them for the ticket."""
    event = line.event
    if event is None or line.thing.get("allotment"):
        return None
    is_ours = same_origin(event.id, line.thing.id)
    return event.get("capacity") if is_ours else None


# -- an order that is there ----------------------------------------------------------
def buyer_of(order: Thing, read: Read) -> str | None:
    """Who ordered it: somebody, or a peer for who has no account."""
    edges = read.edges(relation=BOUGHT, object=order.id, limit=1)
    return edges[0].subject if edges else None


def contact_of(order: Thing, read: Read) -> Mapping[str, str]:
    """``name`` and ``email``, as the buyer told them; never to be shown to others."""
    offer = read.activity(order.get("offer", ""))
    told = offer.notes.get("contact") if offer else None
    return told if isinstance(told, Mapping) else {}


def unanswered(order: Thing, lines: Sequence[Wanted], read: Read) -> Sequence[Question]:
    """What is to be answered before ``order`` is paid for, or is theirs for nothing."""
    told = answers_of(order, read.activity(order.get("offer", "")))
    return missing(events_of(lines), told)


def events_of(lines: Sequence[Wanted]) -> Sequence[Thing]:
    return list({e.event.id: e.event for e in lines if e.event}.values())


def parts_of(order: str, read: Read, kind: str) -> list[Thing]:
    """Its lines (``Line``) or its seats (``Seat``), as they came to be."""
    edges = read.edges(subject=order, relation=CONTAINS)
    known = read.many(edge.object for edge in edges)
    parts = (known.get(edge.object) for edge in reversed(edges))
    return [each for each in parts if each is not None and each.kind == kind]


def lines_of(order: str, read: Read) -> Sequence[Wanted]:
    """The lines of ``order``, with what they are for as far as that is still there."""
    lines = parts_of(order, read, "Line")
    ends = [str(each.get(term)) for each in lines for term in ("satisfies", "event")]
    known = read.many([*ends, order])
    word = str(known[order].get("code", "")) if order in known else ""
    return [
        Wanted(
            thing,
            line["quantity"],
            known.get(line.get("event", "")),
            noted(thing, line, word, read),
        )
        for line in lines
        if (thing := known.get(line.get("satisfies", "")))
    ]


def holds(order: Thing, read: Read) -> list[Hold]:
    """What has to be held for ``order``, and is not any longer."""
    wanted = holds_of(order.id, lines_of(order.id, read))
    return [each for each in wanted if not read.held_by(each.thing, order.id)]


def why_not(order: Thing, now: str, read: Read) -> str:
    """Why ``order``, which has expired, can no longer be honored; else nothing."""
    lines = lines_of(order.id, read)
    if any(each.thing.deleted for each in lines):
        return "it is not sold any more"
    events = [each.event for each in lines if each.event]
    if any(e.deleted or e.get("status") == "CANCELLED" for e in events):
        return "the event was cancelled"
    ends = [end for e in events if (end := e.get("endTime") or e.get("startTime"))]
    if any(moment(end) <= moment(now) for end in ends):
        return "the event is over"
    return "" if _places_left(order, read) else "nothing is left"


def begins(order: str, read: Read) -> str:
    """When the first event begins that ``order`` has places for; empty without one."""
    events = [each.event for each in lines_of(order, read) if each.event]
    starts = (wire(moment(e["startTime"])) for e in events if e.get("startTime"))
    return min(starts, default="")


def _places_left(order: Thing, read: Read) -> bool:
    """Two kinds of ticket for one event take their places together."""
    wanted: dict[str, int] = {}
    limits: dict[str, int] = {}
    for each in holds(order, read):
        wanted[each.thing] = wanted.get(each.thing, 0) + each.count
        limits[each.thing] = each.limit
    return all(read.held(id) + n <= limits[id] for id, n in wanted.items())


def expiry(order: Thing, cause: Activity) -> Later:
    """``order`` ends when its time is over, if it still waits by then."""
    due = order["expires"]
    end = follows_from(cause, "Expire", order.owner, order, {"expires": due})
    return Later(due, replace(end, published=due))


def kept_until(now: str, lines: Sequence[Wanted], *, is_asked: bool) -> str:
    """Who is to answer, and has nothing to pay, has a day if it does not begin before.

    What has begun is sold too, where its tickets say so.
    """
    soon, late = moment(now) + KEPT, moment(now) + KEPT_TO_ANSWER
    if not is_asked or total(lines)["amount"]:
        return wire(soon)
    events = events_of(lines)
    starts = [moment(e["startTime"]) for e in events if e.get("startTime")]
    has_begun = any(start <= moment(now) for start in starts)
    return wire(soon if has_begun else min([late, *starts]))
