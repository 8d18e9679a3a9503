from __future__ import annotations

from functools import partial

import pytest

from peer.model.permission import STRANGER
from peer.node.entrance import stewards
from peer.node.outbox import Ask
from peer.node.refusal import Refused


async def keeper(door, viewer=STRANGER, secret="", event=None):
    find = partial(
        stewards.keeper_of,
        viewer=viewer,
        event=event or door.event,
        secret=secret,
        now=door.node.now(),
    )
    return await door.node.store.read(lambda read: find(read))


async def test_who_keeps_the_event_stands_at_its_door(door, owner, ada):
    assert (await keeper(door, owner)).name == "Owner"
    assert await keeper(door, ada) is None
    assert await keeper(door) is None


async def test_who_keeps_the_calendar_stands_there_as_well(door, owner, ada):
    ask = Ask("Create", kind="Calendar", values={"name": "Hers"})
    calendar = (await door.node.publish(ada, ask)).thing
    await door.relate(calendar.id, "scheduled", door.event.id)

    assert (await keeper(door, ada)).actor == ada.id


async def test_a_steward_has_a_link_for_one_event_and_no_account(door, owner):
    secret = await stewards.appoint(door.node, door.event, " Side  door ", owner.id)

    found = await keeper(door, secret=secret)
    assert (found.name, found.actor, found.is_steward) == ("Side door", owner.id, True)
    values = {"name": "Other", "startTime": "2026-11-21T19:30:00+00:00"}
    other = await door.node.publish(owner, Ask("Create", kind="Event", values=values))
    assert await keeper(door, secret=secret, event=other.thing) is None
    assert await keeper(door, secret=secret[:-1]) is None


async def test_a_link_that_was_ended_lets_nobody_in(door, owner):
    secret = await stewards.appoint(door.node, door.event, "Side door", owner.id)
    now = door.node.now()
    [one] = await door.node.store.read(
        lambda r: stewards.stewards(r, door.event.id, now)
    )

    await stewards.dismiss(door.node, door.event.id, one.id)

    assert await keeper(door, secret=secret) is None
    with pytest.raises(Refused, match="no such link"):
        await stewards.dismiss(door.node, door.event.id, one.id)


async def test_a_link_ends_when_the_event_is_long_over(door, owner, clock):
    secret = await stewards.appoint(door.node, door.event, "Side door", owner.id)

    clock.tick(hours=12)
    assert await keeper(door, secret=secret) is not None
    clock.tick(hours=12)
    assert await keeper(door, secret=secret) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
async def test_a_door_has_a_name(door, owner, name):
    with pytest.raises(Refused) as refused:
        await stewards.appoint(door.node, door.event, name, owner.id)

    assert "name" in refused.value.problems


async def test_the_secret_is_nowhere_in_the_store(door, owner):
    secret = await stewards.appoint(door.node, door.event, "Side door", owner.id)

    async for _, key, told in door.node.store.every_record():
        assert secret not in key
        assert secret not in str(told)
