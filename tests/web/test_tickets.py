"""The page of a ticket: for who holds it, and for nobody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import icalendar
import pytest

from peer.model.permission import STRANGER
from peer.node.keys import keys_of
from peer.node.trading import orders, tickets
from peer.protocol import credential, proof
from peer.protocol.credential import BadTicket
from tests.web.stall import sell


@pytest.fixture
async def stall(shop):
    return await sell(shop.node, STRANGER)


async def test_who_holds_it_sees_all_that_is_needed_at_the_door(shop, stall):
    guest = await shop.visitor()
    [seat, _] = await stall.seats()

    page = await guest.get(await stall.path())

    assert page.status == 200
    for words in ("Summer Gig", "19:30", "The Old Bakery", "Ada", seat["code"]):
        assert words in page.words
    assert "Europe/Berlin" in page.words
    assert stall.order["number"] in page.words
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


async def test_without_the_key_there_is_nothing_here(shop, stall):
    guest = await shop.visitor()
    path = await stall.path()
    address = path.partition("?")[0]

    other = (await stall.path(1)).partition("=")[2]
    for wrong in (
        address,
        f"{address}?key=x",
        f"{address}?key={other}",
        f"{address}?key=é",
    ):
        for accept in ("text/html", "application/activity+json"):
            page = await guest.get(wrong, Accept=accept)
            assert page.status == 404, wrong
            assert "Summer Gig" not in page.text


async def test_who_bought_it_signed_in_needs_no_key(shop):
    ada, eve = await shop.signed_in("Ada"), await shop.signed_in("Eve")
    stall = await sell(shop.node, ada.viewer)
    address = (await stall.path()).partition("?")[0]

    assert (await ada.get(address)).status == 200
    assert (await eve.get(address)).status == 404
    assert (await (await shop.owner()).get(address)).status == 200


async def test_the_token_in_the_code_is_good(shop, stall):
    [seat, _] = await stall.seats()
    token = await shop.node.store.read(lambda r: tickets.token_of(seat, r))
    keys = await shop.node.store.read(lambda r: keys_of(r, seat.owner))

    read = credential.read_token(token)

    known = {keys.ed25519_id: keys.ed25519.public_key()}
    assert read.signer(known) == keys.ed25519_id
    assert read.slip.code == seat["code"]
    assert read.slip.is_for(stall.event.id)
    assert read.slip.slug == seat.slug


async def test_it_can_be_had_as_a_file_that_proves_itself(shop, stall):
    guest = await shop.visitor()
    path, key = (await stall.path()).split("?")

    page = await guest.get(f"{path}/credential?{key}")
    told = json.loads(page.text)

    keys = await shop.node.store.read(lambda r: keys_of(r, told["issuer"]))
    now = datetime.now(UTC)
    method = proof.method_of(told)
    public = keys.ed25519.public_key()
    subject = credential.check_document(told, method, public, now)
    assert subject["event"]["name"] == "Summer Gig"
    told["credentialSubject"]["holder"] = "Eve"
    with pytest.raises(BadTicket):
        credential.check_document(told, method, public, now)
    same = await guest.get(f"{path}?{key}", Accept="application/ld+json")
    assert same.content == page.content
    assert (await guest.get(f"{path}/credential")).status == 404


async def test_it_goes_into_a_calendar(shop, stall):
    guest = await shop.visitor()
    path, key = (await stall.path()).split("?")

    page = await guest.get(f"{path}/event.ics?{key}")

    [entry] = icalendar.Calendar.from_ical(page.content).walk("VEVENT")
    assert page.headers["Content-Type"].startswith("text/calendar")
    assert entry["SUMMARY"] == "Summer Gig"
    assert entry.decoded("DTSTART") == datetime(2030, 7, 1, 17, 30, tzinfo=UTC)
    assert (await guest.get(f"{path}/event.ics")).status == 404


async def test_the_name_on_it_can_be_changed(shop, stall):
    guest = await shop.visitor()
    path = await stall.path()

    page = await guest.send(await guest.get(path), "/holder", holder="Ada Lovelace")

    assert "Ada Lovelace" in page.words
    assert await stall.path() == path


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\tb\x07c"])
async def test_a_name_is_a_line(shop, stall, name):
    guest = await shop.visitor()

    page = await guest.send(await guest.get(await stall.path()), "/holder", holder=name)

    if name == "a\tb\x07c" or not name.strip() or len(name) > 80:
        assert page.status == 422
        assert "Say who it is for" in page.words


async def test_passed_on_the_old_one_ends_and_the_place_stays(shop, stall):
    guest = await shop.visitor()
    path = await stall.path()
    [before, _] = await stall.seats()

    page = await guest.send(await guest.get(path), "/pass", holder="Bob")

    [after, _] = await stall.seats()
    assert "This is the new ticket." in page.words
    assert after["code"] != before["code"]
    assert (after.id, after["number"]) == (before.id, before["number"])
    assert "Bob" in page.words and after["code"] in page.words
    old = await guest.get(path)
    assert old.status == 404
    assert "A ticket that was passed on has a new address" in old.words
    entries = await shop.node.store.read(
        lambda r: r.log(object=after.id, type="Update")
    )
    assert entries[0].activity.notes["passed"]


async def test_who_passed_it_on_has_it_no_longer(shop):
    ada = await shop.signed_in("Ada")
    stall = await sell(shop.node, ada.viewer)
    path = await stall.path()
    await ada.send(await ada.get(path), "/pass", holder="Bob")
    [after, _] = await stall.seats()

    order = await ada.get(stall.order.id.removeprefix(shop.base))

    assert "Passed on" in order.words
    assert order.text.count("QR code of the ticket") == 1
    assert tickets.key_of(stall.secret, after) not in order.text
    assert (await ada.get(path.partition("?")[0])).status == 404
    assert (await ada.get(await stall.path())).status == 200


async def test_a_ticket_is_passed_on_once_however_often_the_button_is_pressed(
    shop, stall
):
    guest = await shop.visitor()
    page = await guest.get(await stall.path())
    await guest.send(page, "/pass", holder="Bob")
    [after, _] = await stall.seats()

    again = await guest.send(page, "/pass", holder="Bob")

    assert again.status == 404
    assert (await stall.seats())[0] == after


async def test_a_void_ticket_says_so_plainly(shop, stall):
    guest = await shop.visitor()
    path = await stall.path()
    await orders.cancel(shop.node, stall.order.id, "refunded")

    page = await guest.get(path)

    assert page.status == 200
    assert "This ticket is void" in page.words
    assert "does not let anybody in" in page.words
    assert "QR code" not in page.text
    address, key = path.split("?")
    assert (await guest.get(f"{address}/credential?{key}")).status == 410
    assert not [f for f in page.forms if "/pass" in f.action]
