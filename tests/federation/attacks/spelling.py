"""D: hostile bytes, properly signed."""

from __future__ import annotations

import gzip
import json
import zlib
from functools import partial
from typing import Any

from tests.federation.attacks.world import FINE, REFUSED, Attack, World, row
from tests.federation.fediverse.handwriting import Letter

ROWS: list[Attack] = []
attack = partial(row, ROWS)


def bytes_of(w: World, body: bytes, **headers: str) -> Letter:
    letter = Letter("POST", w.blog.inbox, body=body)
    for name, told in headers.items():
        letter.headers[name.replace("_", "-")] = told
    return w.signed(letter)


def with_text(w: World, raw: str) -> Letter:
    """A note whose text is ``raw``, which is JSON or nearly."""
    note = {**w.eve.note("@@"), "content": "@@", "name": "@@"}
    said = json.dumps(w.eve.act("Create", note))
    return bytes_of(w, said.replace('"@@"', raw).encode("utf-8", "surrogatepass"))


@attack("D01", REFUSED)
def no_object_at_all(w: World) -> list[Letter]:
    like = json.dumps(w.eve.act("Like", w.post)).encode()
    bodies = (
        *(b" ", b"{", b"<xml/>", b"null", b"[]", b'"x"', b"7", b"true"),
        *(like[:-1] + b",}", like + like, b"\xff\xfe{}", b"{'a': 1}"),
    )
    return [bytes_of(w, body) for body in bodies]


@attack("D03", FINE)
def half_a_character(w: World) -> list[Letter]:
    said = json.dumps(w.eve.act("Like", w.post)).replace(w.eve.id + "#", "\\ud800#")
    return [with_text(w, '"\\ud800"'), bytes_of(w, said.encode())]


@attack("D04", FINE)
def a_character_that_ends_strings(w: World) -> list[Letter]:
    return [with_text(w, '"a\\u0000b"'), with_text(w, '"a\0b"')]


@attack("D05", REFUSED)
def a_hundred_thousand_levels(w: World) -> list[Letter]:
    n = 100_000
    like = json.dumps(w.eve.act("Like", w.post))[:-1]
    return [
        bytes_of(w, b"[" * n),
        bytes_of(w, b'{"a":' * n),
        bytes_of(w, (like + ', "x": ' + "[" * n + "]" * n + "}").encode()),
    ]


@attack("D07", FINE)
def numbers_that_are_none(w: World) -> list[Letter]:
    return [
        with_text(w, raw)
        for raw in ("1" * 5000, "1e999", "NaN", "Infinity", "-Infinity", "-0", "1e-999")
    ]


@attack("D08", 400)
def the_same_key_twice(w: World) -> list[Letter]:
    like = json.dumps(w.eve.act("Like", w.post))[1:]
    first = f'{{"actor": "{w.vic.id}", {like}'
    last = "{" + like[:-1] + f', "actor": "{w.vic.id}"}}'
    return [bytes_of(w, each.encode()) for each in (first, last)]


_WRONG: tuple[Any, ...] = (
    *(None, 0, -1, 1.5, True, "", "x", [], {}, [[]]),
    *([None], {"id": None}, {"type": []}),
)


@attack("D09", FINE)
def wrong_types_in_an_activity(w: World) -> list[Letter]:
    names = ("id", "type", "object", "target", "to", "cc", "published", "@context")
    said = w.eve.act("Listen", w.post)
    return [w.says({**said, name: wrong}) for name in names for wrong in _WRONG]


@attack("D09b", FINE)
def wrong_types_in_a_note(w: World) -> list[Letter]:
    names = (
        *("type", "content", "attributedTo", "to", "tag", "attachment", "url", "name"),
        *("published", "updated", "inReplyTo", "replies", "summary", "contentMap"),
    )
    note = w.eve.note("Hm.")
    letters = []
    for name in names:
        for wrong in _WRONG:
            letters.append(w.claims("Create", {**note, name: wrong}))
    return letters


@attack("D09c", FINE)
def wrong_types_in_an_actor(w: World) -> list[Letter]:
    names = ("type", "preferredUsername", "name", "inbox", "endpoints", "icon", "url")
    letters = []
    for name in names:
        for wrong in (None, 0, "", [], {}, [None]):
            made = w.evil.actor(f"m{w.evil.next()}", keys_of="eve")
            made.more[name] = wrong
            letters.append(w.says(made.act("Listen", w.post), made))
    return letters


@attack("D11", FINE)
def types_that_nobody_knows(w: World) -> list[Letter]:
    types = (
        *("Arrive", "Travel", "View", "Read", "Invite", "Ignore", "TentativeReject"),
        *("ChatMessage", "http://x.example/Y", "litepub:Hug", "", "create"),
        *(["Listen", "Dislike"], [], ["Person", "Listen"], "x" * 1000),
    )
    said = w.eve.act("Listen", w.post)
    return [w.says({**said, "type": told}) for told in types]


@attack("D12", FINE)
def words_of_a_hundred_kilobytes(w: World) -> list[Letter]:
    long = "x" * 100_000
    said = w.eve.act("Listen", w.post)
    names = ("id", "type", "object", "name")
    return [w.says({**said, name: f"{w.evil.base}/{long}"}) for name in names]


@attack("D13", FINE)
def times_that_are_none(w: World) -> list[Letter]:
    times = (
        *("0000-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "2026-02-30T00:00:00Z"),
        *("2026-01-01T00:00:00+99:99", "-1", "9999-12-31T23:59:59-12:00", "T", "P1D"),
        "0001-01-01T00:00:00+14:00",
    )
    letters = []
    for told in times:
        note = w.eve.note("Hm.", published=told, updated=told, startTime=told)
        letters.append(w.claims("Create", note, published=told))
    return letters


@attack("D15", 413)
def eleven_megabytes(w: World) -> Letter:
    said = json.dumps({**w.eve.act("Like", w.post), "x": "x" * 11 * 2**20})
    return bytes_of(w, said.encode())


@attack("D17", REFUSED)
def a_small_parcel_that_unfolds(w: World) -> list[Letter]:
    content = b"[" + b" " * (50 * 2**20) + b"]"
    return [
        bytes_of(w, gzip.compress(content, 1), Content_Encoding="gzip"),
        bytes_of(w, zlib.compress(content, 1), Content_Encoding="deflate"),
    ]


@attack("D19", 200, 202, 413)
def lists_without_end(w: World) -> list[Letter]:
    tags = [{"type": "Hashtag", "name": f"#{n}"} for n in range(20_000)]
    note = w.eve.note("Hm.", tags=tags)
    return [
        w.claims("Create", note),
        w.claims("Listen", [w.post] * 10_000),
        w.claims("Listen", w.post, to=[f"{w.evil.base}/{n}" for n in range(10_000)]),
    ]
