"""What is sent arrives: later, if need be, in order, and never twice in effect."""

from __future__ import annotations

import pytest

from tests.federation.fediverse.server import Fault
from tests.federation.peers import near, soon

POST = {"name": "On rye", "content": "Slow."}
FINE = Fault(instead=False)


@pytest.fixture
async def ana(mastodon, blog):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    await mastodon.got("Accept")
    return ana


async def was_tried(server, times: int = 1) -> None:
    async def often_enough() -> bool:
        return server.posts["/inbox"] >= times

    await soon(often_enough, f"{server.dialect.name} was tried {times} times")


async def was_noted(blog, **what) -> None:
    """It is written down what became of it."""

    async def noted() -> bool:
        waiting = await blog.waiting()
        return any(
            all(getattr(each, name) == told for name, told in what.items())
            for each in waiting
        )

    await soon(noted, f"the queue says {what}")


def verbs(server) -> list[str]:
    told = [each.activity["type"] for each in server.received]
    return [verb for verb in told if verb in ("Create", "Update", "Delete")]


# -- whom it keeps waiting ------------------------------------------------------------


async def test_a_slow_server_keeps_nobody_else_waiting(mastodon, mitra, blog, ana):
    await mitra.actor("bob").follow(blog.actor)
    await mitra.got("Accept")
    blog.node.outgoing.deliverer.sending.deadline = 3600
    mastodon.answers("/inbox", delay=3600, instead=False)

    await blog.makes("Post", **POST)

    await mitra.got("Create")
    assert mastodon.all("Create") == []
    await mastodon.down()


async def test_a_redirect_is_not_followed(mastodon, evil, blog, ana):
    there = f"{evil.base}/inbox"
    mastodon.answers("/inbox", status=307, headers={"Location": there})
    mastodon.posts.clear()

    await blog.makes("Post", **POST)

    await was_tried(mastodon)
    assert evil.posts.total() == 0


# -- in order, and later --------------------------------------------------------------


async def test_each_thing_is_told_of_in_the_order_of_its_changes(mastodon, blog, ana):
    mastodon.answers("/inbox", Fault(status=500), FINE)
    id = await blog.makes("Post", **POST)
    await was_noted(blog, attempts=1)
    await blog.does("Update", id, values={"content": "Slower."})
    await blog.does("Delete", id)

    other = await blog.makes("Post", name="Other", content="x")
    await mastodon.got(lambda said: other in str(said["object"]))
    assert verbs(mastodon) == ["Create"]  # of the other one
    blog.later(minutes=5)

    await mastodon.got("Delete")
    # What has gone meanwhile need not be changed first.
    told = [verb for verb in verbs(mastodon) if verb != "Update"]
    assert told == ["Create", "Create", "Delete"]


async def test_a_server_that_was_down_gets_what_it_missed_once(mastodon, blog, ana):
    await mastodon.down()
    id = await blog.makes("Post", **POST)
    await was_noted(blog, attempts=1)

    await mastodon.up()
    blog.later(minutes=5)

    assert (await mastodon.got("Create")).object["id"] == id
    assert len(mastodon.all("Create")) == 1
    await soon(blog.has_said_all, "nothing is left")


async def test_who_speaks_to_us_is_there_again(mastodon, blog, ana):
    """What waits for it need not wait until it would be tried again."""
    await mastodon.down()
    id = await blog.makes("Post", **POST)
    await was_noted(blog, attempts=1)
    for attempts in range(2, 9):
        blog.later(hours=1)
        await was_noted(blog, attempts=attempts)

    await mastodon.up()
    await ana.like(id)

    await mastodon.got("Create")
    await soon(blog.has_said_all, "nothing is left")


async def test_who_says_when_is_not_asked_before(mastodon, blog, ana):
    mastodon.answers("/inbox", Fault(429, {"Retry-After": "600"}), FINE)
    mastodon.posts.clear()
    await blog.makes("Post", **POST)
    await was_noted(blog, attempts=1)

    blog.later(minutes=5)
    await blog.makes("Post", name="Other", content="x")
    early = mastodon.posts["/inbox"]
    blog.later(minutes=6)

    await mastodon.got("Create")
    assert early == 1


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
async def test_a_no_is_final_and_is_shown(mastodon, blog, ana, status):
    mastodon.answers("/inbox", status=status)

    await blog.makes("Post", **POST)

    await was_noted(blog, due="", attempts=1)
    [kept] = await blog.waiting()
    assert str(status) in kept.error


async def test_an_inbox_that_is_gone_takes_its_follower_along(mastodon, blog, ana):
    mastodon.answers("/inbox", status=410)
    mastodon.gone.add(ana.id)

    await blog.makes("Post", **POST)

    async def nobody() -> bool:
        return await blog.total(f"{blog.actor}/followers") == 0

    await soon(nobody, "there are no followers")


async def test_a_restart_loses_nothing(way, seeded, caller, mastodon):
    async with near(way, "shop", await seeded("shop"), caller) as shop:
        await mastodon.actor("ana").follow(shop.actor)
        await mastodon.got("Accept")
        await mastodon.down()
        done = await shop.does("Update", shop.actor, values={"name": "A new name"})
        await was_noted(shop, attempts=1)

    await mastodon.up()
    async with near(way, "shop", await seeded("shop"), caller) as shop:
        shop.later(minutes=5)
        update = await mastodon.got("Update")

    assert update.activity["id"] == done.id
