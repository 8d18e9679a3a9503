"""Documents that JSON and JSON-LD would read differently are read by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from peer.protocol.terms import AS, AS_CONTEXT
from peer.protocol.wire.loose import Unreadable
from peer.protocol.wire.said import read

ANA, BOB = "https://a.example/users/ana", "https://b.example/users/bob"


def told(context: Any = AS_CONTEXT, **more: Any) -> dict[str, Any]:
    plain = {"@context": context, "type": "Like", "actor": ANA, "object": BOB}
    return {**plain, **more}


@pytest.mark.parametrize(
    "context",
    [
        None,
        AS_CONTEXT,
        [],
        ["https://x.example/no-such-context"],
        {"@vocab": "https://www.w3.org/ns/activitystreams"},
        [AS_CONTEXT, "https://litepub.example/schemas/litepub-0.1.jsonld"],
        [AS_CONTEXT, {"id": "@id", "type": "@type", "object": "as:object"}],
        [AS_CONTEXT, {"actor": {"@id": "as:actor", "@type": "@id"}}],
        [AS_CONTEXT, {"actor": AS + "actor", "@language": "und", "@version": 1.1}],
        [AS_CONTEXT, {"toot": "http://joinmastodon.org/ns#", "Emoji": "toot:Emoji"}],
        [AS_CONTEXT, {"performer": "schema:actor", "schema": "https://schema.org/"}],
        [AS_CONTEXT, {"object": "q:object", "q": AS}],
    ],
)
def test_a_context_may_say_what_it_likes_of_other_words(context):
    assert read(told(context)).actor == ANA


def test_no_context_at_all_is_as_good():
    assert read({"type": "Like", "actor": ANA, "object": BOB}).actor == ANA


@pytest.mark.parametrize(
    "context",
    [
        {"actor": "https://x.example/junk"},
        {"actor": None},
        {"actor": {"@id": "https://x.example/junk", "@type": "@id"}},
        {"actor": {"@type": "@id"}},
        {"actor": "as:object"},
        {"actor": "as:actor", "as": "https://x.example/"},
        {"type": "as:type"},
        {"id": "https://schema.org/identifier"},
        {"object": "https://schema.org/object"},
        {"attributedTo": "https://x.example/junk"},
        {"to": 5},
        [{"q": AS, "actor": "q:actor"}, {"q": "https://x.example/"}],
        [{"actor": "as:actor"}, {"as": "https://x.example/"}],
        {"thing": {"@id": "x:thing", "@context": {"actor": "x:junk"}}},
        [[{"actor": "https://x.example/junk"}]],
    ],
)
def test_a_context_gives_no_other_meaning_to_what_matters(context):
    with pytest.raises(Unreadable, match="another meaning"):
        read(told([AS_CONTEXT, context]))


@pytest.mark.parametrize(
    "context",
    [
        {"speaker": "as:actor"},
        {"speaker": {"@id": AS + "actor", "@type": "@id"}},
        {"speaker": "q:actor", "q": AS},
        {"iri": "@id"},
        {"kind": {"@id": "@type"}},
        [{"q": "https://x.example/", "speaker": "q:actor"}, {"q": AS}],
        {"more": "@graph"},
        {"more": "@nest"},
    ],
)
def test_a_context_has_no_second_word_for_what_matters(context):
    with pytest.raises(Unreadable, match="another word"):
        read(told([AS_CONTEXT, context], speaker=BOB))


def test_a_context_turns_nothing_around():
    with pytest.raises(Unreadable, match="around"):
        read(told([AS_CONTEXT, {"likedBy": {"@reverse": "as:object"}}]))


def test_contexts_end_somewhere():
    with pytest.raises(Unreadable, match="more contexts"):
        read(told([{"a": "b:c"}] * 500 + [{"actor": "x:junk"}]))


@pytest.mark.parametrize("word", ["@graph", "@included", "@reverse", "@nest"])
def test_what_moves_parts_about_is_refused_at_any_depth(word):
    for document in (
        told(**{word: []}),
        told(object={"id": BOB, "tag": [{"type": "Hashtag", word: {}}]}),
    ):
        with pytest.raises(Unreadable, match=word):
            read(document)


@pytest.mark.parametrize("name", ["as:actor", AS + "actor"])
def test_the_full_name_beside_the_plain_one_says_the_same_or_nothing_counts(name):
    assert read(told(**{name: {"@id": ANA}})).actor == ANA

    for other in (BOB, [ANA, BOB], None):
        with pytest.raises(Unreadable, match="otherwise"):
            read(told(**{name: other}))


def test_what_is_told_by_its_full_name_alone_is_not_told():
    with pytest.raises(Unreadable, match="otherwise"):
        read({"type": "Like", AS + "actor": ANA, "object": BOB})


@pytest.mark.parametrize(
    "more",
    [
        {"@type": "Delete"},
        {"id": f"{ANA}/1", "@id": f"{ANA}/2"},
        {"object": {"id": BOB, "type": "Note", "@id": ANA}},
        {"object": {"id": BOB, "type": "Note", "as:attributedTo": ANA}},
    ],
)
def test_ids_types_and_owners_are_told_once(more):
    with pytest.raises(Unreadable, match="otherwise"):
        read(told(**more))


def test_telling_the_same_twice_does_no_harm():
    said = read(told(**{"@type": ["as:Like"], "id": f"{ANA}/1", "@id": f"{ANA}/1"}))

    assert (said.type, said.id) == ("Like", f"{ANA}/1")


def test_the_context_of_what_is_inside_is_looked_at_as_well():
    note = {"@context": {"attributedTo": "x:junk"}, "id": BOB, "type": "Note"}

    with pytest.raises(Unreadable, match="another meaning"):
        read(told(object=note))
