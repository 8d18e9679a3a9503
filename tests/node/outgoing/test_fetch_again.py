"""What is remembered of what was fetched: documents, refusals, never failures."""

from __future__ import annotations

import pytest

from peer.node.outgoing.bodies import DISCOVERY
from peer.node.outgoing.freshness import Kept, directives
from peer.node.outgoing.line import Budget
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.unfetched import Failure, Missing, NotFetched, Slower, Unfit
from tests.node.outgoing.elsewhere import KEY, answer


async def test_a_fresh_document_is_not_asked_for_again(fetch, elsewhere, clock):
    url = elsewhere.serve("/1", {"content": "one"}, Cache_Control="max-age=60")
    first = await fetch(url)
    elsewhere.serve("/1", {"content": "two"})

    assert await fetch(url, budget=Budget(0)) == first
    clock.tick(seconds=60)
    assert (await fetch(url)).document["content"] == "two"


async def test_who_must_know_asks_again(fetch, elsewhere):
    url = elsewhere.serve("/1", {"key": "old"}, Cache_Control="max-age=60")
    await fetch(url)
    elsewhere.serve("/1", {"key": "new"})

    assert (await fetch(url, fresh=True)).document["key"] == "new"


async def test_what_has_not_changed_is_not_sent_again(fetch, elsewhere, clock):
    url = elsewhere.serve("/1", {"content": "one"}, ETag='"a"')
    first = await fetch(url)
    elsewhere.answers["/1"] = answer("", 304, Cache_Control="max-age=60")

    assert await fetch(url) == first
    assert await fetch(url) == first
    assert [asked.headers.get("if-none-match") for asked in elsewhere.asked] == [
        None,
        '"a"',
    ]


async def test_a_tag_is_told_to_nobody_but_who_gave_it(fetch, elsewhere):
    url = elsewhere.serve("/1", ETag='"a"')
    elsewhere.lead("/old", "/1")
    await fetch(elsewhere.url("/old"))

    await fetch(elsewhere.url("/old"))

    tags = [asked.headers.get("if-none-match") for asked in elsewhere.asked]
    assert (tags, elsewhere.url("/1")) == ([None, None, None, '"a"'], url)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache_Control": "no-store, max-age=60", "ETag": '"a"'},
        {"Cache_Control": "max-age=0"},
        {"Cache_Control": "no-cache, max-age=60"},
        {"Cache_Control": "max-age=60", "Age": "60"},
        {"Cache_Control": "max-age=-1"},
        {"Cache_Control": "max-age=60", "Vary": "*"},
        {"Expires": "Sat, 21 Nov 2026 08:00:00 GMT"},
        {"Expires": "0"},
    ],
)
async def test_what_is_not_to_be_kept_is_not(fetch, elsewhere, headers):
    url = elsewhere.serve("/1", **headers)

    await fetch(url)
    await fetch(url)

    assert [asked.headers.get("if-none-match") for asked in elsewhere.asked] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "private, max-age=86400"},
        {"Cache_Control": 'Max-Age="999999999"'},
        {"Cache_Control": "max-age=60", "Expires": "0"},
        {"Expires": "Sat, 21 Nov 2026 10:00:00 GMT"},
    ],
)
async def test_what_may_be_kept_is(fetch, elsewhere, headers):
    url = elsewhere.serve("/1", **headers)

    await fetch(url)
    await fetch(url)

    assert len(elsewhere.asked) == 1


async def test_nothing_is_fresh_for_more_than_a_day(fetch, elsewhere, clock):
    url = elsewhere.serve("/1", Cache_Control="max-age=999999999")
    await fetch(url)

    clock.tick(days=1)
    await fetch(url)

    assert len(elsewhere.asked) == 2


async def test_nothing_large_is_kept(fetch, elsewhere):
    url = elsewhere.serve("/1", {"x": "x" * 70_000}, Cache_Control="max-age=60")

    await fetch(url)
    await fetch(url)

    assert len(elsewhere.asked) == 2


async def test_what_one_was_shown_is_not_shown_to_another(fetch, elsewhere, signer):
    url = elsewhere.serve("/1", Cache_Control="max-age=60")
    await fetch(url)
    elsewhere.answers["/1"] = answer("", 404)

    for other in (None, Signer("https://test.example/people/bob#main-key", KEY)):
        with pytest.raises(Missing):
            await fetch(url, other)
    assert await fetch(url, signer)


async def test_what_was_taken_for_one_purpose_is_not_for_another(fetch, elsewhere):
    told = {"id": "https://victim.example/actor"}
    url = elsewhere.serve(
        "/1", told, type="application/json", Cache_Control="max-age=9"
    )

    assert (await fetch(url, wanted=DISCOVERY)).document["id"] == told["id"]
    with pytest.raises(Unfit):
        await fetch(url)


# -- refusals and failures ---------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 410, 200])
async def test_a_refusal_is_remembered_for_a_while(fetch, elsewhere, clock, status):
    elsewhere.answers["/1"] = answer("", status, type="text/html")
    url = elsewhere.url("/1")
    with pytest.raises(NotFetched) as first:
        await fetch(url)
    asked = len(elsewhere.asked)
    elsewhere.serve("/1")

    with pytest.raises(type(first.value), match=first.value.reason):
        await fetch(url, budget=Budget(0))
    clock.tick(minutes=5)

    assert (await fetch(url)).url == url
    assert len(elsewhere.asked) == asked + 1


async def test_who_must_know_asks_in_spite_of_that(fetch, elsewhere):
    elsewhere.answers["/1"] = answer("", 404)
    url = elsewhere.url("/1")
    with pytest.raises(Missing):
        await fetch(url)
    elsewhere.serve("/1")

    assert await fetch(url, fresh=True)
    assert await fetch(url)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_failure_is_forgotten_at_once(fetch, elsewhere, status):
    elsewhere.answers["/1"] = answer("", status)
    url = elsewhere.url("/1")
    with pytest.raises((Failure, Slower)):
        await fetch(url)
    elsewhere.serve("/1")

    assert await fetch(url)


# -- headers as they come ----------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "max-age=" + "9" * 5000},
        {"Cache-Control": ',;="\\' * 999},
        {"Expires": "Fri, 31 Dec 9999 23:59:59 +9999"},
        {"Expires": "Mon, 01 Jan 0001 00:00:00 +2359"},
        {"Expires": "\udcff"},
        {"ETag": "\udcff"},
        {"ETag": "x" * 999, "Last-Modified": "\r\n"},
    ],
)
def test_no_header_is_too_strange(headers, clock):
    kept = Kept.of("u", {}, headers, clock())

    assert kept is None or not kept.questions


def test_directives_are_read_as_they_are_written():
    assert directives('Private, MAX-AGE="60" ,no-cache="a,b"')["max-age"] == "60"
