"""Every kind of server finds our actors and things, and reads them."""

from __future__ import annotations

import pytest

from tests.federation.fediverse.calling import TYPES
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.ways import everywhere

PAGES = "text/html"


@pytest.fixture
async def calendar(events):
    return await events.makes("Calendar", name="City", summary="All of it.")


async def test_the_site_is_found_by_each(server, blog):
    actor = await server.lookup(blog.actor)

    assert actor["type"] == "Organization"
    assert actor["inbox"].startswith(blog.base)
    assert actor["endpoints"]["sharedInbox"] == blog.inbox


async def test_a_calendar_is_a_group_to_each(server, events, calendar):
    actor = await server.lookup(calendar)

    assert actor["type"] == "Group"
    assert actor["followers"] == f"{calendar}/followers"


async def test_a_person_is_found_by_each(server, blog):
    ada = await blog.person("Ada")

    actor = await server.lookup(ada.id)

    assert (actor["type"], actor["name"]) == ("Person", "Ada")


@everywhere
async def test_names_and_actors_close_the_circle(open_peer, mastodon):
    blog = await open_peer("blog")
    document = await blog.read("/actor")
    host = blog.base.partition("//")[2]

    found = await mastodon.find(f"{document['preferredUsername']}@{host}")

    assert found["id"] == blog.actor


async def test_the_peer_itself_is_read_without_a_signature(blog, caller):
    document = await blog.read("/peer")

    assert document["type"] == "Application"
    assert document["publicKey"]["owner"] == document["id"]


async def test_a_post_is_a_page_to_people_and_a_document_to_servers(blog):
    id = await blog.makes("Post", name="On rye", content="Slow.")

    page = await blog.page(id)
    answer = await blog.ask(id)

    assert page.headers["Content-Type"].startswith(PAGES)
    assert answer.kind in TYPES
    assert answer.document["id"] == id
    for each in (page.headers["Vary"], answer.headers["Vary"]):
        assert {"accept", "signature"} <= set(each.lower().replace(",", " ").split())


@pytest.mark.parametrize(
    "accept",
    [
        "application/activity+json, application/ld+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/activity+json",
        "application/ld+json;q=0.9, application/activity+json;q=0.8, text/html;q=0.1",
    ],
)
async def test_whatever_words_a_server_asks_in(blog, caller, accept):
    answer = await caller.get(blog.actor, accept)

    assert answer.kind in TYPES


async def test_the_outbox_holds_what_was_published(blog, mastodon):
    id = await blog.makes("Post", name="On rye", content="Slow.")

    outbox = (await mastodon.read(blog.actor))["outbox"]
    newest = (await blog.items(outbox))[0]

    assert newest["type"] == "Create"
    assert newest["object"]["id"] == id
    assert PUBLIC in newest["to"]
    assert await blog.read(newest["id"])


async def test_what_was_deleted_is_gone_to_servers(blog, mastodon):
    id = await blog.makes("Post", name="On rye", content="Slow.")
    await blog.does("Delete", id)

    answer = await mastodon.get(id)

    assert answer.status == 410
    assert answer.document["type"] == "Tombstone"


async def test_what_is_not_public_is_not_there(blog, mastodon):
    done = await blog.does(
        "Create", kind="Post", values={"name": "x", "content": "y"}, audience="draft"
    )

    drafted = await mastodon.get(done.object.id)
    never = await mastodon.get(f"{blog.base}/posts/never")

    assert drafted.status == never.status == 404


async def test_who_follows_is_told_to_nobody_where_that_is_hidden(mastodon, events):
    calendar = await events.makes("Calendar", name="Quiet", hidesFollowers=True)
    await mastodon.actor("ana").follow(calendar)
    await mastodon.got("Accept")

    followers = await mastodon.read(f"{calendar}/followers")

    assert followers["totalItems"] == 1
    assert "first" not in followers
    assert "orderedItems" not in followers


async def test_a_server_is_found_by_what_it_says_of_itself(blog):
    links = (await blog.caller.get(f"{blog.base}/.well-known/nodeinfo", "*/*")).document
    wanted = {link["rel"].rpartition("/")[2] for link in links["links"]}
    told = (await blog.caller.get(links["links"][0]["href"], "*/*")).document

    assert {"2.0", "2.1"} <= wanted
    assert told["protocols"] == ["activitypub"]
    assert told["software"]["name"] == "sx-peer"
