"""Who is named in what somebody writes: found before it is published, and then told.

A text names people as ``@ana@meadow.example``; and an answer is for whoever is
answered.  Nobody waits long for servers that do not say who that is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from peer.model.kinds import KINDS
from peer.model.reading import Read
from peer.node import handles
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.wire.fingered import HANDLE
from store.interface import Busy

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

_MOST = 20
_PATIENCE = 4.0  # seconds that a form may take because of it


async def with_mentions(node: Node, asks: Sequence[Ask]) -> Sequence[Ask]:
    """``asks``, and an edge to each who is named in them for the first time."""
    named = {n: list(_named(node, ask)) for n, ask in enumerate(asks)}
    answered = {ask.subject: ask.object for ask in asks if ask.relation == "inReplyTo"}
    if not answered and not any(named.values()):
        return asks
    actors = await _found(node, {name for some in named.values() for name in some})
    wanted = [
        (f"@{n}" if asks[n].verb == "Create" else asks[n].id, actors[name])
        for n, names in named.items()
        for name in names
        if name in actors
    ]
    wanted += await node.store.read(lambda read: _authors(answered, read))
    fresh = await node.store.read(lambda read: _unsaid(wanted, read))
    return [
        *asks,
        *(
            Ask("Add", subject=subject, relation="mentions", object=actor)
            for subject, actor in fresh
        ),
    ]


def _named(node: Node, ask: Ask) -> Iterator[str]:
    """The handles in the prose of ``ask``, each once."""
    if ask.verb not in ("Create", "Update"):
        return
    texts = [
        text
        for term, text in ask.values.items()
        if isinstance(text, str) and "@" in text and _is_prose(node, ask, term)
    ]
    found = (handle.removeprefix("@") for t in texts for handle in HANDLE.findall(t))
    yield from list(dict.fromkeys(found))[:_MOST]


def _is_prose(node: Node, ask: Ask, term: str) -> bool:
    """Of what is changed the type is not said: there the usual names have to do."""
    kind = node.lexicon.types.get(ask.kind)
    if kind is None:
        return term in ("content", "summary")
    said = kind.fields.get(term)
    relates = "Add" in kind.permits
    return relates and said is not None and KINDS[said.kind].markup


async def _found(node: Node, names: set[str]) -> Mapping[str, str]:
    """The ids of those who could be found in time, by handle."""
    if not names:
        return {}
    tasks = {name: asyncio.create_task(_id_of(node, name)) for name in names}
    await asyncio.wait(tasks.values(), timeout=_PATIENCE)
    found: dict[str, str] = {}
    for name, task in tasks.items():
        id = task.result() if task.done() else None
        task.cancel()
        if id is not None:
            found[name] = id
    return found


async def _id_of(node: Node, name: str) -> str | None:
    user, _, host = name.partition("@")
    here = urlsplit(node.base)
    if host.lower() in (here.netloc, here.hostname):
        return await node.store.read(lambda read: handles.find(read, user))
    known = await node.store.read(lambda read: handles.known(read, name))
    if known is not None:
        return known
    try:
        return (await node.incoming.strangers.found(name)).id
    except (Refused, Busy) as wrong:
        log.info("mention.not_found", name=name, reason=str(wrong))
        return None


def _authors(answered: Mapping[str, str], read: Read) -> list[tuple[str, str]]:
    """An answer names whom it answers, or their server does not tell them."""
    parents = read.many(answered.values())
    return [
        (subject, parents[parent].owner)
        for subject, parent in answered.items()
        if parent in parents
    ]


def _unsaid(wanted: Sequence[tuple[str, str]], read: Read) -> Sequence[tuple[str, str]]:
    subjects = [subject for subject, _ in wanted if not subject.startswith("@")]
    edges = read.edges_from(subjects, ["mentions"]) if subjects else ()
    said = {(edge.subject, edge.object) for edge in edges}
    return [each for each in dict.fromkeys(wanted) if each not in said]
