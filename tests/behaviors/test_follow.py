from __future__ import annotations

import pytest

from peer.node.checks import may_see_entry
from peer.node.outbox import Ask
from peer.node.refusal import Refused


@pytest.fixture
async def ada_here(node, ada):
    values = {"name": "Ada"}
    await node.publish(
        node.site, Ask("Create", id=ada.id, kind="Person", values=values)
    )
    return ada


async def test_who_follows_is_let_at_once(node, ada_here, bob):
    await node.publish(bob, Ask("Follow", id=ada_here.id))

    assert await node.degree(relation="follows", object=ada_here.id) == 1


async def test_who_approves_by_hand_is_asked_and_says(node, ada_here, bob):
    approves = Ask("Update", id=ada_here.id, values={"approves": True})
    await node.publish(node.site, approves)

    asked = await node.publish(bob, Ask("Follow", id=ada_here.id))
    before = await node.degree(relation="follows", object=ada_here.id)
    await node.publish(node.site, Ask("Accept", id=asked.id))

    assert before == 0
    assert await node.degree(relation="follows", object=ada_here.id) == 1
    assert await node.degree(relation="requested", object=ada_here.id) == 0


async def test_nobody_answers_for_who_was_asked(node, ada_here, bob):
    asked = await node.publish(bob, Ask("Follow", id=ada_here.id))

    with pytest.raises(Refused) as refused:
        await node.publish(bob, Ask("Reject", id=asked.id))

    assert refused.value.status == 403


async def test_nobody_follows_themselves(node, ada_here):
    with pytest.raises(Refused, match="themselves"):
        await node.publish(ada_here, Ask("Follow", id=ada_here.id))


async def test_whom_somebody_follows_is_not_for_the_log_to_tell(
    node, ada_here, bob, owner, stranger
):
    followed = await node.publish(bob, Ask("Follow", id=ada_here.id))

    seen = [may_see_entry(viewer, followed, None) for viewer in (bob, owner, stranger)]
    assert seen == [True, True, False]
