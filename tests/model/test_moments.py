"""Moments as they are typed: hours on the wall of some place, twice a year askew."""

from __future__ import annotations

import pytest

from peer.model.declaration import Field, declared
from peer.model.kinds import KINDS, Site, Wrong

MOMENT = KINDS["moment"]


def starts(**told: object) -> Field:
    fields = {"name": {"kind": "line"}, "starts": {"kind": "moment", **told}}
    return declared({"name": "Show", "fields": fields}).fields["starts"]


def typed(text: str, zone: str) -> str:
    return str(MOMENT.parse(starts(), {"starts": text}, Site(zone=zone)))


def shown(value: str, zone: str) -> str:
    return MOMENT.controls(starts(), value, Site(zone=zone))[0].value


@pytest.mark.parametrize(
    ("zone", "value"),
    [
        ("Europe/London", "2026-07-01T19:30:00+01:00"),
        ("America/New_York", "2026-07-01T19:30:00-04:00"),
        ("Asia/Kathmandu", "2026-07-01T19:30:00+05:45"),
        ("Pacific/Kiritimati", "2026-07-01T19:30:00+14:00"),
        ("UTC", "2026-07-01T19:30:00+00:00"),
    ],
)
def test_the_hour_is_that_of_the_wall_there(zone: str, value: str) -> None:
    assert typed("2026-07-01T19:30", zone) == value
    assert shown(value, zone) == "2026-07-01T19:30"


@pytest.mark.parametrize(
    ("zone", "text", "place"),
    [
        ("Europe/London", "2026-03-29T01:30", "Europe/London"),
        ("America/New_York", "2026-03-08T02:00", "America/New York"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "Australia/Lord Howe"),
    ],
)
def test_an_hour_that_never_comes_is_refused(zone: str, text: str, place: str) -> None:
    with pytest.raises(Wrong) as wrong:
        typed(text, zone)

    assert "Starts: there is no" in str(wrong.value)
    assert str(wrong.value).endswith(f"in {place}, because the clocks go forward then.")


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert typed("2026-10-25T01:30", "Europe/London") == "2026-10-25T01:30:00+01:00"


def test_either_side_of_the_change_is_as_it_should_be() -> None:
    assert typed("2026-03-29T00:59", "Europe/London") == "2026-03-29T00:59:00+00:00"
    assert typed("2026-03-29T02:00", "Europe/London") == "2026-03-29T02:00:00+01:00"


def test_an_offset_with_seconds_is_told_in_utc() -> None:
    assert typed("1850-01-01T12:00", "Europe/Lisbon") == "1850-01-01T12:36:45+00:00"


@pytest.mark.parametrize(
    ("zone", "text"),
    [("Asia/Tokyo", "0001-01-01T00:00"), ("America/Lima", "9999-12-31T23:59")],
)
def test_what_no_clock_in_utc_can_show_is_refused(zone: str, text: str) -> None:
    with pytest.raises(Wrong, match="too long ago, or too far ahead"):
        typed(text, zone)


def test_a_moment_of_elsewhere_is_shown_by_the_clock_here() -> None:
    assert shown("2026-07-01T19:30:00+01:00", "America/New_York") == "2026-07-01T14:30"


def test_seconds_are_shown_only_where_there_are_some() -> None:
    control = MOMENT.controls(starts(), "2026-07-01T19:30:05Z", Site())[0]

    assert control.value == "2026-07-01T19:30:05"
    assert control.attributes["step"] == "1"


@pytest.mark.parametrize(
    "value",
    [
        "2026-07-01T19:30:00",
        "2026-07-01T19:30Z",
        "2026-07-01 19:30:00Z",
        "2026-07-01t19:30:00z",
        "2026-07-01T24:00:00Z",
        "2026-07-01T19:30:60Z",
        "2026-06-31T19:30:00Z",
        "2026-07-01T19:30:00+15:00",
        "2026-07-01T19:30:00+0100",
        "2026-07-01T19:30:00.1234567Z",
        "2026-W27-3T19:30:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "٢٠٢٦-07-01T19:30:00Z",
        "",
        1783539000,
        None,
    ],
)
def test_a_value_is_a_whole_moment_or_none(value: object) -> None:
    assert MOMENT.wrong(starts(), value) == (
        "Starts is a date and a time with its offset from UTC."
    )


@pytest.mark.parametrize(
    "value",
    ["2026-07-01T19:30:00Z", "2026-07-01T07:00:00.000Z", "2026-07-01T19:30:00-14:00"],
)
def test_all_that_rfc_3339_says_of_a_moment_is_one(value: str) -> None:
    assert MOMENT.wrong(starts(), value) is None
