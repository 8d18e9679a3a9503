"""Values as they are typed after ``sx do``."""

from __future__ import annotations

import click
import pytest

from peer.cli.stopping import NotDone
from peer.cli.values import notes, values
from peer.model.declaration import declared
from peer.model.kinds import Site

FIELDS = declared(
    {
        "name": "Fete",
        "fields": {
            "name": {"kind": "line"},
            "content": {"kind": "prose"},
            "capacity": {"kind": "count"},
            "location": {"kind": "place"},
        },
    }
).fields


def read(*words: str) -> object:
    return values(FIELDS, words, Site())


def test_each_is_read_as_its_field_would_be_in_a_form():
    assert read("name= Hello", "capacity=40") == {
        "name": "Hello",
        "capacity": 40,
    }


def test_a_value_of_several_parts_is_told_part_by_part():
    told = read("location.name=The Old Bakery", "location.city=Leeds")

    assert told == {"location": {"name": "The Old Bakery", "city": "Leeds"}}


def test_text_may_stand_in_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.md").write_text("# Hello\n")

    assert read("content=@text.md") == {"content": "# Hello\n"}


def test_two_at_signs_are_one():
    assert read("name=@@ana") == {"name": "@ana"}


def test_nothing_takes_a_value_away():
    assert read("content=") == {"content": None}


def test_json_may_be_given_as_it_is():
    assert read('location:={"name": "Here"}') == {"location": {"name": "Here"}}


def test_what_is_no_field_is_left_for_the_door_to_refuse():
    assert read("colour=red") == {"colour": "red"}


def test_what_a_kind_cannot_read_is_said():
    with pytest.raises(NotDone, match="capacity: "):
        read("capacity=many")


@pytest.mark.parametrize("word", ["name", "=value", ""])
def test_a_word_that_says_no_term_is_a_mistake(word):
    with pytest.raises(click.UsageError, match="is not term=value"):
        read(word)


def test_a_file_that_is_not_there_is_said():
    with pytest.raises(NotDone, match=r"nowhere\.md cannot be read: No such file"):
        read("content=@nowhere.md")


def test_json_that_is_none_is_said():
    with pytest.raises(NotDone, match="capacity: it is not JSON"):
        read("capacity:={")


def test_notes_are_texts_unless_they_are_json():
    assert notes(["reason=spam", "count:=2"]) == {"reason": "spam", "count": 2}
