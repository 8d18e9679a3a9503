from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peer.model.slots import USUAL, Slot, clashes, next_free, slot

DAY = datetime(2031, 7, 12, tzinfo=UTC)
MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
SLOTS = st.builds(
    lambda start, lasts: Slot(DAY + start, DAY + start + lasts + timedelta(minutes=1)),
    MINUTES,
    MINUTES,
)


def at(start, end, of=""):
    return Slot(DAY + timedelta(hours=start), DAY + timedelta(hours=end), of)


def test_what_ends_when_the_next_begins_does_not_meet_it():
    assert clashes([at(10, 12)], [at(8, 10), at(12, 14)]) == []


def test_whatever_lies_across_it_is_told_once_the_first_first():
    one, two = at(9, 11, "choir"), at(11, 20, "chess")

    assert clashes([at(10, 12), at(15, 16)], [two, one]) == [one, two]


def test_without_an_end_it_takes_as_long_as_things_do():
    assert slot(DAY, None).end == DAY + USUAL


def test_the_next_free_time_is_between_two_if_it_fits_there():
    taken = [at(9, 12), at(13, 14), at(20, 22)]

    assert next_free(at(10, 11), taken) == at(12, 13)
    assert next_free(at(10, 12), taken) == at(14, 16)
    assert next_free(at(16, 18), taken) == at(16, 18)


@given(SLOTS, st.lists(SLOTS, max_size=8))
def test_the_next_free_time_is_free_and_none_that_is_sooner(wanted, taken):
    found = next_free(wanted, taken)

    assert clashes([found], taken) == []
    assert found.lasts == wanted.lasts
    ends = [each.end for each in taken if wanted.start <= each.end < found.start]
    for start in [wanted.start, *ends]:
        if start < found.start:
            assert clashes([Slot(start, start + wanted.lasts)], taken)
