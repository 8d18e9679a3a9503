"""What a careful eye found: each of these was once otherwise."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from peer.node.checks import may_see_entry
from peer.node.outbox import Ask
from peer.node.replay import replayed
from peer.protocol import strict
from peer.protocol.origin import NotTheirs
from peer.protocol.signature import Message
from peer.protocol.thing import Activity, Edge
from peer.protocol.wire import said
from peer.protocol.wire.loose import Unreadable
from tests.node.incoming.conftest import ANA, EVE, MEADOW, note
from tests.node.incoming.test_meaning import people  # noqa: F401

N1 = f"{MEADOW}/notes/1"
BOB = f"{MEADOW}/users/bob"


async def test_who_says_it_is_the_author_whoever_else_is_named_beside(
    node, post, bread
):
    await post.knows(BOB)
    both = note(N1, inReplyTo=bread.id, attributedTo=[BOB, ANA])

    await post.says("Create", both)

    assert (await node.get(N1)).owner == ANA


async def test_what_is_changed_stays_with_whom_it_was(node, post, bread):
    await post.knows(BOB)
    await post.says("Create", note(N1, inReplyTo=bread.id))

    await post.says("Update", note(N1, inReplyTo=bread.id, attributedTo=[BOB, ANA]))

    assert (await node.get(N1)).owner == ANA


async def test_a_neighbor_does_not_delete_what_has_not_come_yet(node, post, bread):
    await post.knows(BOB)
    await post.says("Delete", N1, by=BOB)

    answer = await post.says("Create", note(N1, inReplyTo=bread.id))

    assert answer.done


async def test_nobody_is_made_to_follow_whom_they_no_longer_ask(node, post, people):  # noqa: F811
    asked = await node.publish(people["viewer"], Ask("Follow", id=ANA))
    await node.publish(people["viewer"], Ask("Undo", id=asked.id))

    await post.says("Accept", asked.id)

    assert await node.degree(relation="follows", object=ANA) == 0


async def test_who_is_accepted_after_having_asked_follows(node, post, people):  # noqa: F811
    asked = await node.publish(people["viewer"], Ask("Follow", id=ANA))

    await post.says("Accept", asked.id)

    assert await node.degree(relation="follows", object=ANA) == 1


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("Follow", "Calendar"), ("Join", "Event"), ("QuoteRequest", "Post")],
)
async def test_what_is_kept_back_is_answered_like_what_is_not_there(
    node, post, ada, verb, kind
):
    values = {"name": "Secret"}
    if kind == "Event":
        values["startTime"] = "2026-12-01T19:00:00+00:00"
    if kind == "Post":
        values["content"] = "…"
    ask = Ask("Create", kind=kind, values=values, audience="draft")
    secret = (await node.publish(ada, ask)).thing

    more = {"instrument": f"{ANA}/q"}
    there = await post.says(verb, secret.id, **more)
    nothing = await post.says(verb, f"{secret.id}-not", **more)

    assert there == nothing


async def test_what_a_few_were_told_is_passed_on_by_nobody_and_not_given_away(
    node,
    post,
    people,  # noqa: F811
):
    mention = {"type": "Mention", "href": people["ada"], "name": "@ada"}
    await post.says("Create", note(N1, to=[people["ada"]], cc=[], tag=[mention]))

    there = await post.says("Announce", N1, by=EVE)
    nothing = await post.says("Announce", f"{N1}-not", by=EVE)

    assert there.status == nothing.status


async def test_another_peer_passes_its_posts_on_itself(node, post, people):  # noqa: F811
    """The id of what it does follows from what it is about: it is not used up here."""
    site = f"{MEADOW}/actor"
    await post.knows(site)
    asked = await node.publish(people["viewer"], Ask("Follow", id=site))
    await post.says("Accept", asked.id, by=site)
    article = {**note(N1), "type": "Article", "name": "Rye", "cc": [people["ada"]]}

    await post.says("Create", article)

    did = [entry.activity for entry in await node.log()]
    assert not [each for each in did if each.type == "Announce"]


async def test_who_is_not_wanted_there_keeps_nobody_else_from_moving_along(
    node,
    post,
    people,  # noqa: F811
    bob,
):
    ask = Ask("Create", id=bob.id, kind="Person", values={"name": "B"}, owner="self")
    await node.publish(node.site, ask)
    for viewer in (people["viewer"], bob):
        asked = await node.publish(viewer, Ask("Follow", id=ANA))
        await post.says("Accept", asked.id)
    await post.says("Block", bob.id, by=EVE)
    move = Activity(
        f"{ANA}/moves",
        "Move",
        ANA,
        "2026-11-21T10:00:00.000Z",
        await node.get(ANA),
        {"target": EVE, "received": True},
    )

    await node.store.transact(lambda tx: node.door(tx).carry_out([move], tx))

    asking = await node.edges(relation="requested", object=EVE)
    assert [edge.subject for edge in asking] == [people["ada"]]
    assert await node.degree(relation="follows", object=ANA) == 0


async def test_what_was_refused_is_refused_again_by_the_log(node, post, people, ada):  # noqa: F811
    values = {"name": "Gig", "startTime": "2026-12-01T19:00:00+00:00", "capacity": 1}
    event = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing
    await node.publish(people["viewer"], Ask("Block", id=ANA))
    await post.says("Join", event.id)
    await post.says("Join", event.id, by=EVE)
    await post.says("QuoteRequest", event.id, instrument=f"{ANA}/q")
    await post.says("Follow", people["ada"])

    found = await replayed(node.node)

    assert found.different == []


@pytest.mark.parametrize("letter", ["x", "ü"])
async def test_ids_as_long_as_can_be_break_nothing(node, post, bread, letter):
    long = f"{ANA}/" + letter * (2047 - len(ANA))
    tags = [{"type": "Mention", "href": long, "name": "@x"}]
    told = note(N1, inReplyTo=bread.id, tag=tags, cc=[long])

    for told_of in (
        {"id": long, "type": "Like", "actor": ANA, "object": bread.id},
        {"id": f"{ANA}/1", "type": "Create", "actor": ANA, "object": told},
        {"id": f"{ANA}/2", "type": "Delete", "actor": ANA, "object": long},
        {
            "id": f"{ANA}/3",
            "type": "QuoteRequest",
            "actor": ANA,
            "object": bread.id,
            "instrument": long,
        },
    ):
        try:
            assert (await post(told_of)).status < 500
        except Unreadable as refused:
            assert refused.status == 400


async def test_only_who_is_there_is_told_of_anything(node, post, bread):
    nobody = f"{node.base}/people/nobody"
    tags = [{"type": "Mention", "href": nobody, "name": "@nobody"}]

    await post.says("Create", note(N1, inReplyTo=bread.id, tag=tags))

    assert not await node.store.read(lambda read: read.notices(nobody))


async def test_nobody_answers_what_is_not_theirs_to_answer(node, post, people):  # noqa: F811
    asked = await node.publish(people["viewer"], Ask("Follow", id=ANA))

    for verb in ("Accept", "Reject"):
        with pytest.raises(NotTheirs):
            await post.says(verb, asked.id, by=EVE)

    [edge] = await node.edges(relation="requested", object=ANA)
    assert isinstance(edge, Edge)


async def test_an_inbox_that_nothing_can_be_kept_for_is_no_inbox(node):
    document = {
        "id": ANA,
        "type": "Person",
        "inbox": f"{ANA}/inbox",
        "endpoints": {"sharedInbox": f"{MEADOW}/{'x' * 700}"},
    }

    kept = await node.node.incoming.strangers._keep_actor(document, ANA)

    assert kept.get("sharedInbox") is None
    with pytest.raises(Unreadable):
        document["inbox"] = f"{MEADOW}/{'x' * 700}"
        await node.node.incoming.strangers._keep_actor(document, ANA)


async def test_nobody_has_another_server_sent_what_is_for_them(node):
    document = {
        "id": ANA,
        "type": "Person",
        "inbox": f"{ANA}/inbox",
        "endpoints": {"sharedInbox": "https://victim.example/inbox"},
    }

    kept = await node.node.incoming.strangers._keep_actor(document, ANA)

    assert kept.get("sharedInbox") is None


@pytest.fixture
async def forwarded(node, post, people, bread):  # noqa: F811
    """``await forwarded(cc, **more)``: in whose name Eve's answer is sent on."""
    await post.says("Follow", people["ada"])
    await post.says("Follow", f"{node.base}/actor")

    async def send(*cc: str, **more: Any) -> list[str]:
        id = f"{EVE}/notes/{len(await node.log())}"
        answer = note(id, by=EVE, inReplyTo=bread.id)
        told = {"type": "Create", "actor": EVE, "object": answer, "signature": {}}
        told = {"id": f"{id}/created", **told, "cc": cc, **more}
        assert (await post(told)).done
        body = orjson.dumps(told)
        message = Message("POST", "/inbox", node.base, {}, body)
        read = said.read(strict.read(body))
        await node.incoming.forwarding.after(read, message, done=True)
        waiting = await node.store.read(lambda read: read.deliveries())
        return [each.sender for each in waiting if each.activity == told["id"]]

    return send


async def test_an_answer_is_sent_on_to_those_alone_who_follow_whom_it_answers(
    node,
    forwarded,
    people,  # noqa: F811
):
    everybody = [f"{people['ada']}/followers", f"{node.base}/actor/followers"]

    assert await forwarded(*everybody) == [people["ada"]]
    assert await forwarded(everybody[1]) == []


async def test_what_is_too_long_to_be_read_is_not_sent_on_to_many(forwarded, people):  # noqa: F811
    assert await forwarded(f"{people['ada']}/followers", junk="x" * 70_000) == []


async def test_nothing_is_sent_on_for_whom_the_author_has_blocked(
    node,
    forwarded,
    people,  # noqa: F811
):
    await node.publish(people["viewer"], Ask("Block", id=EVE))

    assert await forwarded(f"{people['ada']}/followers") == []


@pytest.mark.parametrize("taken_back", [True, False])
async def test_whom_somebody_blocks_is_between_them_and_the_owners(
    node,
    post,
    people,  # noqa: F811
    owner,
    bob,
    stranger,
    taken_back,
):
    done = await node.publish(people["viewer"], Ask("Block", id=ANA))
    if taken_back:
        done = await node.publish(people["viewer"], Ask("Undo", id=done.id))
    about = await node.get(ANA)

    viewers = (stranger, bob, people["viewer"], owner)
    seen = [may_see_entry(each, done, about) for each in viewers]

    assert seen == [False, False, True, True]


async def test_what_came_in_the_same_moment_is_done_again_one_by_one(
    node, post, ada, clock
):
    values = {"name": "Gig", "startTime": "2026-12-01T19:00:00+00:00"}
    event = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing
    moment = clock()
    node.now = lambda: moment
    join = {"id": f"{ANA}/j", "type": "Join", "actor": ANA, "object": event.id}

    await post(join)
    await post.says("Undo", join)

    assert (await replayed(node.node)).different == []


async def test_a_name_that_reads_like_another_s_is_none(node):
    document = {
        "id": ANA,
        "type": "Person",
        "inbox": f"{ANA}/inbox",
        "preferredUsername": "ceo@bank.example ",
    }

    kept = await node.node.incoming.strangers._keep_actor(document, ANA)

    assert kept.get("handle") is None
