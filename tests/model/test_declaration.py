"""Declarations: what they may say, and how they are told that they do not."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model.declaration import DeclarationError, Field, Type, declared, from_toml
from tests.model.generating import ANY_JSON, TYPES

NAME = {"name": {"kind": "line"}}


def with_field(**told: Any) -> dict[str, Any]:
    return {"name": "Odd", "fields": {**NAME, "thing": told}}


def test_what_is_not_said_is_made_from_what_is() -> None:
    found = declared({"name": "OrderLine", "fields": {**NAME, "dueDate": MOMENT}})

    assert (found.label, found.plural, found.path) == (
        "Order line",
        "Order lines",
        "order-lines",
    )
    assert found.fields["dueDate"].label == "Due date"
    assert found.fields["dueDate"].iri == "as:dueDate"


MOMENT = {"kind": "moment"}
LISTED = {"name": "Odd", "fields": NAME}

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "name", "is missing"),
    ({"name": "odd"}, "name", "should be a capital letter"),
    ({"name": 5}, "name", "should be a capital letter"),
    ({"name": "Odd"}, "title", "there is no field 'name'"),
    ({**LISTED, "colour": "red"}, "colour", "is not a key here; there are about"),
    ({**LISTED, "label": None}, "label", "should be text, not None"),
    ({**LISTED, "label": "a\nb"}, "label", "should be a single line of text"),
    ({**LISTED, "drafts": 1}, "drafts", "should be true or false, not 1"),
    ({**LISTED, "path": "a/b"}, "path", "should be small letters"),
    ({**LISTED, "is_a": "Event"}, "is_a", "should begin with https:// or one of as"),
    ({**LISTED, "is_a": "as:"}, "is_a", "should begin with https:// or one of as"),
    ({**LISTED, "audience": "friends"}, "audience", "is one of public, members"),
    ({**LISTED, "extends": "Post"}, "extends", "should be a list"),
    ({**LISTED, "extends": [5]}, "extends", "should be a list of texts"),
    ({**LISTED, "fields": []}, "fields", "should be a table"),
    ({**LISTED, "fields": {"a": 5}}, "fields.a", "should be a table"),
    ({**LISTED, "permits": {"Create": "me"}}, "permits.Create", "is one of anyone"),
    ({**LISTED, "permits": {"Create": {}}}, "permits.Create", "is one of anyone"),
    ({**LISTED, "listing": {"order": "-x"}}, "listing.order", "there is no field 'x'"),
    ({**LISTED, "listing": {"show": ["x"]}}, "listing.show", "there is no field 'x'"),
    (
        {**LISTED, "relations": {"name": {"to": "Tag"}}},
        "relations.name",
        "is a field already",
    ),
    ({**LISTED, "relations": {"tagged": {}}}, "relations.tagged.to", "is missing"),
    (with_field(), "fields.thing.kind", "is missing"),
    (with_field(kind="word"), "fields.thing.kind", "is one of choice, count, flag"),
    (with_field(kind=["line"]), "fields.thing.kind", "should be text"),
    (with_field(kind="line", maximum=5), "fields.thing.maximum", "is not a key here"),
    (with_field(kind="line", max="5"), "fields.thing.max", "should be a whole number"),
    (with_field(kind="line", max=True), "fields.thing.max", "should be a whole number"),
    (with_field(kind="line", min=5, max=4), "fields.thing.min", "is more than max"),
    (with_field(kind="flag", max=4), "fields.thing.max", "means nothing for a flag"),
    (with_field(kind="line", iri="thing"), "fields.thing.iri", "should begin with htt"),
    (with_field(kind="line", iri="foo:a"), "fields.thing.iri", "should begin with htt"),
    (with_field(kind="line", iri="as:a b"), "fields.thing.iri", "should begin with ht"),
    (with_field(kind="line", iri="as:name"), "fields.name.iri", "is what 'thing' stan"),
    (
        with_field(kind="moment", iri="as:published"),
        "fields.thing.iri",
        "is what the p",
    ),
    (with_field(kind="line", iri="sx:kind"), "fields.thing.iri", "is what the peer sa"),
    (with_field(kind="line", after="name"), "fields.thing.after", "is for two moments"),
    (with_field(kind="count", after="name"), "fields.thing.after", "is for two moment"),
    (with_field(kind="count", after="x"), "fields.thing.after", "there is no field 'x"),
    (with_field(kind="moment", zone="name"), "fields.thing.zone", "should be a field"),
    (with_field(kind="choice"), "fields.thing.choices", "go with the kind choice"),
    (with_field(kind="line", choices=["a"]), "fields.thing.choices", "go with the kin"),
    (with_field(kind="choice", choices=5), "fields.thing.choices", "should be a list"),
    (with_field(kind="choice", choices=[5]), "fields.thing.choices", "should be a lis"),
    (with_field(kind="choice", choices=["a", "a"]), "fields.thing.choices", "should"),
    (with_field(kind="choice", choices={"a": 5}), "fields.thing.choices", "'a' should"),
    (with_field(kind="choice", choices=[""]), "fields.thing.choices", "'' should be"),
    (with_field(kind="choice", moves=[]), "fields.thing.moves", "should be a table"),
    (with_field(kind="choice", moves={"a": "b"}), "fields.thing.moves.a", "should be "),
    (with_field(kind="choice", moves={"a": ["b"]}), "fields.thing.moves", "'b' is not"),
    (
        with_field(kind="count", default=1.5),
        "fields.thing.default",
        "Thing is a whole number such as 12.",
    ),
    (with_field(kind="line", max=3, default="abcd"), "fields.thing.default", "Thing i"),
    (
        {**LISTED, "fields": {**NAME, "Thing": NAME["name"]}},
        "fields.Thing",
        "a field's",
    ),
]


@pytest.mark.parametrize(("told", "key", "said"), REFUSED)
def test_what_makes_no_sense_is_refused_by_its_key(
    told: dict[str, Any], key: str, said: str
) -> None:
    with pytest.raises(DeclarationError) as wrong:
        declared(told)

    assert wrong.value.key == key
    assert wrong.value.wrong.startswith(said)


TOML = """\
name = "Odd"

[fields.name]
kind = "line"

[fields.starts]
kind = "moment"
aftre = "name"
"""


def test_an_error_names_the_file_the_line_and_the_key() -> None:
    with pytest.raises(DeclarationError) as wrong:
        from_toml(TOML, "types/odd/type.toml")

    assert str(wrong.value).startswith(
        "types/odd/type.toml:8: fields.starts.aftre: is not a key here; there are"
    )


def test_a_slip_of_syntax_names_the_file_and_the_line() -> None:
    with pytest.raises(DeclarationError, match=r"type\.toml.*line 8"):
        from_toml(TOML.replace('= "name"\n', "= name\n"), "types/odd/type.toml")


def test_what_a_file_says_is_kept_as_it_was_said() -> None:
    text = TOML.replace("aftre", "help")

    found, told = from_toml(text, "type.toml")

    assert found.fields["starts"].help == "name"
    assert told["fields"]["starts"] == {"kind": "moment", "help": "name"}


def test_choices_that_are_only_listed_are_their_own_labels() -> None:
    found = declared(with_field(kind="choice", choices=["red", "darkBlue"]))

    assert found.fields["thing"].choices == {"red": "Red", "darkBlue": "Darkblue"}


def test_states_are_choices() -> None:
    found = declared(with_field(kind="choice", moves={"open": ["shut"], "shut": []}))

    assert found.fields["thing"].choices == {"open": "Open", "shut": "Shut"}
    assert found.fields["thing"].moves == {"open": ("shut",), "shut": ()}


_KEYS = st.sampled_from([each.name for each in fields(Type)])
_FIELD_KEYS = st.sampled_from([each.name for each in fields(Field)])
_LIKELY = st.one_of(
    ANY_JSON, st.sampled_from(["line", "choice", "count", "name", "Odd"])
)


@given(
    st.dictionaries(_KEYS, ANY_JSON, max_size=4),
    st.dictionaries(_FIELD_KEYS, _LIKELY, max_size=6),
)
def test_whatever_is_declared_it_is_a_type_or_an_error(
    told: dict[str, Any], field: dict[str, Any]
) -> None:
    given_ = {"name": "Odd", "fields": {"name": {"kind": "line"}, "x": field}, **told}

    try:
        found = declared(given_)
    except DeclarationError as wrong:
        assert wrong.wrong
    else:
        assert isinstance(found, Type)


def test_every_type_that_is_there_is_tried() -> None:
    assert {"Post", "Event", "Order", "Type", "Relation"} <= {t.name for t in TYPES}
