"""The figures of an event for who keeps it: what was sold, how often it was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from peer.model.places import ALLOTS, SOLD, Numbers, on_sale, reckoned
from peer.model.reading import Read
from peer.node import views
from peer.node.moderation.blocks import host_of
from peer.protocol import moment
from peer.protocol.thing import Thing

#: So many days are drawn, and the page is looked at for so long after the event.
DAYS = 30
_AFTERWARDS = timedelta(days=7)
_SAID = {
    "offered": "waiting for the shop",
    "refused": "not taken",
    "returned": "given back",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of ticket at one shop; ``left`` is what that shop may still sell."""

    name: str
    host: str
    price: Mapping[str, object]
    given: int
    sold: int
    state: str

    @property
    def said(self) -> str:
        """How it stands with the shop, where that is worth a word."""
        return _SAID.get(self.state, "")

    @property
    def left(self) -> int:
        return max(0, self.given - self.sold)

    @property
    def came_in(self) -> Mapping[str, object]:
        return {**self.price, "amount": _amount(self.price) * self.sold}


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    sold: int
    seen: int


@dataclass(frozen=True, slots=True)
class Figures:
    kinds: Sequence[Kind]
    numbers: Numbers
    days: Sequence[Day]
    seen: int  # on all days that are known
    inside: int
    coming: int

    @property
    def otherwise(self) -> int:
        """Sold by a shop that was given no places: its own peer's, say."""
        return max(0, self.numbers.sold - sum(kind.sold for kind in self.kinds))

    @property
    def takings(self) -> Sequence[Mapping[str, object]]:
        """What all of it comes to, by currency."""
        sums: Counter[str] = Counter()
        for kind in self.kinds:
            sums[str(kind.price["currency"])] += _amount(kind.price) * kind.sold
        return [{"amount": sum, "currency": each} for each, sum in sorted(sums.items())]

    @property
    def most_sold(self) -> int:
        return max((day.sold for day in self.days), default=0)

    @property
    def most_seen(self) -> int:
        return max((day.seen for day in self.days), default=0)


def figures(read: Read, event: Thing, today: str, zone: str) -> Figures:
    edges = read.edges_from([event.id], (SOLD, ALLOTS))
    sold = [edge for edge in edges if edge.relation == SOLD]
    known = read.many(edge.object for edge in edges if edge.relation == ALLOTS)
    given = [each for each in known.values() if not each.deleted]
    held = read.holdings([event.id, *known])
    counts = read.tally([event.id])
    days = Counter(_day(edge.since, zone) for edge in sold)
    seen = views.by_day(read, event.id)
    return Figures(
        kinds=[_kind(each, held.get(each.id, 0)) for each in given],
        numbers=reckoned(event, len(sold), given, held.get(event.id, 0)),
        days=_days(_last(event, date.fromisoformat(today)), days, seen),
        seen=sum(seen.values()),
        inside=counts.get((event.id, "arrived"), 0),
        coming=counts.get((event.id, "attending"), 0),
    )


def _kind(allotment: Thing, sold: int) -> Kind:
    return Kind(
        str(allotment.get("name") or ""),
        host_of(str(allotment["shop"])),
        allotment["price"],
        on_sale(allotment),
        sold,
        str(allotment.get("state") or ""),
    )


def _amount(price: Mapping[str, object]) -> int:
    amount = price["amount"]
    assert isinstance(amount, int), "the field of an allotment sees to it"
    return amount


def _day(text: str, zone: str) -> str:
    return moment.read(text).astimezone(ZoneInfo(zone)).date().isoformat()


def _last(event: Thing, today: date) -> date:
    """The last day that is worth drawing: today, until some time after the event."""
    ends = str(event.get("endTime") or event["startTime"])
    return min(today, date.fromisoformat(ends[:10]) + _AFTERWARDS)


def _days(last: date, sold: Mapping[str, int], seen: Mapping[str, int]) -> list[Day]:
    dates = [last - timedelta(days=n) for n in reversed(range(DAYS))]
    told = [(day, day.isoformat()) for day in dates]
    return [Day(day, sold.get(key, 0), seen.get(key, 0)) for day, key in told]
