"""Searching: the words of everything that the viewer may see, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup, escape

from peer.model.permission import Role
from peer.model.query import Page
from peer.model.reading import Hit, Read
from peer.protocol.thing import MEMBERS, PUBLIC
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit

_PAGE = 20
_LONGEST = 200
#: Found, but not what people look for when they search.
_NOT_LOOKED_FOR = ("Type", "Relation", "Line")


@dataclass(frozen=True, slots=True)
class Found:
    """A view of what was found, and the words around the match."""

    thing: View
    excerpt: Markup


@dataclass(frozen=True, slots=True)
class Facet:
    label: str
    href: str
    current: bool


async def page(visit: Visit) -> web.StreamResponse:
    words = " ".join(visit.query.get("q", "").split())[:_LONGEST]
    wanted = visit.query.get("kind", "")
    kinds = _kinds(visit, wanted)
    hits: Page[Hit] = Page([])
    if words and kinds:
        hits = await visit.read(lambda read: _hits(visit, words, kinds, read))
    return visit.page(
        "search.html",
        words=words,
        found=[_found(visit, hit) for hit in hits.items],
        facets=_facets(visit, words, wanted),
        next=_link(words, wanted, hits.next),
        previous=_link(words, wanted, hits.previous),
    )


def _kinds(visit: Visit, wanted: str) -> Sequence[str]:
    types = visit.node.lexicon.types
    if wanted:
        return visit.node.lexicon.descendants(wanted) if wanted in types else ()
    return [name for name in types if name not in _NOT_LOOKED_FOR]


def _hits(visit: Visit, words: str, kinds: Sequence[str], read: Read) -> Page[Hit]:
    is_member = visit.viewer.role >= Role.MEMBER
    return read.search(
        words,
        kinds=kinds,
        audiences=(PUBLIC, MEMBERS) if is_member else (PUBLIC,),
        cursor=visit.query.get("cursor") or None,
        limit=_PAGE,
    )


def _found(visit: Visit, hit: Hit) -> Found:
    view = View(hit.thing, Around(), visit.setting)
    return Found(view, marked(hit.excerpt))


def marked(excerpt: str) -> Markup:
    """``excerpt`` with its matches marked; nothing else in it is markup."""
    text = str(escape(excerpt))
    return Markup(text.replace("\x02", "<mark>").replace("\x03", "</mark>"))


def _facets(visit: Visit, words: str, wanted: str) -> Sequence[Facet]:
    types = visit.node.lexicon.types
    names = [n for n in types if n not in _NOT_LOOKED_FOR]
    every = Facet("Everything", _link(words, "", ""), not wanted)
    return [
        every,
        *(Facet(types[n].plural, _link(words, n, ""), n == wanted) for n in names),
    ]


def _link(words: str, kind: str, cursor: str | None) -> str:
    """The address of such a search; empty where there is no further page."""
    if cursor is None:
        return ""
    told = {"q": words, "kind": kind, "cursor": cursor}
    return f"/search?{urlencode({k: v for k, v in told.items() if v})}"
