"""The types that come with the program: each is whole, and they fit one another."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import behaviors
from peer.model.addresses import RESERVED
from peer.model.behavior import found_in
from peer.model.declaration import Type, from_toml
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.validation import problems
from peer.protocol.terms import expand

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("types/*/type.toml"))
EACH = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def declared_in(folder: Path) -> tuple[Type, Mapping[str, Any]]:
    source = folder / "type.toml"
    return from_toml(source.read_text(), str(source))


def specimen_in(folder: Path) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads((folder / "example.json").read_text())
    return told


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon({kind.name: kind for kind, _ in map(declared_in, FOLDERS)})


@pytest.fixture(scope="module")
def relations() -> set[str]:
    """The names of the relation kinds that every peer begins with."""
    found = set()
    for file in ROOT.glob("seeds/_any/*.toml"):
        for step in tomllib.loads(file.read_text())["do"]:
            if step["object"]["kind"] == "Relation":
                found.add(step["object"]["name"])
    return found


def test_they_fit_one_another(lexicon: Lexicon) -> None:
    lexicon.check(RESERVED)


@EACH
def test_it_stands_in_a_folder_of_its_own_name(folder: Path) -> None:
    kind, _ = declared_in(folder)

    assert kind.name.lower() == folder.name


@EACH
def test_its_specimen_is_one_of_it(folder: Path) -> None:
    kind, _ = declared_in(folder)
    specimen = specimen_in(folder)

    assert specimen["kind"] == kind.name
    assert problems(kind, specimen["values"]) == {}


@EACH
def test_its_specimen_would_not_be_one_without_what_is_required(folder: Path) -> None:
    kind, _ = declared_in(folder)
    values = specimen_in(folder)["values"]
    required = {field.term for field in kind.fields.values() if field.required}

    without = {term: value for term, value in values.items() if term not in required}

    assert required, "a type that requires nothing lets empty things be made"
    assert set(problems(kind, without)) == required


@EACH
def test_its_specimen_has_a_title(folder: Path) -> None:
    kind, _ = declared_in(folder)
    title = kind.fields[kind.title]

    assert KINDS[title.kind].show(title, specimen_in(folder)["values"][kind.title])


@EACH
def test_it_is_a_thing_of_the_type_of_types(folder: Path, lexicon: Lexicon) -> None:
    _, told = declared_in(folder)

    assert problems(lexicon.types["Type"], told) == {}


@EACH
def test_whatever_it_says_is_said_in_a_vocabulary(folder: Path) -> None:
    kind, _ = declared_in(folder)
    names = [kind.is_a, *(field.iri for field in kind.fields.values())]

    assert [name for name in names if not expand(name).startswith("http")] == []
    assert len(set(names)) == len(names), "two fields would be one to a stranger"


@EACH
def test_it_explains_itself_in_sentences(folder: Path) -> None:
    kind, _ = declared_in(folder)
    helps = [
        *(field.help for field in kind.fields.values()),
        *(relation.help for relation in kind.relations.values()),
    ]

    assert kind.about
    for sentence in filter(None, [kind.about, *helps]):
        assert sentence[0].isupper() and sentence[-1] == ".", sentence


@EACH
def test_its_relations_are_of_known_kinds_and_lead_to_known_types(
    folder: Path, lexicon: Lexicon, relations: set[str]
) -> None:
    kind, _ = declared_in(folder)

    assert {each.kind for each in kind.relations.values()} <= relations
    assert {each.to for each in kind.relations.values()} <= set(lexicon.types)


@EACH
def test_it_permits_only_what_some_behavior_answers_to(folder: Path) -> None:
    kind, _ = declared_in(folder)
    names = [module.name for module in pkgutil.iter_modules(behaviors.__path__)]
    found = found_in(importlib.import_module(f"behaviors.{name}") for name in names)

    unanswered = [
        verb
        for verb in kind.permits
        if not any(each.answers_to(verb, [kind.name]) for each in found)
    ]

    assert unanswered == []


def test_a_type_made_in_the_browser_can_say_all_that_a_file_can(
    lexicon: Lexicon,
) -> None:
    keys = {each.name for each in dataclasses.fields(Type)}

    assert set(lexicon.types["Type"].fields) == keys


def test_a_relation_kind_made_in_the_browser_can_say_all_that_matters(
    lexicon: Lexicon,
) -> None:
    keys = {each.name for each in dataclasses.fields(RelationKind)} - {"id"}

    assert set(lexicon.types["Relation"].fields) == keys | {"about"}


def test_nobody_takes_a_place_by_stating_an_edge(lexicon: Lexicon) -> None:
    assert "Add" not in lexicon.types["Person"].permits
