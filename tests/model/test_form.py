"""Forms: what is asked, and what becomes of the answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model.declaration import Type, declared
from peer.model.form import Form, Question, form_of, submitted
from peer.model.kinds import Site
from peer.model.validation import problems
from tests.model.generating import TYPES, values_of

SITE = Site(zone="Europe/London", currency="GBP")

SHOW = declared(
    {
        "name": "Show",
        "fields": {
            "name": {
                "kind": "line",
                "label": "Title",
                "required": True,
                "help": "As on the poster.",
                "max": 20,
            },
            "starts": {"kind": "moment", "zone": "zone"},
            "zone": {"kind": "zone"},
            "seats": {"kind": "count", "default": 40},
            "price": {"kind": "money"},
            "where": {"kind": "place"},
            "poster": {"kind": "image"},
            "free": {"kind": "flag"},
            "state": {
                "kind": "choice",
                "moves": {"open": ["shut"], "shut": ["open", "gone"], "gone": []},
            },
            "sold": {"kind": "count", "hidden": True, "default": 0},
        },
        "relations": {
            "cast": {"to": "Person", "many": True, "required": True},
            "house": {"to": "Place", "help": "Where it plays."},
        },
    }
)


def asked(form: Form, term: str) -> Question:
    return next(q for q in form.questions if q.term == term)


def typed(**told: str) -> dict[str, str]:
    """Text by control, ``price_amount`` being the one called ``price.amount``."""
    base = {"name": "Hamlet", "state": "open", "cast": "https://a.example/people/x"}
    return {name.replace("_", "."): text for name, text in {**base, **told}.items()}


# -- asking ----------------------------------------------------------------------------


def test_fields_are_asked_for_in_the_order_in_which_they_are_declared() -> None:
    form = form_of(SHOW, SITE)

    shown = [term for term, f in SHOW.fields.items() if not f.hidden]
    assert [q.term for q in form.questions] == [*shown, "cast", "house"]


def test_a_question_points_to_what_explains_it() -> None:
    plain = asked(form_of(SHOW, SITE), "name")
    wrong = asked(form_of(SHOW, SITE, problems={"name": "Title is required."}), "name")

    assert (plain.id, plain.described_by) == ("field-name", "field-name-help")
    assert wrong.described_by == "field-name-help field-name-error"
    assert wrong.error == "Title is required."
    assert asked(form_of(SHOW, SITE), "seats").described_by == ""


def test_the_summary_leads_to_the_first_control_of_what_is_wrong() -> None:
    said = {"price": "Price is an amount such as 10.00.", "cast": "Cast is required."}

    form = form_of(SHOW, SITE, problems=said)

    assert [(q.first, q.error) for q in form.errors] == [
        ("field-price-amount", "Price is an amount such as 10.00."),
        ("field-cast", "Cast is required."),
    ]


def test_a_new_thing_is_offered_what_is_declared_for_it() -> None:
    form = form_of(SHOW, SITE)

    assert asked(form, "seats").controls[0].value == "40"
    assert asked(form, "state").controls[0].value == "open"


def test_a_thing_that_is_edited_is_offered_only_what_it_has() -> None:
    form = form_of(SHOW, SITE, {"name": "Hamlet", "state": "shut"})

    assert asked(form, "seats").controls[0].value == ""
    assert asked(form, "name").controls[0].value == "Hamlet"


@pytest.mark.parametrize(
    ("now", "offered"),
    [(None, ["open"]), ("open", ["open", "shut"]), ("gone", ["gone"])],
)
def test_only_states_that_may_follow_are_offered(
    now: str | None, offered: list[str]
) -> None:
    values = None if now is None else {"name": "Hamlet", "state": now}

    control = asked(form_of(SHOW, SITE, values), "state").controls[0]

    assert list(control.choices) == offered


def test_a_relation_is_a_picker_and_not_a_control() -> None:
    ends = {"cast": ("https://a.example/people/x",)}
    form = form_of(SHOW, SITE, {"name": "Hamlet"}, related=ends)

    cast, house = asked(form, "cast"), asked(form, "house")
    assert cast.picked == ("https://a.example/people/x",)
    assert (cast.controls, house.picked) == ((), ())
    assert cast.relation is not None and cast.relation.to == "Person"
    assert (cast.required, house.help) == (True, "Where it plays.")


def test_an_hour_is_asked_for_by_the_clock_of_the_place() -> None:
    values = {"name": "x", "starts": "2026-07-01T18:00:00Z", "zone": "Asia/Tokyo"}

    there = asked(form_of(SHOW, SITE, values), "starts")
    here = asked(form_of(SHOW, SITE, {**values, "zone": None}), "starts")

    assert there.controls[0].value == "2026-07-02T03:00"
    assert here.controls[0].value == "2026-07-01T19:00"


# -- answering -----------------------------------------------------------------------


def test_answers_become_values() -> None:
    told = typed(
        starts="2026-07-01T19:30",
        zone="America/New_York",
        seats="",
        price_amount="12.50",
        where_name="The Globe",
        free="yes",
        house="https://a.example/places/globe",
    )

    found = submitted(SHOW, told, SITE)

    assert found.problems == {}
    assert found.values == {
        "name": "Hamlet",
        "starts": "2026-07-01T19:30:00-04:00",
        "zone": "America/New_York",
        "price": {"amount": 1250, "currency": "GBP"},
        "where": {"name": "The Globe"},
        "free": True,
        "state": "open",
        "sold": 0,
    }
    assert found.related == {
        "cast": ("https://a.example/people/x",),
        "house": ("https://a.example/places/globe",),
    }


def test_without_a_zone_of_its_own_an_hour_is_meant_here() -> None:
    found = submitted(SHOW, typed(starts="2026-07-01T19:30"), SITE)

    assert found.values["starts"] == "2026-07-01T19:30:00+01:00"


def test_a_zone_that_is_none_is_one_problem_and_not_two() -> None:
    told = typed(starts="2026-07-01T19:30", zone="Mars/Olympus")

    assert submitted(SHOW, told, SITE).problems.keys() == {"zone"}


def test_mistakes_are_said_where_they_were_made() -> None:
    told = typed(name="x" * 21, seats="many", cast="", house="a b")

    found = submitted(SHOW, told, SITE)

    assert found.problems == {
        "name": "Title is at most 20 characters long, and this is 21.",
        "seats": "Seats is a whole number such as 12.",
        "cast": "Cast is required.",
        "house": "House is one thing only.",
    }


def test_what_was_typed_is_shown_again_right_or_wrong() -> None:
    told = typed(seats="many", price_amount="a lot", where_city="Leeds", starts="noon")
    found = submitted(SHOW, told, SITE)

    form = form_of(SHOW, SITE, told=told, problems=found.problems)

    shown = {c.name: c.value for q in form.questions for c in q.controls}
    assert shown["seats"] == "many"
    assert shown["price.amount"] == "a lot"
    assert shown["where.city"] == "Leeds"
    assert shown["starts"] == "noon"
    assert shown["free"] == ""
    assert asked(form, "cast").picked == ("https://a.example/people/x",)


def test_an_upload_survives_a_mistake_elsewhere() -> None:
    kept = '{"url": "https://a.example/p.png"}'
    before = {"name": "Hamlet", "poster": {"url": "https://a.example/o.png", "alt": ""}}

    form = form_of(SHOW, SITE, before, told=typed(poster_kept=kept, name=""))

    shown = {c.name: c.value for c in asked(form, "poster").controls}
    assert shown["poster.kept"] == kept
    assert shown["poster.file"] == ""


def test_an_upload_survives_the_first_mistake_with_a_new_thing() -> None:
    kept = '{"url": "https://a.example/p.png"}'

    form = form_of(SHOW, SITE, told=typed(poster_kept=kept))

    shown = {c.name: c.value for c in asked(form, "poster").controls}
    assert shown["poster.kept"] == kept


def test_what_is_not_asked_for_stays_as_it_was() -> None:
    before = {"name": "Macbeth", "state": "open", "sold": 12, "seats": 80}

    found = submitted(SHOW, typed(seats="", state="shut"), SITE, before)

    assert found.problems == {}
    assert found.values["sold"] == 12
    assert found.changes(before) == {
        "name": "Hamlet",
        "seats": None,
        "state": "shut",
        "free": False,
    }


def test_a_state_does_not_jump_because_a_form_was_forged() -> None:
    before = {"name": "Hamlet", "state": "open"}

    found = submitted(SHOW, typed(state="gone"), SITE, before)

    assert found.problems.keys() == {"state"}


def test_a_form_cannot_answer_what_it_did_not_ask() -> None:
    found = submitted(SHOW, typed(sold="99", owner="me"), SITE)

    assert found.values["sold"] == 0
    assert "owner" not in found.values


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
@given(st.data())
def test_a_form_that_is_sent_back_as_it_came_is_right(
    kind: Type, data: st.DataObject
) -> None:
    values = {t: v for t, v in data.draw(values_of(kind)).items() if _stays(kind, t, v)}
    form = form_of(kind, SITE, values)

    told = {c.name: c.value for q in form.questions for c in q.controls}
    found = submitted(kind, told, SITE, values)

    ours = {t: said for t, said in found.problems.items() if t in kind.fields}
    assert ours == problems(kind, dict(found.values), values)
    assert ours.keys() <= {f.term for f in kind.fields.values() if f.after}


def _stays(kind: Type, term: str, value: Any) -> bool:
    """Is it more than blanks at its ends, which a form takes off?"""
    shortest = kind.fields[term].min or 1
    return not isinstance(value, str) or len(value.strip()) >= shortest


@given(
    st.dictionaries(
        st.sampled_from(
            [c.name for q in form_of(SHOW, SITE).questions for c in q.controls]
        ),
        st.text(st.characters(), max_size=30),
    )
)
def test_whatever_is_sent_there_is_a_form_to_show_it_in(told: dict[str, str]) -> None:
    found = submitted(SHOW, told, SITE)
    form = form_of(SHOW, SITE, told=told, problems=found.problems)

    assert len(form.errors) == len(found.problems) > 0
