"""What does not arrive at once: its rest, its end, and who takes over."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from peer.node.outgoing.backoff import WAITS
from peer.node.outgoing.outcomes import is_final
from peer.node.outgoing.reach import Reach
from peer.protocol.moment import read as moment
from peer.protocol.moment import wire
from store.interface import Busy
from tests.node.outgoing.elsewhere import Barred, answer, said

CHILD = Path(__file__).with_name("child.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


# -- a rest ------------------------------------------------------------------------


async def test_a_host_that_is_down_is_left_in_peace(desk, elsewhere, inbox, clock):
    elsewhere.answers["/inbox"] = answer("", 503)
    for n in range(5):
        await desk.post(str(n), inbox, about=str(n))
    await desk.drain()
    await desk.post("later", inbox, about="later")

    await desk.drain()

    assert len(elsewhere.asked) == 5
    errors = [each.error for each in await desk.waiting()]
    assert "Not tried: the host does not answer." in errors


async def test_when_it_is_back_everything_arrives_at_once(
    desk, elsewhere, inbox, clock
):
    elsewhere.answers["/inbox"] = answer("", 503)
    for n in range(50):
        await desk.post(str(n), inbox, about=str(n))
    for _ in range(30):
        await desk.drain()
        clock.tick(minutes=10)
    before = len(elsewhere.asked)
    elsewhere.answers.clear()
    await desk.post("new", inbox, about="new")

    for _ in range(8):
        await desk.drain()
        clock.tick(minutes=1)

    assert before < 50
    assert len(set(said(elsewhere)[before:])) == 51
    assert await desk.waiting() == []


@pytest.mark.parametrize(("said_first", "left"), [(502, 0), (500, 1)])
async def test_where_nobody_was_what_failed_goes_with_what_comes_next(
    desk, elsewhere, inbox, said_first, left
):
    """Unlike what failed for its own sake, which would fail as often as others come."""
    elsewhere.answers["/inbox"] = [answer("", said_first), answer("", 202)]
    await desk.post("1", inbox, about="1")
    await desk.drain()
    await desk.post("2", inbox, about="2")

    await desk.drain()

    assert len(await desk.waiting()) == left


async def test_who_asks_for_a_pause_gets_it(desk, elsewhere, inbox, clock):
    elsewhere.answers["/inbox"] = [
        answer("", 429, Retry_After="600"),
        answer("", 202),
    ]
    began = clock.time
    await desk.post("1", inbox, about="1")
    await desk.drain()
    await desk.post("2", inbox, about="2")

    for _ in range(9):
        await desk.drain()
        clock.tick(minutes=1)
    in_peace = len(elsewhere.asked)
    clock.tick(minutes=2)
    await desk.drain()

    assert in_peace == 1
    assert sorted(said(elsewhere)) == ["1", "1", "2"]
    assert clock.time - began > timedelta(minutes=10)


# -- the end -----------------------------------------------------------------------


async def test_after_two_weeks_it_is_given_up_and_says_why(desk, nobody, clock):
    began = clock.time
    await desk.post("1", f"http://{nobody}/inbox")

    await desk.drain()
    while due := (await desk.only()).due:
        clock.time = moment(due)
        await desk.drain()

    delivery = await desk.only()
    assert timedelta(days=14) <= clock.time - began < timedelta(days=15)
    assert delivery.attempts == len(WAITS) + 1
    assert desk.counts.given_up == 1 and delivery.error


@pytest.mark.parametrize(
    "inbox",
    [
        *("http://127.0.0.1/inbox", "http://localhost/inbox", "ftp://a.example/"),
        *("https://a.example:8443/", "http://169.254.169.254/", "nonsense"),
    ],
)
async def test_nothing_is_sent_where_we_do_not_go(desk, inbox):
    desk.reach = Reach()
    desk.deliverer = desk.another()
    await desk.post("1", inbox)

    await desk.drain()

    delivery = await desk.only()
    assert delivery.due == "" and "Nothing is sent there" in delivery.error


async def test_a_name_that_has_gone_astray_may_come_back(desk, elsewhere, clock):
    desk.reach = Reach([f"stray.localhost:{elsewhere.port}"])  # the line does not agree
    desk.deliverer = desk.another()
    await desk.post("1", elsewhere.url("/inbox", "stray.localhost"))

    await desk.drain()

    delivery = await desk.only()
    assert delivery.due and "not a public address" in delivery.error
    assert elsewhere.asked == []


async def test_what_cannot_be_signed_or_is_not_there_is_given_up(desk, inbox):
    await desk.post("1", inbox, sender="https://test.example/people/nobody")
    await desk.post("2", inbox)
    desk.bodies.popitem()

    await desk.drain()

    told = [(each.due, each.error) for each in await desk.waiting()]
    assert told == [
        ("", "https://test.example/people/nobody has no key to sign with."),
        ("", "There is no such activity any more."),
    ]


def test_only_some_refusals_may_be_taken_back():
    assert [code for code in range(400, 500) if not is_final(code)] == [401, 408, 429]


# -- workers come and go -----------------------------------------------------------


async def test_what_a_worker_has_claimed_nobody_else_sends(desk, elsewhere, inbox):
    barred = elsewhere.answers["/inbox"] = Barred()
    await desk.post("1", inbox)
    first = asyncio.create_task(desk.drain())
    await elsewhere.heard(1)

    await desk.another("two").drain()

    barred.opened.set()
    await first
    assert len(elsewhere.asked) == 1


async def test_what_a_killed_worker_had_claimed_is_sent_a_minute_later(
    desk, elsewhere, inbox, clock
):
    await desk.post("1", inbox)
    now = moment((await desk.only()).due)
    told = [wire(each) for each in (now, now + timedelta(seconds=60))]
    await desk.store.transact(lambda tx: tx.claim("killed", *told))

    await desk.drain()
    before = len(elsewhere.asked)
    clock.tick(seconds=61)
    await desk.drain()

    assert (before, len(elsewhere.asked)) == (0, 1)


async def test_who_is_stopped_hands_back_what_has_not_begun(desk, elsewhere, clock):
    elsewhere.answers["/barred"] = barred = Barred()
    for n in range(12):
        await desk.post(str(n), elsewhere.url("/barred"), about=str(n))
    worker = asyncio.create_task(desk.deliverer.run())
    await elsewhere.heard(8)

    worker.cancel()
    await asyncio.sleep(0)
    barred.opened.set()
    await asyncio.wait([worker])

    assert (len(elsewhere.asked), len(await desk.waiting())) == (8, 4)
    await desk.another("two").drain()
    assert len(elsewhere.asked) == 12


async def test_what_cannot_be_packed_just_now_is_handed_back(desk, elsewhere, inbox):
    await desk.post("1", inbox)
    key_of, desk.deliverer.packing.key_of = desk.deliverer.packing.key_of, busy

    with pytest.raises(Busy):
        await desk.drain()
    desk.deliverer.packing.key_of = key_of
    await desk.drain()

    assert said(elsewhere) == ["1"]


async def busy(sender):
    raise Busy


@pytest.mark.slow
async def test_nothing_is_lost_by_a_kill(desk, elsewhere, inbox, clock, store_url):
    for n in range(300):
        await desk.post(str(n), inbox, about=str(n))
    args = (str(CHILD), store_url, elsewhere.url("", "there.localhost")[7:])
    child = await asyncio.create_subprocess_exec(sys.executable, *args, env=ENVIRONMENT)

    await elsewhere.heard(100)
    child.kill()
    await child.wait()
    before = len(elsewhere.asked)
    clock.time = datetime.now(UTC) + timedelta(minutes=2)
    await desk.drain()

    assert before < 300
    assert set(said(elsewhere)) == {str(n) for n in range(300)}
    assert await desk.waiting() == []
