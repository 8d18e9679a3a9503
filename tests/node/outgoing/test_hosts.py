"""What is remembered of hosts, and how they are given a rest."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from peer.node.outgoing.backoff import WAITS, again, retry_after
from peer.node.outgoing.breaker import Breaker, Way
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.pen import Dialect, Signer
from peer.node.outgoing.turns import Turns, registered

HOST = "there.example:443"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOTH = [Dialect.CAVAGE, Dialect.RFC9421]


# -- which signature ---------------------------------------------------------------


async def test_everybody_is_first_spoken_to_as_everybody_understands(
    store, clock, signer
):
    assert list(await Hosts(store, clock).knocks(HOST, signer)) == BOTH


async def test_what_helped_is_remembered_by_all_and_for_a_week(store, clock, signer):
    await Hosts(store, clock).learn(HOST, Dialect.RFC9421)

    assert list(await Hosts(store, clock).knocks(HOST, signer)) == BOTH[::-1]
    assert list(await Hosts(store, clock).knocks("other:443", signer)) == BOTH
    clock.tick(days=7)
    assert list(await Hosts(store, clock).knocks(HOST, signer)) == BOTH


async def test_a_host_may_change_its_mind(store, clock, signer):
    hosts = Hosts(store, clock)
    await hosts.learn(HOST, Dialect.RFC9421)

    await hosts.learn(HOST, Dialect.CAVAGE)

    assert list(await hosts.knocks(HOST, signer)) == BOTH
    assert await store.read(lambda read: read.recall_all("host")) == []


async def test_what_another_process_learned_is_known_within_the_hour(
    store, clock, signer
):
    ours, theirs = Hosts(store, clock), Hosts(store, clock)
    await ours.knocks(HOST, signer)
    await theirs.learn(HOST, Dialect.RFC9421)

    clock.tick(hours=1)

    assert list(await ours.knocks(HOST, signer)) == BOTH[::-1]


async def test_the_newer_kind_of_key_signs_in_the_newer_way_only(store, clock):
    signer = Signer("https://a.example/actor#ed25519", Ed25519PrivateKey.generate())

    assert list(await Hosts(store, clock).knocks(HOST, signer)) == [Dialect.RFC9421]


# -- the fuse ----------------------------------------------------------------------


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


def fail(breaker, times):
    for _ in range(times):
        breaker.silent(HOST)


def test_a_few_failures_are_nothing(breaker):
    fail(breaker, 4)

    assert (breaker.way(HOST), breaker.down) == (Way.CLEAR, 0)


def test_after_a_few_more_a_host_is_left_in_peace(breaker):
    fail(breaker, 5)

    assert (breaker.way(HOST), breaker.down) == (Way.DOWN, 1)
    assert breaker.way("other:443") is Way.CLEAR


def test_then_one_goes_and_looks(breaker, clock):
    fail(breaker, 5)
    clock.tick(seconds=10)

    assert [breaker.way(HOST) for _ in range(3)] == [Way.CLEAR, Way.WAIT, Way.WAIT]


def test_who_never_came_back_from_there_is_not_waited_for(breaker, clock):
    fail(breaker, 5)
    clock.tick(minutes=1)
    breaker.way(HOST)

    clock.tick(minutes=1)

    assert breaker.way(HOST) is Way.CLEAR


def test_it_is_looked_at_ever_less_often_but_every_five_minutes(breaker, clock):
    waits = []
    fail(breaker, 4)
    for _ in range(5):
        breaker.silent(HOST)
        began = clock.time
        while breaker.way(HOST) is Way.DOWN:
            clock.tick(seconds=10)
        waits.append(round((clock.time - began).total_seconds()))

    assert waits == [10, 20, 40, 80, 160]
    fail(breaker, 1)
    clock.tick(minutes=5)
    assert breaker.way(HOST) is Way.CLEAR


def test_what_was_under_way_when_it_went_down_tells_nothing_new(breaker, clock):
    fail(breaker, 50)

    clock.tick(minutes=1)

    assert breaker.way(HOST) is Way.CLEAR


def test_who_was_not_there_once_and_answers_is_back(breaker):
    breaker.silent(HOST, missed=True)

    assert breaker.missed(HOST)
    assert breaker.answered(HOST)
    assert not breaker.missed(HOST)
    assert not breaker.answered(HOST)


def test_who_comes_and_goes_is_said_to_be_back_ever_less_often(breaker, clock):
    """Else whatever fails there is tried as often as something else arrives."""
    times = 0
    for _ in range(24 * 360):
        breaker.silent(HOST, missed=True)
        times += breaker.answered(HOST)
        clock.tick(seconds=10)

    assert 8 < times < len(WAITS)
    clock.tick(hours=6)
    breaker.silent(HOST, missed=True)
    assert breaker.answered(HOST)


def test_who_was_back_too_soon_is_said_to_be_when_it_has_settled(breaker, clock):
    for _ in range(2):
        breaker.silent(HOST, missed=True)
        last = breaker.answered(HOST)

    assert not last
    clock.tick(seconds=10)
    assert breaker.answered(HOST)


def test_who_failed_at_something_was_there_all_the_time(breaker):
    fail(breaker, 1)

    assert not breaker.missed(HOST)
    assert not breaker.answered(HOST)


def test_an_answer_makes_up_for_all(breaker):
    fail(breaker, 7)

    breaker.answered(HOST)

    assert (breaker.way(HOST), breaker.down) == (Way.CLEAR, 0)
    fail(breaker, 4)
    assert breaker.way(HOST) is Way.CLEAR


def test_who_asks_us_to_wait_is_waited_for(breaker, clock):
    breaker.pause(HOST, timedelta(seconds=90))

    assert breaker.way(HOST) is Way.WAIT
    clock.tick(seconds=90)
    assert breaker.way(HOST) is Way.CLEAR


def test_only_so_many_hosts_are_remembered(breaker):
    for n in range(10_001):
        breaker.pause(f"{n}.example:443", timedelta(hours=1))

    ways = [breaker.way(f"{n}.example:443") for n in (0, 1, 10_000)]
    assert ways == [Way.CLEAR, Way.WAIT, Way.WAIT]


# -- turns -------------------------------------------------------------------------


async def crowd(turns, hosts):
    """How many were inside at most, when all these came at once."""
    inside, most = [], 0

    async def come(host):
        nonlocal most
        async with turns.taken(host):
            inside.append(host)
            most = max(most, len(inside))
            await asyncio.sleep(0)
            inside.remove(host)

    await asyncio.gather(*[come(host) for host in hosts])
    return most


@pytest.mark.parametrize(
    ("hosts", "most"),
    [
        (["a.example:443"] * 9, 2),
        (["a.example:443", "a.example:8443"] * 9, 4),
        ([f"{n}.a.example:443" for n in range(9)], 5),
        ([f"a.{n}.example:443" for n in range(9)], 7),
    ],
)
async def test_everybody_takes_turns(hosts, most):
    turns = Turns(per_host=2, in_all=7, per_domain=5)

    assert await crowd(turns, hosts) == most


async def test_turns_are_forgotten_when_nobody_wants_one():
    turns = Turns(1, 1, per_domain=1)
    task = asyncio.create_task(crowd(turns, ["a.example:443"] * 5))
    gone = [asyncio.create_task(crowd(turns, ["b.example:443"] * 5)) for _ in range(5)]
    await asyncio.sleep(0)

    for each in gone:
        each.cancel()
    await asyncio.gather(task, *gone, return_exceptions=True)

    assert turns == Turns(1, 1, per_domain=1)
    assert await crowd(turns, ["c.example:443"] * 3) == 1


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.example:443", "a.example"),
        ("x.y.a.example:443", "a.example"),
        ("a.b.co.uk:443", "b.co.uk"),
        ("a.b.com.au:443", "b.com.au"),
        ("social.a.de:443", "a.de"),
        ("x.co.de:443", "x.co.de"),
        ("a.de:443", "a.de"),
        ("127.0.0.1:8801", "127.0.0.1"),
        ("[2606:4700::1]:443", "2606:4700::/64"),
        ("localhost:8801", "localhost"),
    ],
)
def test_hosts_of_one_domain_are_known_by_it(host, domain):
    assert registered(host) == domain


# -- trying again ------------------------------------------------------------------


def test_the_waits_grow_to_half_a_day_and_are_two_weeks_together():
    first = [wait.total_seconds() for wait in WAITS[:5]]

    assert first == [16, 31, 96, 271, 640]
    assert max(WAITS) == timedelta(hours=12)
    assert timedelta(days=14) <= sum(WAITS, timedelta()) < timedelta(days=14.5)


def test_those_that_failed_together_do_not_come_again_together():
    assert again(1, 0.0) == timedelta(seconds=14.4)
    assert again(1, 1.0) == timedelta(seconds=17.6)


def test_then_it_is_given_up():
    assert again(len(WAITS), 0.5) == timedelta(hours=12)
    assert again(len(WAITS) + 1, 0.5) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        (" 90 ", 90),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
        ("Sat, 21 Nov 2026 12:01:30", 90),
        ("Sat, 21 Nov 2026 13:01:30 +0100", 90),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("999999999", 43_200),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 43_200),
        *(("", 0), ("-1", 0), ("1.5", 0), ("soon", 0), ("٩٠", 0), ("1" * 5000, 0)),
    ],
)
def test_a_wait_that_is_asked_for_is_read_in_either_form(text, seconds):
    assert retry_after(text, NOW) == timedelta(seconds=seconds)


@given(st.text())
def test_and_never_fails(text):
    assert timedelta() <= retry_after(text, NOW) <= timedelta(hours=12)
