from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Conflict, Refused
from peer.protocol.cid import content_id


@pytest.fixture
async def note(node, ada):
    values = {"name": "Opening", "content": "At nine."}
    return (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing


async def test_only_what_is_named_changes(node, ada, note):
    await node.publish(ada, Ask("Update", id=note.id, values={"content": "At ten."}))

    assert (await node.get(note.id)).values == {"name": "Opening", "content": "At ten."}


async def test_none_takes_a_value_away(node, ada, note):
    said = Ask("Update", id=note.id, values={"summary": "Early."})
    unsaid = Ask("Update", id=note.id, values={"summary": None})

    for ask in (said, unsaid):
        await node.publish(ada, ask)

    assert "summary" not in (await node.get(note.id)).values


async def test_no_change_is_no_activity(node, ada, note):
    done = await node.publish(ada, Ask("Update", id=note.id, values=note.values))

    assert done is None


async def test_two_versions_never_have_one_time(node, ada, note):
    for hour in ("ten", "eleven"):
        values = {"content": f"At {hour}."}
        await node.publish(ada, Ask("Update", id=note.id, values=values))

    assert (await node.get(note.id)).updated > note.updated


async def test_who_edits_an_old_version_is_told_so_and_nothing_is_lost(node, ada, note):
    seen = content_id(note)
    await node.publish(ada, Ask("Update", id=note.id, values={"content": "At ten."}))

    with pytest.raises(Conflict) as conflict:
        ask = Ask("Update", id=note.id, values={"content": "At noon."}, was=seen)
        await node.publish(ada, ask)

    assert conflict.value.current["content"] == "At ten."
    assert (await node.get(note.id))["content"] == "At ten."


async def test_nobody_else_may(node, bob, note):
    with pytest.raises(Refused) as refused:
        await node.publish(bob, Ask("Update", id=note.id, values={"content": "Mine."}))

    assert refused.value.status == 403


async def test_an_owner_of_the_peer_may(node, owner, note):
    await node.publish(owner, Ask("Update", id=note.id, values={"content": "Shut."}))

    assert (await node.get(note.id))["content"] == "Shut."


async def test_whose_it_is_does_not_change_with_it(node, owner, ada, note):
    await node.publish(owner, Ask("Update", id=note.id, values={"content": "Shut."}))

    assert (await node.get(note.id)).owner == ada.id


async def test_a_draft_of_somebody_else_is_as_good_as_not_there(node, ada, bob):
    values = {"name": "Half a thought", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    draft = (await node.publish(ada, ask)).thing

    with pytest.raises(Refused) as refused:
        await node.publish(bob, Ask("Like", id=draft.id))

    assert refused.value.status == 404


async def test_what_comes_out_of_the_drawer_is_as_new(node, ada, clock):
    values = {"name": "Half a thought", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    draft = (await node.publish(ada, ask)).thing
    clock.tick(hours=3)

    await node.publish(ada, Ask("Update", id=draft.id, audience="public"))

    assert (await node.get(draft.id)).published > draft.published
    assert (await node.get(draft.id)).audience == "public"


async def test_a_state_moves_only_where_it_may(node, owner):
    values = {
        "number": "2026-1",
        "total": {"amount": 1, "currency": "EUR"},
        "state": "awaiting",
    }
    order = (
        await node.publish(owner, Ask("Create", kind="Order", values=values))
    ).thing

    with pytest.raises(Refused) as refused:
        await node.publish(
            owner, Ask("Update", id=order.id, values={"state": "completed"})
        )

    assert "state" in refused.value.problems


async def test_who_is_named_in_a_draft_is_told_when_it_is_published(node, ada, bob):
    values = {"name": "Bread", "content": "Flour."}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    draft = (await node.publish(ada, ask)).thing
    person = Ask("Create", id=bob.id, kind="Person", values={"name": "Bob"})
    await node.publish(node.site, person)

    named = Ask("Add", subject=draft.id, relation="mentions", object=bob.id)
    await node.publish(ada, named)
    before = await node.store.read(lambda read: read.notices(bob.id))
    published = Ask("Update", id=draft.id, audience="public")
    done = await node.publish(ada, published)

    after = await node.store.read(lambda read: read.notices(bob.id))
    assert before == []
    assert [entry.activity.id for entry in after] == [done.id]
