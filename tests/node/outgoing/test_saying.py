"""The words of a proof are in the context of what has one."""

from __future__ import annotations

import pytest

from peer.node.outgoing.saying import explained
from peer.protocol.terms import AS_CONTEXT, FIRST_PROOFS, PROOFS

OWN = {"sx": "https://x.example/ns#"}
SECURITY = "https://w3id.org/security/v1"


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        (AS_CONTEXT, [AS_CONTEXT, FIRST_PROOFS]),
        ([AS_CONTEXT, OWN], [AS_CONTEXT, FIRST_PROOFS, OWN]),
        ([AS_CONTEXT, SECURITY, OWN], [AS_CONTEXT, SECURITY, FIRST_PROOFS, OWN]),
        ([AS_CONTEXT, PROOFS, OWN], [AS_CONTEXT, PROOFS, OWN]),
    ],
)
def test_they_come_after_other_names_and_before_words_of_its_own(context, wanted):
    told = explained({"@context": context, "type": "Like", "object": "x"})

    assert told["@context"] == wanted


def test_they_are_those_of_what_is_signed_inside():
    """One document cannot have both: each forbids to be said anew."""
    edge = {"@context": [AS_CONTEXT, PROOFS], "type": "Relationship"}

    told = explained({"@context": AS_CONTEXT, "type": "Offer", "object": edge})

    assert told["@context"] == [AS_CONTEXT, PROOFS]
