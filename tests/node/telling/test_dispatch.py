"""From what was done to the queue."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.telling.dispatch import Dispatch, NotBrief

NOW = "2026-11-21T09:00:00.000Z"


async def test_what_all_who_follow_are_to_hear_is_no_brief_work(node, ada):
    """Of them there may be ten thousand, and it would be done in the loop."""
    ask = Ask("Create", kind="Post", values={"name": "Rye", "content": "Good."})
    post = await node.publish(ada, ask)

    def tell(brief):
        def work(tx):
            Dispatch(node.base, NOW, node.lexicon, brief=brief).tell(post, tx)

        return node.store.transact(work, brief=brief)

    with pytest.raises(NotBrief):
        await tell(True)
    await tell(False)
