"""Edges and consents as others read them: signed, the same to the byte, or untold."""

from __future__ import annotations

import orjson
import pytest

from peer.node import evidence
from peer.node.outbox import Ask
from peer.node.telling import edges
from peer.protocol.proof import BadProof


@pytest.fixture
async def post(node, ada):
    return await made(node, ada, "Post", name="Loaf", content="Flour and water.")


@pytest.fixture
async def calendar(node, bob):
    return await made(node, bob, "Calendar", name="Town")


async def made(node, who, kind, **values):
    done = await node.publish(who, Ask("Create", kind=kind, values=values))
    return done.object.id


@pytest.fixture
async def edge(node, ada, post, calendar):
    ask = Ask("Add", subject=post, relation="allocatedTo", object=calendar)
    return (await node.publish(ada, ask)).edge


async def told(node, edge, **how):
    await edges.ready(node.store, edge)
    lexicon = node.lexicon
    return await node.store.read(
        lambda read: edges.document(edge, read, lexicon, **how)
    )


async def test_it_says_who_states_what_and_shows_the_consent(node, edge, ada):
    [yes] = await node.edges(relation="consents")

    shown = await told(node, edge)

    assert shown["attributedTo"] == ada.id
    assert shown["relationship"] == "https://rose-ash.com/ns/sx#allocatedTo"
    assert (shown["subject"], shown["object"]) == (edge.subject, edge.object)
    assert shown["relationshipAuthorization"] == yes.id
    assert "relationshipAuthorization" not in await told(node, edge, bare=True)


async def test_a_consent_points_to_the_edge_and_to_what_was_asked_about(
    node, edge, calendar
):
    [yes] = await node.edges(relation="consents")

    shown = await told(node, yes)

    assert shown["type"] == "RelationshipAuthorization"
    assert shown["interactingObject"] == edge.id
    assert shown["interactionTarget"] == shown["attributedTo"] == calendar


async def test_whenever_it_is_asked_for_it_is_the_same_to_the_byte(node, edge, clock):
    [yes] = await node.edges(relation="consents")
    first = [orjson.dumps(await told(node, each)) for each in (edge, yes)]

    clock.tick(days=3)

    assert [orjson.dumps(await told(node, each)) for each in (edge, yes)] == first


async def test_whoever_says_it_has_signed_it_and_what_is_changed_does_not_hold(
    node, edge, ada
):
    shown = await told(node, edge)

    signer = await evidence.signer(node.node, shown)

    assert signer.owner == ada.id
    evidence.check_speaks(shown, signer)
    with pytest.raises(BadProof):
        await evidence.signer(node.node, {**shown, "object": edge.subject})


async def test_of_what_is_not_for_everybody_nothing_is_told(node, edge, ada, post):
    [yes] = await node.edges(relation="consents")
    await node.publish(ada, Ask("Update", id=post, audience="draft"))

    assert await told(node, edge) is None
    assert await told(node, yes) is None


async def test_what_a_calendar_has_not_taken_it_does_not_say(node, bob, ada, calendar):
    await node.publish(bob, Ask("Update", id=calendar, values={"admits": "ask"}))
    elsewhere = "https://blog.example/posts/1"
    ask = Ask("Add", subject=calendar, relation="gathers", object=elsewhere)
    brought = await node.publish(ada, ask)
    edge = brought.edge
    assert edge.by == calendar
    assert await told(node, edge) is None

    await node.publish(bob, Ask("Accept", id=brought.id))

    assert (await told(node, edge))["attributedTo"] == calendar
