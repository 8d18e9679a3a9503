"""What others said of a thing and did with it, as its page shows that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from peer.model.permission import Viewer, may_see
from peer.node.moderation.blocks import Blocklist, host_of
from peer.node.records import digest
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing
from peer.protocol.wire.loose import is_address
from peer.web.parts.around import FACES, REPLIES, Around
from peer.web.parts.authors import Author, author, href_of

_DEEPEST = 4  # further in, there is no room on a phone


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks, where, and whom nobody here wants to hear of."""

    base: str
    viewer: Viewer
    blocked: Blocklist

    def may(self, thing: Thing | None) -> bool:
        """What is from elsewhere is shown if it is for everybody, and only then."""
        if thing is None or thing.deleted or self.blocked.holds(thing.owner):
            return False
        if same_origin(thing.id, self.base):
            return may_see(self.viewer, thing)
        return thing.audience == PUBLIC and not self.blocked.holds(thing.id)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said, below what it answers."""

    thing: Thing
    author: Author
    depth: int
    href: str
    url: str  # where their own server has it

    @property
    def name(self) -> str:
        """What ids of parts of it begin with, on a page with many others."""
        return f"s{digest(self.thing.id)[:10]}"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those who did one thing, the newest first, and how many they are."""

    relation: str
    count: int
    faces: Sequence[Author]

    @property
    def more(self) -> int:
        return self.count - len(self.faces)


@dataclass(frozen=True, slots=True)
class Talk:
    said: Sequence[Said]
    quoted: Sequence[Said]
    likes: Crowd
    announces: Crowd
    is_more: bool


def talk_of(thing: Thing, around: Around, seen: Seen) -> Talk:
    crowds = {name: _crowd(name, thing, around, seen) for name in FACES}
    quoted = around.related.get((thing.id, "~quotes"), ())
    return Talk(
        said=tuple(threaded(thing.id, around.thread, around.things, seen)),
        quoted=tuple(_each(quoted, around.things, seen)),
        likes=crowds["likes"],
        announces=crowds["announces"],
        is_more=len(around.thread) >= REPLIES,
    )


def threaded(
    root: str, edges: Sequence[Edge], things: Mapping[str, Thing], seen: Seen
) -> Iterator[Said]:
    """Replies below what they answer, the oldest first; each once, circles or not."""
    below: dict[str, list[str]] = {}
    for edge in sorted(edges, key=lambda e: (_when(e, things), e.id)):
        below.setdefault(edge.object, []).append(edge.subject)
    shown = {root}
    waiting = [(id, 0) for id in reversed(below.get(root, ()))]
    while waiting:
        id, depth = waiting.pop()
        if id in shown:
            continue
        shown.add(id)
        thing = things.get(id)
        is_shown = thing is not None and seen.may(thing)
        if thing is not None and is_shown:
            yield said(thing, things, seen, min(depth, _DEEPEST))
        deeper = depth + 1 if is_shown else depth
        waiting += [(each, deeper) for each in reversed(below.get(id, ()))]


def _when(edge: Edge, things: Mapping[str, Thing]) -> str:
    thing = things.get(edge.subject)
    return thing.published if thing else edge.since


def said(thing: Thing, things: Mapping[str, Thing], seen: Seen, depth: int = 0) -> Said:
    return Said(
        thing,
        author(thing.owner, things.get(thing.owner), seen.base),
        depth,
        href=href_of(thing.id, seen.base),
        url="" if same_origin(thing.id, seen.base) else original(thing),
    )


def original(thing: Thing) -> str:
    """The page that its own server has of it: on that server, or it is none."""
    url = thing.get("url")
    is_there = isinstance(url, str) and host_of(url) == host_of(thing.id)
    return url if is_there and is_address(url) else thing.id


def _each(
    ids: Sequence[str], things: Mapping[str, Thing], seen: Seen
) -> Iterator[Said]:
    for id in ids:
        thing = things.get(id)
        if thing is not None and seen.may(thing):
            yield said(thing, things, seen)


def _crowd(relation: str, thing: Thing, around: Around, seen: Seen) -> Crowd:
    ids = around.faces.get(relation, ())
    site = f"{seen.base}/actor"  # which passes on whatever is new here
    wanted = [id for id in ids if id != site and not seen.blocked.holds(id)]
    faces = [author(id, around.things.get(id), seen.base) for id in wanted]
    counted = around.counts.get((thing.id, relation), 0)
    return Crowd(relation, max(counted - (len(ids) - len(wanted)), len(faces)), faces)
