"""The keys of the desks that sell for events here: the door asks nobody else.

They are kept for as long as there are tickets, those that a desk no longer has
included: what was sold before it changed its keys is still good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from peer.model.query import Query
from peer.model.reading import Read
from peer.node.keys import former_of, keys_of
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.records import each
from peer.protocol.keys import PublicKey, multikey, read_multikey
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, proving_key, same, same_origin
from peer.protocol.thing import AUDIENCES, Thing
from peer.protocol.wire.keyring import PROVING, published
from peer.protocol.wire.loose import Document, id_of
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_KEYS, _ASKED = "desk-key", "desk-asked"
_FRESH = timedelta(hours=1)
#: Nobody who stands in the rain waits longer for a shop that does not answer.
PATIENCE = 2.0
_EACH = 1000
_NOT_GIVEN = ("refused", "returned")

log = structlog.get_logger(__name__)


def desks_of(event: Thing, read: Read) -> tuple[str, ...]:
    """Who sells for ``event``, or did: the event's own peer says who may."""
    allotted = read.edges(subject=event.id, relation="allots", limit=_EACH)
    things = read.many(edge.object for edge in allotted).values()
    given = (each for each in things if each.get("state") not in _NOT_GIVEN)
    return tuple(dict.fromkeys(each["shop"] for each in given if each.get("shop")))


def keys_of_desk(desk: str, read: Read) -> Mapping[str, PublicKey]:
    """The keys that ``desk`` signs tickets with, or signed them with once, by id."""
    told = {key: kept["multikey"] for key, kept in each(read, _KEYS, f"{desk}#")}
    own = keys_of(read, desk)
    if own is not None:
        told |= {**former_of(read, desk), **own.multikeys}
    found = {id: read_multikey(text) for id, text in told.items()}
    return {id: key for id, key in found.items() if isinstance(key, Ed25519PublicKey)}


def keys_for(event: Thing, read: Read) -> Mapping[str, PublicKey]:
    """All keys that a ticket for ``event`` may be signed with."""
    found: dict[str, PublicKey] = {}
    for desk in desks_of(event, read):
        found |= keys_of_desk(desk, read)
    return found


# -- asking for them ----------------------------------------------------------------


def shown_by(actor: Document) -> Mapping[str, PublicKey]:
    """The keys that ``actor`` says it proves things with, those in its own document."""
    found: dict[str, PublicKey] = {}
    for told in published(actor, PROVING):
        if told.id.startswith(f"{id_of(actor)}#"):
            with suppress(NotTheirs):
                found[told.id] = proving_key(told.id, actor)
    return found


def keep(tx: Transaction, desk: str, actor: Document, now: datetime) -> None:
    """Remember what ``actor``, fetched from ``desk``, shows; and forget nothing."""
    for id, key in shown_by(actor).items():
        tx.keep(_KEYS, id, {"multikey": multikey(key), "seen": wire(now)})
    tx.keep(_ASKED, desk, {"at": wire(now)})


async def ask(node: Node, desk: str) -> None:
    """Look at what ``desk`` shows now; NotFetched or NotTheirs say why not."""
    actor = await node.incoming.strangers.fetch(desk, Budget(), fresh=True)
    if not same(id_of(dict(actor)), desk):
        raise NotTheirs(f"what is at {desk} is somebody else")
    now = node.now()
    await node.store.transact(lambda tx: keep(tx, desk, dict(actor), now))


async def ask_soon(node: Node, desks: Iterable[str]) -> None:
    """Ask desks of other servers, while somebody waits; the door goes on without.

    Not again and again, whatever is held before a scanner.
    """
    may_ask_again = node.incoming.authentic.keyring.may_ask_again
    for desk in desks:
        if not same_origin(desk, node.base) and may_ask_again(desk):
            await _tried(node, desk, PATIENCE)


async def keep_up(node: Node) -> None:
    """Ask all desks that were not asked for a while: a chore."""
    for desk in await node.store.read(lambda read: list(_due(read, node))):
        await _tried(node, desk, None)


async def _tried(node: Node, desk: str, patience: float | None) -> None:
    try:
        async with asyncio.timeout(patience):
            await ask(node, desk)
    except (NotFetched, NotTheirs, TimeoutError) as wrong:
        log.info("desk.silent", desk=desk, why=str(wrong) or "it took too long")


def _due(read: Read, node: Node) -> Iterator[str]:
    allotments = Query(("Allotment",), audiences=AUDIENCES, limit=_EACH)
    shops = [each.get("shop") for each in read.find(allotments).items]
    for desk in dict.fromkeys(filter(None, shops)):
        asked = read.recall(_ASKED, desk)
        is_fresh = asked and node.now() - read_moment(asked["at"]) < _FRESH
        if not is_fresh and not same_origin(desk, node.base):
            yield desk
