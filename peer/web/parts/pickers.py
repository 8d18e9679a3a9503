"""What a thing may be related to, to be picked from: in forms, pages and fragments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peer.model.declaration import Relation, Type
from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may, may_see
from peer.model.query import Page
from peer.model.reading import Read
from peer.protocol.thing import Edge, Thing
from peer.web.parts.view import title_of

MOST = 50


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: str
    href: str
    picked: bool = False


def option(
    lexicon: Lexicon, base: str, thing: Thing, *, picked: bool = False
) -> Option:
    kind = lexicon.types.get(thing.kind)
    title = title_of(kind, thing) if kind else thing.slug
    return Option(thing.id, title, thing.id.removeprefix(base), picked)


def asked_for(kind: Type, viewer: Viewer, thing: Thing | None) -> Sequence[Relation]:
    """The relations that ``viewer`` may state from the form of ``thing``."""
    who = kind.permits.get("Add", "nobody")
    own = thing is None and who == "owner" and viewer.id is not None
    may_add = own or may(who, viewer, thing)
    return [each for each in kind.relations.values() if each.reverse or may_add]


def candidates(
    read: Read,
    relation: Relation,
    lexicon: Lexicon,
    base: str,
    *,
    subject: str = "",
    words: str = "",
    cursor: str | None = None,
    limit: int = MOST,
) -> Page[Thing]:
    """Things at the other end that ``subject`` might be related to, by title."""
    known = relation.to in lexicon.types
    anchors = [f"{base}/types/{relation.to.lower()}"] if known else []
    found = read.candidates(
        anchors,
        subject=subject,
        relation=relation.kind,
        words=words,
        cursor=cursor,
        limit=limit,
    )
    # The way to them leads through types: those are shown where they are meant.
    types = relation.to == "Type" or not known
    shown = [t for t in found.items if t.id != subject and (types or t.kind != "Type")]
    return Page(shown, found.next, found.previous)


def picked(
    edges: Sequence[Edge], relations: Sequence[Relation], lexicon: Lexicon, id: str
) -> Mapping[str, tuple[str, ...]]:
    """What ``edges`` relate the thing at ``id`` to, by the term of the relation."""
    found: dict[str, tuple[str, ...]] = {}
    for each in relations:
        kind = lexicon.relations.get(each.kind)
        ways = (
            {each.reverse, not each.reverse}
            if kind and kind.symmetric
            else {each.reverse}
        )
        ends = [
            edge.subject if reverse else edge.object
            for edge in edges
            for reverse in ways
            if edge.relation == each.kind
            and id == (edge.object if reverse else edge.subject)
        ]
        found[each.term] = tuple(dict.fromkeys(ends))
    return found


def options(
    read: Read,
    relations: Sequence[Relation],
    chosen: Mapping[str, tuple[str, ...]],
    lexicon: Lexicon,
    base: str,
    viewer: Viewer,
    subject: str = "",
) -> Mapping[str, Sequence[Option]]:
    """By term, what is picked, and then what else might be."""
    known = read.many({id for ids in chosen.values() for id in ids})
    seen = {id: t for id, t in known.items() if may_see(viewer, t) and not t.deleted}
    found: dict[str, Sequence[Option]] = {}
    for each in relations:
        ids = chosen.get(each.term, ())
        own = [option(lexicon, base, seen[id], picked=True) for id in ids if id in seen]
        others = candidates(read, each, lexicon, base, subject=subject).items
        rest = [option(lexicon, base, t) for t in others if t.id not in ids]
        found[each.term] = [*own, *rest]
    return found
