"""Whatever anybody sends, signed or not: it is done or refused, and nothing breaks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peer.node.incoming.verbs import VERBS
from peer.protocol.origin import NotTheirs
from peer.protocol.strict import NotJson
from peer.protocol.terms import PUBLIC
from peer.protocol.wire.loose import Unreadable
from tests.node.incoming.conftest import ANA, MEADOW
from tests.protocol.test_wire_anything import anything, objects

HERE = "https://test.example"
IDS = [
    ANA,
    HERE,
    PUBLIC,
    f"{HERE}/actor",
    f"{HERE}/actor/followers",
    f"{HERE}/people/ada",
    f"{HERE}/posts/bread",
    f"{HERE}/types/post",
    f"{HERE}/types/note",
    f"{HERE}/relations/likes",
    f"{HERE}/activities/000001",
    f"{MEADOW}/notes/1",
    f"{MEADOW}/notes/2",
]
ids = st.sampled_from(IDS)
things = st.fixed_dictionaries(
    {
        "id": st.sampled_from([*IDS, f"{MEADOW}/things/1"]),
        "type": st.sampled_from(
            [
                "Note",
                "Article",
                "Event",
                "Question",
                "Person",
                "Group",
                "Tombstone",
                "X",
            ]
        ),
        "attributedTo": st.just(ANA) | ids | anything,
    },
    optional={
        "actor": ids,
        "content": anything,
        "endTime": anything,
        "inReplyTo": ids | anything,
        "inbox": ids,
        "location": anything,
        "name": anything,
        "object": ids | anything,
        "oneOf": anything,
        "outbox": ids,
        "published": anything,
        "startTime": st.just("2026-12-01T19:00:00Z") | anything,
        "tag": anything,
        "to": st.just(PUBLIC) | anything,
        "updated": anything,
    },
)
activities = st.builds(
    lambda fixed, more: {**more, **fixed},
    st.fixed_dictionaries(
        {
            "type": st.sampled_from([*VERBS, "Offer", "Question", "Travel"]),
            "actor": st.just(ANA),
            "object": ids | things | objects,
        },
        optional={
            "id": st.integers(0, 3).map(lambda n: f"{ANA}/does/{n}"),
            "instrument": ids | anything,
            "result": ids | anything,
            "target": ids | st.just(f"{ANA}/featured") | anything,
            "to": ids | anything,
            "cc": ids | anything,
        },
    ),
    objects,
)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told=st.lists(activities, min_size=1, max_size=4))
async def test_nothing_that_is_sent_breaks_anything(node, post, bread, told):
    own = {each.id: each for each in await node.everything() if _is_ours(each)}

    for document in told:
        try:
            answer = await post(document)
        except TypeError:
            continue  # it is not JSON at all
        except (NotJson, Unreadable, NotTheirs) as refused:
            assert 400 <= refused.status < 500
        else:
            assert answer.status < 500

    for id, each in own.items():
        assert await node.get(id) == each, "what is ours is changed by nobody else"


def _is_ours(each) -> bool:
    return getattr(each, "id", "").startswith(HERE) and hasattr(each, "values")
