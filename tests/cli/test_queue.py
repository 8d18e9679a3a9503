"""``sx queue``: what has not arrived, seen and looked after from the command line."""

from __future__ import annotations

import asyncio
import json

import pytest

from store import open_store

NOON, LATER = "2026-01-01T12:00:00.000Z", "2099-01-01T12:00:00.000Z"


@pytest.fixture
def troubled(blog, tmp_path):
    """A blog with one delivery given up, one failing, and one not yet tried."""

    async def fill():
        url = f"sqlite:///{tmp_path / 'var' / 'blog' / 'peer.db'}"
        names = ("dead", "failing", "waiting")
        told = [
            (n, "https://a/ada", f"https://{n}.example/in", NOON, "") for n in names
        ]

        def work(tx):
            tx.enqueue_all(told)
            dead, failing = tx.claim("w", NOON, LATER, 2)
            tx.failed(dead.id, None, "They answered 410.")
            tx.failed(failing.id, LATER, "They answered 500.")

        async with open_store(url) as store:
            await store.transact(work)

    asyncio.run(fill())
    return blog


def listed(sx, *words) -> list[str]:
    told = json.loads(sx("queue", "list", "--json", *words).stdout)
    return [each["activity"] for each in told]


def test_an_empty_queue_says_so(blog):
    assert "everything has been delivered" in blog("queue").stdout
    assert "nothing like that" in blog("queue", "list").stdout
    assert json.loads(blog("queue", "--json").stdout) == []


def test_what_waits_is_told_host_by_host(troubled):
    rows = [line.split() for line in troubled("queue").stdout.splitlines()]

    assert rows[0] == ["host", "waiting", "failing", "dead", "next", "error"]
    assert [row[:4] for row in rows[1:]] == [
        ["https://dead.example", "0", "0", "1"],
        ["https://failing.example", "0", "1", "0"],
        ["https://waiting.example", "1", "0", "0"],
    ]
    assert rows[2][4:] == [LATER, "They", "answered", "500."]


def test_each_delivery_is_listed(troubled):
    assert listed(troubled) == ["dead", "failing", "waiting"]
    assert listed(troubled, "--dead") == ["dead"]
    assert listed(troubled, "--host", "failing.example") == ["failing"]
    assert listed(troubled, "--host", "https://failing.example") == ["failing"]
    assert listed(troubled, "--after", "1", "--limit", "1") == ["failing"]
    assert "They answered 410." in troubled("queue", "list").stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [(["--all"], 2), (["1"], 1), (["--host", "failing.example"], 1)],
)
def test_what_has_failed_is_tried_again(troubled, words, count):
    done = troubled("queue", "retry", *words)

    assert done.stdout == f"{count} will be tried again within seconds.\n"
    again = json.loads(troubled("queue", "list", "--json").stdout)
    assert [each["attempts"] for each in again].count(0) == 1 + count


@pytest.mark.parametrize("words", [["2"], ["--host", "failing.example"]])
def test_what_is_dropped_is_gone_and_noted(troubled, words):
    assert troubled("queue", "drop", *words).stdout == "1 dropped.\n"

    assert listed(troubled) == ["dead", "waiting"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["retry"], 2, "say which"),
        (["retry", "1", "--all"], 2, "say which"),
        (["retry", "3"], 1, "nothing like that has failed"),
        (["drop"], 2, "say which"),
        (["drop", "1", "--host", "x"], 2, "say which"),
        (["drop", "99"], 1, "nothing like that in the queue"),
        (["drop", "--host", ""], 1, "nothing like that in the queue"),
    ],
)
def test_what_cannot_be_done_is_said(troubled, words, status, said):
    done = troubled("queue", *words)

    assert (done.exit_code, said in done.stderr) == (status, True)
    assert listed(troubled) == ["dead", "failing", "waiting"]
