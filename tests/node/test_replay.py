from __future__ import annotations

from peer.node.outbox import Ask
from peer.node.replay import replayed
from store.interface import Transaction


async def test_the_log_gives_the_same_things_and_edges_again(node, owner, ada, bob):
    note = Ask("Create", kind="Post", values={"name": "Soup", "content": "Leeks."})
    post = (await node.publish(ada, note)).thing
    liked = await node.publish(bob, Ask("Like", id=post.id))
    await node.publish(bob, Ask("Undo", id=liked.id))
    values = {
        "name": "Recipe",
        "extends": ["Post"],
        "fields": {"serves": {"kind": "count"}},
    }
    await node.publish(owner, Ask("Create", kind="Type", values=values))
    food = {"name": "Stew", "content": "Beans.", "serves": 4}
    stew = (await node.publish(ada, Ask("Create", kind="Recipe", values=food))).thing
    await node.publish(
        ada, Ask("Add", subject=stew.id, relation="related", object=post.id)
    )
    await node.publish(
        ada, Ask("Update", id=post.id, values={"content": "More leeks."})
    )
    gone = (await node.publish(ada, note)).thing
    await node.publish(ada, Ask("Delete", id=gone.id))

    told = await replayed(node.node)

    assert told.different == []
    assert told.activities == len(await node.log())
    assert told.things > 20


async def test_what_was_changed_behind_the_log_is_found(node, ada):
    note = Ask("Create", kind="Post", values={"name": "Soup", "content": "Leeks."})
    post = (await node.publish(ada, note)).thing

    def meddle(tx: Transaction) -> None:
        tx.erase(post.id, "2030-01-01T00:00:00.000Z")

    await node.store.transact(meddle)

    assert (await replayed(node.node)).different == [post.id]
