"""What a careful eye found between servers: each of these was once otherwise."""

from __future__ import annotations

import asyncio
import json

import pytest

from peer.node.outbox import Ask
from peer.protocol.thing import Thing
from tests.federation.fediverse.wording import collection
from tests.federation.peers import soon
from tests.federation.test_keeping_step import _path, ana, deliver  # noqa: F401

WEBFINGER = "/.well-known/webfinger"


async def made(blog, kind: str, **values: str) -> Thing:
    ask = Ask("Create", kind=kind, values=values, audience="draft")
    done = await blog.node.publish(blog.keeper, ask)
    return done.thing


async def test_no_server_learns_what_is_kept_back_by_listing_it(
    blog,
    ana,  # noqa: F811
    deliver,  # noqa: F811
):
    secret = await made(blog, "Post", name="Secret", content="…")
    post = await blog.makes("Post", name="On rye", content="Slow.")
    ada = await blog.person("Ada")
    listed = [blog.actor, secret.id, post, ada.id]

    await deliver(listed, listed)

    async def undone() -> list[str]:
        log = [entry.activity for entry in await blog.log()]
        return [each.actor for each in log if each.type == "Undo"]

    assert await soon(undone, "somebody of ours says that they do not follow") == [
        ada.id
    ]


async def test_half_a_list_of_followers_is_not_taken_for_the_whole(
    mastodon,
    blog,
    ana,  # noqa: F811
    deliver,  # noqa: F811
):
    at = f"{ana.id}/elsewhere"
    mastodon.serve({**collection(at, []), "first": f"{at}?page=1"})

    await deliver([], [], url=at)

    async def asked() -> bool:
        return mastodon.fetches[_path(at)] > 0

    await soon(asked, "the list is asked for")
    await asyncio.gather(*blog.node.incoming._tasks)
    assert await blog.holds(blog.actor, "follows", ana.id)


@pytest.mark.parametrize("agrees", [True, False])
async def test_nobody_is_called_what_their_own_server_does_not_call_them(
    mastodon, evil, blog, agrees
):
    zoe = mastodon.actor("zoe")
    link = {"rel": "self", "type": "application/activity+json", "href": zoe.id}
    other = f"zoe@{evil.host}"
    told = {"subject": f"acct:{other}", "links": [link]}
    jrd = {"Content-Type": "application/jrd+json"}
    evil.answers(WEBFINGER, headers=jrd, body=json.dumps(told).encode())
    if agrees:
        mastodon.answers(WEBFINGER, headers=jrd, body=json.dumps(told).encode())

    met = await blog.meets(other)

    assert met.id == zoe.id
    assert met.get("handle") == (other if agrees else zoe.handle)


async def test_an_inbox_that_is_kept_back_answers_as_if_it_were_not_there(
    mastodon, events
):
    secret = await made(events, "Calendar", name="Secret")
    zoe = mastodon.actor("zoe")

    answers = [
        await zoe.deliver(zoe.act("Follow", id), f"{id}/inbox")
        for id in (secret.id, f"{secret.id}-not")
    ]

    assert [each.status for each in answers] == [404, 404]


@pytest.mark.parametrize("before", ["x", "%00", "0", "%F0%9F%A6%86"])
async def test_pages_that_are_none_break_nothing(blog, before):
    post = await blog.makes("Post", name="On rye", content="Slow.")

    for name in ("replies", "likes", "shares", "context"):
        for query in ("before", "page"):
            for accept in ("text/html", "application/activity+json"):
                path = f"{post.removeprefix(blog.base)}/{name}?{query}={before}"
                answer = await blog.ask(path, Accept=accept)
                assert answer.status < 500, path


async def test_a_report_says_why(mastodon, blog):
    note = mastodon.actor("ana").note("Buy this.")
    await blog.meets(note["id"])

    ask = {"reason": "Spam.", "forward": True}
    await blog.does("Flag", note["id"], notes=ask)

    flag = await mastodon.got("Flag")
    assert flag.activity["content"] == "Spam."


async def test_what_a_group_says_was_deleted_is_asked_for_where_it_was(
    mastodon, lemmy, blog
):
    group, zoe = lemmy.actor("bakers", kind="Group"), mastodon.actor("zoe")
    await blog.meets(group.id)
    await blog.does("Follow", group.id)
    await blog.comes_to_hold(blog.actor, "follows", group.id)
    one, two = zoe.note("Stays."), zoe.note("Goes.")
    for each in (one, two):
        await blog.meets(each["id"])
    mastodon.gone.add(two["id"])

    for each in (one, two):
        delete = zoe.act("Delete", each["id"])
        assert (await group.deliver(group.act("Announce", delete), blog.inbox)).ok

    assert not (await blog.get(one["id"])).deleted
    assert (await blog.get(two["id"])).deleted
    assert await blog.edges(relation="announces") == []
