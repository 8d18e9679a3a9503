"""Files for other calendars: read by a library, expanded by another, and compared."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule, tz
from icalendar import Calendar

from peer.model import recurrence
from peer.model.series import values_on
from peer.node.telling import ical
from peer.node.telling.clocks import timezone
from peer.node.telling.repeated import Repeated
from peer.protocol import moment
from peer.protocol.thing import PUBLIC, Thing

THEN = "2026-11-01T09:00:00.000Z"
SITE, SERIES = "https://e.example/actor", "https://e.example/series/chess"
ZONES = ["Europe/London", "America/New_York", "Africa/Casablanca", "Asia/Kolkata"]
RULES = [
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=TH;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SA",
    "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270330",
    "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270328T010000Z",
    "FREQ=MONTHLY;BYDAY=-1TH",
    "FREQ=MONTHLY;BYDAY=1TH;COUNT=7",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=DAILY;INTERVAL=3",
]
UNTIL = date(2027, 5, 30)


def series(repeats, zone="Europe/London", at="19:00", lasts=timedelta(hours=2), **more):
    first = datetime.fromisoformat(f"2026-12-03T{at}").replace(tzinfo=ZoneInfo(zone))
    values = {
        "name": "Chess",
        "startTime": first.isoformat(),
        "endTime": (first + lasts).isoformat(),
        "timezone": zone,
        "repeats": repeats,
        **more,
    }
    return Thing(SERIES, "Series", values, SITE, THEN, THEN, PUBLIC)


def dates(of, since=date(2026, 12, 1), until=UNTIL):
    """Its dates as the peer makes them."""
    rule = recurrence.rule_of(of.values)
    found = {}
    for day in recurrence.days(rule, since, until):
        id = f"https://e.example/events/chess-{day}"
        values = values_on(rule, of.values, day)
        found[day] = Thing(id, "Event", values, SITE, THEN, THEN, PUBLIC)
    return found


def changed(found, day, **values):
    event = found[day]
    after = {t: v for t, v in {**event.values, **values}.items() if v is not None}
    return {**found, day: replace(event, values=after)}


def file(of, found):
    return ical.calendar("Main", [], series=[Repeated(of, found)])


def expanded(content, until=UNTIL):
    """What a program shows of it: start, end and what it is called, of each."""
    calendar = Calendar.from_ical(content)
    entries = calendar.walk("VEVENT")
    instead = {e.decoded("recurrence-id"): e for e in entries if "recurrence-id" in e}
    shown = []
    for entry in entries:
        if "recurrence-id" in entry:
            continue
        start = entry.decoded("dtstart")
        lasts = entry.decoded("dtend").astimezone(UTC) - start.astimezone(UTC)
        for at in _starts(entry, start, until):
            other = instead.pop(at, None)
            if other is None:
                shown.append((at, at.astimezone(UTC) + lasts, str(entry["summary"])))
            elif str(other["status"]) != "CANCELLED":
                times = other.decoded("dtstart"), other.decoded("dtend")
                shown.append((*times, str(other["summary"])))
    assert not instead, "each takes the place of one that there is"
    return sorted(
        (start.astimezone(UTC), end.astimezone(UTC), name) for start, end, name in shown
    )


def _starts(entry, start, until):
    if "rrule" not in entry:
        return [start]
    rules = rrule.rruleset()
    text = entry["rrule"].to_ical().decode()
    rules.rrule(rrule.rrulestr(text, dtstart=start))
    for name, add in (("exdate", rules.exdate), ("rdate", rules.rdate)):
        for each in entry[name].dts if name in entry else ():
            add(each.dt)
    end = datetime.combine(until, datetime.max.time(), start.tzinfo)
    return rules.between(start, end, inc=True)


def ours(found):
    kept = [e for e in found.values() if e["status"] != "CANCELLED"]
    times = [(moment.read(e["startTime"]), moment.read(e["endTime"])) for e in kept]
    both = zip(times, kept, strict=True)
    return sorted(
        (s.astimezone(UTC), e.astimezone(UTC), t["name"]) for (s, e), t in both
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("repeats", RULES)
def test_a_program_shows_the_dates_that_we_have(repeats, zone):
    chess = series(repeats, zone)
    found = dates(chess)

    content = file(chess, found)

    assert len(found) > 2
    assert content.count(b"BEGIN:VEVENT") == 1
    assert expanded(content) == ours(found)


def test_it_stays_at_its_hour_when_the_clocks_are_changed():
    chess = series("FREQ=WEEKLY")

    starts = [start for start, _, _ in expanded(file(chess, dates(chess)))]

    local = {start.astimezone(ZoneInfo("Europe/London")).hour for start in starts}
    assert local == {19}
    assert {start.hour for start in starts} == {18, 19}


def test_the_days_that_are_left_out_and_those_beside_are_told():
    chess = series("FREQ=WEEKLY", **{"except": "2026-12-24", "also": "2026-12-23"})
    found = dates(chess)

    content = file(chess, found)

    assert b"EXDATE;TZID=Europe/London:20261224T190000" in content
    assert b"RDATE;TZID=Europe/London:20261223T190000" in content
    assert expanded(content) == ours(found)


def test_one_that_was_deleted_is_not_told():
    chess = series("FREQ=WEEKLY")
    found = dates(chess)
    del found[date(2027, 3, 25)]

    assert expanded(file(chess, found)) == ours(found)


def test_one_that_was_moved_or_changed_takes_its_place():
    chess = series("FREQ=WEEKLY")
    found = changed(
        dates(chess),
        date(2026, 12, 10),
        startTime="2026-12-11T20:00:00+00:00",
        endTime="2026-12-11T23:00:00+00:00",
    )
    found = changed(found, date(2027, 4, 1), name="Blitz")

    content = file(chess, found)

    entries = Calendar.from_ical(content).walk("VEVENT")
    assert {str(e["uid"]) for e in entries} == {SERIES}
    assert [e.decoded("recurrence-id").date() for e in entries[1:]] == [
        date(2026, 12, 10),
        date(2027, 4, 1),
    ]
    assert expanded(content) == ours(found)


def test_one_that_is_cancelled_is_told_to_be():
    chess = series("FREQ=WEEKLY")
    found = changed(dates(chess), date(2026, 12, 17), status="CANCELLED")

    content = file(chess, found)

    [_, off] = Calendar.from_ical(content).walk("VEVENT")
    assert (str(off["status"]), str(off["transp"])) == ("CANCELLED", "TRANSPARENT")
    assert expanded(content) == ours(found)


def test_one_that_is_no_date_of_the_rule_any_more_but_awaited_is_cancelled_too():
    was = series("FREQ=WEEKLY")
    found = changed(dates(was), date(2026, 12, 17), status="CANCELLED")
    now = series("FREQ=WEEKLY;INTERVAL=2", **{"except": "2026-12-31"})
    kept = {d: e for d, e in found.items() if d in dates(now) or d.day == 17}

    assert expanded(file(now, kept)) == ours(kept)


def test_through_the_night_of_the_change_it_ends_when_we_say():
    party = series("FREQ=WEEKLY;BYDAY=SA", at="22:00", lasts=timedelta(hours=6))
    found = dates(party)

    content = file(party, found)

    night = date(2027, 3, 27)
    assert b"RECURRENCE-ID;TZID=Europe/London:20270327T220000" in content
    assert moment.read(found[night]["endTime"]).isoformat() == (
        "2027-03-28T04:00:00+01:00"
    )
    assert expanded(content) == ours(found)


def test_at_an_hour_that_is_left_out_once_all_are_told_one_by_one():
    early = series("FREQ=WEEKLY;BYDAY=SU", at="01:30")
    found = dates(early)

    content = file(early, found)

    assert b"RRULE" not in content.partition(b"BEGIN:VEVENT")[2]
    assert content.count(b"BEGIN:VEVENT") == len(found)
    assert expanded(content) == ours(found)


def test_what_was_before_anybody_had_a_calendar_here_is_not_told():
    chess = series("FREQ=WEEKLY;INTERVAL=2;COUNT=20")
    found = dates(chess, since=date(2027, 2, 1))

    assert expanded(file(chess, found)) == ours(found)


def test_a_rule_goes_on_beyond_the_dates_that_there_are():
    chess = series("FREQ=WEEKLY", **{"except": "2028-02-03", "also": "2028-02-04"})

    shown = expanded(file(chess, dates(chess)), until=date(2028, 3, 1))

    starts = {start.date() for start, _, _ in shown}
    assert {date(2028, 1, 27), date(2028, 2, 4), date(2028, 2, 10)} <= starts
    assert date(2028, 2, 3) not in starts


def test_whatever_changes_it_is_the_same_entry_with_a_higher_number():
    chess = series("FREQ=WEEKLY")
    found = dates(chess)
    day = date(2026, 12, 17)
    later = replace(found[day], updated="2026-11-02T09:00:00.000Z")

    [before] = Calendar.from_ical(file(chess, found)).walk("VEVENT")
    [after] = Calendar.from_ical(file(chess, {**found, day: later})).walk("VEVENT")

    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]


# -- clocks --------------------------------------------------------------------------

ALL_KINDS = [*ZONES, "Australia/Lord_Howe", "Europe/Dublin", "Asia/Tokyo", "UTC"]


@pytest.mark.parametrize("zone", ALL_KINDS)
def test_the_clocks_are_told_as_they_are(zone):
    text = timezone(zone, 2026, 2028).to_ical().decode()

    read = tz.tzical(io.StringIO(text)).get(zone)

    at = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    while at.year < 2030:
        local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if not _is_twice(local, zone):
            told = local.replace(tzinfo=read).utcoffset()
            assert told == at.astimezone(ZoneInfo(zone)).utcoffset(), local
        at += timedelta(hours=1)


def _is_twice(local, zone):
    here = local.replace(tzinfo=ZoneInfo(zone))
    return here.utcoffset() != here.replace(fold=1).utcoffset()


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_where_there_is_a_rule_for_the_clocks_it_is_told_without_an_end(zone):
    text = timezone(zone, 2026, 2026).to_ical().decode()

    assert text.count("RRULE:FREQ=YEARLY") == 2
    assert "UNTIL" not in text


def test_each_place_has_its_own_clock_in_the_file():
    london, york = series("FREQ=WEEKLY"), series("FREQ=WEEKLY", "America/New_York")
    both = [Repeated(london, dates(london)), Repeated(york, dates(york))]

    clocks = Calendar.from_ical(ical.calendar("All", [], series=both)).walk("VTIMEZONE")

    assert [str(z["tzid"]) for z in clocks] == ["America/New_York", "Europe/London"]
