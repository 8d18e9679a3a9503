"""Likes, reactions and boosts: each once, and taken back in every way there is."""

from __future__ import annotations

import pytest


@pytest.fixture
async def post(blog):
    return await blog.makes("Post", name="On rye", content="Slow.")


@pytest.mark.parametrize("how", ["like", "react"])
async def test_a_like_or_reaction_is_counted_once(server, blog, post, how):
    ana = server.actor("ana")

    await getattr(ana, how)(post)
    await getattr(ana, how)(post)

    assert await blog.total(f"{post}/likes") == 1
    assert (await blog.read(post))["likes"]["totalItems"] == 1


@pytest.mark.parametrize("how", ["like", "react", "announce"])
async def test_it_is_taken_back(server, blog, post, how):
    """With a bare id, with all of it inside, or under another id."""
    ana = server.actor("ana")
    done = await getattr(ana, how)(post)

    await ana.undo(done, [blog.actor])

    assert await blog.total(f"{post}/likes") == 0
    assert await blog.total(f"{post}/shares") == 0


async def test_a_boost_is_counted_once(server, blog, post):
    """By id, with the note inside, or as a group does it."""
    ana = server.actor("ana")

    await ana.announce(post)
    await ana.announce(post)

    assert await blog.total(f"{post}/shares") == 1


async def test_everybody_is_named_on_the_page(mastodon, misskey, blog, post):
    await mastodon.actor("ana").like(post)
    await misskey.actor("bob").announce(post)

    page = await blog.page(post)

    assert "Ana" in page.text and "Bob" in page.text


async def test_nobody_takes_back_what_another_did(mastodon, victim, blog, post):
    like = await victim.actor("vic").like(post)
    eve = mastodon.actor("eve")

    for object in (like, like["id"]):
        answer = await eve.deliver(eve.act("Undo", object), blog.inbox)
        assert answer.status in (202, 403)

    assert await blog.total(f"{post}/likes") == 1


async def test_an_undo_that_was_signed_stays_done_if_it_comes_again(
    mastodon, blog, post
):
    ana = mastodon.actor("ana")
    like = await ana.like(post)
    undo = await ana.undo(like, [blog.actor])
    await ana.like(post)

    assert (await ana.deliver(undo, blog.inbox)).ok
    assert (await ana.deliver(like, blog.inbox)).ok

    assert await blog.total(f"{post}/likes") == 1


async def test_a_dislike_and_what_nobody_knows_are_taken_and_forgotten(
    mastodon, blog, post
):
    ana = mastodon.actor("ana")

    for verb in ("Dislike", "Listen", "Arrive", "http://example.org/ns#Hug"):
        answer = await ana.deliver(ana.act(verb, post), blog.inbox)
        assert answer.status == 202

    assert await blog.total(f"{post}/likes") == 0


async def test_we_like_what_is_theirs_and_take_it_back(server, blog):
    ana = server.actor("ana")
    note = ana.note("Good morning.")
    await blog.meets(note["id"])

    liked = await blog.does("Like", note["id"])
    like = await server.got("Like")
    await blog.does("Undo", liked.id)
    undo = await server.got("Undo")

    assert like.object == note["id"]
    assert undo.object["type"] == "Like"
    assert undo.object["id"] == like.activity["id"]


async def test_we_pass_on_what_is_theirs(server, mastodon, blog):
    ana = server.actor("ana")
    await mastodon.actor("zoe").follow(blog.actor)
    note = ana.note("Good morning.")
    await blog.meets(note["id"])

    await blog.does("Announce", note["id"])

    announce = await mastodon.got("Announce")
    assert announce.object == note["id"]
    assert (await server.got("Announce")).object == note["id"]


async def test_what_a_group_passes_on_is_looked_at_where_it_is(lemmy, victim, blog):
    """FEP-1b12: the activity inside is only told; its object is fetched."""
    group = lemmy.actor("bakers", kind="Group")
    await blog.meets(group.id)
    await blog.does("Follow", group.id)
    await blog.comes_to_hold(blog.actor, "follows", group.id)
    vic = victim.actor("vic")
    note = vic.note("The real words.")
    forged = {**note, "content": "<p>Other words.</p>"}

    create = vic.act("Create", forged)
    await group.say(group.act("Announce", create, to=[], cc=[]), [blog.actor])

    kept = await blog.get(note["id"])
    assert "The real words." in kept.get("content")
    assert await blog.holds(group.id, "announces", note["id"])
