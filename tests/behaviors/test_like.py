from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Refused


@pytest.fixture
async def post(node, ada):
    values = {"name": "Bread", "content": "Flour."}
    return (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing


@pytest.mark.parametrize(
    ("verb", "relation"), [("Like", "likes"), ("Announce", "announces")]
)
async def test_once_each(node, bob, owner, post, verb, relation):
    for fan in (bob, bob, owner):
        await node.publish(fan, Ask(verb, id=post.id))

    assert await node.degree(relation=relation, object=post.id) == 2


async def test_the_author_is_told(node, ada, bob, post):
    done = await node.publish(bob, Ask("Like", id=post.id))

    told = await node.store.read(lambda read: read.notices(ada.id))
    assert [entry.activity.id for entry in told] == [done.id]


async def test_what_is_not_public_is_not_passed_on(node, ada):
    values = {"name": "Half a thought", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    draft = (await node.publish(ada, ask)).thing

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Announce", id=draft.id))

    assert refused.value.status == 403


async def test_a_like_is_undone_by_who_liked(node, ada, bob, post):
    liked = await node.publish(bob, Ask("Like", id=post.id))

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Undo", id=liked.id))
    assert refused.value.status == 403

    await node.publish(bob, Ask("Undo", id=liked.id))
    assert await node.degree(relation="likes", object=post.id) == 0


async def test_liked_undone_and_liked_again_is_liked(node, bob, post):
    liked = await node.publish(bob, Ask("Like", id=post.id))
    await node.publish(bob, Ask("Undo", id=liked.id))

    await node.publish(bob, Ask("Like", id=post.id))

    assert await node.degree(relation="likes", object=post.id) == 1


async def test_what_states_no_edge_is_not_undone(node, ada, post):
    [created] = [
        entry.activity
        for entry in await node.log()
        if entry.activity.object.id == post.id
    ]

    with pytest.raises(Refused, match="nothing left"):
        await node.publish(ada, Ask("Undo", id=created.id))


async def test_what_never_happened_is_not_undone(node, ada):
    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Undo", id=f"{node.base}/activities/none"))

    assert refused.value.status == 404


async def test_a_report_is_kept_and_shown_to_owners_and_its_author_only(
    node, ada, bob, owner, stranger, post
):
    from peer.node.checks import may_see_entry

    report = await node.publish(
        bob, Ask("Flag", id=post.id, notes={"reason": "Stolen"})
    )

    seen = {
        who: may_see_entry(viewer, report, post)
        for who, viewer in {
            "ada": ada,
            "bob": bob,
            "owner": owner,
            "nobody": stranger,
        }.items()
    }
    assert seen == {"ada": False, "bob": True, "owner": True, "nobody": False}


async def test_a_report_as_long_as_a_book_is_refused(node, bob, post):
    with pytest.raises(Refused) as refused:
        await node.publish(bob, Ask("Flag", id=post.id, notes={"reason": "x" * 2001}))

    assert "reason" in refused.value.problems
