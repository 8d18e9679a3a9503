"""The door of an event, as it is without scripts: forms, and what they come to."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.protocol.moment import wire
from peer.web.pages.checking_in import code_mark
from tests.node.entrance.conftest import opened

GIG = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00", "joinMode": "external"}


@pytest.fixture
async def door(events):
    return await opened(events.node, events.node.site, GIG)


@pytest.fixture
def here(door):
    return f"/events/{door.event.slug}/check-in"


@pytest.fixture
async def owner(events):
    return await events.owner()


async def scan(visitor, here, text):
    return await visitor.send(await visitor.get(here), here, text=text)


async def test_a_code_is_typed_and_somebody_is_in(owner, door, here):
    seat = await door.sold()

    page = await scan(owner, here, seat["code"].lower())

    assert page.status == 200
    assert "Let in" in page.words
    assert "Ada, Gig, Standard : 1st entry" in page.words
    assert "1 in / 1 sold" in page.words


async def test_the_second_time_it_warns_and_can_be_taken_back(owner, door, here):
    seat = await door.sold()
    await scan(owner, here, seat["code"])

    page = await scan(owner, here, door.token(seat))
    assert "Already in" in page.words
    assert "already in since" in page.words
    assert "1 in / 1 sold" in page.words

    page = await owner.send(page, f"{here}/undo")
    assert "0 in / 1 sold" in page.words
    assert "not in after all" in page.words


async def test_loading_the_answer_again_lets_nobody_in_again(owner, door, here):
    seat = await door.sold()
    page = await scan(owner, here, seat["code"])

    again = await owner.get(page.path)

    assert "1st entry" in again.words
    assert "Already in" not in again.words


async def test_the_same_form_sent_twice_is_one_scan(owner, door, here):
    seat = await door.sold()
    form = await owner.get(here)
    await owner.send(form, here, text=seat["code"])

    page = await owner.send(form, here, text=seat["code"])

    assert "1st entry" in page.words


async def test_what_is_wrong_with_a_ticket_is_said(owner, door, here):
    void = await door.sold(1, state="void", reason="refunded")
    theirs = await door.sold(2, event="https://e.example/events/other")
    forged = door.token(door.seat(3), key=Ed25519PrivateKey.generate())

    for text, heading, words in (
        (void["code"], "Void: not let in", "void: refunded"),
        (theirs["code"], "Not for this event", "for another event"),
        (forged, "Not genuine", "no shop of this event signed it"),
        ("SX1" + "A" * 60, "Not genuine", "Scan it again"),
        ("0000-0000-0000", "Not found", "No ticket has this code"),
    ):
        page = await scan(owner, here, text)
        assert heading in page.words, text
        assert words in page.words
        assert "0 in / " in page.words


async def test_a_genuine_ticket_comes_in_before_its_shop_has_told(owner, door, here):
    page = await scan(owner, here, door.token(door.seat(5)))

    assert "Let in, and noted" in page.words
    assert (
        "Ticket 5 of order ra-1 : genuine, but the shop has not told us" in page.words
    )
    assert "1 in / 0 sold" in page.words


async def test_who_has_left_the_ticket_at_home_is_found_by_name(owner, door, here):
    await door.sold(1, holder="Ada Lovelace")
    await door.sold(2, holder="Bob")

    page = await scan(owner, here, "lovelace")
    assert "Ada Lovelace" in page.words and "Bob" not in page.words
    [told] = [dict(form.fields) for form in page.forms if "seat" in form.names]
    page = await owner.post(here, follow=True, scan=told["scan"], seat=told["seat"])

    assert "Ada Lovelace, Gig, Standard : 1st entry" in page.words
    page = await scan(owner, here, "nobody of that name")
    assert "has a ticket" in page.words


async def test_only_who_keeps_the_event_stands_at_its_door(events, door, here):
    ada, stranger = await events.signed_in("Ada"), await events.visitor()

    assert (await ada.get(here)).status == 403
    assert (await stranger.get(here)).location.startswith("/sign-in?next=")
    for path in (f"{here}/list", here.replace("check-in", "guests.csv")):
        assert (await ada.get(path)).status == 403
        assert (await stranger.get(path)).status in (303, 403)
    page = await ada.post(here, text="0000-0000-0000", scan="a-scan-of-hers")
    assert page.status == 403


async def test_there_is_no_door_where_there_is_no_event(owner):
    assert (await owner.get("/events/none/check-in")).status == 404
    assert (await owner.get("/events/none/guests")).status == 404


# -- stewards ------------------------------------------------------------------------


async def appointed(events, owner, here):
    """A steward, in a browser that knows nobody."""
    page = await owner.get(here)
    page = await owner.send(page, f"{here}/stewards", name="Side door")
    [link] = [href for href, _ in page.links if "/check-in/" in href and "http" in href]
    steward = await events.visitor()
    first = await steward.get(link.removeprefix(events.base), follow=True)
    return steward, first, link


async def test_a_steward_lets_people_in_without_an_account(events, owner, door, here):
    seat = await door.sold()

    steward, page, _ = await appointed(events, owner, here)
    assert page.path == here
    page = await scan(steward, here, seat["code"])

    assert "1st entry" in page.words
    assert "Side door" in (await owner.get(here)).words


async def test_a_steward_sees_the_door_and_nothing_else(events, owner, door, here):
    steward, page, _ = await appointed(events, owner, here)

    assert "Doors and stewards" not in page.words
    assert (await steward.get(here.replace("check-in", "guests"))).status == 403
    page = await steward.post(f"{here}/stewards", name="Mine")
    assert page.status == 403


async def test_a_link_that_has_ended_opens_nothing(events, owner, door, here):
    steward, _, link = await appointed(events, owner, here)

    page = await owner.send(await owner.get(here), f"{here}/stewards/end")

    assert "That link has ended." in page.words
    assert (await steward.get(here)).location.startswith("/sign-in")
    fresh = await events.visitor()
    assert (await fresh.get(link.removeprefix(events.base))).status == 410


async def test_a_link_is_for_one_event(events, owner, door, here):
    other = await opened(events.node, events.node.site, {**GIG, "name": "Other"})
    steward, _, _ = await appointed(events, owner, here)

    page = await steward.get(f"/events/{other.event.slug}/check-in")

    assert page.status == 303


# -- devices without a network ---------------------------------------------------------


async def test_what_a_device_noted_alone_counts_from_then(owner, door, here):
    seat = await door.sold()
    at = wire(datetime.now(UTC) - timedelta(minutes=30))
    told = {"text": seat["code"], "scan": "kept-on-the-phone", "at": at}

    for _ in range(2):
        page = await owner.post(here, follow=True, **told)
        assert "1st entry" in page.words
    other = {**told, "scan": "on-another-phone"}
    page = await owner.post(here, follow=True, **other)

    assert "Already in" in page.words
    assert "Have a look at these" in page.words
    assert (await owner.post(here, **{**told, "at": "noon"})).status == 400


async def test_a_device_is_told_what_it_takes_to_check_alone(owner, door, here):
    seat = await door.sold()

    page = await owner.get(f"{here}/list")
    told = json.loads(page.text)

    [one] = told["seats"]
    assert one["code"] == code_mark(door.event.id, seat["code"])
    assert one["who"] == "Ada, Gig, Standard"
    assert seat["code"] not in page.text
    assert len(told["keys"]) == 1
    assert page.headers["Cache-Control"] == "private, no-store"


async def test_the_camera_is_allowed_here_and_nowhere_else(owner, door, here):
    allowed = (await owner.get(here)).headers["Permissions-Policy"]
    elsewhere = (await owner.get("/")).headers["Permissions-Policy"]

    assert "camera=(self)" in allowed
    assert "camera=()" in elsewhere


# -- who is coming ---------------------------------------------------------------------


async def test_the_list_is_searched_and_saved(owner, door, here):
    await door.sold(1, holder="=HYPERLINK(1)")
    await door.sold(2, holder="Bob")
    guests = here.replace("check-in", "guests")

    page = await owner.get(f"{guests}?q=bob")
    assert "Bob" in page.words and "HYPERLINK" not in page.words
    table = await owner.get(f"{guests}.csv")

    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[1][0] == "'=HYPERLINK(1)"
    assert "attachment" in table.headers["Content-Disposition"]
    assert "Nobody of that name" in (await owner.get(f"{guests}?q=zoe")).words


async def test_the_list_says_how_many_came_by_which_door(owner, door, here):
    seat = await door.sold(1)
    await door.scan(seat["code"])

    page = await owner.get(here.replace("check-in", "guests"))

    assert "Main door: 1" in page.words
    assert "1 in, 1 sold" in page.words
