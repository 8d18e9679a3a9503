"""JSON-LD with the contexts that we know, and no others."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from peer.protocol.contexts import AS_TERMS, BUNDLED, SECURITY_CONTEXT
from peer.protocol.linked import Loader, NotLinked, compacted, expanded
from peer.protocol.terms import AS, AS_CONTEXT

NOTE = {"@context": AS_CONTEXT, "id": "https://a.example/1", "type": "Note"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_address: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_names_are_told_in_full() -> None:
    assert expanded({**NOTE, "name": "Hello"}) == [
        {
            "@id": "https://a.example/1",
            "@type": [f"{AS}Note"],
            f"{AS}name": [{"@value": "Hello"}],
        }
    ]


def test_other_words_become_ours() -> None:
    told = {
        "@context": {"a": AS, "titel": "a:name", "id": "@id"},
        "id": "https://a.example/1",
        "@type": "a:Note",
        "titel": "Hello",
    }

    assert compacted(told) == {**NOTE, "name": "Hello"}


def test_the_security_context_is_known() -> None:
    told = {"@context": [AS_CONTEXT, SECURITY_CONTEXT], "publicKeyPem": "x"}

    assert expanded(told) == [
        {"https://w3id.org/security#publicKeyPem": [{"@value": "x"}]}
    ]


def test_a_context_of_our_own_may_be_given() -> None:
    here = "https://a.example/context.jsonld"
    own: Mapping[str, Any] = {here: {"@context": {"seats": f"{AS}seats"}}}

    found = expanded({"@context": here, "seats": 5}, own)

    assert found == [{f"{AS}seats": [{"@value": 5}]}]
    with pytest.raises(NotLinked):
        expanded({"@context": here, "seats": 5})


def test_a_context_of_our_own_may_change() -> None:
    here = "https://a.example/context.jsonld"

    for iri in (f"{AS}seats", f"{AS}places"):
        own: Mapping[str, Any] = {here: {"@context": {"seats": iri}}}
        assert expanded({"@context": here, "seats": 5}, own) == [{iri: [{"@value": 5}]}]


@pytest.mark.parametrize(
    "context",
    [
        "https://a.example/context",
        "http://127.0.0.1/context",
        "file:///etc/passwd",
        [AS_CONTEXT, "https://a.example/context"],
        {"@import": "https://a.example/context"},
        {"x": {"@id": "https://a.example/x", "@context": "https://a.example/context"}},
        "//a.example/context",
        f"{AS_CONTEXT}?",
        f"{AS_CONTEXT}/",
    ],
)
def test_a_context_that_is_not_known_is_refused_and_never_fetched(context: Any) -> None:
    with pytest.raises(NotLinked, match="This is not JSON-LD that can be read here"):
        expanded({"@context": context, "x": {"name": "Hello"}})


def test_a_document_is_not_an_address_to_fetch_it_from() -> None:
    with pytest.raises(NotLinked):
        expanded("https://a.example/document")


def test_what_goes_without_bottom_is_refused() -> None:
    told: Any = "x"
    for _ in range(20_000):
        told = {"object": told}

    with pytest.raises(NotLinked):
        expanded({"@context": AS_CONTEXT, "object": told})


_WORDS = (
    "@id @type @value @context @list @graph @reverse @language @set @vocab name tag"
)
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda each: st.one_of(
        st.lists(each, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=5),
                st.sampled_from(_WORDS.split()),
            ),
            each,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["@id", "@type", "name", "tag"]), _JSON))
def test_whatever_comes_it_is_read_or_refused(told: dict[str, Any]) -> None:
    document = {"@context": AS_CONTEXT, **told}

    try:
        assert isinstance(compacted(document), dict)
    except NotLinked as wrong:
        assert str(wrong)


def test_contexts_that_we_know_are_read_once() -> None:
    found = Loader()(AS_CONTEXT, {})

    assert found["tag"] == "static"
    assert found["document"] is BUNDLED[AS_CONTEXT]


def test_they_are_the_ones_that_everybody_knows() -> None:
    """A newer pyld brings copies of its own: ours are no different."""
    frozen = pytest.importorskip("pyld.documentloader.frozen")
    theirs = frozen.FrozenDocumentLoader()

    for address, document in BUNDLED.items():
        assert theirs(address, {})["document"] == document


def test_the_words_of_activitystreams_are_at_hand() -> None:
    assert AS_TERMS["name"] == "as:name"
    assert AS_TERMS["startTime"] == {"@id": "as:startTime", "@type": "xsd:dateTime"}
    assert jsonld.expand({**NOTE, "name": "x"}, {"documentLoader": Loader()})
