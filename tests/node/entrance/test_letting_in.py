from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.node.entrance import attendees, letting_in
from peer.node.entrance.stewards import Keeper
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from tests.node.entrance.conftest import DESK, SHOP


async def inside(door) -> int:
    arrived = {"relation": "arrived", "object": door.event.id}
    return await door.node.store.read(lambda read: read.degree(**arrived))


async def test_who_has_a_ticket_is_let_in_once(door):
    seat = await door.sold()

    first, second = await door.scan(seat["code"]), await door.scan(seat["code"])

    assert (first.what, second.what) == ("in", "again")
    assert second.since == first.at
    assert second.before == "Main door"
    assert await inside(door) == 1


async def test_a_token_is_as_good_as_the_code(door):
    seat = await door.sold()

    assert (await door.scan(door.token(seat))).what == "in"
    assert (await door.scan(seat["code"].lower().replace("-", " "))).what == "again"


async def test_two_doors_at_the_same_instant_let_in_one(door):
    seat = await door.sold()

    told = await asyncio.gather(*(door.scan(door.token(seat)) for _ in range(8)))

    assert sorted(each.what for each in told) == ["again"] * 7 + ["in"]
    assert await inside(door) == 1


async def test_the_same_scan_sent_twice_is_answered_the_same(door):
    seat = await door.sold()

    first = await door.scan(seat["code"], id="the-same-scan")
    again = await door.scan(seat["code"], id="the-same-scan")

    assert first == again
    assert first.what == "in"


async def test_what_was_refunded_is_void_and_says_why(door):
    seat = await door.sold()
    await door.change(seat, state="void", reason="refunded")

    for text in (seat["code"], door.token(seat)):
        told = await door.scan(text)
        assert (told.what, told.why) == ("void", "refunded")
    assert await inside(door) == 0


async def test_a_ticket_that_was_passed_on_is_void_and_the_new_one_is_not(door):
    seat = await door.sold()
    old = door.token(seat)
    await door.change(seat, code="0000-0000-0001", holder="Bob")

    told = await door.scan(old)
    assert (told.what, told.why) == ("void", "passed on to somebody else")
    assert (await door.scan(seat["code"])).what == "unknown"
    assert (await door.scan("0000-0000-0001")).what == "in"


async def test_a_genuine_ticket_that_nobody_has_told_of_is_let_in_and_noted(door):
    seat = door.seat(7)

    told = await door.scan(door.token(seat))
    again = await door.scan(door.token(seat))

    assert (told.what, again.what) == ("early", "again")
    read = door.node.store.read
    [listed] = await attendees.attendees(read, door.event)
    assert (listed.state, listed.number) == (attendees.EARLY, 7)

    await door.sold(7)
    [listed] = await attendees.attendees(read, door.event)
    assert (listed.state, listed.name, bool(listed.since)) == ("valid", "Ada", True)


async def test_a_ticket_for_another_event_is_not_for_this_one(door):
    seat = door.seat()
    theirs = await door.sold(9, event=f"{door.node.base}/events/other")

    by_token = await door.scan(door.token(seat, event="https://e.example/events/x"))
    by_code = await door.scan(theirs["code"])

    assert (by_token.what, by_code.what) == ("elsewhere", "elsewhere")
    assert await inside(door) == 0


async def test_what_nobody_signed_is_not_genuine(door):
    forger = Ed25519PrivateKey.generate()

    told = await door.scan(door.token(door.seat(), key=forger))
    garbled = await door.scan("SX1" + "A" * 150)

    assert (told.what, garbled.what) == ("forged", "forged")
    assert await inside(door) == 0


async def test_a_code_that_nobody_has_is_unknown(door):
    assert (await door.scan("0000-0000-0000")).what == "unknown"


async def test_tickets_from_before_the_desk_changed_its_keys_are_good(door):
    sold_before = door.token(door.seat(1))
    fresh = Ed25519PrivateKey.generate()
    await door.know_keys(fresh, "ed25519-key-2")

    assert (await door.scan(sold_before)).what == "early"
    assert (await door.scan(door.token(door.seat(2), key=fresh))).what == "early"


async def test_a_known_code_is_good_though_the_key_is_not_known_yet(door):
    seat = await door.sold()
    fresh = Ed25519PrivateKey.generate()

    assert (await door.scan(door.token(seat, key=fresh))).what == "in"


async def test_a_desk_that_was_given_nothing_to_sell_signs_nothing_here(door, node):
    edges = await node.edges(subject=door.event.id, relation="allots")
    await door.node.store.transact(
        lambda tx: tx.unrelate(door.event.id, "allots", edges[0].object)
    )

    assert (await door.scan(door.token(door.seat()))).what == "forged"


async def test_what_was_taken_back_can_be_done_again(door):
    seat = await door.sold()
    await door.scan(seat["code"])

    await letting_in.take_back(door.node, door.event, seat.id, door.keeper)

    assert await inside(door) == 0
    assert (await door.scan(seat["code"])).what == "in"
    with pytest.raises(Refused, match="Nobody came in"):
        await letting_in.take_back(
            door.node, door.event, f"{SHOP}/seats/none", door.keeper
        )


async def test_it_is_written_down_who_let_whom_in_and_who_was_refused(door, node):
    seat = await door.sold()
    await door.scan(seat["code"])
    await door.scan("0000-0000-0000", keeper=Keeper(DESK, "Side door"))

    lines = await door.node.store.read(lambda r: letting_in.scans(r, door.event.id))

    assert [(each.what, each.by) for each in lines] == [
        ("unknown", "Side door"),
        ("in", "Main door"),
    ]
    [arrived] = [e for e in await node.log() if e.activity.type == "Arrive"]
    assert arrived.activity.notes == {"steward": "Main door"}


# -- devices that were alone ---------------------------------------------------------


async def test_a_scan_that_a_device_kept_counts_from_when_it_was(door, node):
    seat = await door.sold()
    at = door.node.now() - timedelta(minutes=20)

    told = await door.scan(seat["code"], at=at)

    assert (told.what, told.at, told.offline) == ("in", wire(at), True)
    [edge] = await node.edges(subject=seat.id, relation="arrived")
    assert edge.since == wire(at)


async def test_a_ticket_at_two_doors_while_they_were_alone_is_reported(door):
    seat = await door.sold()
    at = door.node.now() - timedelta(minutes=20)

    await door.scan(seat["code"], at=at)
    await door.scan(
        seat["code"], at=at + timedelta(minutes=4), keeper=Keeper(DESK, "Side door")
    )

    [told] = await door.node.store.read(
        lambda r: letting_in.conflicts(r, door.event.id)
    )
    assert (told.what, told.by, told.before) == ("again", "Side door", "Main door")
    assert await inside(door) == 1


async def test_what_was_void_when_a_device_let_it_in_is_reported(door):
    seat = await door.sold(state="void", reason="refunded")

    await door.scan(seat["code"], at=door.node.now())

    [told] = await door.node.store.read(
        lambda r: letting_in.conflicts(r, door.event.id)
    )
    assert told.what == "void"


async def test_no_device_says_that_it_was_tomorrow_or_last_year(door):
    seat, other = await door.sold(1), await door.sold(2)
    now = door.node.now()

    ahead = await door.scan(seat["code"], at=now + timedelta(days=1))
    behind = await door.scan(other["code"], at=now - timedelta(days=400))

    assert ahead.at < wire(now + timedelta(minutes=1))
    assert behind.at > wire(now - timedelta(days=4))


async def test_a_scan_without_a_proper_id_is_not_taken(door):
    for id in ("", "x", "a b c d e f g h", "é" * 10, "x" * 100):
        with pytest.raises(Refused):
            await door.scan("0000-0000-0000", id=id)


async def test_a_seat_of_a_shop_on_the_same_peer_is_found_by_its_code(door):
    seat = replace(door.seat(), id=f"{door.node.base}/seats/ra-1-1")
    await door.see(seat)

    assert (await door.scan(seat["code"])).what == "in"
