"""Types to try things on, and values of them, right and wrong, without end."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from peer.model.declaration import Field, Type, declared, from_toml
from peer.model.kinds import KINDS
from peer.model.kinds.moment import zones
from peer.model.lexicon import Lexicon, RelationKind
from peer.protocol.thing import Thing

ROOT = Path(__file__).parents[2]
BASE = "https://events.example"
OWNER = f"{BASE}/people/ada"

#: A type with every kind of field, most of them in other people's words.
EVERYTHING = declared(
    {
        "name": "Everything",
        "is_a": "schema:Thing",
        "title": "name",
        "fields": {
            "name": {"kind": "line", "required": True, "max": 40},
            "summary": {"kind": "line", "max": 60},
            "state": {
                "kind": "choice",
                "iri": "sx:state",
                "moves": {"open": ["shut"], "shut": ["open", "gone"], "gone": []},
            },
            "content": {"kind": "prose", "max": 300},
            "notes": {"kind": "prose", "iri": "sx:notes"},
            "starts": {"kind": "moment", "iri": "as:startTime", "zone": "timezone"},
            "ends": {"kind": "moment", "iri": "sx:ends", "after": "starts"},
            "timezone": {"kind": "zone", "iri": "mz:timezone"},
            "fewest": {"kind": "count", "iri": "sx:fewest", "min": -5, "max": 50},
            "most": {"kind": "count", "iri": "schema:most", "after": "fewest"},
            "totalItems": {"kind": "count"},
            "price": {"kind": "money", "iri": "sx:price", "min": 0, "currency": "GBP"},
            "fee": {"kind": "money", "iri": "schema:price"},
            "location": {"kind": "place"},
            "venue": {"kind": "place", "iri": "sx:address"},
            "done": {"kind": "flag", "iri": "sx:name"},
            "url": {"kind": "link"},
            "also": {"kind": "link", "iri": "sx:also", "required": True},
            "icon": {"kind": "image"},
            "picture": {"kind": "image", "iri": "https://other.example/terms/pic-ture"},
            "table": {"kind": "table", "iri": "sx:table"},
            "secret": {"kind": "line", "iri": "sx:secret", "hidden": True},
        },
        "relations": {
            "related": {"to": "Everything", "many": True},
            "tagged": {"to": "Everything", "many": True},
            "within": {"to": "Everything", "kind": "contains", "reverse": True},
        },
        "permits": {"Create": "member", "Update": "owner"},
    }
)


def _declared_in(file: Path) -> Type:
    return from_toml(file.read_text(), str(file))[0]


def _lexicon() -> Lexicon:
    files = sorted(ROOT.glob("types/*/type.toml"))
    found = [EVERYTHING, *map(_declared_in, files)]
    names = ("tagged", "related", "contains", "scheduled", "features", "isA", "located")
    kinds = [
        RelationKind.of(f"{BASE}/relations/{name}", {"name": name, "iri": f"sx:{name}"})
        for name in names
    ]
    return Lexicon({t.name: t for t in found}, {k.name: k for k in kinds})


LEXICON = _lexicon()
TYPES = tuple(LEXICON.types.values())


def thing_of(kind: Type, values: Mapping[str, Any], **more: Any) -> Thing:
    moments = {"published": "2026-11-21T07:00:00.000Z"}
    return Thing(
        id=f"{BASE}/{kind.path}/one",
        kind=kind.name,
        values=values,
        owner=OWNER,
        updated="2026-11-22T08:30:00.000Z",
        **{**moments, **more},
    )


# -- values that are right ---------------------------------------------------------

_LETTERS = st.characters(
    exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"
)
_WORDS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)


def _filled(text: SearchStrategy[str]) -> SearchStrategy[str]:
    return text.filter(lambda each: bool(each.strip()))


def _lengths(field: Field) -> Mapping[str, int]:
    return {"min_size": field.min or 1, "max_size": min(field.max or 60, 60)}


def _line(field: Field) -> SearchStrategy[Any]:
    return _filled(st.text(_LETTERS, **_lengths(field)))


def _prose(field: Field) -> SearchStrategy[Any]:
    letters = st.one_of(_LETTERS, st.sampled_from("\n\t*_#[]()<>&"))
    return _filled(st.text(letters, **_lengths(field)))


def _moment(_field: Field) -> SearchStrategy[Any]:
    names = st.sampled_from(["UTC", "Europe/London", "Asia/Kathmandu"])
    told = st.datetimes(
        datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=names.map(ZoneInfo)
    )
    return told.map(lambda each: each.replace(microsecond=0).isoformat())


def _count(field: Field) -> SearchStrategy[Any]:
    least = -(2**53) + 1 if field.min is None else field.min
    return st.integers(least, 2**53 - 1 if field.max is None else field.max)


def _money(field: Field) -> SearchStrategy[Any]:
    codes = [field.currency] if field.currency else ["GBP", "JPY", "KWD", "CLF"]
    return st.fixed_dictionaries(
        {"amount": _count(field), "currency": st.sampled_from(codes)}
    )


def _place(_field: Field) -> SearchStrategy[Any]:
    text = _filled(st.text(_LETTERS, min_size=1, max_size=20))
    parts = {"street": text, "postcode": text, "city": text}
    degrees = {
        "latitude": st.floats(-90, 90).map(lambda each: round(each, 7)),
        "longitude": st.floats(-180, 180).map(lambda each: round(each, 7)),
    }
    country = {"country": st.text(string.ascii_uppercase, min_size=2, max_size=2)}
    plain = st.fixed_dictionaries({"name": text}, optional={**parts, **country})
    mapped = st.fixed_dictionaries(degrees)
    return st.one_of(plain, st.builds(lambda a, b: {**a, **b}, plain, mapped))


def _choice(field: Field) -> SearchStrategy[Any]:
    return st.sampled_from(list(field.choices))


def _link(_field: Field) -> SearchStrategy[Any]:
    path = st.text(string.ascii_letters + "äßñ日/._~-", max_size=10)
    query = st.one_of(st.just(""), st.just("?a=b&c=%C3%A4"), st.just("#x"))
    hosts = st.sampled_from(["a.example", "xn--bcher-kva.example:8443", "[::1]:80"])
    return st.builds(lambda h, p, q: f"https://{h}/{p}{q}", hosts, path, query)


def _image(field: Field) -> SearchStrategy[Any]:
    side = st.integers(1, 5000)
    sizes = {"width": side, "height": side, "mediaType": st.just("image/png")}
    alt = st.one_of(st.just(""), _filled(st.text(_LETTERS, max_size=20)))
    return st.fixed_dictionaries({"url": _link(field), "alt": alt}, optional=sizes)


def _table(_field: Field) -> SearchStrategy[Any]:
    leaf = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), _WORDS)
    inner = st.recursive(
        leaf,
        lambda each: st.one_of(
            st.lists(each, max_size=3), st.dictionaries(_WORDS, each, max_size=3)
        ),
        max_leaves=8,
    )
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(_WORDS, inner, min_size=1, max_size=3),
    )


_RIGHT: Mapping[str, Callable[[Field], SearchStrategy[Any]]] = {
    "line": _line,
    "prose": _prose,
    "moment": _moment,
    "count": _count,
    "money": _money,
    "place": _place,
    "choice": _choice,
    "flag": lambda _field: st.booleans(),
    "link": _link,
    "image": _image,
    "table": _table,
    "zone": lambda _field: st.sampled_from(list(zones())),
}
assert set(_RIGHT) == set(KINDS), "there is a kind that no test tries"


def value_of(field: Field) -> SearchStrategy[Any]:
    """A value that is right for ``field`` on its own."""
    return _RIGHT[field.kind](field)


def values_of(kind: Type) -> SearchStrategy[dict[str, Any]]:
    """Values each of which is right, whatever they are together."""
    required = {t: value_of(f) for t, f in kind.fields.items() if f.required}
    optional = {t: value_of(f) for t, f in kind.fields.items() if not f.required}
    return st.fixed_dictionaries(required, optional=optional)


def survives_compaction(values: Mapping[str, Any]) -> bool:
    """pyld takes a list that is kept as JSON for one of its own, and unwraps it."""
    return not any(isinstance(value, list) for value in values.values())


# -- and anything else ----------------------------------------------------------------

_ANY_TEXT = st.text(st.characters(), max_size=12)

ANY_JSON: SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        _ANY_TEXT,
        st.sampled_from(["\ud800", "\x00", "2026-13-01T00:00:00Z", "http://[", "GBP"]),
    ),
    lambda each: st.one_of(
        st.lists(each, max_size=3),
        st.dictionaries(
            st.one_of(
                _ANY_TEXT,
                st.sampled_from(
                    ["name", "url", "alt", "amount", "currency", "@value", "@id"]
                ),
            ),
            each,
            max_size=4,
        ),
    ),
    max_leaves=10,
)
