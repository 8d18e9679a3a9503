"""Collections as other servers walk through them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from peer.node.outbox import Ask
from peer.protocol.moment import wire
from peer.protocol.thing import DRAFT, Edge

AP = "application/activity+json"
NOW = "2026-11-21T09:00:00.000Z"


async def made(peer, kind: str, slug: str, audience: str = "public", **values) -> str:
    ask = Ask("Create", kind=kind, slug=slug, values=values, audience=audience)
    [done] = await peer.node.publish_all(peer.node.site, [ask])
    return done.object.id


async def related(peer, relation: str, *pairs: tuple[str, str]) -> None:
    def work(tx):
        for subject, object in pairs:
            id = f"{subject}#{relation}-{object}"
            tx.relate(Edge(id, subject, relation, object, subject, NOW, f"{id}/done"))

    await peer.node.store.transact(work)


async def fetched(peer, url: str):
    page = await (await peer.visitor()).get(url, Accept=AP)
    return page, json.loads(page.text) if page.status == 200 else None


async def walked(peer, url: str) -> tuple[dict, list]:
    """The collection, and all that is on its pages."""
    _, collection = await fetched(peer, url)
    items, at = [], collection.get("first")
    while at:
        _, page = await fetched(peer, at)
        assert page["partOf"] == collection["id"]
        assert page["type"] == "OrderedCollectionPage"
        items += page["orderedItems"]
        at = page.get("next")
    return collection, items


def fans(number: int) -> list[str]:
    return [f"https://social.example/users/u{n}" for n in range(number)]


async def test_followers_are_paged_the_newest_first(events):
    calendar = f"{events.base}/calendars/main"
    await related(events, "follows", *((fan, calendar) for fan in fans(120)))

    collection, items = await walked(events, f"{calendar}/followers")

    assert (collection["type"], collection["totalItems"]) == ("OrderedCollection", 120)
    assert collection["id"] == f"{calendar}/followers"
    assert items == fans(120)[::-1]


async def test_of_people_only_how_many_follow_is_told(events):
    ada = await made(events, "Person", "ada", name="Ada")
    await related(events, "follows", *((fan, ada) for fan in fans(3)))

    page, collection = await fetched(events, f"{ada}/followers")
    hidden, _ = await fetched(events, f"{ada}/followers?page=first")

    assert collection["totalItems"] == 3
    assert "first" not in collection
    assert hidden.status == 404
    assert fans(1)[0] not in page.text


async def test_people_may_show_who_follows_and_calendars_hide_it(events):
    ada = await made(events, "Person", "ada", name="Ada", showsFollowers=True)
    shy = await made(events, "Calendar", "shy", name="Shy", hidesFollowers=True)
    await related(events, "follows", (fans(1)[0], ada), (fans(1)[0], shy))

    _, shown = await fetched(events, f"{ada}/followers")
    _, hidden = await fetched(events, f"{shy}/followers")

    assert "first" in shown and "first" not in hidden


async def test_who_of_ours_follows_is_their_business(events):
    calendar = f"{events.base}/calendars/main"
    ada = await made(events, "Person", "ada", name="Ada")
    await related(events, "follows", (ada, calendar), (fans(1)[0], calendar))

    collection, items = await walked(events, f"{calendar}/followers")

    assert collection["totalItems"] == 2
    assert items == fans(1)


async def test_the_outbox_of_a_calendar_holds_whole_events(events):
    collection, items = await walked(events, "/calendars/main/outbox")

    assert collection["totalItems"] == len(items) > 3
    for item in items:
        assert (item["type"], item["actor"]) == (
            "Create",
            f"{events.base}/calendars/main",
        )
        assert item["object"]["type"] == "Event"
        assert item["object"]["attributedTo"] == item["actor"]


async def test_the_outbox_of_a_site_holds_what_it_wrote(blog):
    collection, items = await walked(blog, "/actor/outbox")

    assert {item["type"] for item in items} == {"Create"}
    assert {item["object"]["type"] for item in items} >= {"Article"}
    assert collection["totalItems"] == len(items)


async def test_what_is_no_longer_public_leaves_the_outbox(blog):
    await made(blog, "Post", "one", name="One", content="x")
    await made(blog, "Post", "two", DRAFT, name="Two", content="x")
    _, before = await walked(blog, "/actor/outbox")
    await blog.node.publish(blog.node.site, Ask("Delete", id=f"{blog.base}/posts/one"))

    _, after = await walked(blog, "/actor/outbox")

    assert len(after) == len(before) - 1
    assert "posts/two" not in str(after)


async def test_what_was_passed_on_is_named_in_the_outbox(blog):
    ada = await blog.signed_in("Ada")
    post = f"{blog.base}/posts/welcome"
    await blog.node.publish(ada.viewer, Ask("Announce", id=post))

    _, items = await walked(blog, f"{ada.viewer.id}/outbox")

    assert [(item["type"], item["object"]) for item in items] == [("Announce", post)]


async def test_replies_and_their_number_are_those_that_everybody_may_read(blog):
    post = f"{blog.base}/posts/welcome"
    open_ = await made(blog, "Note", "open", content="Yes")
    shut = await made(blog, "Note", "shut", DRAFT, content="No")
    await related(blog, "inReplyTo", (open_, post), (shut, post))

    collection, items = await walked(blog, f"{post}/replies")

    assert (collection["totalItems"], items) == (1, [open_])


async def test_a_conversation_is_told_in_the_order_of_time(blog):
    post = f"{blog.base}/posts/welcome"
    first = await made(blog, "Note", "first", content="1")
    second = await made(blog, "Note", "second", content="2")
    third = await made(blog, "Note", "third", content="3")
    await related(blog, "inReplyTo", (third, first), (second, post), (first, post))

    collection, items = await walked(blog, f"{post}/context")

    assert items == [post, first, second, third]
    assert collection["attributedTo"] == f"{blog.base}/actor"


async def test_likes_and_shares_are_the_activities(blog):
    post = f"{blog.base}/posts/welcome"
    await related(blog, "likes", *((fan, post) for fan in fans(2)))
    await related(blog, "announces", (fans(1)[0], post))

    likes, liked = await walked(blog, f"{post}/likes")
    shares, _ = await walked(blog, f"{post}/shares")

    assert (likes["totalItems"], shares["totalItems"]) == (2, 1)
    assert all(each.endswith("/done") for each in liked)


async def test_what_is_pinned_is_featured(blog):
    actor, post = f"{blog.base}/actor", f"{blog.base}/posts/welcome"
    hush = await made(blog, "Post", "hush", DRAFT, name="Hush", content="x")
    await related(blog, "featured", (actor, post), (actor, hush))

    collection, items = await walked(blog, "/actor/featured")

    assert (collection["totalItems"], items) == (1, [post])


async def test_what_is_on_soon_comes_the_soonest_first(events):
    calendar = await made(events, "Calendar", "city", name="City")
    now = events.node.now()
    days = {"late": 9, "over": -2, "soon": 1, "running": 0}
    for slug, days_ahead in days.items():
        start = now + timedelta(days=days_ahead, hours=-1)
        event = await made(
            events,
            "Event",
            slug,
            name=slug,
            startTime=wire(start),
            endTime=wire(start + timedelta(hours=2)),
        )
        await related(events, "scheduled", (calendar, event))

    collection, items = await walked(events, f"{calendar}/upcoming")

    assert [id.rpartition("/")[2] for id in items] == ["running", "soon", "late"]
    assert collection["totalItems"] == 3


async def test_who_comes_is_counted_and_not_named(events):
    event = f"{events.base}/events/candlelit-strings"
    await related(events, "attending", *((fan, event) for fan in fans(2)))

    _, collection = await fetched(events, f"{event}/attendees")

    assert collection["totalItems"] == 2 and "first" not in collection


async def test_who_organizes_is_told(events):
    _, items = await walked(events, "/events/candlelit-strings/organizers")

    assert items[0] == f"{events.base}/calendars/main"


OF_THINGS = ("replies", "likes", "shares", "context", "attendees", "organizers")
OF_ACTORS = ("outbox", "followers", "following", "featured", "upcoming")


@pytest.mark.parametrize("name", [*OF_THINGS, "followers_synchronization"])
async def test_of_what_is_kept_back_there_are_no_collections(events, name):
    start = "2037-01-01T10:00:00Z"
    await made(events, "Event", "hush", DRAFT, name="Hush", startTime=start)

    kept, _ = await fetched(events, f"/events/hush/{name}")
    never, _ = await fetched(events, f"/events/never/{name}")

    assert kept.status == never.status
    assert kept.status in (404, 401)
    assert kept.text.replace("hush", "never") == never.text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(("/posts/welcome", name) for name in OF_ACTORS),
        *(("/posts/welcome", name) for name in ("attendees", "organizers")),
        *(("/actor", name) for name in ("upcoming", "replies")),
        ("/tags/bread", "replies"),
    ],
)
async def test_what_has_no_such_collection_says_so(blog, path, name):
    page, _ = await fetched(blog, f"{path}/{name}")

    assert page.status == 404


async def test_what_was_taken_away_has_taken_its_collections_with_it(blog):
    await blog.node.publish(
        blog.node.site, Ask("Delete", id=f"{blog.base}/posts/welcome")
    )

    page, _ = await fetched(blog, "/posts/welcome/replies")

    assert page.status == 410


@pytest.mark.parametrize("at", ["nonsense", "", "x" * 3000, "1.5", "-1"])
@pytest.mark.parametrize(
    "path", ["/actor/outbox", "/actor/followers", "/posts/welcome/context"]
)
async def test_a_page_that_nobody_gave_is_none(blog, path, at):
    page, _ = await fetched(blog, f"{path}?page={at}")

    assert page.status == 400


async def test_people_read_who_follows_where_that_is_shown(events):
    ada = await made(events, "Person", "ada", name="Ada")
    visitor = await events.visitor()

    shown = await visitor.get("/calendars/main/followers")
    hidden = await visitor.get(f"{ada}/followers")

    assert shown.status == 200
    assert (hidden.status, hidden.location) == (303, "/people/ada")


@pytest.mark.parametrize("name", ["replies", "likes", "shares"])
async def test_people_read_what_was_said_and_done(blog, name):
    page = await (await blog.visitor()).get(f"/posts/welcome/{name}")

    assert (page.status, page.headers["Content-Type"]) == (
        200,
        "text/html; charset=utf-8",
    )


async def test_what_has_no_page_of_its_own_is_on_that_of_the_thing(events):
    visitor = await events.visitor()

    page = await visitor.get("/events/candlelit-strings/attendees")

    assert (page.status, page.location) == (303, "/events/candlelit-strings")


async def test_what_is_negotiated_says_on_what_it_depends(blog):
    for path in ("/actor", "/posts/welcome", "/actor/followers"):
        page, _ = await fetched(blog, path)

        assert page.headers["Content-Type"] == AP
        assert {"Accept", "Signature"} <= set(page.headers["Vary"].split(", "))


async def test_a_tombstone_is_read_as_one(blog):
    id = f"{blog.base}/posts/welcome"
    await blog.node.publish(blog.node.site, Ask("Delete", id=id))

    page = await (await blog.visitor()).get("/posts/welcome", Accept=AP)

    told = json.loads(page.text)
    assert (page.status, page.headers["Content-Type"]) == (410, AP)
    assert (told["type"], told["formerType"]) == ("Tombstone", "Article")
    assert told["deleted"]


async def test_a_tombstone_of_what_was_kept_back_is_none(blog):
    id = await made(blog, "Post", "hush", DRAFT, name="Hush", content="x")
    await blog.node.publish(blog.node.site, Ask("Delete", id=id))

    page, _ = await fetched(blog, "/posts/hush")

    assert page.status == 404


async def test_a_public_activity_is_told_whole(blog):
    id = await made(blog, "Post", "new", name="New", content="x")
    entries = await blog.node.store.read(lambda r: r.log(object=id))

    page, told = await fetched(blog, entries[0].activity.id)

    assert page.status == 200
    assert (told["type"], told["object"]["id"]) == ("Create", id)
    assert told["object"]["name"] == "New"


async def test_the_peer_shows_its_key_to_everybody(make_peer):
    peer = await make_peer("blog", authorized_fetch=True)

    _, told = await fetched(peer, "/peer")

    assert told["publicKey"]["owner"] == f"{peer.base}/peer"
    assert told["preferredUsername"] == "blog.localhost"
