"""What comes from those whom we follow: all kinds of things, and what they change."""

from __future__ import annotations

import pytest

from peer.node.rekeying import rotate
from tests.federation.fediverse import handwriting
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.peers import soon


@pytest.fixture
async def ana(mastodon, blog):
    """Somebody whom the blog follows."""
    ana = mastodon.actor("ana")
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    await blog.comes_to_hold(blog.actor, "follows", ana.id)
    return ana


@pytest.fixture
async def post(blog):
    return await blog.makes("Post", name="On rye", content="Slow.")


async def reads(blog, create) -> str:
    return str((await blog.get(create["object"]["id"])).get("content"))


# -- things -------------------------------------------------------------------------


async def test_the_choices_of_a_poll_are_shown(blog, ana):
    choices = [
        {"type": "Note", "name": name, "replies": {"totalItems": count}}
        for name, count in (("Rye", 3), ("Wheat", 4))
    ]

    create = await ana.post("Which?", [blog.actor], kind="Question", oneOf=choices)

    text = await reads(blog, create)
    assert "Rye" in text and "Wheat" in text and "4" in text


async def test_a_vote_is_no_reply(blog, ana, post):
    vote = ana.note("", inReplyTo=post, to=[blog.actor], name="Rye")
    del vote["content"]

    answer = await ana.deliver(ana.act("Create", vote, to=[blog.actor]), blog.inbox)

    assert answer.ok
    assert await blog.total(f"{post}/replies") == 0


async def test_what_is_only_for_us_is_shown_to_nobody(blog, ana, post):
    note = ana.note("A secret.", inReplyTo=post, to=[blog.actor], cc=[])
    create = ana.act("Create", note, to=[blog.actor])
    assert (await ana.deliver(create, blog.inbox)).ok

    assert "A secret." not in (await blog.page(post)).words
    assert "A secret." not in (await blog.page("/search?q=secret")).words
    assert create["object"]["id"] not in await blog.items(f"{post}/replies")


async def test_pictures_stay_where_they_are(blog, ana):
    """Whoever looks at one would tell its server so."""
    picture = "http://mastodon.localhost/media/1.png"

    create = await ana.post("Look!", [blog.actor], pictures=[picture])
    page = await blog.page(f"/elsewhere?id={create['object']['id']}")

    assert picture in await reads(blog, create)
    assert f'src="{picture}"' not in page.text


async def test_a_thing_that_is_only_named_is_fetched(blog, ana):
    """GoToSocial's outbox does that."""
    note = ana.note("Good morning.")

    await ana.say(ana.act("Create", note["id"], to=[PUBLIC]), [blog.actor])

    assert await blog.get(note["id"]) is not None


async def test_what_nobody_follows_is_not_kept(blog, mastodon):
    stranger = mastodon.actor("zoe")

    create = await stranger.post("Buy this!", [blog.actor])

    assert await blog.get(create["object"]["id"]) is None


# -- themselves ---------------------------------------------------------------------


async def test_a_new_name_is_known_here(blog, ana):
    ana.more["name"] = "Ana Maria"

    await ana.say(ana.act("Update", ana.document(), to=[PUBLIC]), [blog.actor])

    assert (await blog.get(ana.id)).get("name") == "Ana Maria"


async def test_what_they_pin_is_known_and_unpinned_again(blog, ana):
    note = (await ana.post("Read this first.", [blog.actor]))["object"]["id"]
    target = f"{ana.id}/featured"

    await ana.say(ana.act("Add", note, target=target), [blog.actor])
    pinned = await blog.holds(ana.id, "featured", note)
    await ana.say(ana.act("Remove", note, target=target), [blog.actor])

    assert pinned
    assert not await blog.holds(ana.id, "featured", note)


# -- quotes (FEP-044f) --------------------------------------------------------------


async def test_who_quotes_is_given_a_stamp_that_holds(mastodon, blog, post):
    ana = mastodon.actor("ana")
    quote = ana.note("Read this.", quotes=post)

    await ana.say(ana.act("QuoteRequest", post, instrument=quote["id"]), [blog.actor])

    accept = await mastodon.got("Accept")
    stamp = await blog.read(accept.activity["result"])
    assert stamp["type"] == "QuoteAuthorization"
    assert stamp["attributedTo"] == blog.actor
    assert stamp["interactingObject"] == quote["id"]
    assert stamp["interactionTarget"] == post


async def test_nobody_is_given_a_stamp_for_what_is_anothers(mastodon, evil, blog, post):
    note = mastodon.actor("ana").note("Read this.", quotes=post)
    eve = evil.actor("eve")

    said = eve.act("QuoteRequest", post, instrument=note["id"])
    answer = await eve.deliver(said, blog.inbox)

    assert answer.status == 403
    assert evil.all("Accept") == []


# -- our side of it -----------------------------------------------------------------


async def test_we_block_and_they_are_told(mastodon, blog, ana):
    await ana.follow(blog.actor)

    await blog.does("Block", ana.id)

    assert (await mastodon.got("Block")).object == ana.id
    assert await blog.total(f"{blog.actor}/followers") == 0
    assert not await blog.holds(blog.actor, "follows", ana.id)


async def test_our_new_key_is_taken_without_a_gap(mastodon, blog):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    await mastodon.got("Accept")
    before = handwriting.public_key(
        await mastodon.lookup(blog.actor), (await key_of(mastodon, blog))
    )

    await rotate(blog.node, blog.actor)
    id = await blog.makes("Post", name="On rye", content="Slow.")

    create = await mastodon.got(lambda said: id in str(said["object"]))
    owner = await mastodon.lookup(blog.actor, fresh=True)
    key = handwriting.public_key(owner, handwriting.key_id_of(create.letter))
    assert key.public_numbers() != before.public_numbers()
    assert mastodon.refused == []


async def key_of(server, peer) -> str:
    return str((await server.lookup(peer.actor))["publicKey"]["id"])


async def test_a_server_without_a_shared_inbox_is_told_one_by_one(mastodon, blog):
    people = [mastodon.actor(name) for name in ("ana", "bob")]
    for each in people:
        each.more["endpoints"] = {}
        await each.follow(blog.actor)

    await blog.makes("Post", name="On rye", content="Slow.")

    async def both() -> bool:
        return len(mastodon.all("Create")) == 2

    await soon(both, "both were told")
    paths = {mastodon.base + each.path for each in mastodon.all("Create")}
    assert paths == {each.inbox for each in people}
