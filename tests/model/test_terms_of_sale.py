"""Codes, questions and times of sale, as a stranger may write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model import series
from peer.model.promotion import Code, codes_of, word_in
from peer.model.questions import answers_in, questions_of, said
from peer.model.selling import closed
from peer.protocol.thing import Thing

NOW = "2026-11-21T09:00:00.000Z"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(["word", "percent", "amount", "times", "until", "ask"])
            | st.sampled_from(["choices", "required", "event", "answer"]),
            inside,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def event(**values):
    values = {"startTime": "2031-07-12T19:00:00+01:00", **values}
    return Thing("https://e.example/events/1", "Event", values, "o", NOW, NOW)


@given(ANYTHING)
def test_whatever_is_told_is_read_as_what_can_be_believed(told):
    for code in codes_of(told):
        assert codes_of([code.row]) == [code]
        assert 0 <= code.off(1000) <= 1000
    for each in questions_of(event(questions=told)):
        assert questions_of(event(questions=[each.row])) == [each]
    assert answers_in(answers_in(told)) == answers_in(told)
    assert all(ask and text for ask, text in said(told))


@given(st.integers(1, 100), st.integers(0, 10**9))
def test_a_part_of_a_price_is_never_more_than_the_price(percent, price):
    off = Code("EARLY", percent=percent).off(price)

    assert 0 <= off <= price
    assert abs(off * 100 - price * percent) <= 50


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("early", "EARLY"),
        (" early bird ", "EARLYBIRD"),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}BC", "ABC"),
        ("ab", ""),
        ("x" * 41, ""),
        ("a'; --", ""),
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed, word):
    assert word_in(typed) == word


@pytest.mark.parametrize(
    "row",
    [
        {"word": "EARLY"},
        {"word": "EARLY", "percent": 10, "amount": 100},
        {"word": "EARLY", "percent": 101},
        {"word": "EARLY", "percent": True},
        {"word": "EARLY", "percent": 10, "times": 0},
        {"word": "EARLY", "percent": 10, "until": "tomorrow"},
        {"word": "early", "percent": 10},
    ],
    ids=str,
)
def test_what_is_no_code_takes_nothing_off(row):
    assert codes_of([row]) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"salesStart": "2027-01-01T10:00:00Z"}, "not on sale yet, but from Friday"),
        ({"salesEnd": "2026-01-01T10:00:00Z"}, "no longer on sale since Thursday"),
        ({"salesEnd": "2027-01-01T10:00:00Z"}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_when_a_ticket_is_sold_is_said_in_words(values, words):
    ticket = Thing("t", "Ticket", {"name": "Standard", **values}, "o", NOW, NOW)

    told = closed(ticket, event(), datetime(2026, 11, 21, 9, tzinfo=UTC))

    assert words in told if words else told == ""


def test_each_date_of_a_series_is_sold_as_long_before_by_the_clock():
    row = {"name": "Standard", "salesStart": "2031-03-20T10:00:00+00:00"}
    zone = "Europe/London"
    first, later = "2031-03-27T19:00:00+00:00", "2031-04-03T19:00:00+01:00"

    assert series.row_on(row, first, first, zone) == row
    moved = series.row_on(row, first, later, zone)

    assert moved["salesStart"] == "2031-03-27T10:00:00+00:00"
    summer = series.row_on(row, first, "2031-04-10T19:00:00+01:00", zone)
    assert summer["salesStart"] == "2031-04-03T10:00:00+01:00"


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({}, True),
        ({"most": 4}, True),
        ({"most": "4"}, False),
        ({"salesStart": "2031-03-20T10:00:00Z"}, True),
        ({"salesStart": "soon"}, False),
        ({"codes": []}, False),
    ],
    ids=str,
)
def test_what_can_be_offered_for_each_date(more, fits):
    price = {"amount": 1000, "currency": "GBP"}
    shop = "https://shop.example/actor"
    row = {"name": "Standard", "price": price, "quantity": 5, "shop": shop, **more}

    assert series.are_tickets([row]) is fits
