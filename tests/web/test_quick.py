"""What is given again while nothing has changed, and never a moment longer."""

from __future__ import annotations

import json

import pytest

from peer.node.outbox import Ask
from peer.protocol.thing import DRAFT
from store import open_store

AP = "application/activity+json"
ANSWERS = (
    "/actor",
    "/posts/welcome",
    "/posts/welcome/replies",
    "/actor/outbox?page=first",
    "/nodeinfo/2.1",
    "/.well-known/nodeinfo",
    "/peer",
)


def is_made_anew(page) -> bool:
    return "X-Request-Id" in page.headers


async def twice(peer, path: str, **headers: str):
    visitor = await peer.visitor()
    first = await visitor.get(path, Accept=AP, **headers)
    return first, await visitor.get(path, Accept=AP, **headers)


@pytest.mark.parametrize("path", ANSWERS)
async def test_the_same_is_told_again_without_being_made_again(blog, path):
    await twice(blog, path)  # keys are made where there were none
    first, second = await twice(blog, path)

    assert not is_made_anew(second)
    assert (second.status, second.content) == (200, first.content)
    once = {"X-Request-Id", "Server-Timing", "Date"}
    assert {k: v for k, v in first.headers.items() if k not in once} == {
        k: v for k, v in second.headers.items() if k not in once
    }
    assert "Content-Security-Policy" in second.headers
    assert "Server" not in second.headers


async def test_a_change_is_told_at_once(blog):
    id = f"{blog.base}/posts/welcome"
    await twice(blog, "/posts/welcome")
    await blog.node.publish(
        blog.node.site, Ask("Update", id=id, values={"name": "Changed"})
    )

    page, _ = await twice(blog, "/posts/welcome")

    assert json.loads(page.text)["name"] == "Changed"


async def test_what_is_kept_back_again_is_gone_at_once(blog):
    id = f"{blog.base}/posts/welcome"
    await twice(blog, "/posts/welcome")
    await blog.node.publish(blog.node.site, Ask("Update", id=id, audience=DRAFT))

    page, _ = await twice(blog, "/posts/welcome")

    assert page.status == 404


async def test_what_another_process_changes_is_told_at_once(blog):
    await twice(blog, "/nodeinfo/2.1")
    path = blog.node.config.sqlite_file
    async with open_store(f"sqlite:///{path}") as other:
        await other.transact(lambda tx: tx.erase(f"{blog.base}/posts/welcome", "2027"))

    page, _ = await twice(blog, "/posts/welcome")

    assert page.status == 410


async def test_somebody_with_a_cookie_is_answered_for_themselves(blog):
    ada = await blog.signed_in("Ada")
    values = {"name": "Hush", "content": "x"}
    ask = Ask("Create", kind="Post", values=values, slug="hush", audience=DRAFT)
    await blog.node.publish(ada.viewer, ask)
    for _ in range(2):
        page = await ada.get("/posts/hush", Accept=AP)
        assert (page.status, is_made_anew(page)) == (200, True)

    page, again = await twice(blog, "/posts/hush")

    assert (page.status, again.status) == (404, 404)


async def test_each_form_is_kept_for_itself(blog):
    visitor = await blog.visitor()
    kinds = (AP, "application/ld+json", "text/turtle")
    for _ in range(2):
        for kind in kinds:
            page = await visitor.get("/posts/welcome", Accept=kind)
            assert page.headers["Content-Type"].startswith(kind)


async def test_under_another_name_there_is_nothing(blog):
    await twice(blog, "/posts/welcome")
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome", Accept=AP, Host="other.example")

    assert page.status == 421


async def test_whoever_has_it_already_is_told_so(blog):
    _, page = await twice(blog, "/posts/welcome")
    visitor = await blog.visitor()
    tag = page.headers["ETag"]

    again = await visitor.get("/posts/welcome", Accept=AP, If_None_Match=tag)

    assert (again.status, again.content) == (304, b"")
    assert again.headers["ETag"] == tag


async def test_what_depends_on_the_hour_is_made_anew(events):
    _, page = await twice(events, "/calendars/main/upcoming")

    assert is_made_anew(page)


async def test_where_each_reader_is_looked_at_nothing_is_kept(make_peer):
    peer = await make_peer("blog", authorized_fetch=True)

    _, page = await twice(peer, "/peer")

    assert is_made_anew(page)


async def test_pages_for_people_are_made_anew(blog):
    visitor = await blog.visitor()
    await visitor.get("/posts/welcome")

    assert is_made_anew(await visitor.get("/posts/welcome"))
