from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model import recurrence
from peer.model.recurrence import BadRule, Often, Rule

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe")
THURSDAY = datetime(2026, 7, 2, 19, 0)
YEARS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def weekly(first=THURSDAY, zone="Europe/London", repeats="FREQ=WEEKLY", **more):
    return Rule(first, zone, repeats, **more)


# -- days ----------------------------------------------------------------------------


def test_every_thursday_until_september_but_not_on_the_twelfth_of_august():
    rule = weekly(
        datetime(2026, 8, 5, 19),
        repeats="FREQ=WEEKLY;UNTIL=20260831",
        without=frozenset([date(2026, 8, 12)]),
    )

    found = recurrence.days(rule, date(2026, 1, 1), date(2027, 1, 1))

    assert [day.day for day in found] == [5, 19, 26]


def test_the_last_day_is_one_of_them():
    rule = weekly(repeats="FREQ=DAILY;UNTIL=20260704")

    found = recurrence.days(rule, date(2026, 7, 1), date(2026, 8, 1))

    assert found == [date(2026, 7, 2), date(2026, 7, 3), date(2026, 7, 4)]


def test_days_may_be_added_that_no_rule_would_give():
    extra = date(2026, 7, 11)
    rule = weekly(repeats="FREQ=WEEKLY;COUNT=2", also=frozenset([extra]))

    found = recurrence.days(rule, date(2026, 7, 1), date(2026, 8, 1))

    assert found == [date(2026, 7, 2), date(2026, 7, 9), extra]


def test_a_count_is_counted_from_the_first_and_not_from_the_window():
    rule = weekly(repeats="FREQ=WEEKLY;COUNT=3")

    assert recurrence.days(rule, date(2026, 7, 10), date(2026, 12, 1)) == [
        date(2026, 7, 16)
    ]


def test_an_endless_rule_gives_no_more_than_is_asked_for():
    rule = weekly(repeats="FREQ=DAILY")

    found = recurrence.days(rule, date(2026, 1, 1), date(2999, 1, 1))

    assert len(found) == recurrence.MOST
    assert len(recurrence.days(rule, date(2026, 1, 1), date(2999, 1, 1), 5)) == 5


def test_a_rule_for_which_there_is_never_a_day_ends():
    rule = weekly(
        datetime(2026, 2, 1, 19), repeats="FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31"
    )

    assert recurrence.days(rule, date(2026, 1, 1), date(2999, 1, 1)) == []


# -- clocks --------------------------------------------------------------------------


@given(st.sampled_from(ZONES), TIMES, YEARS)
def test_it_stays_at_the_hour_on_the_wall_when_the_clocks_change(zone, at, day):
    rule = weekly(datetime.combine(day, at), zone=zone)

    for each in recurrence.days(rule, day, day + timedelta(days=400)):
        when = recurrence.starts(rule, each)
        local = when.replace(tzinfo=None)

        if _is_left_out(datetime.combine(each, at), zone):
            assert (
                timedelta(0) < local - datetime.combine(each, at) <= timedelta(hours=1)
            )
        else:
            assert local == datetime.combine(each, at)


def _is_left_out(local, zone):
    there = local.replace(tzinfo=ZoneInfo(zone))
    return (
        there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local
    )


@pytest.mark.parametrize(
    ("zone", "day", "at", "offset"),
    [
        ("Europe/London", date(2026, 10, 22), time(19), "+01:00"),
        ("Europe/London", date(2026, 10, 29), time(19), "+00:00"),
        ("America/New_York", date(2026, 11, 5), time(19), "-05:00"),
        ("Australia/Lord_Howe", date(2026, 10, 1), time(19), "+10:30"),
        ("Australia/Lord_Howe", date(2026, 10, 8), time(19), "+11:00"),
    ],
)
def test_the_offset_is_that_of_the_day(zone, day, at, offset):
    rule = weekly(datetime.combine(date(2026, 7, 2), at), zone=zone)

    assert recurrence.starts(rule, day).isoformat() == f"{day}T{at}{offset}"


def test_an_hour_that_is_left_out_is_the_next_and_one_that_is_twice_the_first():
    rule = weekly(datetime(2026, 3, 29, 1, 30), repeats="FREQ=DAILY")

    assert (
        recurrence.starts(rule, date(2026, 3, 29)).isoformat()
        == "2026-03-29T02:30:00+01:00"
    )
    assert (
        recurrence.starts(rule, date(2026, 10, 25)).isoformat()
        == "2026-10-25T01:30:00+01:00"
    )


@given(st.sampled_from(ZONES), TIMES, YEARS, st.integers(1, 60 * 30))
def test_nothing_ends_before_it_began(zone, at, day, minutes):
    rule = weekly(
        datetime.combine(day, at), zone=zone, lasts=timedelta(minutes=minutes)
    )

    end = recurrence.ends(rule, day)

    assert end is not None
    assert end >= recurrence.starts(rule, day)


# -- far off ---------------------------------------------------------------------------


@given(
    st.sampled_from(
        [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;BYDAY=MO,TH,SU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
            "FREQ=MONTHLY;BYDAY=-1FR",
        ]
    ),
    YEARS,
    st.integers(0, 800),
)
def test_a_window_far_off_shows_what_counting_day_by_day_would(repeats, first, gone):
    rule = weekly(datetime.combine(first, time(19)), repeats=repeats)
    since = first + timedelta(days=gone)
    until = since + timedelta(days=40)

    all = recurrence.days(rule, first, until, 5000)

    assert recurrence.days(rule, since, until) == [day for day in all if day >= since]


@pytest.mark.parametrize(
    ("told", "term"),
    [
        ({"startTime": "0001-01-02T10:00:00+00:00"}, "startTime"),
        ({"startTime": "9999-12-31T23:00:00+00:00"}, "startTime"),
        ({"endTime": "9999-12-31T23:00:00+00:00"}, "endTime"),
        ({"endTime": "2031-09-03T21:00:00+00:00"}, "endTime"),
        ({"except": "soon"}, "except"),
        ({"also": "later"}, "also"),
        ({"repeats": "often"}, "repeats"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(told, term):
    values = {"startTime": "2031-07-03T19:00:00+00:00", "repeats": "FREQ=DAILY"}

    with pytest.raises(BadRule) as wrong:
        recurrence.rule_of({**values, **told})

    assert wrong.value.term == term


# -- splitting ------------------------------------------------------------------------


RULES = st.sampled_from(
    [
        "FREQ=DAILY;COUNT=20",
        "FREQ=WEEKLY;BYDAY=TH,SU;COUNT=9",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261231",
        "FREQ=MONTHLY;BYDAY=1TH",
        "FREQ=MONTHLY;COUNT=5",
    ]
)


@given(RULES, st.integers(0, 8), st.sets(st.integers(0, 60), max_size=3))
def test_both_halves_of_a_rule_are_together_what_it_was(repeats, nth, without):
    left_out = frozenset(THURSDAY.date() + timedelta(days=n) for n in without)
    rule = weekly(repeats=repeats, without=left_out)
    window = (date(2026, 1, 1), date(2027, 3, 1))
    all = recurrence.days(rule, *window)
    if not all:
        return
    day = all[min(nth, len(all) - 1)]

    first = recurrence.days(recurrence.before(rule, day), *window)
    second = recurrence.days(recurrence.after(rule, day), *window)

    assert [*first, *second] == all


# -- words and mistakes ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "often",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=1TH",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=YEARLY;BYYEARDAY=366",
        "FREQ=DAILY;UNTIL=20269999",
        "FREQ=DAILY;COUNT=99999",
    ],
)
def test_what_is_no_rule_is_refused_in_words(text):
    with pytest.raises(BadRule, match=r"\.$"):
        recurrence.parts(text)


@given(st.text(max_size=80))
def test_whatever_is_written_is_a_rule_or_refused(text):
    try:
        recurrence.parts(text)
    except BadRule:
        return
    rule = weekly(repeats=text)
    assert len(recurrence.days(rule, date(2026, 1, 1), date(2027, 1, 1))) <= 400


@pytest.mark.parametrize(
    ("often", "text", "said"),
    [
        (Often("week"), "FREQ=WEEKLY;BYDAY=TH", "every week on Thursday"),
        (
            Often("week", ("TH", "TU")),
            "FREQ=WEEKLY;BYDAY=TU,TH",
            "every week on Tuesday and Thursday",
        ),
        (
            Often("fortnight", until=date(2026, 9, 30)),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20260930",
            "every 2 weeks on Thursday, until 30 September 2026",
        ),
        (Often("month", count=4), "FREQ=MONTHLY;COUNT=4", "every month, 4 times"),
        (
            Often("weekday"),
            "FREQ=MONTHLY;BYDAY=1TH",
            "every month on the first Thursday",
        ),
    ],
)
def test_what_a_form_means_is_a_rule_that_can_be_said(often, text, said):
    assert recurrence.text_of(often, THURSDAY.date()) == text
    assert recurrence.words(weekly(repeats=text)) == said
