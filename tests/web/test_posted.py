"""The short way to the shared inbox has the same checks as the long one.

Only the first that is posted goes the long way.
"""

from __future__ import annotations

import json

import pytest

from peer.web.exchange import posted

AP = "application/activity+json"
ONCE = {"x-request-id", "server-timing", "date"}


async def post(peer, **told):
    headers = {"Content-Type": AP, "Accept": AP, **told.pop("headers", {})}
    visitor = await peer.visitor()
    return await visitor.ask("POST", "/inbox", headers=headers, **told)


def lasting(page):
    return {k: v for k, v in page.headers.items() if k.lower() not in ONCE}


@pytest.mark.parametrize(
    "told, status",
    [
        ({"data": b"{}"}, 400),
        ({"data": json.dumps({"type": "Like", "actor": "https://a.example/a"})}, 401),
        ({"data": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"data": b"{}", "headers": {"Host": "elsewhere.example"}}, 421),
        ({"data": b" " * 1_000_001}, 413),
    ],
)
async def test_what_is_refused_is_refused_in_the_same_words(blog, told, status):
    first, second = [await post(blog, **told) for _ in range(2)]

    assert second.status == status
    assert (first.status, first.content) == (status, second.content)
    assert lasting(first) == lasting(second)
    assert set(first.headers) == set(second.headers)
    assert "Content-Security-Policy" in second.headers
    assert "Server" not in second.headers


async def test_what_breaks_there_is_told_and_written_down(blog, monkeypatch, caplog):
    await post(blog, data=b"{}")

    async def broken(visit):
        raise ZeroDivisionError

    monkeypatch.setattr(posted.inbox, "shared", broken)
    answer = await post(blog, data=b"{}", headers={"Accept": "text/html"})

    assert answer.status == 500
    assert answer.headers["X-Request-Id"]
    assert "It is our fault" in answer.text


async def test_nothing_else_takes_it(blog):
    await post(blog, data=b"{}")
    visitor = await blog.visitor()

    assert (await visitor.get("/inbox")).status == 404
    asked = {"Content-Type": AP}
    nobody = await visitor.ask("POST", "/posts/nobody/inbox", data=b"{}", headers=asked)
    assert nobody.status == 404
