"""Whom what is done here is for, and the inboxes that this leads to."""

from __future__ import annotations

import pytest

from peer.model.indexing import index_elsewhere
from peer.node.moderation import blocks
from peer.node.outbox import Ask
from peer.node.telling.addressing import Addressed, Inboxes, addressed
from peer.protocol.terms import PUBLIC
from peer.protocol.thing import Edge, Thing

THEN = "2026-11-20T00:00:00.000Z"
POST = {"name": "Bread", "content": "Flour."}


def actor(host, name="ana", **more):
    id = f"https://{host}/users/{name}"
    values = {"inbox": f"{id}/inbox", "sharedInbox": f"https://{host}/inbox", **more}
    return Thing(id, "Actor", values, id, THEN, THEN)


@pytest.fixture
def knows(node):
    """Have the peer know actors; with ``whom``, as following them."""

    async def keep(*actors, whom=None):
        def work(tx):
            for each in actors:
                tx.put(each, index_elsewhere(node.lexicon.types["Actor"], each))
                if whom is not None:
                    edge = f"{each.id}#f"
                    tx.relate(Edge(edge, each.id, "follows", whom, each.id, THEN, edge))

        await node.store.transact(work)

    return keep


async def inboxes(node, *to):
    told = Addressed(f"{node.base}/actor", to)
    return list(
        await node.store.read(lambda read: [*Inboxes(read, node.base).of(told)])
    )


async def waiting(node):
    rows = await node.store.read(lambda read: read.deliveries(limit=10_000))
    return sorted(row.inbox for row in rows)


async def test_everybody_who_is_named_hears_of_it_once(node, knows):
    ana, eve = actor("a.example"), actor("e.example")
    await knows(ana, eve)

    found = await inboxes(node, eve.id, ana.id, eve.id, PUBLIC)

    assert found == [eve["inbox"], ana["inbox"]]


async def test_who_is_on_one_server_is_told_together(node, knows):
    site = f"{node.base}/actor"
    fans = [actor("a.example", name) for name in ("ana", "bob", "cleo")]
    await knows(*fans, whom=site)

    found = await inboxes(node, PUBLIC, f"{site}/followers", fans[0].id)

    assert found == ["https://a.example/inbox"]


async def test_who_has_no_shared_inbox_has_one_of_their_own(node, knows):
    site = f"{node.base}/actor"
    ana = actor("a.example", sharedInbox=None)
    await knows(ana, whom=site)

    assert await inboxes(node, f"{site}/followers") == [ana["inbox"]]


async def test_followers_are_told_to_the_last(node, knows):
    site = f"{node.base}/actor"
    await knows(*(actor(f"n{n}.example") for n in range(2100)), whom=site)

    assert len(await inboxes(node, f"{site}/followers")) == 2100


async def test_nobody_sends_to_themselves(node, ada):
    assert await inboxes(node, ada.id, f"{node.base}/actor") == []


async def test_the_followers_of_others_are_theirs_to_tell(node, knows):
    ana = actor("a.example")
    await knows(ana)

    assert await inboxes(node, f"{ana.id}/followers") == []


async def test_nothing_is_sent_to_who_is_blocked(node, knows, clock):
    ana = actor("a.example")
    await knows(ana)
    await node.store.transact(
        lambda tx: blocks.block(tx, "a.example", "us", "", clock())
    )

    assert await inboxes(node, ana.id) == []


async def test_what_is_for_everybody_goes_to_who_follows_its_author(node, ada, knows):
    await knows(actor("a.example"), whom=ada.id)

    done = await node.publish(ada, Ask("Create", kind="Post", values=POST))

    assert await waiting(node) == ["https://a.example/inbox"]
    told = await node.store.read(lambda read: addressed(done, read, node.lexicon))
    assert (told.to, told.cc) == ((PUBLIC,), (f"{ada.id}/followers",))


@pytest.mark.parametrize("audience", ["draft", "members"])
async def test_what_is_kept_back_goes_to_nobody(node, ada, knows, audience):
    await knows(actor("a.example"), whom=ada.id)
    ask = Ask("Create", kind="Post", values=POST, audience=audience)

    await node.publish(ada, ask)

    assert await waiting(node) == []


async def test_of_tags_and_places_nobody_waits_to_hear(node, ada, knows):
    await knows(actor("a.example"), whom=ada.id)

    await node.publish(ada, Ask("Create", kind="Tag", values={"name": "Rye"}))

    assert await waiting(node) == []


async def test_what_was_kept_back_again_is_gone_to_others(node, ada, knows):
    await knows(actor("a.example"), whom=ada.id)
    post = (await node.publish(ada, Ask("Create", kind="Post", values=POST))).thing

    done = await node.publish(ada, Ask("Update", id=post.id, audience="draft"))

    told = await node.store.read(lambda read: addressed(done, read, node.lexicon))
    assert told.cc == (f"{ada.id}/followers",)


async def test_who_means_to_come_from_elsewhere_hears_of_a_change_and_nobody_of_them(
    node, ada, knows
):
    ana = actor("a.example")
    await knows(ana)
    values = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00"}
    gig = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing
    await node.store.transact(
        lambda tx: tx.relate(Edge("e", ana.id, "attending", gig.id, ana.id, THEN, "a"))
    )
    assert await waiting(node) == []

    off = {"status": "CANCELLED"}
    done = await node.publish(ada, Ask("Update", id=gig.id, values=off))

    assert await waiting(node) == [ana["inbox"]]
    told = await node.store.read(lambda read: addressed(done, read, node.lexicon))
    assert ana.id not in (*told.to, *told.cc)
