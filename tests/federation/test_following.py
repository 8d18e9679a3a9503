"""Following, both ways, with every kind of server."""

from __future__ import annotations

import pytest

from tests.federation.peers import near, soon
from tests.federation.ways import everywhere


@pytest.fixture
async def asked_first(events):
    """A calendar whose keeper looks at everybody who wants to follow it."""
    return await events.makes("Calendar", name="Quiet", approves=True)


# -- they follow us ------------------------------------------------------------------


async def test_whoever_follows_is_accepted_and_counted(server, blog):
    ana = server.actor("ana")

    follow = await ana.follow(blog.actor)

    accept = await server.got("Accept")
    assert accept.activity["actor"] == blog.actor
    assert accept.object["id"] == follow["id"]
    assert ana.following == {blog.actor}
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_an_accept_can_be_looked_at_by_whom_it_was_sent_to(mastodon, blog):
    await mastodon.actor("ana").follow(blog.actor)

    accept = await mastodon.got("Accept")

    assert (await mastodon.read(accept.activity["id"]))["type"] == "Accept"


async def test_an_accept_cannot_be_looked_at_by_other_servers(mastodon, mitra, blog):
    await mastodon.actor("ana").follow(blog.actor)

    accept = await mastodon.got("Accept")

    assert (await mitra.get(accept.activity["id"])).status == 404


async def test_who_follows_again_is_told_again_and_counted_once(server, blog):
    ana = server.actor("ana")

    await ana.follow(blog.actor)
    await server.got("Accept")
    second = await ana.follow(blog.actor)

    await server.got(lambda said: said["object"].get("id") == second["id"])
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_the_same_activity_twice_is_one_effect(mastodon, blog):
    ana = mastodon.actor("ana")
    follow = await ana.follow(blog.actor)

    again = await ana.deliver(follow, blog.inbox)
    own = await ana.deliver(follow, f"{blog.actor}/inbox")

    assert again.ok and own.ok
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_what_came_before_a_restart_is_not_done_again(
    mastodon, way, seeded, caller
):
    ana = mastodon.actor("ana")
    async with near(way, "blog", await seeded("blog"), caller) as blog:
        follow = await ana.follow(blog.actor)
        await ana.undo(follow, [blog.actor])

    async with near(way, "blog", await seeded("blog"), caller) as blog:
        assert (await ana.deliver(follow, blog.inbox)).ok
        assert await blog.total(f"{blog.actor}/followers") == 0


async def test_who_unfollows_is_let_go(server, blog):
    """By id, with all of it inside, or under another id."""
    ana = server.actor("ana")
    follow = await ana.follow(blog.actor)
    await server.got("Accept")

    await ana.undo(follow, [blog.actor])

    assert await blog.total(f"{blog.actor}/followers") == 0


async def test_who_has_unfollowed_may_come_back(server, blog):
    ana = server.actor("ana")
    follow = await ana.follow(blog.actor)
    await ana.undo(follow, [blog.actor])

    await ana.follow(blog.actor)

    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_who_is_approved_by_hand_waits(server, events, asked_first):
    ana = server.actor("ana")

    await ana.follow(asked_first)

    assert await events.total(f"{asked_first}/followers") == 0
    assert await events.holds(ana.id, "requested", asked_first)
    assert server.all("Accept") == []


async def test_who_is_approved_follows(server, events, asked_first):
    ana = server.actor("ana")
    follow = await ana.follow(asked_first)

    await events.does("Accept", follow["id"])

    accept = await server.got("Accept")
    assert accept.activity["actor"] == asked_first
    assert await events.total(f"{asked_first}/followers") == 1
    assert not await events.holds(ana.id, "requested", asked_first)


async def test_who_is_turned_down_does_not(server, events, asked_first):
    ana = server.actor("ana")
    follow = await ana.follow(asked_first)

    await events.does("Reject", follow["id"])

    reject = await server.got("Reject")
    assert reject.object["id"] == follow["id"]
    assert await events.total(f"{asked_first}/followers") == 0


async def test_who_was_accepted_can_be_let_go(mastodon, blog):
    ana = mastodon.actor("ana")
    follow = await ana.follow(blog.actor)
    await mastodon.got("Accept")

    await blog.does("Reject", follow["id"])

    await mastodon.got("Reject")
    await soon(lambda: _nobody(ana.following), "ana has heard of it")
    assert await blog.total(f"{blog.actor}/followers") == 0


async def _nobody(followed) -> bool:
    return not followed


async def test_nobody_follows_who_is_not_there(mastodon, blog):
    ana = mastodon.actor("ana")
    follow = ana.act("Follow", f"{blog.base}/people/nobody")

    answer = await ana.deliver(follow, blog.inbox)

    assert answer.status in (202, 404)
    assert mastodon.all("Accept") == []


async def test_mobilizon_follows_a_calendar(mobilizon, events):
    calendar = await events.makes("Calendar", name="City")

    assert (await mobilizon.lookup(calendar))["type"] in mobilizon.dialect.follows
    await mobilizon.itself.follow(calendar)

    await mobilizon.got("Accept")
    assert mobilizon.itself.following == {calendar}


@everywhere
async def test_followers_are_accepted_however_we_are_run(open_peer, mastodon):
    blog = await open_peer("blog")
    ana = mastodon.actor("ana")

    await ana.follow(blog.actor)

    await mastodon.got("Accept")
    assert ana.following == {blog.actor}
    assert await blog.total(f"{blog.actor}/followers") == 1


# -- we follow them ------------------------------------------------------------------


async def test_we_follow_and_are_accepted(server, blog):
    """By id, with all of it inside, or without its id."""
    ana = server.actor("ana")
    await blog.meets(ana.id)

    await blog.does("Follow", ana.id)

    await server.got("Follow")
    await blog.comes_to_hold(blog.actor, "follows", ana.id)
    assert ana.followers == {blog.actor}
    assert not await blog.holds(blog.actor, "requested", ana.id)


async def test_we_wait_until_they_say_yes(server, blog):
    ana = server.actor("ana", locked=True)
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    follow = await server.got("Follow")

    assert await blog.holds(blog.actor, "requested", ana.id)
    await ana.accept(follow.activity)

    assert await blog.holds(blog.actor, "follows", ana.id)


async def test_they_may_say_no(server, blog):
    ana = server.actor("ana", locked=True)
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    follow = await server.got("Follow")

    await ana.reject(follow.activity)

    assert await blog.edges(subject=blog.actor, object=ana.id) == []


async def test_they_may_let_us_go_later(server, blog):
    ana = server.actor("ana")
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    follow = await server.got("Follow")
    await blog.comes_to_hold(blog.actor, "follows", ana.id)

    await ana.reject(follow.activity)

    assert not await blog.holds(blog.actor, "follows", ana.id)


async def test_we_unfollow(server, blog):
    ana = server.actor("ana")
    await blog.meets(ana.id)
    followed = await blog.does("Follow", ana.id)
    await blog.comes_to_hold(blog.actor, "follows", ana.id)

    await blog.does("Undo", followed.id)

    undo = await server.got("Undo")
    assert undo.object["type"] == "Follow"
    assert undo.object["object"] == ana.id
    await soon(lambda: _nobody(ana.followers), "ana has no followers")


async def test_only_who_was_asked_answers(mastodon, victim, blog):
    ana, eve = mastodon.actor("ana", locked=True), victim.actor("eve")
    await blog.meets(ana.id)
    followed = await blog.does("Follow", ana.id)
    asked = (await mastodon.got("Follow")).activity

    answer = await eve.deliver(eve.act("Accept", asked), blog.inbox)

    assert answer.status == 403
    assert not await blog.holds(blog.actor, "follows", ana.id)
    assert followed.id == asked["id"]


async def test_what_they_post_then_reaches_us(server, blog):
    ana = server.actor("ana")
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    await blog.comes_to_hold(blog.actor, "follows", ana.id)

    create = await ana.post("Good morning.", [blog.actor])

    kept = await blog.get(create["object"]["id"])
    assert kept is not None
    assert "Good morning." in kept.get("content")


async def test_two_peers_of_ours_follow_each_other(blog, events):
    await blog.meets(events.actor)

    await blog.does("Follow", events.actor)

    await blog.comes_to_hold(blog.actor, "follows", events.actor)
    await events.comes_to_hold(blog.actor, "follows", events.actor)
