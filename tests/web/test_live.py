"""Numbers that change while somebody looks at them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from time import process_time

import pytest

from peer.model.indexing import index_of
from peer.node.node import open_node
from peer.node.outbox import Ask
from peer.protocol.thing import Edge, Thing
from peer.web.exchange import board
from peer.web.visit import SITE


class Stream:
    """An answer that goes on, read event by event."""

    def __init__(self, answer) -> None:
        self.answer = answer
        self.status, self.headers = answer.status, answer.headers

    async def next(self, within: float = 60.0):
        async with asyncio.timeout(within):
            while True:
                line = await self.answer.content.readline()
                if not line:
                    return None
                if line.startswith(b"data: "):
                    return json.loads(line.removeprefix(b"data: "))


@asynccontextmanager
async def listening(visitor, *ids: str):
    query = [("of", id) for id in ids]
    async with visitor.session.get(
        f"{visitor.base}/live",
        params=query,
        headers={"Accept": "text/event-stream"},
    ) as answer:
        yield Stream(answer)


@pytest.fixture
async def gig(events) -> str:
    return await scheduled(events)


async def scheduled(events, audience: str = "public", **values) -> str:
    told = {
        "name": "Gig",
        "startTime": "2037-07-12T19:00:00Z",
        "timezone": "Europe/London",
        "joinMode": "free",
        **values,
    }
    ask = Ask("Create", kind="Event", values=told, audience=audience)
    done = await events.node.publish(events.node.site, ask)
    return done.object.id


async def sell(node, event: str, number: int = 1) -> None:
    order = f"http://shop.example/orders/1#{number}"
    edge = Edge(
        id=f"{event}#sold-{number}",
        subject=event,
        relation="sold",
        object=order,
        by=f"{node.base}/actor",
        since="2026-11-21T09:00:00Z",
        activity=f"{node.base}/activities/sold-{number}",
    )
    await node.store.transact(lambda tx: tx.relate(edge))


async def test_whoever_listens_is_told_how_it_stands_at_once(events, gig):
    await sell(events.node, gig)

    async with listening(await events.visitor(), gig) as stream:
        assert await stream.next() == {"id": gig, "sold": 1, "left": None}


async def test_what_is_sold_is_told_by_itself(events, gig):
    async with listening(await events.visitor(), gig) as stream:
        assert (await stream.next())["sold"] == 0

        await sell(events.node, gig)

        assert (await stream.next())["sold"] == 1


async def test_nobody_waits_longer_than_two_seconds_for_it():
    """One to be noticed in, and one for everything else."""
    assert board._EVERY <= 1.0


async def test_what_another_worker_commits_is_told_as_well(events, gig):
    async with (
        open_node(events.node.config, now=events.clock) as other,
        listening(await events.visitor(), gig) as stream,
    ):
        assert (await stream.next())["sold"] == 0

        await sell(other, gig)

        assert (await stream.next())["sold"] == 1


async def test_nobody_is_told_what_they_may_not_see(events, gig):
    secret = await scheduled(events, "draft", name="A surprise")
    await sell(events.node, secret)

    async with listening(await events.visitor(), secret, gig) as stream:
        assert (await stream.next())["id"] == gig


async def test_of_what_a_buyer_waits_for_no_more_is_told_than_that_it_changed(shop):
    values = {
        "number": "A-1",
        "total": {"amount": 100, "currency": "GBP"},
        "state": "awaiting",
    }
    node = shop.node
    made = await node.publish(node.site, Ask("Create", kind="Order", values=values))
    order = made.object.id

    async with listening(await shop.visitor(), order) as stream:
        first = await stream.next()
        change = Ask("Update", id=order, values={"state": "confirmed"})
        await node.publish(node.site, change)
        then = await stream.next()

    assert set(first) == set(then) == {"id", "changed"}
    assert first["changed"] != then["changed"]


async def test_what_is_left_of_a_product_is_without_what_others_hold(shop):
    values = {
        "name": "Rose jam",
        "price": {"amount": 600, "currency": "GBP"},
        "stock": 4,
    }
    node = shop.node
    ask = Ask("Create", kind="Product", values=values)
    jam = (await node.publish(node.site, ask)).object.id

    async with listening(await shop.visitor(), jam) as stream:
        assert (await stream.next())["left"] == 4
        await node.store.transact(lambda tx: tx.hold(jam, "somebody", 3, 4))

        assert (await stream.next())["left"] == 1


async def test_places_that_a_shop_has_taken_are_what_is_left(events, gig):
    node = events.node
    values = {
        "name": "Standard",
        "price": {"amount": 1000, "currency": "GBP"},
        "quantity": 50,
        "shop": "http://shop.example/actor",
        "state": "accepted",
    }
    async with listening(await events.visitor(), gig) as stream:
        assert (await stream.next())["left"] is None
        await allot(node, gig, values)
        assert (await stream.next())["left"] == 50

        await sell(node, gig)

        assert await stream.next() == {"id": gig, "sold": 1, "left": 49}


async def allot(node, event, values) -> None:
    thing = Thing(
        id=f"{node.base}/allotments/a",
        kind="Allotment",
        values=values,
        owner=node.site.id,
        published="2026-11-21T09:00:00Z",
        updated="2026-11-21T09:00:00Z",
        audience="draft",
    )
    edge = Edge(
        id=f"{event}#allots",
        subject=event,
        relation="allots",
        object=thing.id,
        by=node.site.id,
        since="2026-11-21T09:00:00Z",
        activity=f"{node.base}/activities/allot",
    )
    kind = node.lexicon.types["Allotment"]

    def work(tx):
        tx.put(thing, index_of(kind, thing))
        tx.relate(edge)

    await node.store.transact(work)


async def test_nothing_between_keeps_it_back(events, gig):
    async with listening(await events.visitor(), gig) as stream:
        told = stream.headers

    assert told["Content-Type"].startswith("text/event-stream")
    assert told["Cache-Control"] == "no-store"
    assert told["X-Accel-Buffering"] == "no"
    assert "Content-Encoding" not in told


async def test_somebody_who_only_asks_how_it_would_be_is_not_kept(events, gig):
    page = await (await events.visitor()).ask("HEAD", f"/live?of={gig}")

    assert page.status == 200
    assert len(events_board(events)) == 0


async def test_whoever_leaves_leaves_a_place(events, gig):
    board = events_board(events)
    async with listening(await events.visitor(), gig) as stream:
        await stream.next()
        assert len(board) == 1

    async with asyncio.timeout(60):
        number = 0
        while len(board):  # it is found out when something is to be said
            number += 1
            await sell(events.node, gig, number)
            await asyncio.sleep(0.2)


async def test_there_is_room_for_so_many(events, gig):
    board = events_board(events)
    board.most = 1
    visitor = await events.visitor()
    async with listening(visitor, gig) as stream:
        await stream.next()

        page = await visitor.get(f"/live?of={gig}")

        assert page.status == 503
        assert page.headers["Retry-After"]


async def test_one_network_does_not_take_all_the_room(events, gig):
    board = events_board(events)
    board.most_of_one = 1
    visitor = await events.visitor()
    async with listening(visitor, gig) as stream:
        await stream.next()

        assert (await visitor.get(f"/live?of={gig}")).status == 503


@pytest.mark.parametrize(
    "query", ["", "?of=", "?" + "&".join(f"of={n}" for n in range(101))]
)
async def test_somebody_who_asks_for_nothing_or_for_all_is_told_so(events, query):
    page = await (await events.visitor()).get(f"/live{query}")

    assert page.status == 400


async def test_two_hundred_who_listen_disturb_nobody_else(events, gig):
    visitor, board = await events.visitor(), events_board(events)
    await work_of(visitor, "/events")
    before = await work_of(visitor, "/events")
    others = [listening(visitor, gig) for _ in range(200)]
    streams = await asyncio.gather(*(each.__aenter__() for each in others))
    await asyncio.gather(*(stream.next() for stream in streams))

    beside = await work_of(visitor, "/events")
    await sell(events.node, gig)
    told = await asyncio.gather(*(stream.next() for stream in streams))

    assert {each["sold"] for each in told} == {1}
    assert len(board) == 200
    assert beside < 3 * before + 0.2
    for each in others:
        await each.__aexit__(None, None, None)


async def work_of(visitor, path: str) -> float:
    """Seconds of the processor for twenty answers: others take none of these."""
    began = process_time()
    for _ in range(20):
        assert (await visitor.get(path)).status == 200
    return process_time() - began


async def test_who_listens_is_let_go_when_the_peer_stops(make_peer):
    peer = await make_peer("events")
    gig = await scheduled(peer)
    async with listening(await peer.visitor(), gig) as stream:
        await stream.next()

        await peer.app.shutdown()

        assert await stream.next() is None


def events_board(peer):
    return peer.app[SITE].board
