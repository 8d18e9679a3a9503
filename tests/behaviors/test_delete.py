from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Refused


@pytest.fixture
async def pair(node, ada):
    """Two related notes."""
    made = [
        (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing
        for values in (
            {"name": "One", "content": "1"},
            {"name": "Two", "content": "2"},
        )
    ]
    one, two = made
    ask = Ask("Add", subject=one.id, relation="related", object=two.id)
    await node.publish(ada, ask)
    return one, two


async def test_a_tombstone_stays(node, ada, pair):
    await node.publish(ada, Ask("Delete", id=pair[0].id))

    gone = await node.get(pair[0].id)
    assert gone.deleted
    assert gone.kind == "Post"
    assert not gone.values


async def test_no_edge_is_left_dangling_in_either_direction(node, ada, pair):
    one, two = pair

    await node.publish(ada, Ask("Delete", id=two.id))

    assert await node.edges(subject=one.id) == []
    assert await node.edges(object=two.id) == []


async def test_what_is_gone_cannot_be_changed_liked_or_deleted_again(node, ada, pair):
    await node.publish(ada, Ask("Delete", id=pair[0].id))

    for verb in ("Update", "Like", "Delete"):
        with pytest.raises(Refused) as refused:
            await node.publish(ada, Ask(verb, id=pair[0].id))
        assert refused.value.status == 410


async def test_its_address_is_not_given_to_another(node, ada, pair):
    await node.publish(ada, Ask("Delete", id=pair[0].id))

    values = {"name": "One", "content": "again"}
    again = await node.publish(ada, Ask("Create", kind="Post", values=values))

    assert again.object.id == pair[0].id + "-2"


async def test_nobody_else_may(node, bob, pair):
    with pytest.raises(Refused):
        await node.publish(bob, Ask("Delete", id=pair[0].id))

    assert not (await node.get(pair[0].id)).deleted


async def test_the_site_itself_stays(node, owner):
    with pytest.raises(Refused, match="the site itself"):
        await node.publish(owner, Ask("Delete", id=node.site.id))

    assert not (await node.get(node.site.id)).deleted
    assert "Delete" not in node.permitted(owner, await node.get(node.site.id))
