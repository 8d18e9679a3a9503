"""FEP-8fcf: two servers find out that they disagree on who follows whom."""

from __future__ import annotations

import json
import re

import pytest

from tests.federation.fediverse.handwriting import (
    POSTED,
    Letter,
    digest_of_followers,
    sign_cavage,
)
from tests.federation.peers import soon

HEADER = "Collection-Synchronization"


@pytest.fixture
async def ana(mastodon, blog):
    """Somebody whom the blog follows."""
    ana = mastodon.actor("ana")
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    await blog.comes_to_hold(blog.actor, "follows", ana.id)
    return ana


@pytest.fixture
def deliver(mastodon, blog, ana):
    """``await deliver(ids, listed)``: a note, with what its server believes."""

    async def send(believed, listed, collection="", url=""):
        at = f"{ana.id}/followers_synchronization"
        mastodon.serve(
            {
                "id": at,
                "type": "OrderedCollection",
                "orderedItems": listed,
                "totalItems": len(listed),
            }
        )
        said = ana.act("Create", ana.note("Good morning."))
        letter = Letter("POST", blog.inbox, body=json.dumps(said).encode())
        told = {
            "collectionId": collection or f"{ana.id}/followers",
            "url": url or at,
            "digest": digest_of_followers(believed),
        }
        letter.headers[HEADER] = ", ".join(f'{k}="{v}"' for k, v in told.items())
        covered = (*POSTED, HEADER.lower())
        sign_cavage(letter, ana.key_id, ana.rsa, covered=covered)
        assert (await blog.caller.send(letter)).ok

    return send


# -- we tell them ------------------------------------------------------------------


async def test_each_server_hears_who_of_its_own_follows(mastodon, mitra, blog):
    ours = [mastodon.actor(name) for name in ("ana", "bob")]
    for each in (*ours, mitra.actor("zoe")):
        await each.follow(blog.actor)

    await blog.makes("Post", name="On rye", content="Slow.")

    create = await mastodon.got("Create")
    told = dict(re.findall(r'(\w+)="([^"]*)"', create.letter.headers[HEADER]))
    ids = [each.id for each in ours]
    assert told["digest"] == digest_of_followers(ids)
    assert told["collectionId"] == f"{blog.actor}/followers"
    listed = await mastodon.read(told["url"])
    assert sorted(listed["orderedItems"]) == ids
    assert HEADER.lower() in create.letter.headers["Signature"]


async def test_who_does_not_sign_is_not_told(mastodon, blog):
    await mastodon.actor("ana").follow(blog.actor)

    answer = await blog.ask("/actor/followers_synchronization")

    assert mastodon.host not in answer.content.decode()


# -- they tell us ------------------------------------------------------------------


async def test_where_both_agree_nothing_is_asked(mastodon, blog, ana, deliver):
    mastodon.fetches.clear()

    await deliver([blog.actor], [blog.actor])
    await blog.makes("Post", name="On rye", content="Slow.")

    assert mastodon.fetches[f"{_path(ana.id)}/followers_synchronization"] == 0
    assert await blog.holds(blog.actor, "follows", ana.id)


async def test_who_is_not_on_their_list_does_not_follow(blog, ana, deliver):
    await deliver([], [])

    async def let_go() -> bool:
        return not await blog.holds(blog.actor, "follows", ana.id)

    await soon(let_go, "the blog no longer follows ana")


async def test_who_is_on_their_list_and_does_not_follow_says_so(
    mastodon, blog, ana, deliver
):
    ada = await blog.person("Ada")

    await deliver([blog.actor, ada.id], [blog.actor, ada.id])

    undo = await mastodon.got("Undo")
    assert undo.activity["actor"] == ada.id
    assert undo.object["object"] == ana.id
    assert await blog.holds(blog.actor, "follows", ana.id)


async def test_lists_of_others_are_not_believed(mastodon, evil, blog, ana, deliver):
    for there in (f"{evil.base}/list", f"{evil.base}/users/eve/followers"):
        await deliver([], [], url=there)
        await deliver([], [], collection=there)

    assert evil.fetches.total() == 0
    assert await blog.holds(blog.actor, "follows", ana.id)


def _path(id: str) -> str:
    return "/" + id.split("/", 3)[3]
