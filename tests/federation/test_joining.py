"""People of other servers press a button to come: a place, a line, or a price."""

from __future__ import annotations

import re

import pytest

from behaviors import wait
from peer.node.entrance.attendees import attendees, by_server
from peer.node.moderation.blocks import host_of
from peer.node.replay import replayed
from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.trade import on_sale

WHEN = "2030-07-12T19:00:00Z"


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def walk(events):
    walk = await events.makes("Event", name="Walk", startTime=WHEN)
    await soon(events.has_said_all, "it is told")
    return walk


@pytest.fixture
async def small(events):
    """There is a place for one."""
    small = await events.makes("Event", name="Tasting", startTime=WHEN, capacity=1)
    await soon(events.has_said_all, "it is told")
    return small


def is_private(activity):
    return activity["type"] == "Create" and activity["object"]["type"] == "Note"


def says(words, whom):
    def fits(activity):
        told = activity["object"]["content"] if is_private(activity) else ""
        return words in told and activity["to"] == [whom.id]

    return fits


async def goes(events, guest, event):
    return await events.holds(guest.id, "attending", event)


async def test_who_joins_from_mobilizon_gets_a_ticket_with_the_answer(
    events, walk, mobilizon
):
    ida = mobilizon.actor("ida")

    joined = await ida.join(walk)

    got = await mobilizon.got("Accept")
    assert got.object["id"] == joined["id"]
    assert got.object["type"] == "Join"
    assert got.activity["to"] == [ida.id]
    ticket = got.activity["result"]
    assert ticket["name"] == "Your ticket"
    assert ticket["type"] == "Document"  # a Link some take for no answer at all
    page = await events.page(ticket["url"])
    assert "Walk" in page.words


async def test_and_in_a_private_note_as_few_servers_show_an_answer(
    events, walk, mobilizon
):
    ida = mobilizon.actor("ida")
    await ida.join(walk)

    got = await mobilizon.got(says("You are coming to Walk", ida))

    assert got.activity["cc"] == []
    assert got.object["inReplyTo"] == walk
    assert [each["href"] for each in got.object["tag"]] == [ida.id]
    [link] = re.findall(r'href="([^"]*/seats/[^"]*)"', got.object["content"])
    accept = await mobilizon.got("Accept")
    assert link.replace("&amp;", "&") == accept.activity["result"]["url"]
    assert (await events.ask(got.object["id"])).status in (401, 403, 404)


async def test_who_joins_twice_has_one_place_and_is_answered_twice(
    events, small, mobilizon
):
    ida = mobilizon.actor("ida")
    await ida.join(small)
    await mobilizon.got("Accept")

    await ida.join(small)

    async def twice():
        return len(mobilizon.all("Accept")) == 2

    await soon(twice, "both are answered")
    await soon(events.has_said_all, "all is told")
    first, second = (r.activity["result"]["url"] for r in mobilizon.all("Accept"))
    assert first == second
    assert await events.node.store.read(lambda read: read.held(small)) == 1
    assert len(mobilizon.all(says("You are coming", ida))) == 1


async def test_who_leaves_again_has_no_ticket_any_more(events, walk, mobilizon):
    ida = mobilizon.actor("ida")
    joined = await ida.join(walk)
    got = await mobilizon.got("Accept")
    seat = got.activity["result"]["url"].partition("?")[0]

    await ida.leave(walk, joined)

    async def is_void():
        return (await events.get(seat))["state"] == "void"

    await soon(is_void, "it is void")
    assert not await goes(events, ida, walk)


@pytest.mark.parametrize("server", ["mobilizon", "friendica"])
async def test_who_finds_it_full_waits_and_has_the_next_place(
    events, small, start, server
):
    """In whatever way their server asks for one."""
    there = await start(server)
    ida, ola = there.actor("ida"), there.actor("ola")
    first = await ida.join(small)
    await there.got("Accept")

    asked = await ola.join(small)
    await there.got(says("waiting list", ola))
    assert await events.holds(ola.id, "waits", small)
    assert there.all("Reject") == []
    await ida.leave(small, first)

    await there.got(says("You are coming to Tasting", ola))
    await soon(events.has_said_all, "all is told")
    answered = [r for r in there.all("Accept") if r.activity["to"] == [ola.id]]
    assert [answer.object["id"] for answer in answered] == [asked["id"]]
    page = await events.page(answered[0].activity["result"]["url"])
    assert "Tasting" in page.words
    assert await goes(events, ola, small)
    assert await events.node.store.read(lambda read: read.held(small)) == 1
    assert (await replayed(events.node)).different == []


async def test_who_keeps_it_sees_how_many_come_from_which_server(
    events, walk, mobilizon
):
    for name in ("ida", "ola"):
        guest = mobilizon.actor(name)
        await guest.join(walk)
        await events.comes_to_hold(guest.id, "attending", walk)

    those = await attendees(events.node.store.read, await events.get(walk))

    assert by_server(those) == {host_of(mobilizon.base): 2}


async def test_other_servers_do_not_fill_the_whole_line(
    events, small, mobilizon, monkeypatch
):
    monkeypatch.setattr(wait, "_FROM_ELSEWHERE", 1)
    ida, ola, kim = map(mobilizon.actor, ("ida", "ola", "kim"))
    await ida.join(small)
    await ola.join(small)
    await mobilizon.got(says("waiting list", ola))

    await kim.join(small)

    got = await mobilizon.got("Reject")
    assert got.activity["to"] == [kim.id]
    await mobilizon.got(says("no places left", kim))
    assert not await events.holds(kim.id, "waits", small)


async def test_who_is_turned_away_does_not_wait_any_longer(events, small, mobilizon):
    ida, ola = mobilizon.actor("ida"), mobilizon.actor("ola")
    first = await ida.join(small)
    asked = await ola.join(small)
    await mobilizon.got(says("waiting list", ola))

    await events.does("Reject", asked["id"])

    await mobilizon.got("Reject")
    assert not await events.holds(ola.id, "waits", small)
    await ida.leave(small, first)
    await soon(events.has_said_all, "all is told")
    assert not await goes(events, ola, small)


async def test_who_waits_and_thinks_better_of_it_gets_nothing(events, small, mobilizon):
    ida, ola = mobilizon.actor("ida"), mobilizon.actor("ola")
    first = await ida.join(small)
    await mobilizon.got("Accept")
    asked = await ola.join(small)
    await mobilizon.got(says("waiting list", ola))

    await ola.leave(small, asked)
    await ida.leave(small, first)

    await soon(events.has_said_all, "all is told")
    assert not await goes(events, ola, small)
    assert await events.node.store.read(lambda read: read.held(small)) == 0
    assert len(mobilizon.all("Accept")) == 1


async def test_who_joins_what_takes_a_ticket_is_told_where_to_buy_one(
    events, open_peer, way, mobilizon
):
    shop = await open_peer("shop", peers=of_all(way))
    gig = await events.makes("Event", name="Gig", startTime=WHEN, joinMode="external")
    await on_sale(events, shop, gig)
    ida = mobilizon.actor("ida")

    joined = await ida.join(gig)

    got = await mobilizon.got("Reject")
    assert got.object["id"] == joined["id"]
    assert f"{gig}/buy" in got.activity["content"]
    note = await mobilizon.got(says("tickets are sold here", ida))
    assert f'href="{gig}/buy"' in note.object["content"]
    assert (await events.page(f"{gig}/buy")).status == 200
    assert not await goes(events, ida, gig)


async def test_who_joins_what_is_cancelled_is_told_so(events, walk, mobilizon):
    await events.does("Update", walk, values={"status": "CANCELLED"})
    ida = mobilizon.actor("ida")

    await ida.join(walk)

    await mobilizon.got("Reject")
    await mobilizon.got(says("This event is cancelled.", ida))
