"""What is declared and comes to nothing is told of, one sentence each."""

from __future__ import annotations

import pytest

from peer.model.behavior import on
from peer.model.declaration import declared
from peer.model.domain import Domain
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.loose_ends import Declared, unmade_relations

TOOL = {
    "name": "Tool",
    "fields": {"name": {"kind": "line"}},
    "relations": {"tagged": {"to": "Tag"}},
    "permits": {"Create": "member", "Add": "owner"},
}
TAG = {"name": "Tag", "fields": {"name": {"kind": "line"}}}


@on("Create")
def create(activity, read):
    return []


@on("Add")
def add(activity, read):
    return []


@on("Accept", object="Offer/Relationship")
def agreed(activity, read):
    return []


@on("Offer", object="Relationship")
def offered(activity, read):
    return []


def told_of(tool=TOOL, behaviors=(), elsewhere=(), **domain) -> list[str]:
    lexicon = Lexicon({told["name"]: declared(told) for told in (tool, TAG)})
    found = Declared(
        Domain("Tools", ("tool", "tag"), **domain),
        lexicon,
        [create, add, agreed, offered, *behaviors],
        elsewhere,
    )
    return list(found.loose_ends())


def test_what_fits_together_is_not_mentioned():
    assert told_of(front=("Tool",), menu=("Tag",)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"permits": {**TOOL["permits"], "Lend": "member"}},
            "Tool permits Lend, which",
        ),
        ({"permits": {"Create": "member"}}, "Tool: no form asks for tagged"),
        ({"relations": {"tagged": {"to": "Tga"}}}, "tagged.to: there is no type Tga"),
        (
            {"fields": {"name": {"kind": "line"}, "worth": {"kind": "count"}}},
            "fields.worth.iri: ActivityStreams has no worth; what is ours is sx:worth",
        ),
    ],
)
def test_what_is_declared_for_nothing_is_told(changed, said):
    [sentence] = told_of({**TOOL, **changed})

    assert said in sentence


def test_a_menu_with_a_type_that_is_not_here():
    [sentence] = told_of(menu=("Tol",))

    assert sentence == "domain.toml: menu: there is no type Tol here"


def test_a_behavior_for_a_type_that_nobody_declared():
    @on("Create", object="Tol")
    def never(activity, read):
        return []

    assert any(
        "answers to Create of Tol" in each for each in told_of(behaviors=[never])
    )
    assert told_of(behaviors=[never], elsewhere={"tol"}) == []


def test_a_place_in_a_form_for_a_relation_that_nothing_makes():
    types = {"Tool": declared(TOOL)}
    tagged = RelationKind(
        "tagged", "Tags", "Tagged", "https://a.example/relations/tagged"
    )

    [sentence] = unmade_relations(Lexicon(types))

    assert "Tool: relations.tagged: there is no relation tagged" in sentence
    assert list(unmade_relations(Lexicon(types, {"tagged": tagged}))) == []
