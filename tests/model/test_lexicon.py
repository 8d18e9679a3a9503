"""Types together: what they take from one another, and where they do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from peer.model.declaration import DeclarationError, Type, declared
from peer.model.lexicon import Lexicon, RelationKind
from peer.protocol.terms import SX, expand
from tests.model.generating import BASE, thing_of

NAME = {"name": {"kind": "line", "required": True}}


def kind(name: str, *extends: str, **told: Any) -> Type:
    return declared({"name": name, "extends": list(extends), **told})


def lexicon(*kinds: Type, **relations: RelationKind) -> Lexicon:
    return Lexicon({each.name: each for each in kinds}, relations)


EVENT = kind(
    "Event",
    is_a="as:Event",
    fields={**NAME, "startTime": {"kind": "moment"}},
    relations={"tagged": {"to": "Tag"}},
    permits={"Create": "member", "Delete": "owner"},
)
GIG = kind(
    "Gig",
    "Event",
    fields={
        "band": {"kind": "line", "iri": "sx:band"},
        "name": {"kind": "line", "max": 9},
    },
    permits={"Delete": "nobody"},
)


def test_a_type_has_what_it_extends_has_and_may_say_it_better() -> None:
    gig = lexicon(EVENT, GIG).types["Gig"]

    assert set(gig.fields) == {"name", "startTime", "band"}
    assert (gig.fields["name"].max, gig.fields["name"].required) == (9, False)
    assert set(gig.relations) == {"tagged"}
    assert gig.permits == {"Create": "member", "Delete": "nobody"}


def test_types_that_extend_one_another_in_a_circle_are_all_the_same() -> None:
    both = lexicon(kind("One", "Two", fields=NAME), kind("Two", "One"))

    assert both.lineage(["One"]) == ["One", "Two"]
    assert set(both.types["Two"].fields) == {"name"}
    assert set(both.descendants("One")) == {"One", "Two"}


def test_something_may_be_of_several_types() -> None:
    recipe = kind("Recipe", fields={**NAME, "serves": {"kind": "count"}})
    found = lexicon(EVENT, recipe)

    joined = found.joined(("Event", "Recipe"))

    assert joined.name == "Event"
    assert set(joined.fields) == {"name", "startTime", "serves"}


def test_what_is_of_several_types_is_told_with_the_fields_of_all() -> None:
    recipe = kind("Recipe", fields={**NAME, "serves": {"kind": "count"}})
    found = lexicon(EVENT, recipe)
    thing = thing_of(EVENT, {"name": "Supper", "serves": 4})

    document = found.wire(("Event", "Recipe")).document(thing, str)

    assert (document["type"], document["sx:kind"]) == ("Event", "Event")
    assert document["serves"] == 4


def test_how_a_type_is_told_is_worked_out_once() -> None:
    found = lexicon(EVENT, GIG)

    assert found.wire(("Gig",)) is found.wire(("Gig",))
    assert found.wire(("Gig",)) is not found.wire(("Event",))


@pytest.mark.parametrize(
    ("other", "key", "said"),
    [
        (kind("Happening", fields=NAME, path="events"), "path", "taken by Event"),
        (
            kind("Happening", fields=NAME, path="new"),
            "path",
            "taken by the peer itself",
        ),
        (kind("Happening", "Sound", fields=NAME), "extends", "there is no Sound"),
        (kind("Happening", "Event", title="what"), "title", "there is no field 'what'"),
        (
            kind(
                "Happening", "Event", fields={"x": {"kind": "line", "iri": "as:name"}}
            ),
            "fields.x.iri",
            "is what 'name' stands for",
        ),
        (
            kind(
                "Happening", "Event", fields={"x": {"kind": "count", "after": "name"}}
            ),
            "fields.x.after",
            "is for two moments",
        ),
        (
            kind("Happening", "Event", fields={"tagged": {"kind": "line"}}),
            "relations.tagged",
            "is a field already",
        ),
    ],
)
def test_types_that_do_not_fit_are_named(other: Type, key: str, said: str) -> None:
    with pytest.raises(DeclarationError) as wrong:
        lexicon(EVENT, other).check(["new"])

    assert str(wrong.value).startswith(f"Happening: {key}: ")
    assert said in str(wrong.value)


def test_types_that_fit_are_let_be() -> None:
    lexicon(EVENT, GIG).check(["new"])


HOME = f"{BASE}/relations/beside"


@pytest.mark.parametrize(
    ("iri", "known"),
    [
        ("", HOME),
        ("as:context", expand("as:context")),
        ("https://a.example/beside", "https://a.example/beside"),
        ("beside", HOME),
        ("http://a b", HOME),
        ("javascript:alert(1)", HOME),
    ],
)
def test_a_relation_is_known_by_what_it_says_or_by_where_it_lives(
    iri: str, known: str
) -> None:
    beside = RelationKind.of(HOME, {"name": "beside", "iri": iri})

    assert lexicon(beside=beside).relation_iri("beside") == known


def test_a_relation_that_nobody_made_is_ours() -> None:
    assert lexicon().relation_iri("beside") == SX + "beside"


def test_a_relation_says_for_itself_what_it_is_called() -> None:
    plain = RelationKind.of(HOME, {"name": "beside"})
    told = RelationKind.of(HOME, {"name": "in", "label": "In", "inverse": "Holds"})

    assert (plain.label, plain.inverse, plain.many) == ("beside", "beside", True)
    assert (told.label, told.inverse) == ("In", "Holds")
