from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.protocol import strict
from peer.protocol.strict import NotJson


def test_an_object_is_read_as_it_stands():
    told = {"id": "https://a.example/1", "to": ["x:y", 'a "quoted": thing'], "n": -1.5}

    assert strict.read(json.dumps(told).encode()) == told


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"<xml/>", "not JSON"),
        (b"{}{}", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": 1e999}', "not JSON"),
        (b'{"a": "\\ud800"}', "not JSON"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"[" * 5000 + b"]" * 5000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"actor": "a", "actor": "b"}', "twice"),
        (b'{"actor" : "a", "actor": "b"}', "twice"),
        (b'{"actor": "a", "actor"\t\n:"b"}', "twice"),
        (b'{"a": "\\":", "b" :1, "b":2}', "twice"),
        (b'{"object": {"id": 1, "x": {"y": 2, "y": 2}}}', "twice"),
        (b'{"a": "x\\u0000y"}', "NUL"),
        (b'{"a\\u0000": 1}', "NUL"),
        (b'{"a": 9007199254740993}', "exactly"),
        (b'{"a": ' + b"9" * 40 + b"}", "exactly"),
        (b'{"a": ' * 70 + b"1" + b"}" * 70, "nested"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(raw, why):
    with pytest.raises(NotJson, match=why) as refused:
        strict.read(raw)

    assert refused.value.status == 400


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**64, 10**400])
def test_a_number_that_has_no_canonical_form_is_refused(number):
    with pytest.raises(NotJson):
        strict.read(json.dumps({"a": number}).encode())


def test_what_is_too_long_is_not_even_read():
    with pytest.raises(NotJson) as refused:
        strict.read(b" " * (strict.LARGEST + 1))

    assert refused.value.status == 413


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text('abc:\\"{}', max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text('ab:"\\', max_size=3), _DOCUMENTS, max_size=5),
    st.booleans(),
)
def test_whatever_we_could_write_can_be_read(document, escaped):
    raw = json.dumps(document, ensure_ascii=escaped).encode()

    assert strict.read(raw) == document


@given(st.binary(max_size=200))
def test_bytes_are_an_object_or_refused(raw):
    try:
        assert isinstance(strict.read(raw), dict)
    except NotJson as refused:
        assert str(refused)
