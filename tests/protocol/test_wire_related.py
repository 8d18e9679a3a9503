"""Edges and consents as they are read, whatever their words begin with."""

from __future__ import annotations

import pytest

from peer.protocol.wire import related

EDGE = {
    "id": "https://blog.example/edges/7",
    "type": "Relationship",
    "attributedTo": "https://blog.example/users/ana",
    "subject": "https://blog.example/posts/42",
    "relationship": "https://ns.example/peers#allocatedTo",
    "object": "https://events.example/calendars/city",
    "published": "2025-08-01T08:00:00Z",
}
STAMP = {
    "id": "https://events.example/stamps/b41",
    "type": "RelationshipAuthorization",
    "attributedTo": "https://events.example/calendars/city",
    "interactingObject": "https://blog.example/edges/7",
    "interactionTarget": "https://events.example/calendars/city",
}


def test_an_edge_is_read():
    told = related.stated(
        {**EDGE, "px:relationshipAuthorization": STAMP["id"], "endTime": "soon"}
    )

    assert told is not None
    assert (told.by, told.subject, told.object) == (
        EDGE["attributedTo"],
        EDGE["subject"],
        EDGE["object"],
    )
    assert related.local(told.relation) == "allocatedTo"
    assert told.stamp == STAMP["id"]
    assert told.end is None


@pytest.mark.parametrize("prefix", ["", "px:", "sx:", "https://ns.example/peers#"])
def test_a_consent_is_read_whatever_its_type_begins_with(prefix):
    told = related.agreed({**STAMP, "type": f"{prefix}RelationshipAuthorization"})

    assert told is not None
    assert told.edge == EDGE["id"]


def test_pointers_may_have_the_prefix_that_others_give_them():
    told = {f"gts:{n}" if "inter" in n else n: v for n, v in STAMP.items()}

    assert related.agreed(told) == related.agreed(STAMP)


@pytest.mark.parametrize("without", ["id", "attributedTo", "subject", "object"])
def test_what_does_not_say_all_is_no_edge(without):
    assert related.stated({n: v for n, v in EDGE.items() if n != without}) is None


@pytest.mark.parametrize(
    "wrong", [None, [], "x", 7, {}, {**EDGE, "type": "Note"}, {**EDGE, "object": 7}]
)
def test_anything_else_is_no_edge_and_no_consent(wrong):
    assert related.stated(wrong) is None
    assert related.agreed(wrong) is None


@pytest.mark.parametrize("id", ["javascript:alert(1)", "urn:x", "x" * 3000])
def test_ids_are_addresses(id):
    assert related.stated({**EDGE, "subject": id}) is None
    assert related.agreed({**STAMP, "interactingObject": id}) is None
