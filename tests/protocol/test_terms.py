"""Short names and long ones."""

from __future__ import annotations

import pytest

from peer.protocol.contexts import AS_TERMS
from peer.protocol.terms import ENVELOPE, PREFIXES, expand, shortened

NAMES = [
    ("as:Note", "https://www.w3.org/ns/activitystreams#Note"),
    ("schema:price", "https://schema.org/price"),
    ("rdf:type", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
]


@pytest.mark.parametrize(("curie", "iri"), NAMES)
def test_a_name_is_short_or_long(curie: str, iri: str) -> None:
    assert expand(curie) == iri
    assert shortened(iri) == curie


@pytest.mark.parametrize(
    "iri", ["https://a.example/x", "urn:x", "as://a.example/", "unknown:x", "plain", ""]
)
def test_what_has_none_of_our_prefixes_stays_as_it_is(iri: str) -> None:
    assert expand(iri) == iri
    assert shortened(iri) == iri


def test_a_prefix_alone_is_no_name() -> None:
    assert [shortened(start) for start in PREFIXES.values()] == [*PREFIXES.values()]


def test_no_prefix_begins_another() -> None:
    starts = [*PREFIXES.values()]

    assert not [
        one for one in starts for other in starts if one != other and other in one
    ]


def test_what_is_said_of_everything_is_said_in_words_of_activitystreams() -> None:
    assert all(word in AS_TERMS for word in ENVELOPE)
