"""What we publish reaches those who follow, once, in a form that all of them take.

That every kind of server takes it is asked at the end of each test: what one of them
minds (``fediverse/rules.py``) is an error of the test.
"""

from __future__ import annotations

import pytest

from tests.federation.fediverse.dialects import DIALECTS
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.ways import everywhere

POST = {"name": "On rye", "content": "It is *slow*.\n\nAnd good."}


@pytest.fixture
async def ana(server, blog):
    """Somebody on one kind of server, who follows the blog."""
    ana = server.actor("ana")
    await ana.follow(blog.actor)
    await server.got("Accept")
    return ana


async def test_a_post_comes_as_an_article(server, ana, blog):
    id = await blog.makes("Post", **POST)

    create = await server.got("Create")
    assert create.activity["actor"] == create.object["attributedTo"] == blog.actor
    assert create.object["id"] == id
    assert create.object["type"] == "Article"
    assert "<em>slow</em>" in create.object["content"]
    assert PUBLIC in create.object["to"]
    assert f"{blog.actor}/followers" in create.object["cc"]


async def test_a_product_comes_to_those_who_know_no_market(mastodon, shop):
    await mastodon.actor("ana").follow(shop.actor)
    await mastodon.got("Accept")

    price = {"amount": 480, "currency": "GBP"}
    await shop.makes("Product", name="Rye", content="Sour.", price=price, stock=3)

    create = await mastodon.got("Create")
    assert create.object["type"] == ["Page", "ResourceSpecification"]
    assert create.object["name"] == "Rye"


async def test_a_change_comes_with_a_newer_date(server, ana, blog):
    id = await blog.makes("Post", **POST)
    created = (await server.got("Create")).object

    await blog.does("Update", id, values={"content": "Slower."})

    updated = (await server.got("Update")).object
    assert "Slower." in updated["content"]
    assert updated["updated"] > created.get("updated", created["published"])


async def test_what_is_deleted_is_a_tombstone(server, ana, blog):
    id = await blog.makes("Post", **POST)
    await server.got("Create")

    await blog.does("Delete", id)

    delete = await server.got("Delete")
    assert delete.object["type"] == "Tombstone"
    assert delete.object["id"] == id


async def test_what_is_made_public_later_is_new_then(server, ana, blog):
    done = await blog.does("Create", kind="Post", values=POST, audience="draft")

    await blog.does("Update", done.object.id, audience="public")

    create = await server.got("Create")
    assert create.object["id"] == done.object.id
    assert len(server.received) == 2  # the Accept, and this


async def test_what_is_taken_back_is_deleted(server, ana, blog):
    id = await blog.makes("Post", **POST)
    await server.got("Create")

    await blog.does("Update", id, audience="draft")

    assert (await server.got("Delete")).object["id"] == id


async def test_those_of_one_server_are_told_together(mastodon, blog):
    people = [mastodon.actor(name) for name in ("ana", "bob", "cleo")]
    for each in people:
        await each.follow(blog.actor)

    made = [await blog.makes("Post", name=name, content="x") for name in ("A", "B")]
    for id in made:
        await mastodon.got(lambda said, id=id: said["object"].get("id") == id)

    creates = mastodon.all("Create")
    assert len(creates) == 2
    assert {each.path for each in creates} == {"/inbox"}


async def test_all_kinds_at_once_are_told(start, blog):
    servers = [await start(name) for name in DIALECTS]
    for server in servers:
        await server.actor("ana").follow(blog.actor)

    id = await blog.makes("Post", **POST)

    for server in servers:
        assert (await server.got("Create")).object["id"] == id


async def test_long_articles_are_small_enough_for_misskey(misskey, blog):
    await misskey.actor("ana").follow(blog.actor)

    await blog.makes("Post", name="Long", content="All of it, ä & ö.\n\n" * 5000)

    assert (await misskey.got("Create")).object["name"] == "Long"
    assert misskey.refused == []


async def test_a_proof_travels_along(mitra, blog):
    """Mitra checks it before it takes anything."""
    await mitra.actor("ana").follow(blog.actor)
    await blog.makes("Post", **POST)

    create = await mitra.got("Create")

    assert create.activity["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert create.activity["proof"]["verificationMethod"].startswith(blog.actor)


async def test_a_note_goes_with_every_article(mastodon, blog):
    await mastodon.actor("ana").follow(blog.actor)
    await blog.makes("Post", **POST)

    preview = (await mastodon.got("Create")).object["preview"]

    assert preview["type"] == "Note"
    assert "On rye" in preview["content"]


async def test_what_was_sent_is_what_stands_there(mastodon, blog):
    await mastodon.actor("ana").follow(blog.actor)
    id = await blog.makes("Post", **POST)

    sent = (await mastodon.got("Create")).object
    served = await blog.read(id)

    for name in ("id", "type", "attributedTo", "content", "published", "to", "cc"):
        assert served[name] == sent[name], name


async def test_a_person_publishes_in_their_own_name(mastodon, blog):
    ada = await blog.person("Ada")
    await mastodon.actor("ana").follow(ada.id)
    await mastodon.got("Accept")

    await blog.posts_as(ada, **POST)

    create = await mastodon.got("Create")
    assert create.activity["actor"] == ada.id


@everywhere
async def test_what_is_written_in_a_browser_arrives(open_peer, mastodon):
    blog = await open_peer("blog")
    owner = await blog.owner()
    await owner.send(await owner.get("/posts/new"), name="First", content="x")
    author = (await blog.read("/posts/first"))["attributedTo"]
    await mastodon.actor("ana").follow(author)
    await mastodon.got("Accept")

    page = await owner.send(await owner.get("/posts/new"), **POST)

    create = await mastodon.got("Create")
    assert create.object["id"] == blog.base + page.path
    assert create.activity["actor"] == author
