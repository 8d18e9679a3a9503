"""An edge between what two people keep stands once the other one agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer.model.consent import mutual, state
from peer.node import ripening
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from tests.house import BASE


@pytest.fixture
async def post(node, ada):
    return await made(node, ada, "Post", name="Loaf", content="Flour and water.")


@pytest.fixture
async def calendar(node, bob):
    return await made(node, bob, "Calendar", name="Town")


async def made(node, who, kind, **values):
    done = await node.publish(who, Ask("Create", kind=kind, values=values))
    return done.object.id


async def allocate(node, who, post, calendar, **notes):
    ask = Ask("Add", subject=post, relation="allocatedTo", object=calendar, notes=notes)
    return (await node.publish(who, ask)).edge


async def standing(node, edge):
    return await node.store.read(lambda read: state(edge, read))


async def ask_first(node, calendar, bob, policy="ask"):
    await node.publish(bob, Ask("Update", id=calendar, values={"admits": policy}))


async def offer_of(node, edge):
    [offer] = [e.activity for e in await node.log() if e.activity.type == "Offer"]
    assert offer.edge == edge
    return offer


async def test_whoever_speaks_for_the_subject_states_it(node, ada, post, calendar):
    edge = await allocate(node, ada, post, calendar)

    assert edge.by == ada.id
    assert edge.subject == post


async def test_a_calendar_takes_what_members_here_offer(node, ada, post, calendar):
    edge = await allocate(node, ada, post, calendar)

    assert await standing(node, edge) == "mutual"
    [yes] = await node.edges(relation="consents", object=edge.id)
    assert yes.subject == calendar
    assert yes.id.startswith(f"{BASE}/edges/")


async def test_what_is_mutual_is_announced_once_and_once_as_what_was_done(
    node, ada, post, calendar
):
    """To who takes things, and to who takes the activities that made them."""
    await allocate(node, ada, post, calendar)

    log = [entry.activity for entry in await node.log()]
    [made] = [a for a in log if a.type == "Create" and a.object.id == post]
    told = [a for a in log if a.type == "Announce"]
    assert [(a.actor, a.object.id) for a in told] == [(calendar, post)] * 2
    assert {a.notes.get("handed") for a in told} == {None, made.id}


async def test_nobody_asks_themselves(node, bob, calendar):
    own = await made(node, bob, "Post", name="Mine", content="Own.")

    edge = await allocate(node, bob, own, calendar)

    assert await standing(node, edge) == "mutual"
    assert await node.edges(relation="consents") == []


async def test_a_calendar_that_asks_first_keeps_it_waiting(
    node, ada, bob, post, calendar
):
    await ask_first(node, calendar, bob)

    edge = await allocate(node, ada, post, calendar)

    assert await standing(node, edge) == "asserted"
    assert [e for e in await node.log() if e.activity.type == "Announce"] == []
    told = await node.store.read(lambda read: read.notices(bob.id))
    assert [entry.activity.type for entry in told] == ["Offer"]


async def test_only_who_keeps_the_calendar_answers(node, ada, bob, post, calendar):
    await ask_first(node, calendar, bob)
    edge = await allocate(node, ada, post, calendar)
    offer = await offer_of(node, edge)

    with pytest.raises(Refused, match="do not speak for them"):
        await node.publish(ada, Ask("Accept", id=offer.id))
    await node.publish(bob, Ask("Accept", id=offer.id))

    assert await standing(node, edge) == "mutual"


async def test_no_is_no_until_it_is_yes(node, ada, bob, post, calendar):
    await ask_first(node, calendar, bob)
    edge = await allocate(node, ada, post, calendar)
    offer = await offer_of(node, edge)

    await node.publish(bob, Ask("Reject", id=offer.id))
    assert await standing(node, edge) == "declined"
    await node.publish(bob, Ask("Accept", id=offer.id))

    assert await standing(node, edge) == "mutual"


async def test_a_consent_is_taken_back_by_who_gave_it_alone(
    node, ada, bob, post, calendar
):
    edge = await allocate(node, ada, post, calendar)
    revoke = Ask("Remove", subject=calendar, relation="consents", object=edge.id)

    with pytest.raises(Refused, match="Only who agreed"):
        await node.publish(ada, revoke)
    await node.publish(bob, revoke)

    assert await standing(node, edge) == "declined"
    undone = [e.activity for e in await node.log() if e.activity.type == "Undo"]
    assert [a.inner.type for a in undone] == ["Announce"]


async def test_a_consent_is_not_given_by_hand(node, bob, post, calendar):
    with pytest.raises(Refused, match="follows from doing it"):
        await node.publish(
            bob, Ask("Add", subject=calendar, relation="consents", object=post)
        )


async def test_what_was_offered_is_not_offered_again(node, ada, post, calendar):
    await allocate(node, ada, post, calendar)

    with pytest.raises(Refused, match="offered already"):
        await allocate(node, ada, post, calendar)


async def test_withdrawing_takes_the_consent_along(node, ada, post, calendar):
    await allocate(node, ada, post, calendar)

    await node.publish(
        ada, Ask("Remove", subject=post, relation="allocatedTo", object=calendar)
    )

    assert await node.edges(relation="consents") == []
    assert await node.edges(relation="declines") == []


@pytest.mark.parametrize("end", ["post", "calendar"])
async def test_with_an_end_all_that_was_said_is_gone(
    node, ada, bob, post, calendar, end
):
    await allocate(node, ada, post, calendar)

    if end == "post":
        await node.publish(ada, Ask("Delete", id=post))
    else:
        await node.publish(bob, Ask("Delete", id=calendar))

    for relation in ("allocatedTo", "consents", "declines"):
        assert await node.edges(relation=relation) == []


async def test_it_may_be_for_a_time(node, ada, post, calendar, clock):
    end = wire(clock() + timedelta(hours=1))
    edge = await allocate(node, ada, post, calendar, endTime=end)
    assert await standing(node, edge) == "mutual"

    clock.tick(hours=2)
    await ripening.carry_out_ripe(node.node)

    assert await standing(node, edge) == "expired"


async def test_what_was_taken_back_does_not_expire(node, ada, post, calendar, clock):
    end = wire(clock() + timedelta(hours=1))
    await allocate(node, ada, post, calendar, endTime=end)
    await node.publish(
        ada, Ask("Remove", subject=post, relation="allocatedTo", object=calendar)
    )

    clock.tick(hours=2)
    await ripening.carry_out_ripe(node.node)

    assert await node.edges(relation="expires") == []


async def test_what_is_unknown_elsewhere_is_to_be_looked_up_first(node, ada, post):
    with pytest.raises(Refused, match="look it up first"):
        await allocate(node, ada, post, "https://events.example/calendars/main")


async def test_of_many_edges_those_that_stand_are_found_in_two_questions(
    node, ada, bob, calendar
):
    ids = [
        await made(node, ada, "Post", name=f"Post {n}", content="x") for n in range(3)
    ]
    edges = [await allocate(node, ada, id, calendar) for id in ids]
    revoke = Ask("Remove", subject=calendar, relation="consents", object=edges[1].id)
    await node.publish(bob, revoke)

    found = await node.store.read(lambda read: mutual(edges, read))

    assert found == [edges[0], edges[2]]


async def test_what_the_peer_has_published_any_member_may_allocate(
    node, ada, stranger, calendar
):
    post = await made(node, node.site, "Post", name="Ours", content="All of us.")

    edge = await allocate(node, ada, post, calendar)

    assert edge.by == node.site.id
    assert await standing(node, edge) == "mutual"
    with pytest.raises(Refused):
        await allocate(node, stranger, post, calendar)


async def test_nobody_else_allocates_what_somebody_wrote(node, bob, post, calendar):
    with pytest.raises(Refused, match="for owner"):
        await allocate(node, bob, post, calendar)


async def test_what_is_kept_back_again_is_on_no_calendar(node, ada, post, calendar):
    await allocate(node, ada, post, calendar)

    await node.publish(ada, Ask("Update", id=post, audience="draft"))
    await ripening.carry_out_ripe(node.node)

    assert await node.edges(relation="allocatedTo") == []
    assert await node.edges(relation="consents") == []


async def test_only_a_calendar_gathers_and_only_what_is_elsewhere(
    node, ada, post, calendar
):
    elsewhere = "https://blog.example/posts/1"

    with pytest.raises(Refused, match="Only a calendar"):
        await node.publish(
            ada, Ask("Add", subject=post, relation="gathers", object=elsewhere)
        )
    with pytest.raises(Refused, match="allocated on its own page"):
        await node.publish(
            ada, Ask("Add", subject=calendar, relation="gathers", object=post)
        )
