"""What happens again: from a rule and its exceptions to days, and from days to moments.

All of it is reckoned by the clock on the wall of one place: what is at seven in the
evening stays at seven when the clocks change.  Nothing happens twice on one day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from peer.protocol import moment

#: So many days are found at a time at the most.
MOST = 400
_LONGEST = 300
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile("[1-9][0-9]?"),
    "BYDAY": re.compile(
        r"(?:-1|[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU)){0,6}"
    ),
    "BYMONTHDAY": re.compile("-1|[1-9]|[12][0-9]|3[01]"),
    "UNTIL": re.compile("[0-9]{8}(?:T[0-9]{6}Z?)?"),
    "COUNT": re.compile("[1-9][0-9]{0,2}"),
}


#: What begins outside of these years, or lasts longer, is a mistake.
_YEARS = range(1970, 2200)
_LASTS = timedelta(days=31)


class BadRule(ValueError):
    """A rule that says nothing; the message is a sentence for who wrote it.

    ``term`` is the field of a series that it is about.
    """

    def __init__(self, said: str, term: str = "repeats") -> None:
        super().__init__(said)
        self.term = term


@dataclass(frozen=True, slots=True)
class Rule:
    """``first`` is by the clock on the wall in ``zone``; ``lasts``, how long it is."""

    first: datetime
    zone: str
    repeats: str
    without: frozenset[date] = frozenset()
    also: frozenset[date] = frozenset()
    lasts: timedelta | None = None

    @property
    def parts(self) -> Mapping[str, str]:
        return parts(self.repeats)

    @property
    def until(self) -> date | None:
        told = self.parts.get("UNTIL")
        return datetime.strptime(told[:8], "%Y%m%d").date() if told else None


def parts(text: str) -> Mapping[str, str]:
    """The parts of an iCalendar RRULE; BadRule where it is none that is known here."""
    told: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or not _PARTS[name].fullmatch(value) or name in told:
            raise BadRule(f"“{part[:40]}” is nothing that a repetition can say here.")
        told[name] = value
    if "FREQ" not in told:
        raise BadRule("A repetition says how often, such as FREQ=WEEKLY.")
    _check_together(told)
    return told


def _check_together(told: Mapping[str, str]) -> None:
    if "UNTIL" in told and "COUNT" in told:
        raise BadRule("It ends on a day or after so many times, not both.")
    numbered = re.match("-?[0-9]", told.get("BYDAY", ""))
    if numbered and told["FREQ"] != "MONTHLY":
        raise BadRule("Only of a month there is a first or a last Monday.")
    if "BYMONTHDAY" in told and told["FREQ"] != "MONTHLY":
        raise BadRule("Only a month has days that are numbered.")
    try:
        if "UNTIL" in told:
            datetime.strptime(told["UNTIL"][:8], "%Y%m%d")
    except ValueError:
        raise BadRule("The last day is no date.") from None


def days_told(text: str, term: str = "except") -> frozenset[date]:
    """The days that ``text`` lists, such as ``2026-08-12 2026-12-24``."""
    try:
        told = [each for each in re.split(r"[\s,;]+", text.strip()) if each]
        return frozenset(date.fromisoformat(each) for each in told)
    except ValueError:
        raise BadRule(
            f"“{text[:40]}” is not a list of days such as 2026-08-12.", term
        ) from None


def rule_of(values: Mapping[str, Any]) -> Rule:
    """The rule of a series, from its values."""
    zone = values.get("timezone") or "UTC"
    first = _local(values["startTime"], zone, "startTime")
    end = values.get("endTime")
    last = _local(end, zone, "endTime") if end else None
    if last is not None and last - first > _LASTS:
        raise BadRule("One time lasts a month at the most.", "endTime")
    rule = Rule(
        first=first,
        zone=zone,
        repeats=values["repeats"],
        without=days_told(values.get("except") or ""),
        also=days_told(values.get("also") or "", "also"),
        lasts=last - first if last is not None else None,
    )
    if len(rule.repeats) > _LONGEST:
        raise BadRule("That is too long for a repetition.")
    parts(rule.repeats)
    return rule


def _local(text: str, zone: str, term: str) -> datetime:
    when = moment.read(text)
    if when.year not in _YEARS:
        raise BadRule("That is too long ago, or too far ahead.", term)
    return when.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


# -- days ------------------------------------------------------------------------------


def days(rule: Rule, since: date, until: date, most: int = MOST) -> Sequence[date]:
    """The days from ``since`` to ``until``, both included, on which it happens."""
    last = min(until, rule.until) if rule.until else until
    found = {day for day in rule.also if since <= day <= until}
    for day in _regular(rule, since):
        if day > last or len(found) >= most:
            break
        if day >= since and day not in rule.without:
            found.add(day)
    return sorted(found)[:most]


def _regular(rule: Rule, since: date) -> Iterator[date]:
    """What the rule alone says, from the first on, or from soon before ``since``.

    Only days are handed over: a clock that changes cannot make them other days.
    """
    told = {name: value for name, value in rule.parts.items() if name != "UNTIL"}
    text = ";".join(f"{name}={value}" for name, value in told.items())
    midnight = datetime.combine(_near(rule, since), time())
    for each in rrule.rrulestr(text, dtstart=midnight):
        yield each.date()


def _near(rule: Rule, since: date) -> date:
    """The first day, or one as many whole steps later as end before ``since``.

    Nobody counts the days of a century; what is counted itself has a last one.
    """
    told, first = rule.parts, rule.first.date()
    unit = {"DAILY": 1, "WEEKLY": 7}.get(told["FREQ"])
    if unit is None or "COUNT" in told:
        return first
    step = unit * int(told.get("INTERVAL", "1"))
    gone = max(0, (since - first).days // step - 1)
    return first + timedelta(days=gone * step)


# -- moments ---------------------------------------------------------------------------


def starts(rule: Rule, day: date) -> datetime:
    """When it begins on ``day``, with the offset of that day.

    In an hour that the clocks leave out, as long after midnight as it says; of one
    that comes twice, the first.
    """
    return _there(datetime.combine(day, rule.first.time()), rule.zone)


def ends(rule: Rule, day: date) -> datetime | None:
    """When it is over: so much later by the clock on the wall."""
    if rule.lasts is None:
        return None
    local = datetime.combine(day, rule.first.time()) + rule.lasts
    return max(_there(local, rule.zone), starts(rule, day))


def _there(local: datetime, zone: str) -> datetime:
    here = ZoneInfo(zone)
    return local.replace(tzinfo=here, fold=0).astimezone(UTC).astimezone(here)


# -- splitting -----------------------------------------------------------------------


def before(rule: Rule, day: date) -> Rule:
    """What of ``rule`` lies before ``day``."""
    told = {k: v for k, v in rule.parts.items() if k not in ("COUNT", "UNTIL")}
    last = day - timedelta(days=1)
    ending = min(last, rule.until) if rule.until else last
    return replace(
        rule,
        repeats=_text({**told, "UNTIL": f"{ending:%Y%m%d}"}),
        also=frozenset(each for each in rule.also if each < day),
    )


def after(rule: Rule, day: date) -> Rule:
    """What of ``rule`` is left from ``day`` on, which is one of its days."""
    told = dict(rule.parts)
    if "COUNT" in told:
        gone = sum(1 for each in _until(rule, day))
        told["COUNT"] = str(max(1, int(told["COUNT"]) - gone))
    if told["FREQ"] == "WEEKLY":
        told.setdefault("BYDAY", _DAYS[rule.first.weekday()])
    return replace(
        rule,
        first=datetime.combine(day, rule.first.time()),
        repeats=_text(told),
        also=frozenset(each for each in rule.also if each >= day),
    )


def _until(rule: Rule, day: date) -> Iterator[date]:
    for each in _regular(rule, rule.first.date()):
        if each >= day:
            return
        yield each


def _text(told: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in told.items())


# -- in words --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Often:
    """How a form asks it: ``every`` is one of ``EVERY``, ``on`` days such as TH."""

    every: str
    on: tuple[str, ...] = ()
    until: date | None = None
    count: int | None = None


EVERY: Mapping[str, str] = {
    "day": "Every day",
    "week": "Every week",
    "fortnight": "Every two weeks",
    "month": "Every month, on the same date",
    "weekday": "Every month, on the same day of the week",
}
WEEKDAYS: Mapping[str, str] = dict(zip(_DAYS, _NAMES, strict=True))
_FREQ: Mapping[str, Mapping[str, str]] = {
    "day": {"FREQ": "DAILY"},
    "week": {"FREQ": "WEEKLY"},
    "fortnight": {"FREQ": "WEEKLY", "INTERVAL": "2"},
    "month": {"FREQ": "MONTHLY"},
    "weekday": {"FREQ": "MONTHLY"},
}


def text_of(often: Often, first: date) -> str:
    """The rule that a form means, for what is on ``first`` for the first time.

    >>> text_of(Often("weekday", count=3), date(2026, 12, 3))
    'FREQ=MONTHLY;BYDAY=1TH;COUNT=3'
    """
    told = dict(_FREQ[often.every])
    own = _DAYS[first.weekday()]
    if told["FREQ"] == "WEEKLY":
        told["BYDAY"] = ",".join(each for each in _DAYS if each in often.on) or own
    if often.every == "weekday":
        nth = (first.day - 1) // 7 + 1
        told["BYDAY"] = f"{nth if nth < 5 else -1}{own}"
    if often.until:
        told["UNTIL"] = f"{often.until:%Y%m%d}"
    elif often.count:
        told["COUNT"] = str(often.count)
    return _text(told)


def words(rule: Rule) -> str:
    """The same for people: every week on Thursday, until 30 September 2026."""
    told = rule.parts
    said = _often(told)
    if rule.until:
        said += f", until {_date(rule.until)}"
    if "COUNT" in told:
        said += f", {told['COUNT']} times"
    if rule.without:
        said += f", but not on {', '.join(_date(d) for d in sorted(rule.without))}"
    return said


def _often(told: Mapping[str, str]) -> str:
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
    each, many = unit[told["FREQ"]], int(told.get("INTERVAL", "1"))
    said = f"every {each}" if many == 1 else f"every {many} {each}s"
    return said + _on(told.get("BYDAY", ""))


def _on(told: str) -> str:
    if not told:
        return ""
    names = [WEEKDAYS[each[-2:]] for each in told.split(",")]
    nth = re.match("-1|[1-5]", told)
    if nth is None:
        return f" on {', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]}"
    which = {"-1": "last", "1": "first", "2": "second", "3": "third"}
    return f" on the {which.get(nth[0], f'{nth[0]}th')} {names[0]}"


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
