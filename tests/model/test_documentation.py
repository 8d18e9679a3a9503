"""A type explained: to people, and in the schema that it was declared in."""

from __future__ import annotations

import tomllib

import pytest

from peer.model.declaration import Type, declared
from peer.model.documentation import documentation_of, told
from peer.model.lexicon import Lexicon
from peer.model.toml import text_of
from tests.model.generating import EVERYTHING, LEXICON, TYPES

EACH = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


@EACH
def test_the_toml_of_a_type_declares_the_same_type(kind: Type) -> None:
    text = documentation_of(kind.name, LEXICON).toml

    assert declared(tomllib.loads(text)) == kind


def test_toml_says_no_more_than_it_must() -> None:
    kind = declared({"name": "Bare", "fields": {"name": {"kind": "line"}}})

    assert told(kind) == {
        "name": "Bare",
        "is_a": "as:Object",
        "label": "Bare",
        "plural": "Bares",
        "path": "bares",
        "fields": {"name": {"kind": "line", "label": "Name", "iri": "as:name"}},
    }


@EACH
def test_every_field_and_relation_is_explained(kind: Type) -> None:
    found = documentation_of(kind.name, LEXICON)

    assert [said.field for said in found.fields] == list(kind.fields.values())
    assert [said.relation for said in found.relations] == list(kind.relations.values())
    assert all(said.iri.startswith("http") for said in found.fields)
    assert all(said.iri.startswith("http") for said in found.relations)
    assert found.permits == kind.permits


def test_what_binds_a_value_is_said_in_sentences() -> None:
    found = documentation_of("Everything", LEXICON)
    rules = {said.field.term: said.rules for said in found.fields}

    assert rules["name"] == ("Required.", "At most 40 characters.")
    assert rules["fewest"] == ("At least -5.", "At most 50.")
    assert rules["most"] == ("After “Fewest”.",)
    assert rules["price"] == ("At least £0.00.",)
    assert rules["starts"] == ("In the time zone of “Timezone”.",)
    assert rules["state"] == (
        "One of: open, shut, gone.",
        "After open: shut.",
        "After shut: open, gone.",
        "After gone: nothing more.",
    )
    assert rules["secret"] == ("Not asked for in the form.",)
    assert rules["table"] == ()


def test_what_binds_a_relation_is_said_too() -> None:
    found = documentation_of("Everything", LEXICON)
    rules = {said.relation.term: said.rules for said in found.relations}

    assert rules["related"] == ("Any number.",)
    assert rules["within"] == ("At most one.", "The other thing is the subject.")


def test_fields_are_told_by_the_key_that_documents_use() -> None:
    found = documentation_of("Everything", LEXICON)
    keys = {said.field.term: said.key for said in found.fields}

    assert keys["starts"] == "startTime"
    assert keys["done"] == "sx:name"


def test_a_type_knows_what_extends_it() -> None:
    gig = declared({"name": "Gig", "extends": ["Everything"]})
    lexicon = Lexicon({"Everything": EVERYTHING, "Gig": gig})

    assert documentation_of("Everything", lexicon).descendants == ("Gig",)
    assert "[fields" not in documentation_of("Gig", lexicon).toml


def test_an_example_is_passed_on() -> None:
    example = {"type": "Object"}

    assert documentation_of("Note", LEXICON, example).example is example
    assert documentation_of("Note", LEXICON).example is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, ""),
        ([], "[]"),
        ({"a": "b"}, 'a = "b"'),
        (["a", 1, True], '["a", 1, true]'),
        ([{"a b": []}], '[{"a b" = []}]'),
        ({"a": {"b": {"c": 1.5}}}, "[a.b]\nc = 1.5"),
    ],
)
def test_values_are_written_as_toml(value: object, text: str) -> None:
    assert text_of(value) == text
