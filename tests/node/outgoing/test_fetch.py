from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from peer.node.outgoing.line import Budget
from peer.node.outgoing.turns import Turns
from peer.node.outgoing.unfetched import (
    Denied,
    Failure,
    Gone,
    Missing,
    NotFetched,
    Overrun,
    Slower,
    Unfit,
)
from peer.protocol import cavage
from tests.node.outgoing.elsewhere import (
    AS2,
    KEY,
    Barred,
    answer,
    dripping,
    speaks,
)

PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.fixture
def backend():
    """What is kept is the matter of ``test_fetch_again``, on every kind of store."""
    return "sqlite"


# -- asking ------------------------------------------------------------------------


async def test_a_document_is_fetched_and_the_request_is_signed(fetch, elsewhere, clock):
    url = elsewhere.serve("/notes/1?x=y", {"content": "Hello"})
    elsewhere.answers["/notes/1"] = elsewhere.answers["/notes/1?x=y"]

    found = await fetch(url)

    (asked,) = elsewhere.asked
    assert (found.url, found.document["content"]) == (url, "Hello")
    assert cavage.claim(asked.message(), clock.time).holds(KEY.public_key())
    assert AS2 in asked.headers["accept"] and PROFILE in asked.headers["accept"]
    assert asked.headers["user-agent"] == "test"
    assert asked.headers["accept-encoding"] == "gzip"


async def test_who_has_no_key_asks_all_the_same(fetch, elsewhere):
    url = elsewhere.serve("/notes/1")

    await fetch(url, None)

    assert "signature" not in elsewhere.asked[0].headers


async def test_a_key_is_fetched_from_where_its_owner_is(fetch, elsewhere):
    url = elsewhere.serve("/people/ada")

    assert (await fetch(f"{url}#main-key")).url == url


async def test_a_server_that_wants_the_newer_signature_gets_it(
    fetch, elsewhere, clock, line
):
    url = elsewhere.serve("/notes/1")
    elsewhere.answers["/notes/1"] = speaks(
        "rfc9421", clock, elsewhere.answers["/notes/1"]
    )

    await fetch(url)
    await fetch(url, fresh=True)

    assert len(elsewhere.asked) == 3  # the second time it was known


# -- what is taken -----------------------------------------------------------------


@pytest.mark.parametrize(
    "type", [AS2, f"{AS2}; charset=utf-8", AS2.upper(), PROFILE, f"{PROFILE};x=y"]
)
async def test_activity_streams_are_taken(fetch, elsewhere, type):
    assert await fetch(elsewhere.serve("/notes/1", type=type))


@pytest.mark.parametrize(
    "type",
    [
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://example.org/ns/activitystreams"',
        "text/plain",
        "text/html; charset=utf-8",
        "application/octet-stream",
        "image/png",
        f"text/html, {AS2}",
    ],
)
async def test_what_anybody_may_have_uploaded_is_not(fetch, elsewhere, type):
    with pytest.raises(Unfit, match="it is '"):
        await fetch(elsewhere.serve("/notes/1", type=type))


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "null", '"x"', "{}", '{"id": 1}', "[" * 5000, b"\xff"),
        *(
            '{"id": "a", "id": "b"}',
            '{"id": NaN}',
            '{"id": "x\\u0000"}',
            '{"a": 1e999}',
        ),
    ],
)
async def test_what_is_no_document_is_not(fetch, elsewhere, body):
    elsewhere.answers["/notes/1"] = answer(body)

    with pytest.raises(Unfit):
        await fetch(elsewhere.url("/notes/1"))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((401, Denied), (403, Denied), (404, Missing), (410, Gone)),
        *((204, Failure), (400, Failure), (405, Failure), (408, Failure)),
        *((500, Failure), (502, Failure), (503, Failure), (304, Failure)),
    ],
)
async def test_each_answer_has_a_meaning(fetch, elsewhere, status, outcome):
    elsewhere.answers["/notes/1"] = answer("", status)

    with pytest.raises(NotFetched) as said:
        await fetch(elsewhere.url("/notes/1"))

    assert type(said.value) is outcome


async def test_who_asks_us_to_be_slower_says_for_how_long(fetch, elsewhere):
    elsewhere.answers["/notes/1"] = answer("", 429, Retry_After="90")

    with pytest.raises(Slower) as said:
        await fetch(elsewhere.url("/notes/1"))

    assert said.value.wait.total_seconds() == 90


# -- how much is taken -------------------------------------------------------------


def packed(body: bytes) -> dict[str, object]:
    return {"body": gzip.compress(body), "Content_Encoding": "gzip"}


async def test_a_packed_document_is_unpacked(fetch, elsewhere):
    url = elsewhere.url("/notes/1")
    elsewhere.answers["/notes/1"] = answer(**packed(json.dumps({"id": url}).encode()))

    assert (await fetch(url)).document == {"id": url}


@pytest.mark.parametrize(
    "told",
    [
        {"body": b"[" + b" " * 1_000_000},
        packed(b" " * 50_000_000),
        {"body": b"{}", "Content_Encoding": "gzip"},
        {"body": gzip.compress(b"{}")[:-9], "Content_Encoding": "gzip"},
        {"body": b"", "Content_Encoding": "gzip"},
        {"body": b"{}", "Content_Encoding": "br"},
        {"body": b"{}", "Content_Encoding": "gzip, gzip"},
    ],
    ids=["long", "bomb", "not packed", "cut off", "empty", "unasked", "twice"],
)
async def test_nothing_is_unpacked_that_would_burst(fetch, elsewhere, told):
    elsewhere.answers["/notes/1"] = answer(**told)

    with pytest.raises(Unfit, match="the answer is"):
        await fetch(elsewhere.url("/notes/1"))


async def test_nobody_is_waited_for_without_end(fetch, fetcher, elsewhere):
    fetcher.deadline = 0.2
    elsewhere.answers["/notes/1"] = dripping

    with pytest.raises(Failure, match="no answer in time"):
        await fetch(elsewhere.url("/notes/1"))


async def test_who_is_not_there_does_not_answer(fetch, nobody):
    with pytest.raises(Failure, match="there was no answer"):
        await fetch(f"http://{nobody}/notes/1")


# -- how many ----------------------------------------------------------------------


async def test_so_many_requests_and_no_more(fetch, elsewhere):
    budget = Budget(3)
    urls = [elsewhere.serve(f"/notes/{n}") for n in range(4)]
    for url in urls[:3]:
        await fetch(url, budget=budget)

    with pytest.raises(Overrun):
        await fetch(urls[3], budget=budget)

    assert (len(elsewhere.asked), budget.left) == (3, 0)


async def test_a_host_is_not_asked_for_everything_at_once(fetch, fetcher, elsewhere):
    barred = elsewhere.answers["/notes/1"] = Barred()
    fetcher.turns = Turns(2, 3)
    hosts = ("there.localhost", "other.localhost")
    urls = [elsewhere.url(f"/notes/1?{n}", host) for n in range(5) for host in hosts]
    tasks = [asyncio.create_task(fetch(url)) for url in urls]

    await elsewhere.heard(3)
    barred.opened.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert (barred.most, len(elsewhere.asked)) == (3, 10)
