"""What was signed, verified: documents in files, or at addresses, and tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from peer.cli.stopping import NotDone, Stop
from peer.model.reading import Read
from peer.node import evidence, examining
from peer.node.entrance.desks import keys_of_desk
from peer.node.evidence import Signer, own_keys
from peer.node.node import Node
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.protocol import credential, proof
from peer.protocol.credential import BadTicket
from peer.protocol.keys import PublicKey, read_multikey
from peer.protocol.origin import NotTheirs, same_origin
from peer.protocol.proof import BadProof
from peer.protocol.thing import Edge
from peer.protocol.wire.loose import Unreadable, id_of
from peer.protocol.wire.names import type_of

Document = Mapping[str, Any]

_WRONG = (BadProof, BadTicket, NotTheirs, NotFetched, Unreadable)
_INSIDE = ("object", "result", "instrument")
_REQUESTS = 8


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one document; ``wrong`` is empty where its proof holds."""

    what: str
    id: str
    signer: Signer | None = None
    wrong: str = ""

    def document(self) -> Mapping[str, Any]:
        told = {"what": self.what, "id": self.id, "holds": not self.wrong}
        if self.signer is not None:
            key = {"key": self.signer.method, "sha256": self.signer.fingerprint}
            return {**told, "by": self.signer.owner, **key}
        return {**told, "wrong": self.wrong}


@dataclass(frozen=True, slots=True)
class Given:
    """Keys that were given in files: with them nobody is asked, not even a store."""

    actors: Sequence[Document] = ()
    keys: Mapping[str, PublicKey] = field(default_factory=dict)

    def signer(self, document: Document, now: datetime) -> Signer:
        method = evidence.method_of(document)
        key = self.keys.get(method)
        if key is None:
            return evidence.signer_among(document, self.actors, now)
        proof.check(document, key, now)
        return Signer(method.partition("#")[0], method, key)


def given(files: Sequence[Path]) -> Given:
    """Actors, or lists of keys by their ids."""
    actors: list[Document] = []
    keys: dict[str, PublicKey] = {}
    for file in files:
        told = read_json(file)
        listed = told.get("publicKeyMultibase") if isinstance(told, dict) else None
        if isinstance(listed, dict):
            keys |= {id: _multikey(text, file) for id, text in listed.items()}
        elif isinstance(told, dict):
            actors.append(told)
    return Given(actors, keys)


def _multikey(text: Any, file: Path) -> PublicKey:
    try:
        return read_multikey(text)
    except (TypeError, ValueError) as wrong:
        raise Stop(f"{file}: there is a key in it that cannot be read") from wrong


def read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text())
    except OSError as wrong:
        raise Stop(f"{file}: {wrong.strerror}") from wrong
    except ValueError as wrong:
        raise Stop(f"{file}: this is not JSON") from wrong


# -- documents ---------------------------------------------------------------------


def signed_in(told: Any) -> Iterator[Document]:
    """``told``, and what is signed inside of it."""
    if isinstance(told, list):
        for each in told:
            yield from signed_in(each)
    elif isinstance(told, dict):
        if "proof" in told:
            yield told
        for name in _INSIDE:
            yield from signed_in(told.get(name))


def offline(told: Any, keys: Given, now: datetime) -> list[Verified]:
    """With the keys that were given, and nothing else."""
    found = []
    for each in signed_in(told):
        try:
            found.append(_judged(each, keys.signer(each, now), now))
        except _WRONG as wrong:
            found.append(_told(each, None, str(wrong)))
    return found


async def verified(node: Node, told: Any, *, ask: bool) -> list[Verified]:
    """With the keys that are known here, or if one may ask, with those of today."""
    found = []
    for each in signed_in(told):
        try:
            signer = await _signer(node, each, ask)
            found.append(_judged(each, signer, node.now()))
        except _WRONG as wrong:
            found.append(_told(each, None, str(wrong)))
    return found


async def _signer(node: Node, document: Document, ask: bool) -> Signer:
    try:
        return await evidence.signer(node, document)
    except (BadProof, NotTheirs):
        if not ask:
            raise
    return await evidence.signer(node, document, Budget(_REQUESTS))


def _judged(document: Document, signer: Signer, now: datetime) -> Verified:
    evidence.check_speaks(document, signer)
    if credential.is_document(document):
        credential.check_document(document, signer.method, signer.key, now)
    return _told(document, signer, "")


def _told(document: Document, signer: Signer | None, wrong: str) -> Verified:
    told = dict(document)
    id = id_of(told) or "(without an address)"
    return Verified(type_of(told) or "document", id, signer, wrong)


# -- tickets -----------------------------------------------------------------------


async def ticket(node: Node, text: str) -> Verified:
    """The token of a QR code: by which of the desks that are known here?"""
    desks = {f"{base}/actor" for base in (node.base, *node.config.peers.values())}
    keys = await node.store.read(partial(_keys_of, sorted(desks)))
    return ticket_by(text, keys)


def _keys_of(desks: Sequence[str], read: Read) -> Mapping[str, PublicKey]:
    return {
        id: key
        for desk in desks
        for id, key in {**keys_of_desk(desk, read), **own_keys(read, desk)}.items()
    }


def ticket_by(text: str, keys: Mapping[str, PublicKey]) -> Verified:
    try:
        token = credential.read_token(text)
        id = token.signer(keys)
    except BadTicket as wrong:
        return Verified("ticket", "", None, str(wrong).rstrip("."))
    signer = Signer(credential.desk_of(id), id, keys[id])
    return Verified("ticket", token.slip.slug, signer)


# -- addresses ---------------------------------------------------------------------


async def at(node: Node, id: str, *, ask: bool) -> list[Verified]:
    """What stands at ``id``: an edge with its consent, or any document."""
    edge = await node.store.read(lambda read: read.edge(id))
    if edge is not None:
        return await _edge(node, edge, ask=ask)
    if same_origin(id, node.base) or not ask:
        kept = await node.store.read(partial(_kept, id))
        if kept is None:
            raise NotDone(f"nothing signed is known of {id}")
        return await verified(node, kept, ask=ask)
    try:
        found = await node.incoming.strangers.fetch(id, Budget(_REQUESTS), fresh=True)
    except NotFetched as wrong:
        raise NotDone(f"{id} is not to be had: {wrong.reason}") from wrong
    return await verified(node, dict(found), ask=ask)


def _kept(id: str, read: Read) -> Any:
    """What came with an activity, as it came."""
    activity = read.activity(id)
    if activity is None:
        return None
    notes = activity.notes
    return [notes[name] for name in ("document", "instrument") if name in notes]


async def _edge(node: Node, edge: Edge, *, ask: bool) -> list[Verified]:
    shown = await examining.exhibits(node, edge, Budget(_REQUESTS) if ask else None)
    return [
        Verified(each.what, each.id, each.signer, each.wrong or _unsigned(each.signer))
        for each in shown
    ]


def _unsigned(signer: Signer | None) -> str:
    return "" if signer is not None else "it is not signed"
