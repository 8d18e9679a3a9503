"""Each kind of field: what may be typed, what is refused, how it shows and sorts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model.declaration import Field, declared
from peer.model.kinds import KINDS, Site, Wrong
from peer.model.kinds.kind import padded
from tests.model.generating import ANY_JSON, EVERYTHING, value_of

SITE = Site(zone="Europe/London", currency="GBP")
FIELDS = {f.kind: f for f in EVERYTHING.fields.values()}
EACH = pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())


def field(kind: str, **told: Any) -> Field:
    """A field called “Thing” of that kind."""
    fields = {"name": {"kind": "line"}, "thing": {"kind": kind, **told}}
    return declared({"name": "Anything", "fields": fields}).fields["thing"]


def parsed(kind: str, told: str | Mapping[str, str], **more: Any) -> Any:
    """What is understood when ``told`` is typed, or the sentence that refuses it."""
    texts = (
        {"thing": told}
        if isinstance(told, str)
        else {f"thing.{part}": text for part, text in told.items()}
    )
    try:
        return KINDS[kind].parse(field(kind, **more), texts, SITE)
    except Wrong as wrong:
        return str(wrong)


CHOICES = {"red": "A warm red", "blue": "A cool blue"}
PHOTO = '{"url": "https://a.example/p.png", "width": 4, "height": 3}'

UNDERSTOOD: list[tuple[str, Any, Any]] = [
    ("line", "  Summer Gig ", "Summer Gig"),
    ("line", "", None),
    ("line", "Ça va? “so” 日本", "Ça va? “so” 日本"),
    ("prose", "One\r\n\r\nTwo\rThree", "One\n\nTwo\nThree"),
    ("prose", "    code stays indented", "    code stays indented"),
    ("prose", " \n\t ", None),
    ("moment", "2026-07-01T19:30", "2026-07-01T19:30:00+01:00"),
    ("moment", "2026-12-01T19:30:15", "2026-12-01T19:30:15+00:00"),
    ("moment", "", None),
    ("count", "0", 0),
    ("count", " 12 ", 12),
    ("count", "-3", -3),
    ("count", "", None),
    ("money", {"amount": "10.00"}, {"amount": 1000, "currency": "GBP"}),
    ("money", {"amount": "10"}, {"amount": 1000, "currency": "GBP"}),
    ("money", {"amount": "0.05"}, {"amount": 5, "currency": "GBP"}),
    ("money", {"amount": "-2.50"}, {"amount": -250, "currency": "GBP"}),
    (
        "money",
        {"amount": "500", "currency": "jpy"},
        {"amount": 500, "currency": "JPY"},
    ),
    (
        "money",
        {"amount": "1.234", "currency": "KWD"},
        {"amount": 1234, "currency": "KWD"},
    ),
    ("money", {"amount": "", "currency": "GBP"}, None),
    ("place", {"name": "Ideal", "country": "pt"}, {"name": "Ideal", "country": "PT"}),
    (
        "place",
        {"name": "Ideal", "latitude": "38.7105", "longitude": "-9"},
        {"name": "Ideal", "latitude": 38.7105, "longitude": -9.0},
    ),
    ("place", {"name": " ", "city": ""}, None),
    ("flag", "yes", True),
    ("flag", "", False),
    ("link", " https://a.example/b?c=d ", "https://a.example/b?c=d"),
    ("link", "", None),
    (
        "image",
        {"kept": PHOTO, "alt": " A  cat "},
        {"url": "https://a.example/p.png", "width": 4, "height": 3, "alt": "A cat"},
    ),
    (
        "image",
        {"kept": PHOTO, "decorative": "yes", "alt": "ignored"},
        {"url": "https://a.example/p.png", "width": 4, "height": 3, "alt": ""},
    ),
    ("image", {"kept": PHOTO, "alt": "A cat", "remove": "yes"}, None),
    ("image", {"alt": ""}, None),
    ("table", "a = 1\n[b]\nc = ['d']", {"a": 1, "b": {"c": ["d"]}}),
    ("table", '["a", "b"]', ["a", "b"]),
    ("table", "", None),
    ("zone", "Europe/Lisbon", "Europe/Lisbon"),
    ("zone", "", None),
]


@pytest.mark.parametrize(("kind", "told", "value"), UNDERSTOOD)
def test_what_is_typed_is_understood(kind: str, told: Any, value: Any) -> None:
    assert parsed(kind, told) == value


LINE = "Thing is a single line of text."
HIDDEN = "Thing has a character in it that cannot be shown."
WHOLE = "Thing is a whole number such as 12."
AMOUNT = "Thing is an amount such as 10.00."
MOMENT = "Thing is a date and a time such as 2026-11-21T19:30."
LINK = "Thing is a web address that begins with https:// or http://."
DEGREES = "Thing: latitude is a number of degrees such as 38.7105."

REFUSED: list[tuple[str, Any, str]] = [
    ("line", "one\ntwo", LINE),
    ("line", "one\u2028two", LINE),
    ("line", "a\x00b", HIDDEN),
    ("line", "a\x85b", HIDDEN),
    ("line", "a\ud800b", HIDDEN),
    ("line", "x" * 501, "Thing is at most 500 characters long, and this is 501."),
    ("prose", "a\x1bb", HIDDEN),
    ("moment", "2026-13-01T10:00", MOMENT),
    ("moment", "2026-02-30T10:00", MOMENT),
    ("moment", "2026-07-01", MOMENT),
    ("moment", "2026-07-01T19:30Z", MOMENT),
    ("moment", "2026-W27-3T19:30", MOMENT),
    ("moment", "٢٠٢٦-07-01T19:30", MOMENT),
    ("count", "1.0", WHOLE),
    ("count", "1e3", WHOLE),
    ("count", "-0", WHOLE),
    ("count", "007", WHOLE),
    ("count", "٣", WHOLE),
    ("count", "1_000", WHOLE),
    ("count", "9007199254740992", WHOLE),
    ("count", "NaN", WHOLE),
    ("money", {"amount": "10.5"}, AMOUNT),
    ("money", {"amount": "10.005"}, AMOUNT),
    ("money", {"amount": "1,000.00"}, AMOUNT),
    ("money", {"amount": "-0.00"}, AMOUNT),
    ("money", {"amount": "1e3"}, AMOUNT),
    ("money", {"amount": "NaN"}, AMOUNT),
    ("money", {"amount": "£10"}, AMOUNT),
    ("money", {"amount": ".50"}, AMOUNT),
    ("money", {"amount": "010.00"}, AMOUNT),
    ("money", {"amount": "99999999999999999999"}, AMOUNT),
    (
        "money",
        {"amount": "5.00", "currency": "JPY"},
        "Thing is an amount such as 10.",
    ),
    (
        "money",
        {"amount": "5.00", "currency": "POUND"},
        "Thing needs a currency of three capital letters, such as EUR.",
    ),
    ("place", {"city": "Lisboa"}, "Thing needs the name of the place."),
    ("place", {"name": "A", "country": "Portugal"}, "Thing: country is two capital"),
    ("place", {"name": "A", "latitude": "north"}, DEGREES),
    ("place", {"name": "A", "latitude": "1e1"}, DEGREES),
    (
        "place",
        {"name": "A", "latitude": "91", "longitude": "0"},
        "Thing: latitude is b",
    ),
    ("place", {"name": "A", "latitude": "9"}, "Thing needs both a latitude and a long"),
    ("place", {"name": "a\x00"}, "Thing: name is a single line of text."),
    ("flag", "perhaps", "Thing is either ticked or not."),
    ("link", "a.example", LINK),
    ("link", "javascript:alert(1)", LINK),
    ("link", "ftp://a.example/", LINK),
    ("link", "https://", LINK),
    ("link", "https:///path", LINK),
    ("link", "https://ada:secret@a.example/", LINK),
    ("link", "https://a.example/a b", LINK),
    ("link", "https://a.example/<b>", LINK),
    ("link", 'https://a.example/"', LINK),
    ("link", "https://a.example/%zz", LINK),
    ("link", "https://a.example:99999/", LINK),
    ("link", "https://[::1/", LINK),
    ("link", "https://a.example/\nb", LINK),
    ("image", {"kept": PHOTO, "alt": " "}, "Thing needs a description for those who"),
    ("image", {"alt": "A cat"}, "Thing has a description, but no file was chosen."),
    ("image", {"kept": "nonsense", "alt": "A"}, "Thing could not be kept: choose the"),
    ("image", {"kept": "[" * 9999, "alt": "A"}, "Thing could not be kept: choose the"),
    (
        "image",
        {"kept": '{"url": "javascript:x"}', "alt": "A"},
        "Thing is an image and needs the web address of one.",
    ),
    ("table", "a = ", "Thing is not TOML: invalid value (at end of document)."),
    ("table", "a = 2026-07-01", "Thing holds text, numbers, true or false, lists"),
    ("table", "a = nan", "Thing holds text, numbers, true or false, lists and"),
    ("table", "5", "Thing is"),
    ("zone", "Europe/Atlantis", "Thing is the name of a time zone, such as Europe/L"),
    ("zone", "../../etc/passwd", "Thing is the name of a time zone, such as Europe/"),
]


@pytest.mark.parametrize(("kind", "told", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(
    kind: str, told: Any, sentence: str
) -> None:
    said = parsed(kind, told)

    assert isinstance(said, str) and said.startswith(sentence)
    assert said.endswith(".")


def test_bounds_are_said_in_the_words_of_the_kind() -> None:
    assert parsed("line", "ab", min=3) == "Thing is at least 3 characters long."
    assert parsed("line", "abcd", max=3) == (
        "Thing is at most 3 characters long, and this is 4."
    )
    assert parsed("count", "0", min=1) == "Thing is at least 1."
    assert parsed("count", "9", max=5) == "Thing is at most 5."
    assert parsed("money", {"amount": "0.50"}, min=100) == "Thing is at least £1.00."
    assert parsed("money", {"amount": "5.00"}, max=100) == "Thing is at most £1.00."


def test_an_example_of_a_number_lies_within_its_bounds() -> None:
    assert parsed("count", "x", min=40) == "Thing is a whole number such as 40."
    assert parsed("count", "x", max=5) == "Thing is a whole number such as 5."
    assert parsed("count", "x", max=-5) == "Thing is a whole number such as -5."


def test_money_is_in_the_currency_of_the_field() -> None:
    told = {"amount": "5.00", "currency": "USD"}

    assert parsed("money", told, currency="EUR") == "Thing is in EUR."
    assert parsed("money", {"amount": "5.00"}, currency="EUR")["currency"] == "EUR"


def test_a_choice_is_one_of_those_that_there_are() -> None:
    assert parsed("choice", "red", choices=CHOICES) == "red"
    assert parsed("choice", "", choices=CHOICES) is None
    assert parsed("choice", "A warm red", choices=CHOICES) == (
        "Thing is one of these: A warm red, A cool blue."
    )


SHOWN: list[tuple[str, Any, str]] = [
    ("line", "Summer Gig", "Summer Gig"),
    ("prose", "# Hello\n\n*big* [world](https://a.example)", "Hello\n\nbig world"),
    ("moment", "2026-11-21T19:30:00+01:00", "Sat 21 Nov 2026, 19:30"),
    ("moment", "2026-11-21T07:00:00.000Z", "Sat 21 Nov 2026, 07:00 UTC"),
    ("count", 1200, "1200"),
    ("money", {"amount": 1005, "currency": "GBP"}, "£10.05"),
    ("money", {"amount": -5, "currency": "EUR"}, "-€0.05"),
    ("money", {"amount": 500, "currency": "JPY"}, "500 JPY"),
    (
        "place",
        {"name": "Ideal", "postcode": "1200", "city": "Lisboa", "country": "PT"},
        "Ideal, 1200 Lisboa, PT",
    ),
    ("flag", True, "Yes"),
    ("flag", False, "No"),
    ("link", "https://a.example/", "https://a.example/"),
    ("image", {"url": "https://a.example/p.png", "alt": "A cat"}, "A cat"),
    ("table", {"a": {"b": 1}}, "[a]\nb = 1"),
    ("table", ["a", {"b": [1]}], '["a", {b = [1]}]'),
    ("zone", "America/New_York", "America/New York"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SHOWN)
def test_a_value_is_shown_as_text(kind: str, value: Any, text: str) -> None:
    assert KINDS[kind].wrong(field(kind), value) is None
    assert KINDS[kind].show(field(kind), value) == text


def test_a_choice_is_shown_by_its_label() -> None:
    assert KINDS["choice"].show(field("choice", choices=CHOICES), "red") == "A warm red"


IN_ORDER: list[tuple[str, list[Any]]] = [
    ("line", ["apple", "Banana", "cherry"]),
    ("moment", ["2026-07-01T00:30:00+01:00", "2026-06-30T23:45:00Z"]),
    ("moment", ["1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"]),
    ("count", [-(2**53) + 1, -200, -3, 0, 7, 12, 2**53 - 1]),
    (
        "money",
        [
            {"amount": -500, "currency": "GBP"},
            {"amount": 99, "currency": "GBP"},
            {"amount": 10, "currency": "JPY"},
            {"amount": 1001, "currency": "GBP"},
        ],
    ),
    ("flag", [False, True]),
]


@pytest.mark.parametrize(("kind", "values"), IN_ORDER)
def test_keys_sort_as_values_do(kind: str, values: list[Any]) -> None:
    keys = [KINDS[kind].key(value) for value in values]

    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(st.integers(-(2**53) + 1, 2**53 - 1), st.integers(-(2**53) + 1, 2**53 - 1))
def test_keys_of_any_two_numbers_sort_as_they_do(one: int, other: int) -> None:
    assert (padded(one) < padded(other)) == (one < other)


@given(st.data())
def test_keys_of_any_two_moments_sort_as_they_do(data: st.DataObject) -> None:
    one, other = (data.draw(value_of(EVERYTHING.fields["starts"])) for _ in "ab")
    key = KINDS["moment"].key

    before = datetime.fromisoformat(one) < datetime.fromisoformat(other)
    assert (key(one) < key(other)) == before


@EACH
@given(st.data())
def test_a_right_value_is_right_shown_sorted_and_searched(
    field: Field, data: st.DataObject
) -> None:
    kind, value = KINDS[field.kind], data.draw(value_of(field))

    assert kind.wrong(field, value) is None
    texts = (kind.show(field, value), kind.key(value), kind.words(field, value))
    assert all(isinstance(text, str) for text in texts)


@EACH
@given(st.data())
def test_a_form_that_is_sent_back_untouched_changes_nothing(
    field: Field, data: st.DataObject
) -> None:
    kind, value = KINDS[field.kind], data.draw(value_of(field))
    site = Site(zone="UTC", currency="GBP")

    told = {c.name: c.value for c in kind.controls(field, value, site)}
    again = kind.parse(field, told, site)

    assert again is not None
    assert _same(field, again) == _same(field, value)


def _same(field: Field, value: Any) -> Any:
    """Two lines that differ at their ends, or moments in their zones, are the same."""
    match field.kind:
        case "moment":
            return KINDS["moment"].key(value)
        case "line":
            return value.strip()
        case "image":
            return {**value, "alt": " ".join(value["alt"].split())}
        case "place":
            return {part: _shown(told) for part, told in value.items()}
        case _:
            return value


def _shown(part: Any) -> Any:
    return part.strip() if isinstance(part, str) else round(part, 7)


@EACH
@given(ANY_JSON)
def test_anything_else_is_told_from_a_value_without_raising(
    field: Field, value: Any
) -> None:
    wrong = KINDS[field.kind].wrong(field, value)

    assert wrong is None or (wrong.startswith(field.label) and wrong.endswith("."))


@EACH
@given(ANY_JSON)
def test_whatever_others_send_is_read_or_wrong(field: Field, told: Any) -> None:
    try:
        value = KINDS[field.kind].read(field, told)
    except Wrong as wrong:
        assert str(wrong).endswith(".")
    else:
        assert KINDS[field.kind].wrong(field, value) is None


@EACH
@given(st.data())
def test_whatever_is_typed_is_a_value_or_wrong(
    field: Field, data: st.DataObject
) -> None:
    kind = KINDS[field.kind]
    names = [control.name for control in kind.controls(field, None, SITE)]
    texts = st.text(st.characters(), max_size=20)
    told = data.draw(st.fixed_dictionaries({name: texts for name in names}))

    try:
        value = kind.parse(field, told, SITE)
    except Wrong as wrong:
        assert str(wrong).startswith(field.label)
    else:
        assert value is None or kind.wrong(field, value) is None


@EACH
def test_every_control_can_be_told_apart_and_labeled(field: Field) -> None:
    controls = KINDS[field.kind].controls(field, None, SITE)

    names = [control.name for control in controls]
    assert len(set(names)) == len(names) > 0
    assert all(name.partition(".")[0] == field.term for name in names)
    if len(controls) > 1:
        assert all(control.label for control in controls if control.input != "hidden")
