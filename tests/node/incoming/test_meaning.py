"""What comes from elsewhere, and what this peer makes of it, without sockets."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.replay import replayed
from peer.protocol.origin import NotTheirs
from tests.node.incoming.conftest import ANA, EVE, MEADOW, note

N1 = f"{MEADOW}/notes/1"


async def test_an_answer_is_kept_under_what_it_answers_and_its_author_told(
    node, post, ada, bread
):
    answer = await post.says("Create", note(N1, inReplyTo=bread.id))

    assert answer.done
    [edge] = await node.edges(relation="inReplyTo", object=bread.id)
    assert edge.subject == N1
    assert (await node.get(N1))["content"] == "Good bread."
    told = await node.store.read(lambda read: read.notices(ada.id))
    assert [entry.activity.type for entry in told] == ["Create"]


async def test_what_concerns_nobody_here_is_not_kept(node, post):
    answer = await post.says("Create", note(N1))

    assert (answer.status, answer.done) == (202, False)
    assert await node.get(N1) is None


async def test_it_is_done_once_however_often_it_comes(node, post, bread):
    like = {"id": f"{ANA}/l", "type": "Like", "actor": ANA, "object": bread.id}

    first, *again = [await post(like) for _ in range(3)]

    assert first.done and not any(each.done for each in again)
    assert await node.degree(relation="likes", object=bread.id) == 1


async def test_an_older_version_never_replaces_a_newer_one(node, post, bread):
    about = {"inReplyTo": bread.id, "updated": "2026-11-21T08:30:00Z"}
    await post.says("Create", note(N1, content="new", **about))

    old = {**about, "updated": "2026-11-21T08:10:00Z"}
    await post.says("Update", note(N1, content="old", **old))

    assert (await node.get(N1))["content"] == "new"


async def test_what_was_deleted_before_it_came_does_not_come(node, post, bread):
    await post.says("Delete", {"id": N1, "type": "Tombstone"})

    answer = await post.says("Create", note(N1, inReplyTo=bread.id))

    assert not answer.done
    assert await node.get(N1) is None


@pytest.mark.parametrize("verb", ["Update", "Delete"])
async def test_nobody_changes_what_is_another_s(node, post, bread, verb):
    await post.says("Create", note(N1, inReplyTo=bread.id))

    with pytest.raises(NotTheirs):
        await post.says(verb, note(N1, content="mine now"), by=EVE)

    assert (await node.get(N1))["content"] == "Good bread."


async def test_nobody_undoes_what_another_did(node, post, bread):
    like = {"id": f"{ANA}/l", "type": "Like", "actor": ANA, "object": bread.id}
    await post(like)

    with pytest.raises(NotTheirs):
        await post.says("Undo", f"{ANA}/l", by=EVE)

    assert await node.degree(relation="likes", object=bread.id) == 1


@pytest.mark.parametrize("by_id", [True, False])
async def test_a_like_is_taken_back_by_its_id_or_by_what_it_was(
    node, post, bread, by_id
):
    like = {"id": f"{ANA}/l", "type": "Like", "actor": ANA, "object": bread.id}
    await post(like)

    await post.says("Undo", f"{ANA}/l" if by_id else {**like, "id": f"{ANA}/other"})

    assert await node.degree(relation="likes", object=bread.id) == 0


async def test_who_follows_is_answered_and_counted(node, post, ada, people):
    answer = await post.says("Follow", people["ada"])

    assert answer.done
    assert await node.degree(relation="follows", object=people["ada"]) == 1
    waiting = await node.store.read(lambda read: read.deliveries())
    assert [each.inbox for each in waiting] == [f"{ANA}/inbox"]
    accept = await node.store.read(lambda read: read.activity(waiting[0].activity))
    assert (accept.type, accept.actor, accept.inner.actor) == (
        "Accept",
        people["ada"],
        ANA,
    )


async def test_who_is_blocked_by_somebody_does_not_follow_them(node, post, people):
    ada = people["ada"]
    await node.publish(people["viewer"], Ask("Block", id=ANA))

    await post.says("Follow", ada)

    assert await node.degree(relation="follows", object=ada) == 0
    waiting = await node.store.read(lambda read: read.deliveries())
    last = await node.store.read(lambda read: read.activity(waiting[-1].activity))
    assert last.type == "Reject"


async def test_a_private_message_is_for_whom_it_names_and_in_no_listing(
    node, post, people
):
    private = note(N1, to=[people["ada"]], cc=[])

    await post.says("Create", private)

    assert (await node.get(N1)).audience == "draft"
    told = await node.store.read(lambda read: read.notices(people["ada"]))
    assert [entry.activity.object.id for entry in told] == []


async def test_what_names_somebody_is_told_to_them(node, post, people):
    mention = {"type": "Mention", "href": people["ada"], "name": "@ada"}

    await post.says("Create", note(N1, to=[people["ada"]], cc=[], tag=[mention]))

    told = await node.store.read(lambda read: read.notices(people["ada"]))
    assert [entry.activity.object.id for entry in told] == [N1]


@pytest.mark.parametrize(
    ("said", "relation", "count"),
    [
        ("Join", "attending", 1),
        ("Accept", "attending", 1),
        ("TentativeAccept", "interested", 1),
        ("Leave", "attending", 0),
        ("Reject", "attending", 0),
    ],
)
async def test_somebody_comes_or_not_in_the_words_of_any_server(
    node, post, ada, said, relation, count
):
    values = {"name": "Gig", "startTime": "2026-12-01T19:00:00+00:00"}
    event = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing

    await post.says(said, event.id)

    assert await node.degree(relation=relation, object=event.id) == count


async def test_there_are_no_more_places_than_there_are(node, post, ada):
    values = {"name": "Gig", "startTime": "2026-12-01T19:00:00+00:00", "capacity": 1}
    event = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing

    await post.says("Join", event.id)
    late = await post.says("Join", event.id, by=EVE)

    assert (late.status, late.done) == (202, True)
    assert await node.degree(relation="attending", object=event.id) == 1
    [line] = await node.edges(relation="waits", object=event.id)
    assert line.subject == EVE
    waiting = await node.store.read(lambda read: read.deliveries())
    verbs = {each.inbox: each.activity for each in waiting}
    told = await node.store.read(lambda read: read.activity(verbs[f"{EVE}/inbox"]))
    assert told.type == "Create" and "waiting list" in told.thing["content"]


async def test_a_quote_is_asked_for_and_its_consent_has_an_address(node, post, bread):
    quote = f"{MEADOW}/notes/q"

    await post.says("QuoteRequest", bread.id, instrument=quote)

    [stamp] = await node.edges(relation="quotes", object=bread.id)
    assert stamp.subject == quote and stamp.id.startswith(f"{node.base}/edges/")
    [waiting] = await node.store.read(lambda read: read.deliveries())
    accept = await node.store.read(lambda read: read.activity(waiting.activity))
    assert accept.notes["result"] == stamp.id


async def test_an_actor_that_is_gone_takes_along_what_was_theirs(node, post, bread):
    await post.says("Create", note(N1, inReplyTo=bread.id))
    await post.says("Like", bread.id)

    await post.says("Delete", ANA)

    assert (await node.get(ANA)).deleted and (await node.get(N1)).deleted
    assert await node.edges(object=bread.id) == []


async def test_of_what_nobody_knows_nothing_is_done(node, post, bread):
    before = len(await node.log())

    answer = await post.says("Arrive", bread.id)

    assert (answer.status, answer.done) == (202, False)
    assert len(await node.log()) == before


async def test_the_log_alone_gives_the_same_again(node, post, people, bread):
    await post.says("Follow", people["ada"])
    await post.says("Create", note(N1, inReplyTo=bread.id))
    await post.says("Update", note(N1, inReplyTo=bread.id, content="<p>Better.</p>"))
    await post.says("Announce", bread.id)
    await post.says("Follow", people["ada"], by=EVE)
    await post.says("Delete", EVE, by=EVE)

    found = await replayed(node.node)

    assert found.different == []


@pytest.fixture
async def people(node, ada):
    """Ada, as somebody who can be followed."""
    values = {"name": "Ada"}
    ask = Ask("Create", id=ada.id, kind="Person", values=values, owner="self")
    await node.publish(node.site, ask)
    return {"ada": ada.id, "viewer": ada}


async def test_the_name_of_an_event_that_is_off_is_kept_without_its_warning(
    node, post, bread
):
    event = {
        **note(N1, inReplyTo=bread.id),
        "type": "Event",
        "name": "CANCELLED: Night of short films",
        "startTime": "2031-09-12T19:30:00Z",
        "status": "CANCELLED",
        "ical:status": "CANCELLED",
    }

    await post.says("Create", event)

    kept = await node.get(N1)
    assert (kept["name"], kept["status"]) == ("Night of short films", "CANCELLED")
