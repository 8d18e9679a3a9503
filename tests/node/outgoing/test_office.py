"""From a post to the inboxes of those who follow: all that goes out, joined up."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest

from peer.model.indexing import index_elsewhere
from peer.model.reading import Delivery
from peer.node import chores
from peer.node.keys import settle_keys
from peer.node.outbox import Ask
from peer.node.outgoing import office
from peer.protocol import cavage, proof
from peer.protocol.collection import digest
from peer.protocol.thing import Activity, Edge, Thing
from tests.node.outgoing.elsewhere import answer

THEN = "2026-11-21T08:00:00.000Z"


@pytest.fixture
def config(node, elsewhere):
    """The node may speak to the server elsewhere, under two names."""
    names = ("there", "other")
    allowed = frozenset(f"{name}.localhost:{elsewhere.port}" for name in names)
    object.__setattr__(node.config, "dev_allow", allowed)


@pytest.fixture
async def outgoing(node, config):
    async with office.opened(node.node) as opened:
        yield opened


@pytest.fixture
def follow(node, elsewhere):
    """Somebody there follows an actor here, and has a page that says so."""

    async def follows(name: str, whom: str, host="there.localhost", **told) -> str:
        id = elsewhere.url(f"/users/{name}", host)
        shared = elsewhere.url("/inbox", host)
        values = {"inbox": f"{id}/inbox", "sharedInbox": shared, **told}
        actor = Thing(id, "Actor", {"name": name, **values}, id, THEN, THEN)

        def work(tx):
            kind = node.lexicon.types["Actor"]
            tx.put(actor, index_elsewhere(kind, actor))
            tx.relate(Edge(f"{id}#f", id, "follows", whom, id, THEN, f"{id}#a"))

        await node.store.transact(work)
        return id

    return follows


async def posted(node, text="One *two*.", **values) -> Activity:
    told = {"name": "Bread", "content": text, **values}
    done = await node.publish(node.site, Ask("Create", kind="Post", values=told))
    assert done is not None
    return done


async def waiting(node) -> list[Delivery]:
    return list(await node.store.read(lambda read: read.deliveries()))


async def test_a_post_goes_to_those_who_follow_signed_and_proven(
    node, outgoing, follow, elsewhere, clock
):
    actor = node.site.id
    fans = [await follow(name, actor) for name in ("ana", "bo")]
    await follow("cy", actor, "other.localhost")
    keys = await settle_keys(node.store, actor)

    done = await posted(node)
    await outgoing.deliverer.drain()

    assert sorted(asked.host[:5] for asked in elsewhere.asked) == ["other", "there"]
    [there] = [each for each in elsewhere.asked if each.host.startswith("there")]
    told = there.document
    assert (told["id"], told["type"], told["actor"]) == (done.id, "Create", actor)
    assert "<em>two</em>" in told["object"]["content"]
    claim = cavage.claim(there.message(), clock.time)
    assert claim.key_id == keys.rsa_id and claim.holds(keys.rsa.public_key())
    proof.check(told, keys.ed25519.public_key(), clock.time)
    header = there.headers["collection-synchronization"]
    assert f'collectionId="{actor}/followers"' in header
    assert f'digest="{digest(fans)}"' in header
    assert b"collection-synchronization" in claim.texts[0]
    assert await waiting(node) == []


async def test_who_follows_is_counted_anew_when_somebody_came(
    node, outgoing, follow, elsewhere, clock
):
    actor = node.site.id
    fans = [await follow("ana", actor)]
    await posted(node)
    await outgoing.deliverer.drain()
    fans.append(await follow("bo", actor))
    clock.tick(seconds=6)

    await posted(node)
    await outgoing.deliverer.drain()

    first, second = (a.headers["collection-synchronization"] for a in elsewhere.asked)
    assert f'digest="{digest(fans[:1])}"' in first
    assert f'digest="{digest(fans)}"' in second


async def test_delivery_begins_with_the_commit(node, config, follow, elsewhere):
    await follow("ana", node.site.id)

    async with chores.doing(node.node):
        await asyncio.sleep(0)
        await posted(node)
        await elsewhere.heard(1)

    assert node.outgoing is None


async def test_what_was_taken_away_meanwhile_is_not_told(
    node, outgoing, follow, elsewhere
):
    await follow("ana", node.site.id)
    done = await posted(node)
    await node.publish(node.site, Ask("Delete", id=done.thing.id))

    await outgoing.deliverer.drain()

    assert [asked.document["type"] for asked in elsewhere.asked] == ["Delete"]
    assert await waiting(node) == []


async def test_what_is_too_long_leads_to_its_page(node, outgoing, follow, elsewhere):
    await follow("ana", node.site.id)

    done = await posted(node, "Long & wide. " * 6000, summary="In short.")
    await outgoing.deliverer.drain()

    [asked] = elsewhere.asked
    assert len(asked.body) < 64 * 1024
    content = asked.document["object"]["content"]
    assert "In short." in content and f'href="{done.thing.id}"' in content


async def test_what_others_said_goes_on_as_they_said_it(
    node, outgoing, follow, elsewhere
):
    said, inbox = '{ "id":"https://far.example/1" }', elsewhere.url()

    def work(tx):
        tx.keep("raw", "https://far.example/1", {"body": said})
        tx.enqueue("https://far.example/1", node.site.id, inbox, THEN)

    await node.store.transact(work)
    await outgoing.deliverer.drain()

    assert [asked.body for asked in elsewhere.asked] == [said.encode()]


async def test_one_that_cannot_be_told_keeps_none_of_the_others(
    node, outgoing, follow, elsewhere
):
    def work(tx):
        tx.keep("raw", "https://far.example/1", {"nobody": ""})
        tx.enqueue("https://far.example/1", node.site.id, elsewhere.url(), THEN)

    await node.store.transact(work)
    await follow("ana", node.site.id)
    await posted(node)
    await outgoing.deliverer.drain()

    [broken] = await waiting(node)
    assert broken.due == "" and "the log says why" in broken.error
    assert len(elsewhere.asked) == 1


async def test_only_so_many_connections_are_kept_and_those_are_used_again(
    node,
):
    listens = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listens.getsockname()[1]
    hosts = [f"h{n}.localhost:{port}" for n in range(100)]
    object.__setattr__(node.config, "dev_allow", frozenset(hosts))
    open_now, made = set(), []

    async def take(reader, writer):
        open_now.add(writer)
        made.append(writer)
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                await reader.readexactly(length)
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        open_now.discard(writer)

    async def to_all(id):
        def work(tx):
            tx.keep("raw", id, {"body": '{"id": "1"}'})
            for host in hosts:
                tx.enqueue(id, node.site.id, f"http://{host}/inbox", THEN)

        await node.store.transact(work)
        await outgoing.deliverer.drain()
        while len(open_now) != 10:
            await asyncio.sleep(0.01)

    async with (
        await asyncio.start_server(take, sock=listens),
        office.opened(node.node) as outgoing,
        asyncio.timeout(120),
    ):
        outgoing.line.courier.kept.most = 10

        await to_all("https://far.example/1")
        assert len(made) == 100
        await to_all("https://far.example/2")
        assert len(made) == 190
        assert outgoing.deliverer.counts.delivered == 200


# -- who is gone -------------------------------------------------------------------


async def test_who_is_gone_is_forgotten(node, outgoing, follow, elsewhere):
    actor = node.site.id
    ana = await follow("ana", actor)
    elsewhere.answers["/inbox"] = elsewhere.answers["/users/ana"] = answer("", 410)

    await posted(node)
    await outgoing.deliverer.drain()

    assert (await node.get(ana)).deleted
    assert await node.edges(object=actor, relation="follows") == []
    assert [each.error for each in await waiting(node)] == ["They answered 410."]


async def test_who_is_there_whatever_the_inbox_says_stays(
    node, outgoing, follow, elsewhere
):
    ana = await follow("ana", node.site.id)
    elsewhere.answers["/inbox"] = answer("", 410)
    elsewhere.serve("/users/ana")

    await posted(node)
    await outgoing.deliverer.drain()

    assert not (await node.get(ana)).deleted


# -- who is back -------------------------------------------------------------------


async def test_who_speaks_to_us_is_there_again(node, outgoing, follow, elsewhere):
    await follow("ana", node.site.id)
    elsewhere.answers["/inbox"] = [answer("", 503)] * 6 + [answer("", 202)]
    for _ in range(6):
        await posted(node)
    await outgoing.deliverer.drain()
    breaker = outgoing.deliverer.sending.breaker
    was_down, attempts = breaker.down, [e.attempts for e in await waiting(node)]

    outgoing.heard(elsewhere.url("/users/ana"))
    await outgoing.deliverer.drain()

    assert (was_down, attempts, breaker.down) == (1, [1] * 6, 0)
    assert await waiting(node) == []


async def test_who_speaks_and_does_not_listen_is_not_tried_all_the_time(
    node, outgoing, follow, elsewhere, clock
):
    await follow("ana", node.site.id)
    elsewhere.answers["/inbox"] = answer("", 503)
    await posted(node)

    for _ in range(9):
        outgoing.heard(elsewhere.url("/users/ana"))
        await outgoing.deliverer.drain()

    assert [each.attempts for each in await waiting(node)] == [1]


async def test_hearing_of_nowhere_is_nothing(node, outgoing):
    outgoing.heard("nonsense")

    assert outgoing.deliverer.sending.back == set()
