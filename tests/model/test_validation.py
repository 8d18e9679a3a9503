"""What a thing of a type cannot be, and the sentence that says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model.declaration import Type, declared
from peer.model.validation import completed, problems
from tests.model.generating import ANY_JSON, EVERYTHING, TYPES, values_of

SHOW = declared(
    {
        "name": "Show",
        "fields": {
            "name": {"kind": "line", "label": "Title", "required": True, "max": 20},
            "starts": {"kind": "moment", "iri": "as:startTime"},
            "ends": {"kind": "moment", "iri": "as:endTime", "after": "starts"},
            "fewest": {"kind": "count"},
            "most": {"kind": "count", "after": "fewest"},
            "cheap": {"kind": "money"},
            "dear": {"kind": "money", "after": "cheap"},
            "state": {
                "kind": "choice",
                "choices": {"open": "Open", "shut": "Shut", "gone": "Gone for good"},
                "moves": {"open": ["shut"], "shut": ["open", "gone"], "gone": []},
            },
            "notes": {"kind": "line", "hidden": True, "max": 5},
        },
    }
)

NINE, TEN = "2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z"


def wrong(**values: Any) -> dict[str, str]:
    return problems(SHOW, {"name": "Hamlet", **values})


def test_a_thing_may_say_no_more_than_it_must() -> None:
    assert wrong() == {}


def test_what_is_required_is_missed() -> None:
    assert problems(SHOW, {}) == {"name": "Title is required."}
    assert problems(SHOW, {"name": None}) == {"name": "Title is required."}


def test_nothing_is_said_of_what_is_not_there() -> None:
    assert wrong(starts=None, state=None) == {}


def test_a_field_that_the_type_does_not_have_is_refused() -> None:
    assert wrong(color="red") == {"color": "There is no field 'color' in Show."}


def test_hidden_fields_are_checked_as_well() -> None:
    assert wrong(notes="too long").keys() == {"notes"}


def test_each_problem_is_said_once_and_at_its_field() -> None:
    assert problems(SHOW, {"name": "x" * 21, "starts": "noon", "fewest": 1.5}) == {
        "name": "Title is at most 20 characters long, and this is 21.",
        "starts": "Starts is a date and a time with its offset from UTC.",
        "fewest": "Fewest is a whole number such as 12.",
    }


AFTER = "has to come after"


@pytest.mark.parametrize(
    ("values", "terms"),
    [
        ({"starts": NINE, "ends": TEN}, set()),
        ({"starts": TEN, "ends": NINE}, {"ends"}),
        ({"starts": NINE, "ends": NINE}, {"ends"}),
        ({"starts": "2026-07-01T09:30:00+01:00", "ends": NINE}, set()),
        ({"ends": NINE}, set()),
        ({"fewest": 9, "most": 10}, set()),
        ({"fewest": -9, "most": -10}, {"most"}),
        ({"cheap": {"amount": 99, "currency": "GBP"}}, set()),
        (
            {
                "cheap": {"amount": 200, "currency": "GBP"},
                "dear": {"amount": 100, "currency": "GBP"},
            },
            {"dear"},
        ),
    ],
)
def test_what_comes_after_something_comes_after_it(
    values: dict[str, Any], terms: set[str]
) -> None:
    found = wrong(**values)

    assert found.keys() == terms
    assert all(AFTER in sentence for sentence in found.values())


def test_an_end_is_not_held_against_a_start_that_is_none() -> None:
    assert wrong(starts="noon", ends=NINE).keys() == {"starts"}


# -- states --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (None, "open", None),
        (None, "shut", "State begins as “Open”."),
        ("open", "open", None),
        ("open", "shut", None),
        ("shut", "open", None),
        ("shut", "gone", None),
        ("open", "gone", "State cannot go from “Open” to “Gone for good”."),
        ("gone", "open", "State cannot go from “Gone for good” to “Open”."),
        ("open", None, "State cannot be taken away."),
        ("forgotten", "open", "State cannot go from “forgotten” to “Open”."),
    ],
)
def test_states_follow_their_moves(old: str | None, new: str | None, said: Any) -> None:
    before = None if old is None else {"name": "Hamlet", "state": old}
    found = problems(SHOW, {"name": "Hamlet", "state": new}, before)

    assert found == ({"state": said} if said else {})


def test_what_never_had_a_state_begins_with_the_first() -> None:
    assert wrong() == {}
    before = {"name": "Hamlet"}
    assert problems(SHOW, {"name": "Hamlet", "state": "open"}, before) == {}
    assert problems(SHOW, {"name": "Hamlet", "state": "shut"}, before).keys() == {
        "state"
    }


def test_a_default_is_where_a_state_begins() -> None:
    lamp = declared(
        {
            "name": "Lamp",
            "title": "state",
            "fields": {
                "state": {
                    "kind": "choice",
                    "default": "off",
                    "moves": {"on": ["off"], "off": ["on"]},
                }
            },
        }
    )

    assert problems(lamp, {"state": "off"}) == {}
    assert problems(lamp, {"state": "on"}) == {"state": "State begins as “Off”."}


# -- what is left unsaid -------------------------------------------------------------


def test_a_new_thing_is_completed_with_what_is_declared() -> None:
    assert completed(SHOW, {"name": "Hamlet", "starts": None}) == {
        "name": "Hamlet",
        "state": "open",
    }


def test_what_was_said_is_not_completed_over() -> None:
    values = {"name": "Hamlet", "state": "shut"}

    assert completed(SHOW, values) == values


# -- whatever comes ------------------------------------------------------------------


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
@given(st.data())
def test_values_that_are_right_one_by_one_can_only_be_wrong_together(
    kind: Type, data: st.DataObject
) -> None:
    values = data.draw(values_of(kind))
    tied = {f.term for f in kind.fields.values() if f.after or f.moves}

    assert problems(kind, values).keys() <= tied


@given(
    st.dictionaries(st.sampled_from([*EVERYTHING.fields, "odd"]), ANY_JSON), ANY_JSON
)
def test_it_takes_whatever_a_stranger_sends(values: Any, state: Any) -> None:
    found = problems(EVERYTHING, values, {"state": state})

    assert all(said.endswith(".") for said in found.values())
    assert {"name", "also"} - values.keys() <= found.keys()
