"""With one of its ends an edge is over: on both peers, and for those who follow."""

from __future__ import annotations

import pytest

from peer.cli import located
from peer.node.replay import replayed
from tests.federation.cooperating import allocated, comes_to_stand, of_all
from tests.federation.fediverse.wording import mention
from tests.federation.peers import soon
from tests.federation.stating import (
    accepts,
    edge_of,
    edges_of,
    mitra_like,
    offers,
    stamp_of,
)
from tests.federation.stating import allocated as offered


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def ana(mitra):
    return mitra.actor("ana")


@pytest.fixture
async def calendar(events):
    """Everybody's posts are on it as soon as they are offered."""
    id = f"{events.base}/calendars/main"
    await events.does("Update", id, values={"admits": "everyone"})
    return id


@pytest.fixture
async def zoe(mastodon, calendar):
    """She follows the calendar."""
    zoe = mastodon.actor("zoe")
    await zoe.follow(calendar)
    await mastodon.got("Accept")
    return zoe


async def shown(mitra, ana, events, calendar):
    """A post of hers that the calendar agreed to."""
    post = ana.note("About the concert.")
    edge = edge_of(ana, post["id"], calendar)
    await offers(ana, events, edge)
    stamp = (await mitra.got("Accept")).activity["result"]
    return post, edge, stamp


async def nothing_stands(events):
    async def look():
        return await edges_of(events) == []

    await soon(look, "neither the edge nor the consent is there")


async def test_who_deletes_a_post_takes_it_off_the_calendar_for_all_who_follow(
    mitra, mastodon, ana, zoe, events, calendar
):
    post, _, stamp = await shown(mitra, ana, events, calendar)
    await mastodon.got("Announce")

    await ana.delete(post, [calendar])

    await nothing_stands(events)
    undone = await mastodon.got("Undo")
    assert undone.object["object"] == post["id"]
    removed = await mastodon.got("Remove")
    assert removed.activity["object"] == post["id"]
    assert (await events.ask(stamp)).status == 410
    assert (await replayed(events.node)).different == []


async def test_with_whoever_wrote_it_the_edge_is_over_as_well(
    mitra, mastodon, ana, zoe, events, calendar
):
    post, _, stamp = await shown(mitra, ana, events, calendar)
    await mastodon.got("Announce")

    await ana.leave_for_good([calendar])

    await nothing_stands(events)
    await mastodon.got("Undo")
    assert (await events.get(post["id"])).deleted
    assert (await events.ask(stamp)).status == 410
    assert (await replayed(events.node)).different == []


async def test_what_was_gathered_goes_with_its_author(mastodon, events, calendar, zoe):
    bea = mastodon.actor("bea")
    await events.read(calendar)
    tags = [mention(calendar, "main")]
    said = await bea.post("For @main.", [calendar], tags=tags, cc=[calendar])
    await mastodon.got("Announce")

    await bea.leave_for_good([calendar])

    async def is_off():
        return await events.edges(subject=calendar, relation="gathers") == []

    await soon(is_off, "the calendar has it no longer")
    assert await events.edges(relation="consents") == []
    undone = await mastodon.got("Undo")
    assert undone.object["object"] == said["object"]["id"]


async def test_what_we_offered_to_a_calendar_elsewhere_ends_with_it(mitra, blog):
    group, post = mitra.actor("group", "Group"), f"{blog.base}/posts/welcome"
    offer = await offered(blog, mitra, post, group)
    await accepts(group, blog, offer, stamp_of(group, offer)["id"])
    edge = offer["object"]["id"]
    assert len(await edges_of(blog)) == 2

    await group.leave_for_good([blog.actor])

    await nothing_stands(blog)
    assert (await blog.ask(edge)).status == 410
    assert "Main" not in (await blog.page("/posts/welcome")).words


async def test_a_calendar_that_is_deleted_leaves_no_edge_with_its_peer_or_others(
    blog, events, calendar
):
    post = f"{blog.base}/posts/welcome"
    await allocated(blog, events, post, calendar)

    await events.does("Delete", calendar)

    await comes_to_stand(blog, "", post, "allocatedTo", calendar)
    for peer in (blog, events):
        assert await edges_of(peer) == []
    assert "On calendars" in (await blog.page("/posts/welcome")).words


# -- and what is said of it afterwards -----------------------------------------------


async def test_of_what_is_over_it_is_said_so_whoever_asks(
    mitra, ana, events, calendar, open_peer
):
    post, edge, _ = await shown(mitra, ana, events, calendar)
    shop = await open_peer("shop")
    both = await located.at(shop.node, edge["id"], ask=True)
    assert [each.wrong for each in both] == [""]

    mitra.objects.pop(edge["id"])
    mitra.gone.add(edge["id"])
    await ana.delete(post, [calendar])

    for ask in (True, False):
        [told] = await located.at(events.node, edge["id"], ask=ask)
        assert "ended with one of its ends" in told.wrong or "no longer" in told.wrong
        assert told.signer.owner == ana.id


@pytest.fixture
async def eve(evil):
    evil.dialect = mitra_like(evil.dialect)
    return evil.actor("eve")


async def test_who_speaks_for_what_is_not_theirs_is_not_said_to_hold(
    ana, eve, calendar, open_peer
):
    shop, zoe = await open_peer("shop"), eve.server.actor("zoe")
    abroad = edge_of(eve, ana.note("Ana's.")["id"], calendar)
    beside = edge_of(eve, zoe.note("Zoe's.")["id"], calendar)

    [other] = await located.at(shop.node, abroad["id"], ask=True)
    [neighbor] = await located.at(shop.node, beside["id"], ask=True)

    assert "does not speak for" in other.wrong
    assert neighbor.wrong == f"{beside['subject']} is not {eve.id}'s"
