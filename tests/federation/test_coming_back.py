"""What was taken away elsewhere and is published anew: its own server has to say so."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.replay import replayed
from tests.federation.cooperating import allocated, comes_to_stand, of_all
from tests.federation.peers import soon


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def calendar(events):
    return f"{events.base}/calendars/main"


@pytest.fixture
async def post(blog):
    return f"{blog.base}/posts/welcome"


async def is_there(peer, id):
    thing = await peer.get(id)
    return thing is not None and not thing.deleted


async def test_a_post_that_was_a_draft_for_a_while_is_offered_and_shown_again(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    await blog.does("Update", post, audience="draft")
    await comes_to_stand(events, "", post, "allocatedTo", calendar)
    await comes_to_stand(blog, "", post, "allocatedTo", calendar)
    await blog.does("Update", post, audience="public")

    await allocated(blog, events, post, calendar)

    assert await is_there(events, post)
    assert "Welcome" in (await events.page("/calendars/main")).words
    assert (await replayed(events.node)).different == []


async def test_who_follows_has_a_post_again_that_was_a_draft_for_a_while(
    blog, events, post
):
    ada = await events.person("Ada")
    await events.meets(blog.actor)
    await events.node.publish(ada, Ask("Follow", blog.actor))
    await events.comes_to_hold(ada.id, "follows", blog.actor)
    await events.meets(post)

    await blog.does("Update", post, audience="draft")
    await soon(lambda: is_gone(events, post), "it is taken away")
    await blog.does("Update", post, audience="public", values={"name": "Once more"})

    await soon(lambda: is_there(events, post), "it is there again")
    assert (await events.get(post))["name"] == "Once more"


async def is_gone(peer, id):
    thing = await peer.get(id)
    return thing is not None and bool(thing.deleted)


@pytest.fixture
async def ana(mastodon):
    return mastodon.actor("ana")


async def told_to(events, ana, calendar):
    """A note that names the calendar, so that the peer keeps it."""
    said = await ana.post("For @main", [calendar], cc=[calendar])
    await soon(lambda: is_there(events, said["object"]["id"]), "it came")
    return said


async def test_an_old_activity_told_once_more_brings_nothing_back(
    events, ana, calendar
):
    said = await told_to(events, ana, calendar)
    await ana.delete(said["object"], [calendar])

    again = {**said, "id": f"{said['id']}-again"}
    answer = await ana.deliver(again, events.inbox)

    assert answer.ok
    assert await is_gone(events, said["object"]["id"])


async def test_what_its_server_shows_again_is_back(events, ana, calendar):
    said = await told_to(events, ana, calendar)
    note = said["object"]
    await ana.delete(note, [calendar])
    ana.server.gone.discard(note["id"])
    ana.server.serve(note)

    await ana.deliver({**said, "id": f"{said['id']}-again"}, events.inbox)

    assert await is_there(events, note["id"])
    assert (await replayed(events.node)).different == []


async def test_what_was_removed_here_does_not_come_back(events, ana, calendar):
    said = await told_to(events, ana, calendar)
    note = said["object"]
    await events.does("Delete", note["id"])

    await ana.deliver({**said, "id": f"{said['id']}-again"}, events.inbox)
    await ana.update(note, [calendar], content="<p>Here I am again.</p>")

    assert await is_gone(events, note["id"])


async def test_what_was_deleted_before_it_came_comes_if_it_is_there_again(
    events, ana, calendar
):
    note = ana.note("For @main", cc=[calendar])
    await ana.delete(note, [calendar])
    create = ana.act("Create", note, to=note["to"], cc=note["cc"])

    await ana.deliver(create, events.inbox)
    assert await events.get(note["id"]) is None

    ana.server.gone.discard(note["id"])
    ana.server.serve(note)
    again = ana.act("Create", note, to=note["to"], cc=note["cc"])
    await ana.deliver(again, events.inbox)
    assert await is_there(events, note["id"])
