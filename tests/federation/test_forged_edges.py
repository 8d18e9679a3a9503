"""Edges and consents that somebody else's server states: the true, and the forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer.model.consent import state
from tests.federation.fediverse import handwriting
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.peers import soon
from tests.federation.stating import edge_of, edges_of, mitra_like, offers


@pytest.fixture
async def ana(mitra):
    return mitra.actor("ana")


@pytest.fixture
async def eve(evil):
    """On a server of her own, which signs as Mitra does."""
    evil.dialect = mitra_like(evil.dialect)
    return evil.actor("eve")


@pytest.fixture
async def calendar(events):
    """Everybody's posts are on it as soon as they are offered."""
    id = f"{events.base}/calendars/main"
    await events.does("Update", id, values={"admits": "everyone"})
    return id


# -- the true ----------------------------------------------------------------------


async def test_an_edge_that_a_stranger_states_is_agreed_to_with_a_signed_consent(
    mitra, ana, events, calendar
):
    post = ana.note("About the concert.")
    edge = edge_of(ana, post["id"], calendar)

    said, answer = await offers(ana, events, edge)

    assert answer.ok
    accept = await mitra.got("Accept")
    assert accept.object["id"] == said["id"]
    stamp = await mitra.read(accept.activity["result"])
    assert stamp["interactingObject"] == edge["id"]
    assert stamp["attributedTo"] == calendar
    key = handwriting.proof_key(
        await mitra.read(calendar), stamp["proof"]["verificationMethod"]
    )
    handwriting.check_proof(stamp, key)
    assert (await events.get(post["id"])) is not None


async def test_the_same_offer_twice_is_one_edge_and_one_consent(
    mitra, ana, events, calendar
):
    edge = edge_of(ana, ana.note("Once.")["id"], calendar)

    said, _ = await offers(ana, events, edge)
    await ana.deliver(said, events.inbox)
    await offers(ana, events, edge)

    await soon(lambda: _two(mitra), "both offers are answered")
    assert len(await edges_of(events)) == 2
    assert len({r.activity["result"] for r in mitra.all("Accept")}) == 1


async def _two(mitra):
    return len(mitra.all("Accept")) >= 2


async def test_what_its_author_takes_back_is_gone_and_is_not_offered_again_by_a_replay(
    mitra, ana, events, calendar
):
    edge = edge_of(ana, ana.note("Gone soon.")["id"], calendar)
    said, _ = await offers(ana, events, edge)
    await mitra.got("Accept")

    await ana.say(ana.act("Delete", edge["id"], to=[PUBLIC]), [calendar])
    assert await edges_of(events) == []

    await ana.deliver(said, events.inbox)
    assert await edges_of(events) == []


async def test_an_edge_that_was_taken_back_before_it_came_does_not_come(
    ana, events, calendar
):
    edge = edge_of(ana, ana.note("Never.")["id"], calendar)
    await ana.say(ana.act("Delete", edge["id"], to=[PUBLIC]), [calendar])

    await offers(ana, events, edge)

    assert await edges_of(events) == []


async def test_undoing_the_offer_takes_the_edge_back(mitra, ana, events, calendar):
    edge = edge_of(ana, ana.note("Undone.")["id"], calendar)
    said, _ = await offers(ana, events, edge)
    await mitra.got("Accept")

    await ana.undo(said, [calendar])

    assert await edges_of(events) == []


# -- the forged ----------------------------------------------------------------------


async def unsigned(ana, eve, calendar):
    edge = edge_of(eve, eve.note("x")["id"], calendar)
    return eve, {name: told for name, told in edge.items() if name != "proof"}


async def signed_by_somebody_else(ana, eve, calendar):
    edge = edge_of(eve, eve.note("x")["id"], calendar)
    bare = {name: told for name, told in edge.items() if name != "proof"}
    return eve, handwriting.prove(bare, eve.proof_id, ana.ed25519)


async def signed_with_a_key_of_a_server_that_does_not_answer(ana, eve, calendar):
    ana.server.answers("/nobody", status=500)
    edge = edge_of(eve, eve.note("x")["id"], calendar)
    bare = {name: told for name, told in edge.items() if name != "proof"}
    return eve, handwriting.prove(bare, f"{ana.server.base}/nobody#key", eve.ed25519)


async def changed_after_it_was_signed(ana, eve, calendar):
    edge = edge_of(eve, eve.note("x")["id"], calendar)
    return eve, {**edge, "subject": eve.note("y")["id"]}


async def about_a_post_of_somebody_else(ana, eve, calendar):
    return eve, edge_of(eve, ana.note("Ana's.")["id"], calendar)


async def about_a_post_of_a_neighbor(ana, eve, calendar):
    zoe = eve.server.actor("zoe")
    return eve, edge_of(eve, zoe.note("Zoe's.")["id"], calendar)


async def in_the_name_of_somebody_else(ana, eve, calendar):
    return eve, edge_of(ana, ana.note("Ana's.")["id"], calendar)


async def with_an_id_of_somebody_else(ana, eve, calendar):
    id = f"{ana.server.base}/edges/99"
    return eve, edge_of(eve, eve.note("x")["id"], calendar, id=id)


async def between_two_things_that_are_both_elsewhere(ana, eve, calendar):
    group = ana.server.actor("group", "Group")
    return eve, edge_of(eve, eve.note("x")["id"], group.id)


async def from_something_of_ours(ana, eve, calendar):
    return eve, edge_of(eve, calendar, calendar)


async def to_something_that_is_no_calendar(ana, eve, calendar):
    event = f"{calendar.partition('/cal')[0]}/events/open-doors"
    return eve, edge_of(eve, eve.note("x")["id"], event)


async def to_nothing_that_is_here(ana, eve, calendar):
    return eve, edge_of(eve, eve.note("x")["id"], f"{calendar}-not")


async def that_is_over(ana, eve, calendar):
    note = eve.note("x")["id"]
    return eve, edge_of(eve, note, calendar, endTime="2025-08-02T08:00:00Z")


async def of_a_post_that_is_not_there(ana, eve, calendar):
    return eve, edge_of(eve, f"{eve.server.base}/notes/none", calendar)


async def of_a_post_that_is_not_for_everybody(ana, eve, calendar):
    note = eve.note("x", to=[f"{eve.id}/followers"])
    return eve, edge_of(eve, note["id"], calendar)


async def in_a_relation_that_takes_no_consent(ana, eve, calendar):
    note = eve.note("x")["id"]
    likes = "https://rose-ash.com/ns/sx#likes"
    return eve, edge_of(eve, note, calendar, relationship=likes)


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_by_somebody_else,
        signed_with_a_key_of_a_server_that_does_not_answer,
        changed_after_it_was_signed,
        about_a_post_of_somebody_else,
        about_a_post_of_a_neighbor,
        in_the_name_of_somebody_else,
        with_an_id_of_somebody_else,
        between_two_things_that_are_both_elsewhere,
        from_something_of_ours,
        to_something_that_is_no_calendar,
        to_nothing_that_is_here,
        that_is_over,
        of_a_post_that_is_not_there,
        of_a_post_that_is_not_for_everybody,
        in_a_relation_that_takes_no_consent,
    ],
    ids=lambda forge: forge.__name__,
)
async def test_nothing_is_kept_of_an_edge(ana, eve, events, calendar, forge):
    who, edge = await forge(ana, eve, calendar)

    _, answer = await offers(who, events, edge)

    assert 400 <= answer.status < 500
    assert await edges_of(events) == []
    offered = [e for e in await events.log() if e.activity.type == "Offer"]
    assert offered == []


async def test_an_edge_does_not_change(mitra, ana, events, calendar):
    edge = edge_of(ana, ana.note("One.")["id"], calendar)
    await offers(ana, events, edge)
    await mitra.got("Accept")
    other = edge_of(ana, ana.note("Two.")["id"], calendar, id=edge["id"])

    _, answer = await offers(ana, events, other)
    update = ana.act("Update", other, to=[PUBLIC])
    second = await ana.deliver(update, events.inbox)

    assert (answer.status, second.status) == (403, 403)
    [kept] = await events.edges(relation="allocatedTo")
    assert kept.subject == edge["subject"]


async def test_nobody_else_takes_an_edge_or_a_consent_back(
    mitra, ana, eve, events, calendar
):
    edge = edge_of(ana, ana.note("Hers.")["id"], calendar)
    await offers(ana, events, edge)
    stamp = (await mitra.got("Accept")).activity["result"]

    for id in (edge["id"], stamp):
        answer = await eve.deliver(eve.act("Delete", id, to=[PUBLIC]), events.inbox)
        assert answer.status == 403

    assert len(await edges_of(events)) == 2


async def test_who_does_not_answer_now_is_to_say_it_again(mitra, ana, events, calendar):
    post = ana.note("Slow.")
    edge = edge_of(ana, post["id"], calendar)
    path = post["id"].removeprefix(mitra.base)
    mitra.answers(path, status=500)

    said, answer = await offers(ana, events, edge)
    assert answer.status == 503
    assert await edges_of(events) == []
    mitra.faults.pop(path)

    assert (await ana.deliver(said, events.inbox)).ok
    await mitra.got("Accept")


async def test_what_is_forged_would_be_taken_if_it_were_true(eve, events, calendar):
    """Nothing above is refused for who she is, or how her server signs."""
    edge = edge_of(eve, eve.note("True.")["id"], calendar)

    _, answer = await offers(eve, events, edge)

    assert answer.ok
    assert len(await edges_of(events)) == 2


async def test_an_edge_ends_when_its_time_is_over(mitra, ana, events, calendar):
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    edge = edge_of(ana, ana.note("For an hour.")["id"], calendar, endTime=end)
    await offers(ana, events, edge)
    await mitra.got("Accept")

    events.later(hours=2)

    async def is_over():
        [kept] = await events.edges(relation="allocatedTo")
        return await events.node.store.read(lambda r: state(kept, r)) == "expired"

    await soon(is_over, "it has expired")
