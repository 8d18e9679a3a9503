"""The checker of histories itself: it says so when something is lost or doubled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.protocol.thing import DRAFT, Edge, Thing
from tests.story.history import Heard, History, Kept, problems

SHOP, EVENTS = "http://shop.example", "http://events.example"
EVENT, TICKET = f"{EVENTS}/events/gig", f"{SHOP}/tickets/gig"
ORDER, LINE = f"{SHOP}/orders/1", f"{SHOP}/lines/1-1"
ALLOTMENT, PURCHASE = f"{EVENTS}/allotments/gig", f"{EVENTS}/purchases/1"
THEN = "2026-11-21T12:00:00.000Z"


def thing(id: str, kind: str, **values) -> Thing:
    return Thing(id, kind, values, f"{SHOP}/actor", THEN, THEN, DRAFT)


def edge(subject: str, relation: str, object: str) -> Edge:
    id = f"{subject}#{relation}-{object}"
    return Edge(id, subject, relation, object, f"{SHOP}/actor", THEN, id)


def seat(number: int) -> Thing:
    told = {"number": number, "code": f"C{number}", "order": ORDER, "event": EVENT}
    return thing(
        f"{SHOP}/seats/1-{number}", "Seat", state="valid", ticket=TICKET, **told
    )


@pytest.fixture
def shop() -> Kept:
    """One confirmed order of two places, of five."""
    seats = [seat(1), seat(2)]
    things = [
        thing(TICKET, "Ticket", quantity=5),
        thing(ORDER, "Order", state="confirmed", offer=f"{EVENTS}/activities/1"),
        thing(LINE, "Line", quantity=2, satisfies=TICKET, event=EVENT),
        *seats,
    ]
    edges = [edge(ORDER, "contains", each.id) for each in (things[2], *seats)]
    return Kept(SHOP, {each.id: each for each in things}, edges, {TICKET: 2})


@pytest.fixture
def events() -> Kept:
    things = [
        thing(EVENT, "Event", capacity=6),
        thing(ALLOTMENT, "Allotment", agreed=5, state="accepted"),
        thing(PURCHASE, "Purchase", state="confirmed", order=ORDER),
    ]
    edges = [
        edge(EVENT, "allots", ALLOTMENT),
        edge(EVENT, "sold", f"{ORDER}#1"),
        edge(EVENT, "sold", f"{ORDER}#2"),
    ]
    return Kept(EVENTS, {each.id: each for each in things}, edges, {EVENT: 5})


def changed(kept: Kept, id: str, **values) -> None:
    found = kept.things[id]
    after = replace(found, values={**found.values, **values})
    kept.things = {**kept.things, id: after}


def history(*, words: str = "There are none left.") -> History:
    told = History()
    told.note("ada", "buy", Heard.OK, about=ORDER, ticket=TICKET, count=2)
    told.note("ada", "pay", Heard.OK, about=ORDER)
    told.note("bob", "buy", Heard.NO, ticket=TICKET, count=4, words=words)
    return told


def test_what_fits_is_no_problem(shop, events):
    assert problems(history(), [shop], events) == []


def test_an_order_that_is_lost(shop, events):
    shop.things = {id: each for id, each in shop.things.items() if id != ORDER}

    assert any("is lost" in said for said in problems(history(), [shop], events))


def test_a_payment_that_is_lost(shop, events):
    changed(shop, ORDER, state="awaiting")

    assert any("paid for" in said for said in problems(history(), [shop], events))


def test_two_orders_of_one_offer(shop, events):
    twin = replace(shop.things[ORDER], id=f"{SHOP}/orders/2")
    shop.things = {**shop.things, twin.id: twin}

    assert any("2 orders of" in said for said in problems(history(), [shop], events))


def test_a_seat_with_the_number_of_another(shop, events):
    changed(shop, f"{SHOP}/seats/1-2", number=1)

    assert any("a seat twice" in said for said in problems(history(), [shop], events))


def test_a_seat_that_is_not_counted(shop, events):
    events.edges = events.edges[:-1]

    assert any("not counted" in said for said in problems(history(), [shop], events))


def test_a_place_that_is_counted_and_is_no_seat(shop, events):
    changed(shop, f"{SHOP}/seats/1-2", state="void")

    assert any("no seat" in said for said in problems(history(), [shop], events))


@pytest.mark.parametrize("held", [1, 3])
def test_places_that_are_held_for_nobody_or_by_nobody(shop, events, held):
    shop.held = {TICKET: held}

    assert any("orders keep 2" in said for said in problems(history(), [shop], events))


def test_more_than_there_were(shop, events):
    changed(shop, TICKET, quantity=1)
    changed(events, ALLOTMENT, agreed=1)
    changed(events, EVENT, capacity=1)

    said = problems(history(), [shop], events)

    assert any("2 of 1 are held" in each for each in said)
    assert any("1 given to shops" in each for each in said)
    assert any("room for 1" in each for each in said)


def test_somebody_sent_away_in_vain(shop, events):
    told = history()
    told.note(
        "eve", "buy", Heard.NO, ticket=TICKET, count=3, words="There are none left"
    )

    assert any("sent away" in said for said in problems(told, [shop], events))


@pytest.mark.parametrize("of", [EVENT, f"{EVENTS}/events/another"])
def test_somebody_sent_away_who_would_have_taken_whatever_there_is(shop, events, of):
    told = history()
    told.note("eve", "buy", Heard.NO, event=of, words="There are none left")
    shop.edges = [*shop.edges, edge(TICKET, "sellsTicketsFor", EVENT)]

    found = problems(told, [shop], events)

    assert any("sent away" in said for said in found) == (of == EVENT)


@pytest.mark.parametrize("came", ["before", "after"])
def test_somebody_sent_away_before_somebody_else_came_and_was_served(
    shop, events, came
):
    told, began = history(), 1.0 if came == "before" else 4.0
    told.note("eve", "buy", Heard.NO, words="There are none left", began=1, ended=3)
    told.note("joe", "buy", Heard.OK, about=ORDER, began=began, ended=5)

    found = problems(told, [shop], events)

    assert ("eve was sent away, and joe came later" in found) == (came == "after")


def test_what_is_still_to_be_said(shop, events):
    events.waiting = 1

    assert any("to say still" in said for said in problems(history(), [shop], events))


def test_an_order_of_which_its_buyer_never_hears(shop, events):
    changed(events, PURCHASE, state="asked")

    assert any("never answered" in s for s in problems(history(), [shop], events))
