"""Calendars are groups: to servers that know groups they hand on what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from behaviors import handing
from peer.node.outbox import Ask
from peer.node.replay import replayed
from tests.federation.cooperating import allocated, comes_to_stand, of_all, says
from tests.federation.peers import soon
from tests.federation.test_recorded import FOLDER, SKIPPED


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def calendar(events):
    return f"{events.base}/calendars/main"


@pytest.fixture
async def post(blog):
    return f"{blog.base}/posts/welcome"


@pytest.fixture
async def lea(lemmy, calendar):
    """She reads the calendar as a community."""
    lea = lemmy.actor("lea")
    await lea.follow(calendar)
    await lemmy.got("Accept")
    return lea


async def handed(lemmy, calendar, verb):
    """The activity of that kind that the calendar passed on, as its author has it."""

    async def look():
        for each in lemmy.all("Announce"):
            assert each.activity["actor"] == calendar
            if "/activities/" not in each.activity["object"]:
                continue  # the post itself, for all who take that
            told = await lemmy.read(each.activity["object"])
            if told["type"] == verb:
                return told
        return None

    return await soon(look, f"{verb} is handed on")


async def test_what_made_a_post_is_handed_on_and_names_the_calendar_as_its_group(
    lemmy, lea, blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)

    told = await handed(lemmy, calendar, "Create")

    assert told["actor"] == told["object"]["attributedTo"] == blog.actor
    assert told["object"]["id"] == post
    assert calendar in told["cc"]
    assert calendar in told["object"]["cc"]
    assert told["object"]["audience"] == calendar
    assert post in [each.activity["object"] for each in lemmy.all("Announce")]


@pytest.mark.skipif(not FOLDER, reason=SKIPPED)
async def test_it_has_what_the_recorded_ones_have_that_lemmy_takes(
    lemmy, lea, blog, events, post, calendar
):
    """Of Lemmy itself, Friendica and NodeBB: the same names, of the same shape."""
    await allocated(blog, events, post, calendar)

    ours = await handed(lemmy, calendar, "Create")

    folder = Path(FOLDER) / "lemmy"
    announced = json.loads(
        (folder / "lemmy__activities__community__announce_create_page.json").read_text()
    )["object"]
    friendica = json.loads(
        (folder / "friendica__activities__create_page_2.json").read_text()
    )
    nodebb = json.loads((folder / "nodebb__objects__page.json").read_text())
    for theirs in (announced, friendica):
        assert {
            "id",
            "type",
            "actor",
            "to",
            "cc",
            "object",
        } <= ours.keys() & theirs.keys()
    wanted = ("id", "type", "attributedTo", "to", "name", "audience", "published")
    for page in (announced["object"], nodebb):
        for name in wanted:
            assert type(ours["object"][name]) is type(page[name]), name
    group = ours["object"]["audience"]
    assert group in (*ours["object"]["to"], *ours["object"]["cc"])


async def test_what_changes_it_and_what_ends_it_is_handed_on_as_well(
    lemmy, lea, blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    await handed(lemmy, calendar, "Create")

    await blog.does("Update", post, values={"name": "Welcome, all"})
    told = await handed(lemmy, calendar, "Update")
    assert told["object"]["name"] == "Welcome, all"
    await soon(lambda: says(events, post, name="Welcome, all"), "the card is new")
    await blog.does("Delete", post)

    told = await handed(lemmy, calendar, "Delete")
    assert told["object"]["id"] == post
    await lemmy.got("Undo")
    assert (await replayed(events.node)).different == []


async def test_what_changes_all_the_time_is_handed_on_now_and_then(
    lemmy, lea, blog, events, post, calendar, monkeypatch
):
    """One author could else have a calendar write to all who follow it, for ever."""
    monkeypatch.setattr(handing, "_OFTEN", 2)
    await allocated(blog, events, post, calendar)
    await handed(lemmy, calendar, "Create")
    for name in ("One", "Two", "Three"):
        await blog.does("Update", post, values={"name": name})
        await soon(lambda name=name: says(events, post, name=name), f"it is {name}")
    await blog.does("Delete", post)
    await handed(lemmy, calendar, "Delete")

    passed = [each.activity["object"] for each in lemmy.all("Announce")]
    assert len([id for id in passed if "/activities/" in id]) == 3


async def test_of_what_it_does_not_show_a_calendar_hands_nothing_on(
    lemmy, lea, blog, events, post, calendar
):
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await allocated(blog, events, post, calendar)
    await handed(lemmy, calendar, "Create")
    await blog.does("Remove", **ends)
    await comes_to_stand(events, "", *ends.values())
    await lemmy.got("Undo")
    before = len(lemmy.all("Announce"))

    await blog.does("Update", post, values={"name": "Elsewhere"})
    await soon(blog.has_said_all, "it is told")

    assert len(lemmy.all("Announce")) == before


async def test_peers_that_follow_the_calendar_take_it_for_no_thing(
    open_peer, way, blog, events, post, calendar
):
    shop = await open_peer("shop", peers=of_all(way))
    ada = await shop.person("Ada")
    await shop.meets(calendar)

    await shop.node.publish(ada, Ask("Follow", calendar))
    await shop.comes_to_hold(ada.id, "follows", calendar)

    await allocated(blog, events, post, calendar)
    await soon(lambda: shop.get(post), "the post came")
    await soon(events.has_said_all, "all is told")

    made = [
        entry.activity for entry in await blog.log() if entry.activity.type == "Create"
    ]
    for each in made:
        assert await shop.get(each.id) is None
