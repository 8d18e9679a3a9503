"""The waiting list: who has waited longest is given the next place, at once."""

from __future__ import annotations

import pytest

from behaviors import wait
from peer.model.allotting import allotments_of, ticket_id
from peer.model.permission import Role, Viewer
from peer.node.letters.mail import mailbox
from peer.node.outbox import Ask
from peer.node.people import accounts
from peer.node.people.accounts import Account
from peer.node.refusal import Refused
from peer.node.trading import allotments
from peer.node.trading.allotments import Row
from peer.protocol.thing import Activity

GIG = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00", "capacity": 1}


@pytest.fixture
async def gig(node, owner):
    """An event with room for one."""
    return (await node.publish(owner, Ask("Create", kind="Event", values=GIG))).thing


@pytest.fixture
def eve(node):
    return Viewer(f"{node.base}/people/eve", Role.MEMBER, "Eve")


async def coming(node, gig):
    edges = await node.edges(relation="attending", object=gig.id)
    return {edge.subject for edge in edges}


async def waiting(node, gig):
    return {e.subject for e in await node.edges(relation="waits", object=gig.id)}


async def told(node, viewer):
    entries = await node.store.read(lambda read: read.notices(viewer.id))
    return [entry.activity.type for entry in entries]


async def test_the_next_place_is_for_who_has_waited_longest(node, ada, bob, eve, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(eve, Ask("Wait", id=gig.id))

    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == {bob.id}
    assert await waiting(node, gig) == {eve.id}
    assert await node.held(gig.id) == 1
    assert await told(node, bob) == ["Accept"]
    assert await told(node, eve) == []


@pytest.mark.parametrize("how", ["Leave", "TentativeAccept", "Undo", "Reject"])
async def test_however_a_place_is_freed_it_goes_to_who_waits(
    node, owner, ada, bob, gig, how
):
    joined = await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))

    if how == "Reject":
        await node.publish(owner, Ask("Reject", id=joined.id))
    else:
        id = joined.id if how == "Undo" else gig.id
        await node.publish(ada, Ask(how, id=id))

    assert await coming(node, gig) == {bob.id}
    assert await node.held(gig.id) == 1


async def test_nobody_who_comes_by_is_faster_than_who_waits(node, ada, bob, eve, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(ada, Ask("Leave", id=gig.id))

    with pytest.raises(Refused, match="no places left"):
        await node.publish(eve, Ask("Join", id=gig.id))


async def test_more_room_is_for_as_many_as_there_is_room_for(
    node, owner, ada, bob, eve, gig
):
    await node.publish(ada, Ask("Join", id=gig.id))
    for viewer in (eve, bob):
        await node.publish(viewer, Ask("Wait", id=gig.id))

    await node.publish(owner, Ask("Update", id=gig.id, values={"capacity": 2}))
    assert await coming(node, gig) == {ada.id, eve.id}

    await node.publish(owner, Ask("Update", id=gig.id, values={"capacity": None}))
    assert await coming(node, gig) == {ada.id, eve.id, bob.id}
    assert await waiting(node, gig) == set()


async def test_where_there_is_a_place_nobody_waits(node, bob, gig):
    with pytest.raises(Refused, match="There is a place"):
        await node.publish(bob, Ask("Wait", id=gig.id))


async def test_who_has_a_place_does_not_wait_for_one(node, ada, gig):
    await node.publish(ada, Ask("Join", id=gig.id))

    with pytest.raises(Refused, match="have a place already"):
        await node.publish(ada, Ask("Wait", id=gig.id))


async def test_no_more_wait_than_can_be_told_apart(
    node, ada, bob, eve, gig, monkeypatch
):
    """Else who came last would be taken for who has waited longest."""
    monkeypatch.setattr(wait, "_MOST", 1)
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))

    with pytest.raises(Refused, match="More people wait"):
        await node.publish(eve, Ask("Wait", id=gig.id))

    await node.publish(ada, Ask("Leave", id=gig.id))
    assert await coming(node, gig) == {bob.id}


async def test_waiting_twice_is_waiting_once_and_can_be_given_up(node, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    first = await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    assert await waiting(node, gig) == {bob.id}

    await node.publish(bob, Ask("Undo", id=first.id))
    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == set()
    assert await node.held(gig.id) == 0


async def test_of_what_is_cancelled_nobody_is_given_a_place(node, owner, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    off = {"status": "CANCELLED"}
    await node.publish(owner, Ask("Update", id=gig.id, values=off))

    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == set()


async def test_who_means_to_come_is_told_of_another_time(node, owner, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))

    told_ = {"startTime": "2030-07-02T19:30:00+01:00"}
    await node.publish(owner, Ask("Update", id=gig.id, values=told_))
    await node.publish(owner, Ask("Update", id=gig.id, values={"summary": "Loud."}))

    assert await told(node, ada) == ["Update"]
    assert await told(node, bob) == ["Update"]


# -- tickets ---------------------------------------------------------------------------


@pytest.fixture
async def ticketed(node):
    """An event with two tickets, sold here."""
    values = {**GIG, "joinMode": "external", "capacity": 5}
    made = await node.publish(node.site, Ask("Create", kind="Event", values=values))
    row = Row("Standard", {"amount": 1000, "currency": "GBP"}, 2, node.site.id)
    await allotments.offer(node.node, node.site, made.thing.id, [row])
    return made.thing


@pytest.fixture
def sells(node, ticketed):
    """The desk says which seats of an order are valid, as of a minute."""

    async def told(minute, *states):
        [given] = await node.store.read(lambda r: allotments_of(r.get(ticketed.id), r))
        order, at = f"{node.base}/orders/one", f"2026-11-21T09:{minute:02}:00.000Z"
        seats = [
            {
                "id": f"{node.base}/seats/one-{n}",
                "number": n,
                "code": f"CODE-{n}",
                "ticket": ticket_id(given),
                "state": state,
            }
            for n, state in enumerate(states, 1)
        ]
        sold = [f"{order}#{s['number']}" for s in seats if s["state"] == "valid"]
        instrument = {"id": order, "updated": at, "sx:sold": sold}
        activity = Activity(
            f"{node.base}/activities/sold-{minute}",
            "Join" if sold else "Leave",
            node.site.id,
            at,
            ticketed,
            {"instrument": instrument, "seats": seats},
        )
        await node.store.transact(lambda tx: node.door(tx).carry_out([activity], tx))

    return told


async def test_who_waits_for_a_ticket_is_told_when_there_is_one_again(
    node, ada, bob, ticketed, sells
):
    await sells(1, "valid", "valid")
    await node.publish(ada, Ask("Wait", id=ticketed.id))
    await node.publish(bob, Ask("Wait", id=ticketed.id))

    await sells(2, "valid", "void")

    assert await told(node, ada) == ["Invite"]
    assert await told(node, bob) == []
    assert await waiting(node, ticketed) == {bob.id}


async def test_while_there_are_tickets_nobody_waits(node, ada, ticketed, sells):
    await sells(1, "valid")

    with pytest.raises(Refused, match="There are tickets"):
        await node.publish(ada, Ask("Wait", id=ticketed.id))


async def test_more_tickets_are_told_to_who_waits(node, ada, ticketed, sells):
    await sells(1, "valid", "valid")
    await node.publish(ada, Ask("Wait", id=ticketed.id))
    [given] = await node.store.read(lambda r: allotments_of(r.get(ticketed.id), r))

    await allotments.change(node.node, node.site, given.id, quantity=4)

    assert await told(node, ada) == ["Invite"]


async def lives_here(node, viewer):
    """``viewer`` has an account, and so an address."""
    email = f"{viewer.name.casefold()}@example.org"
    account = Account(viewer.id, email, viewer.name, "member", "2026-11-01")
    await node.store.transact(lambda tx: accounts.keep(tx, account))


async def letters(node):
    return [(each.to, each.text) for each in await node.store.read(mailbox)]


async def test_who_has_the_place_they_waited_for_has_a_letter(node, ada, bob, eve, gig):
    for each in (ada, bob, eve):
        await lives_here(node, each)
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(eve, Ask("Wait", id=gig.id))

    await node.publish(ada, Ask("Leave", id=gig.id))

    [(to, text)] = await letters(node)
    assert to == "bob@example.org"
    assert "There is a place for you" in text


async def test_who_is_told_of_tickets_has_a_letter_with_where_to_buy(
    node, ada, bob, ticketed, sells
):
    for each in (ada, bob):
        await lives_here(node, each)
    await sells(1, "valid", "valid")
    await node.publish(ada, Ask("Wait", id=ticketed.id))
    await node.publish(bob, Ask("Wait", id=ticketed.id))
    [given] = await node.store.read(lambda r: allotments_of(r.get(ticketed.id), r))

    await allotments.change(node.node, node.site, given.id, quantity=3)

    [(to, text)] = await letters(node)
    assert to == "ada@example.org"
    assert f"{ticketed.id}/buy" in text


async def test_an_event_that_was_sold_is_not_deleted_but_cancelled(
    node, ticketed, sells
):
    await sells(1, "valid")

    with pytest.raises(Refused, match="cancel it instead"):
        await node.publish(node.site, Ask("Delete", id=ticketed.id))

    await sells(2, "void")
    await node.publish(node.site, Ask("Delete", id=ticketed.id))
