"""Days as people write them into a form."""

from __future__ import annotations

from datetime import date

import pytest

from peer.model.recurrence import BadRule
from peer.web.parts.days import days_in

FIRST = date(2031, 8, 1)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", []),
        ("2031-08-12", ["2031-08-12"]),
        ("2031-08-12 2031-12-24", ["2031-08-12", "2031-12-24"]),
        ("12 Aug, 19 August, 2031-08-26", ["2031-08-12", "2031-08-19", "2031-08-26"]),
        ("12 Aug 19 Aug", ["2031-08-12", "2031-08-19"]),
        ("12 Aug 2031-08-19", ["2031-08-12", "2031-08-19"]),
        ("1st jan; 2nd Feb.", ["2032-01-01", "2032-02-02"]),
        ("31 July", ["2032-07-31"]),
        ("29 Feb", ["2032-02-29"]),
        ("24. december 2033", ["2033-12-24"]),
    ],
)
def test_without_a_year_it_is_the_next_from_the_first_day_on(text, days):
    assert sorted(day.isoformat() for day in days_in(text, FIRST)) == days


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("noon", "noon"),
        ("12 Augustus", "12 Augustus"),
        ("31 June", "31 June"),
        ("2031-02-30", "2031-02-30"),
        ("12 Aug, tomorrow", "tomorrow"),
        ("12 Aug and 13 Aug", "and 13 Aug"),
        ("12", "12"),
        ("12 Aug 99999", "9"),
    ],
)
def test_what_is_no_day_is_said(text, what):
    with pytest.raises(BadRule, match=what):
        days_in(text, FIRST)
