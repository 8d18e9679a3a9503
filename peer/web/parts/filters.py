"""What a listing may be narrowed by and sorted by, told in its address.

Only what the type declares (``[listing] filter``, ``sort``) is listened to: any
other term would let a stranger ask after what is not shown (E23).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from peer.model.declaration import Field, Relation, Type
from peer.model.kinds import KINDS
from peer.model.kinds.money import amount_of, decimals
from peer.model.query import Query, Where
from peer.protocol.moment import wire

_LAST = "\x7f"  # sorts behind anything in a key
Operator = Literal["=", ">=", "<=", "<", ">"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One control of the filter form: a select if it has choices, else an input."""

    name: str
    label: str
    input: str
    value: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sort:
    key: str  # a term, with ``-`` for the other way round
    label: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What an address asks of a listing; ``notices`` say what it could not mean."""

    query: Query
    filters: Sequence[Filter] = ()
    notices: Sequence[str] = ()
    active: Mapping[str, str] = field(default_factory=dict)
    when: str = ""  # of what has a time: "ahead" or "past"


@dataclass(frozen=True, slots=True)
class Asked:
    """The address, and what it is read with."""

    kind: Type
    told: Mapping[str, str]
    zone: str
    currency: str
    now: datetime

    def get(self, name: str) -> str:
        return self.told.get(name, "").strip()


class Unclear(ValueError):
    """A filter that says nothing; the message is a sentence for who typed it."""


def sorts(kind: Type) -> Sequence[Sort]:
    """The orders to choose from: the listing's own, then those it names, both ways."""
    own = kind.listing.order
    terms = dict.fromkeys([own.removeprefix("-"), *kind.listing.sort])
    keys = dict.fromkeys([own, *(way for t in terms for way in _ways(kind, t))])
    return [Sort(key, _label(kind, key)) for key in keys]


def _ways(kind: Type, term: str) -> tuple[str, str]:
    newest_first = term in ("published", "updated")
    return (f"-{term}", term) if newest_first else (term, f"-{term}")


_DIRECTIONS = {
    "moment": ("soonest first", "latest first"),
    "money": ("cheapest first", "dearest first"),
    "count": ("fewest first", "most first"),
}
_TIMES = {"published": "Published", "updated": "Changed"}


def _label(kind: Type, key: str) -> str:
    term, descending = key.removeprefix("-"), key.startswith("-")
    if term in _TIMES and term not in kind.fields:
        return f"{_TIMES[term]}, {'newest' if descending else 'oldest'} first"
    each = kind.fields[term]
    ways = _DIRECTIONS.get(each.kind, ("A to Z", "Z to A"))
    return f"{each.label}, {ways[descending]}"


def narrowed(
    asked: Asked, query: Query, related: Mapping[str, Mapping[str, str]]
) -> Narrowed:
    """``query`` as the address narrows it.

    ``related`` are the choices for filters that are relations: by term, the
    label by id.
    """
    known = {sort.key for sort in sorts(asked.kind)}
    sort = asked.get("sort")
    found = Narrowed(replace(query, order=sort if sort in known else query.order))
    if sort and sort not in known:
        found = replace(found, notices=(f"There is no order called “{sort}” here.",))
    for term in asked.kind.listing.filter:
        if term in asked.kind.relations:
            relation = asked.kind.relations[term]
            found = _by_relation(asked, found, relation, related.get(term, {}))
        elif term in asked.kind.fields:
            found = _by_field(asked, found, asked.kind.fields[term])
    return _by_time(asked, found)


def _by_relation(
    asked: Asked, found: Narrowed, relation: Relation, choices: Mapping[str, str]
) -> Narrowed:
    value = asked.get(relation.term)
    shown = {id.rpartition("/")[2]: label for id, label in choices.items()}
    control = Filter(relation.term, relation.label, "select", value, shown)
    found = replace(found, filters=(*found.filters, control))
    if not value:
        return found
    id = next((each for each in choices if each.rpartition("/")[2] == value), None)
    if id is None:
        return _noticed(found, f"Nothing is called “{value}” among {relation.label}.")
    if found.query.related:
        return _noticed(found, f"Only one of these at a time: {relation.label} waits.")
    way = f"~{relation.kind}" if relation.reverse else relation.kind
    return replace(
        found,
        query=replace(found.query, related=(way, id)),
        active={**found.active, relation.term: value},
    )


def _by_field(asked: Asked, found: Narrowed, each: Field) -> Narrowed:
    for control in _controls(asked, each):
        value = asked.get(control.shown.name)
        shown = replace(control.shown, value=value)
        found = replace(found, filters=(*found.filters, shown))
        if not value:
            continue
        try:
            where = Where(each.term, control.operator, control.key(value))
        except Unclear as unclear:
            found = _noticed(found, str(unclear))
            continue
        found = replace(
            found,
            query=replace(found.query, where=(*found.query.where, where)),
            active={**found.active, shown.name: value},
        )
    return found


def _noticed(found: Narrowed, sentence: str) -> Narrowed:
    return replace(found, notices=(*found.notices, sentence))


# -- by the kind of a field --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Control:
    """A filter, and the condition that its value stands for."""

    shown: Filter
    operator: Operator
    key: Callable[[str], str]


def _controls(asked: Asked, each: Field) -> Sequence[Control]:
    match each.kind:
        case "choice" | "flag":
            choices = each.choices or {"yes": "Yes", "no": "No"}
            shown = Filter(each.term, each.label, "select", choices=choices)
            return [Control(shown, "=", partial(_choice, each, choices))]
        case "moment":
            since = Filter(f"{each.term}.from", f"{each.label}, from", "date")
            until = Filter(f"{each.term}.to", f"{each.label}, to", "date")
            return [
                Control(since, ">=", partial(_day, asked, 0)),
                Control(until, "<", partial(_day, asked, 1)),
            ]
        case "money" | "count":
            least = Filter(f"{each.term}.min", f"{each.label}, at least", "number")
            most = Filter(f"{each.term}.max", f"{each.label}, at most", "number")
            return [
                Control(least, ">=", partial(_number, asked, each, "")),
                Control(most, "<=", partial(_number, asked, each, _LAST)),
            ]
        case _:
            return []


def _choice(each: Field, choices: Mapping[str, str], text: str) -> str:
    if text not in choices:
        raise Unclear(f"{each.label} is never “{text}”.")
    return KINDS[each.kind].key(text == "yes" if each.kind == "flag" else text)


def _day(asked: Asked, days: int, text: str) -> str:
    """The key of the moment when that day begins here, or so many days later."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(asked.zone))
        return wire(begins)
    except (ValueError, OverflowError):
        raise Unclear(f"“{text}” is not a date such as 2026-11-21.") from None


def _number(asked: Asked, each: Field, end: str, text: str) -> str:
    """The key of that number; of money, of that amount in whatever currency."""
    if each.kind == "money":
        currency = each.currency or asked.currency
        amount = _minor(text, currency)
        if amount is not None:
            key = KINDS["money"].key({"amount": amount, "currency": currency})
            return key.partition(" ")[0] + end
    elif (number := _whole(text)) is not None:
        return KINDS["count"].key(number)
    raise Unclear(f"“{text}” is not a number that {each.label} could be.")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _minor(text: str, currency: str) -> int | None:
    """Minor units of what somebody typed: 3, 3.5 and 3.50 are the same here."""
    units, _, rest = text.partition(".")
    padded = rest.ljust(decimals(currency), "0")
    return amount_of(f"{units}.{padded}" if padded else units, currency)


# -- by time -----------------------------------------------------------------------


def _by_time(asked: Asked, found: Narrowed) -> Narrowed:
    """Where the soonest comes first, what is over is not there unless asked for."""
    term = asked.kind.listing.order
    each = asked.kind.fields.get(term)
    if each is None or each.kind != "moment" or asked.get("sort"):
        return found
    if any(name.partition(".")[0] == term for name in found.active):
        return found
    here = asked.now.astimezone(ZoneInfo(asked.zone))
    today = wire(here.replace(hour=0, minute=0, second=0, microsecond=0))
    past = asked.get("when") == "past"
    where = Where(term, "<" if past else ">=", today)
    query = replace(
        found.query,
        order=f"-{term}" if past else term,
        where=(*found.query.where, where),
    )
    return replace(found, query=query, when="past" if past else "ahead")
