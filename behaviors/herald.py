"""Tickets for those whose servers know notes alone.

A ticket on sale is told of in a note.  Whoever mentions the desk about it is answered
in private with where to buy; who says how many gets them kept, and where to pay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from peer.model import ordering
from peer.model.behavior import on
from peer.model.effect import Effect, Relate, Send, follows_from
from peer.model.kinds.money import shown
from peer.model.lettering import buyer
from peer.model.ordering import SELLS, CannotBe
from peer.model.questions import missing
from peer.model.reading import Read
from peer.model.selling import when
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import DRAFT, PUBLIC, Activity, Edge, Thing

HERALDS = "heralds"
_MARKS = re.compile(r"([\\`*_\[\]<>#!|~&])")
_ADDRESS = re.compile(r"https?://[^\s<>()\"'\]]+")
_HANDLE = re.compile(r"@[\w.-]+(?:@[\w.:-]+)?")
_COUNT = re.compile(r"(?<![\w.,:/-])([1-9][0-9]?)(?![\w:/-]|[.,][0-9])")
_MOST_TICKETS = 5


# -- what is on sale ---------------------------------------------------------------


def heralded(
    because: Activity, ticket: Thing, event: Thing | None, now: str
) -> Iterator[Effect]:
    """A note by the desk for everybody, with where to buy."""
    id = f"{origin(ticket.id)}/notes/ticket-{ticket.slug}"
    name, price = _called(ticket, event), _price(ticket)
    text = f"**Ticket: {name}** - {price}  \n[Buy]({ticket.id})"
    note = Thing(id, "Note", {"content": text}, ticket.owner, now, now, PUBLIC)
    yield Relate(_edge(because, ticket.owner, id, HERALDS, ticket.id))
    yield Send(follows_from(because, "Create", ticket.owner, note))


def _called(ticket: Thing, event: Thing | None) -> str:
    name = str(ticket.get("name") or ticket.slug)
    return escaped(f"{event['name']}, {name}" if event else name)


def _price(ticket: Thing) -> str:
    price = ticket["price"]
    return shown(price["amount"], price["currency"]) if price["amount"] else "free"


def escaped(text: str) -> str:
    """``text`` on one line, where no sign means more than itself."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


# -- what is asked -----------------------------------------------------------------


@on("Create", object="Note")
def mentioned(activity: Activity, read: Read) -> Sequence[Effect]:
    """Somebody elsewhere mentions the desk about something that it sells."""
    note = activity.thing
    if not activity.is_received or not note.get("content") or not _names_desk(activity):
        return []
    edges = read.edges_from([note.id], ("mentions", "inReplyTo"))
    desk = _desk(edges, read)
    if desk is None:
        return []
    tickets = _tickets(note, edges, desk, read)
    if not tickets:
        return []
    count = _number(note["content"])
    if count is None or len(tickets) > 1:
        return list(_answered(activity, desk, _offers(tickets, read), read))
    return list(_kept(activity, desk, tickets[0], count, read))


def _names_desk(activity: Activity) -> bool:
    """Does it name the actor of a peer?  Most notes do not."""
    named = (activity.notes.get("related") or {}).get("mentions", ())
    return any(id.endswith("/actor") for id in named)


def _desk(edges: Sequence[Edge], read: Read) -> str | None:
    named = [edge.object for edge in edges if edge.relation == "mentions"]
    found = read.many(named)
    ours = (id for id in named if (d := found.get(id)) and d.kind == "Organization")
    return next((id for id in ours if id == f"{origin(id)}/actor"), None)


def _tickets(note: Thing, edges: Sequence[Edge], desk: str, read: Read) -> list[Thing]:
    """Of what it answers, or names by its address."""
    answered = [edge.object for edge in edges if edge.relation == "inReplyTo"]
    named = [id.rstrip(".,;:!?") for id in _ADDRESS.findall(note["content"])]
    found: dict[str, None] = {}
    for id in (*answered, *named[:20]):
        if len(id) < 500:
            found.update((each, None) for each in _sold_as(id, read))
    known = read.many(found).values()
    ours = [t for t in known if t.kind == "Ticket" and t.owner == desk]
    return [t for t in ours if not t.deleted and t.audience == PUBLIC][:_MOST_TICKETS]


def _sold_as(id: str, read: Read) -> Iterator[str]:
    """The tickets that ``id`` is, tells of, or is sold by."""
    yield id
    for edge in read.edges(subject=id, relation=HERALDS, limit=_MOST_TICKETS):
        yield edge.object
    for edge in read.edges(object=id, relation=SELLS, limit=_MOST_TICKETS):
        yield edge.subject


def _number(text: str) -> int | None:
    bare = _HANDLE.sub(" ", _ADDRESS.sub(" ", text))
    found = _COUNT.search(bare)
    return int(found[1]) if found else None


# -- what is answered --------------------------------------------------------------


def _offers(tickets: Sequence[Thing], read: Read) -> str:
    lines = [
        f"{_called(t, ordering.event_of(t, read))}: {_price(t)}, [buy here]({t.id})"
        for t in tickets
    ]
    more = "Or answer this, saying how many: then they are kept for you."
    return "  \n".join([*lines, *((more,) if len(tickets) == 1 else ())])


def _kept(
    activity: Activity, desk: str, ticket: Thing, count: int, read: Read
) -> Iterator[Effect]:
    """An order of theirs, made of their note, and where to pay for it."""
    id = ordering.offer_by_note(desk, activity.id)
    order_id, now = ordering.order_id(desk, id), activity.published
    order = Thing(order_id, "Order", {}, desk, now, now, DRAFT)
    notes = {
        "lines": [ordering.line(ticket.id, count)],
        "nonce": activity.notes.get("nonce", id),
        "mention": activity.thing.id,
    }
    offer = Activity(id, "Offer", activity.actor, now, order, notes)
    if to_pay := activity.notes.get("toPay"):
        yield from _answered(activity, desk, to_pay, read)
        return
    try:
        lines = ordering.wanted(offer, read)
    except CannotBe as wrong:
        yield from _answered(activity, desk, str(wrong), read)
        return
    total = ordering.total(lines)
    asked = missing(ordering.events_of(lines), ())
    yield Send(offer)
    if not total["amount"] and not asked:
        return  # the tickets themselves are the answer
    price = shown(total["amount"], total["currency"])
    what = _called(ticket, lines[0].event)
    text = f"{count} x {what}: {price}, kept for you for a quarter of an hour.  \n"
    if not total["amount"]:
        until = ordering.kept_until(now, lines, is_asked=True)
        zone = lines[0].event.get("timezone") if lines[0].event else None
        text = f"{count} x {what}, kept for you until {when(until, zone or 'UTC')}.  \n"
    if asked:
        text += "The organizer asks something first.  \n"
    do = f"Pay {price}" if total["amount"] else "Answer"
    text += f"[{do}]({order_id}/pay)"
    yield from _answered(activity, desk, text, read, about=order_id)


def _answered(
    activity: Activity, desk: str, text: str, read: Read, about: str = ""
) -> Iterator[Effect]:
    note = activity.thing
    yield from privately(activity, desk, activity.actor, text, note.id, about, read)


def ticket_sent(
    activity: Activity,
    order: Thing,
    seats: Sequence[Thing],
    offer: Activity,
    read: Read,
) -> Iterator[Effect]:
    """The tickets of who ordered by mentioning the desk, in private as well."""
    lines = [f"{escaped(seat['name'])}: {seat['code']}" for seat in seats]
    text = "  \n".join((f"[Your tickets]({order.id})", *lines))
    note, whom = offer.notes["mention"], offer.actor
    yield from privately(activity, order.owner, whom, text, note, order.id, read)


def receipt(
    activity: Activity, order: Thing, offer: Activity, read: Read
) -> Iterator[Effect]:
    """A receipt with the tickets, for who ordered from elsewhere by an offer."""
    id = f"{origin(order.id)}/notes/receipt-{order.slug}"
    there, at, desk = read.get(id), activity.published, order.owner
    if there is not None and there.published != at:
        return  # it was sent when the order was confirmed
    text = f"[Order {order['number']}]({order.id})"
    note = Thing(id, "Note", {"content": text}, desk, at, at, DRAFT)
    for relation, end in (("mentions", offer.actor), (HERALDS, order.id)):
        yield Relate(_edge(activity, desk, id, relation, end))
    yield Send(follows_from(activity, "Create", desk, note, {"direct": True}))


def news_of(activity: Activity, order: Thing, read: Read) -> Iterator[Effect]:
    """What nobody may first hear at the door, to who left no address for a letter."""
    reason = str(activity.notes.get("reason") or "")
    state, was = order["state"], activity.notes.get("was")
    is_over = state in ("cancelled", "refunded") and state != was
    is_news = is_over or order.get("request") in ("cancelled", "moved")
    if state == "refunded":
        reason = f"It was paid back. {order.get('reason') or ''}"
    if not is_news or not reason or reason == ordering.BY_BUYER:
        return
    if whom := buyer(order, read).actor:
        text = f"Order {order['number']}: {escaped(reason)}  \n[Your order]({order.id})"
        yield from privately(activity, order.owner, whom, text, "", order.id, read)


def privately(
    because: Activity,
    desk: str,
    whom: str,
    text: str,
    answers: str,
    about: str,
    read: Read,
) -> Iterator[Effect]:
    """A note from the desk that ``whom`` alone is sent."""
    id = f"{origin(desk)}/notes/{cid([because.id, whom, about])[-16:]}"
    actor = read.get(whom)
    handle = f"@{actor['handle']} " if actor and actor.get("handle") else ""
    at = because.published
    content = {"content": f"{handle}{text}"}
    note = Thing(id, "Note", content, desk, at, at, DRAFT)
    ends = {"inReplyTo": answers, "mentions": whom, HERALDS: about}
    for relation, end in ends.items():
        if end:
            yield Relate(_edge(because, desk, id, relation, end))
    yield Send(follows_from(because, "Create", desk, note, {"direct": True}))


def _edge(because: Activity, by: str, subject: str, relation: str, object: str) -> Edge:
    id = f"{origin(by)}/edges/{cid([because.id, subject, relation, object])[-24:]}"
    return Edge(id, subject, relation, object, by, because.published, because.id)
