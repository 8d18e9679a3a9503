"""Who is coming to an event, and who is there: for whoever keeps it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from peer.model.ordering import number_of
from peer.model.questions import questions_of, said
from peer.model.reading import Entry, Read
from peer.node.entrance import letting_in
from peer.node.moderation.blocks import host_of
from peer.protocol.credential import read_code
from peer.protocol.origin import same_origin
from peer.protocol.thing import Edge, Thing

T = TypeVar("T")

_PAGE, _MOST = 500, 100_000
_BUSIEST = 10  # of the servers that guests come from
#: What a spreadsheet takes for the beginning of a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_COLUMNS = ("Name", "Ticket", "Number", "Order", "State", "Came in", "Let in by")

VALID, VOID, EARLY, COMING = "valid", "void", "not told yet", "coming"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody with a seat, or who said that they are coming to what is free."""

    name: str
    ticket: str
    number: int | None
    order: str
    state: str
    seat: str = ""
    reason: str = ""
    since: str = ""  # in since then
    by: str = ""  # who let them in
    code: str = ""  # for devices at the door, in no list
    answers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""  # the id of the ticket that it was sold as
    server: str = ""  # where they have their account, if not here

    @property
    def who(self) -> str:
        return named(self.name, self.ticket, self.number, self.order)

    def is_called(self, words: Sequence[str]) -> bool:
        plain = self.order.replace("-", "")
        said = f"{self.name} {self.ticket} {self.order} {plain}".casefold()
        return all(word in said for word in words)

    def has_code(self, code: str) -> bool:
        return bool(code) and read_code(self.code) == code


def who(seat: Thing) -> str:
    """Whose it is, in the words that are read out at the door."""
    order = number_of(str(seat.get("order") or "").rpartition("/")[2])
    holder, name = seat.get("holder") or "", seat.get("name") or ""
    return named(holder, name, seat.get("number"), order)


def named(holder: str, ticket: str, number: int | None, order: str) -> str:
    """Ada, Summer Gig, Standard; of whom nothing is known, the number.

    >>> named("", "", 2, "ra-1")
    'Ticket 2 of order ra-1'
    """
    known = ", ".join(each for each in (holder, ticket) if each)
    return known or f"Ticket {number} of order {order}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many are in, of how many that were sold."""

    inside: int
    sold: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many tickets are void, of how many there ever were."""

    done: int
    all: int


def ended(those: Sequence[Attendee]) -> Ended:
    """After an event was called off, how far shops have come with paying back."""
    tickets = [each for each in those if each.seat]
    return Ended(sum(each.state == VOID for each in tickets), len(tickets))


def by_door(those: Sequence[Attendee]) -> Mapping[str, int]:
    """How many came in by which door, the busiest first."""
    return dict(Counter(each.by for each in those if each.since).most_common())


def by_server(those: Sequence[Attendee]) -> Mapping[str, int]:
    """How many said so from which other servers, the busiest first."""
    return dict(Counter(e.server for e in those if e.server).most_common(_BUSIEST))


def count(read: Read, event: str) -> Count:
    return Count(
        read.degree(relation="arrived", object=event),
        read.degree(subject=event, relation="sold"),
    )


def counted(those: Sequence[Attendee]) -> Count:
    """The same of who was read already."""
    is_in, sold = (bool(e.since) for e in those), (e.state == VALID for e in those)
    return Count(sum(is_in), sum(sold))


class Asking(Protocol):
    """Asks the store, and lets others at it in between: a list may be long."""

    async def __call__(self, query: Callable[[Read], T], /) -> T: ...


async def attendees(ask: Asking, event: Thing) -> Sequence[Attendee]:
    """All of them, by name."""
    seats = await _edges(ask, relation="admits", object=event.id)
    arrived = await _edges(ask, relation="arrived", object=event.id)
    sold = {e.object for e in await _edges(ask, subject=event.id, relation="sold")}
    inside = {edge.subject: edge for edge in arrived}
    ids = dict.fromkeys([*(edge.subject for edge in seats), *inside])
    things = await _many(ask, list(ids))
    doors = await ask(partial(letting_in.doors, event=event.id)) if inside else {}
    found = [
        _attendee(things[id], inside.get(id), sold, doors)
        for id in ids
        if id in things and not things[id].deleted
    ]
    found += await _coming(ask, event)
    return sorted(found, key=lambda each: (each.name.casefold(), each.order))


def called(those: Sequence[Attendee], text: str) -> Sequence[Attendee]:
    """Those whose name, ticket or order has all words of ``text``, or whose code it is.

    Nobody reads codes out of that list: it takes a whole one.
    """
    words, code = text.casefold().split(), read_code(text) or ""
    return [each for each in those if each.is_called(words) or each.has_code(code)]


def _attendee(
    seat: Thing, edge: Edge | None, sold: set[str], doors: Mapping[str, str]
) -> Attendee:
    order, number = seat.get("order") or "", seat.get("number")
    state = VOID if seat.get("state") == "void" else VALID
    if state == VALID and f"{order}#{number}" not in sold:
        state = EARLY
    return Attendee(
        seat.get("holder") or "",
        seat.get("name") or "",
        number,
        number_of(order.rpartition("/")[2]),
        state,
        seat.id,
        seat.get("reason") or "",
        edge.since if edge else "",
        doors.get(seat.id, "") if edge else "",
        seat.get("code") or "",
        dict(said(seat.get("answers"))),
        seat.get("ticket") or "",
    )


async def _coming(ask: Asking, event: Thing) -> list[Attendee]:
    """To what is free one comes without a ticket."""
    edges = await _edges(ask, relation="attending", object=event.id)
    people = await _many(ask, [edge.subject for edge in edges])
    told = await _answers(ask, event) if edges and questions_of(event) else {}
    return [
        Attendee(
            _name(edge.subject, people.get(edge.subject)),
            "",
            None,
            "",
            COMING,
            answers=told.get(edge.activity, {}),
            server=_server(edge.subject, event.id),
        )
        for edge in edges
    ]


def _server(guest: str, event: str) -> str:
    return "" if same_origin(guest, event) else host_of(guest)


async def _answers(ask: Asking, event: Thing) -> Mapping[str, Mapping[str, str]]:
    """What people answered when they said that they are coming, by what said so."""
    found: dict[str, Mapping[str, str]] = {}
    for verb in ("Join", "Wait"):
        before: int | None = None
        while page := await ask(partial(_said, event=event.id, verb=verb, seq=before)):
            told = (entry.activity for entry in page)
            found |= {a.id: dict(said(a.notes.get("answers"))) for a in told}
            before = page[-1].seq
    return found


def _said(read: Read, event: str, verb: str, seq: int | None) -> Sequence[Entry]:
    return read.log(object=event, type=verb, before=seq, limit=_PAGE)


def _name(id: str, person: Thing | None) -> str:
    return str((person.get("name") if person else None) or id)


async def _edges(ask: Asking, **ends: str) -> Sequence[Edge]:
    """All of them, however many pages that is."""
    found: list[Edge] = []
    before: str | None = None
    while len(found) < _MOST:
        some = await ask(partial(_some, ends=ends, before=before))
        found += some
        if len(some) < _PAGE:
            break
        before = some[-1].id
        await asyncio.sleep(0)
    return found


def _some(read: Read, ends: Mapping[str, str], before: str | None) -> Sequence[Edge]:
    return read.edges(**ends, limit=_PAGE, before=before)


def _those(read: Read, ids: Sequence[str]) -> Mapping[str, Thing]:
    return read.many(ids)


async def _many(ask: Asking, ids: Sequence[str]) -> Mapping[str, Thing]:
    found: dict[str, Thing] = {}
    for start in range(0, len(ids), _PAGE):
        found |= await ask(partial(_those, ids=ids[start : start + _PAGE]))
        await asyncio.sleep(0)
    return found


# -- as a file ------------------------------------------------------------------------


def asked(those: Sequence[Attendee]) -> Sequence[str]:
    """What any of them has answered."""
    return list(dict.fromkeys(ask for each in those for ask in each.answers))


def written(those: Sequence[Attendee]) -> str:
    """A table for a spreadsheet, in which nothing is a formula."""
    out, questions = io.StringIO(), asked(those)
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow([*_COLUMNS, *(_inert(each) for each in questions)])
    for each in those:
        state = f"{each.state}: {each.reason}" if each.reason else each.state
        number = "" if each.number is None else str(each.number)
        row = (each.name, each.ticket, number, each.order, state, each.since, each.by)
        answers = (each.answers.get(question, "") for question in questions)
        table.writerow([_inert(cell) for cell in (*row, *answers)])
    return out.getvalue()


def _inert(cell: str) -> str:
    """``cell`` as text, whatever it begins with.

    >>> _inert("=HYPERLINK(1)"), _inert("Ada")
    ("'=HYPERLINK(1)", 'Ada')
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULAS) else cell
