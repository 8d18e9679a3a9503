"""What was signed, verified: documents, with keys from wherever, and tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from peer.cli.stopping import Stop
from peer.model.reading import Read
from peer.node import evidence, examining
from peer.node.entrance.desks import ask_soon, keys_of_desk, shown_by
from peer.node.evidence import Signer, own_keys
from peer.node.node import Node
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Gone, Missing, NotFetched
from peer.protocol import credential, proof
from peer.protocol.credential import BadTicket
from peer.protocol.keys import PublicKey, read_multikey
from peer.protocol.origin import NotTheirs, owner_of, same, same_origin
from peer.protocol.proof import BadProof
from peer.protocol.wire import related
from peer.protocol.wire.loose import Unreadable, id_of
from peer.protocol.wire.names import type_of

Document = Mapping[str, Any]

_WRONG = (BadProof, BadTicket, NotTheirs, NotFetched, Unreadable)
_INSIDE = ("object", "result", "instrument")
_REQUESTS = 8
_ALONE = "it shows no consent of the other side"


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one document; ``wrong`` is empty where it holds.

    ``beside`` is what has to be known as well, though its proof holds.
    """

    what: str
    id: str
    signer: Signer | None = None
    wrong: str = ""
    beside: str = ""

    def but(self, wrong: str) -> Verified:
        """The same, where ``wrong`` is another reason why it does not hold."""
        return replace(self, wrong=self.wrong or wrong)

    def document(self) -> Mapping[str, Any]:
        told: dict[str, Any] = {"what": self.what, "id": self.id}
        told["holds"] = not self.wrong
        if self.signer is not None:
            told |= {"key": self.signer.method, "sha256": self.signer.fingerprint}
            told["by"] = self.signer.owner
        if self.wrong:
            told["wrong"] = self.wrong
        return {**told, "beside": self.beside} if self.beside else told


@dataclass(frozen=True, slots=True)
class Given:
    """Keys that were given in files: with them nobody is asked, not even a store."""

    actors: Sequence[Document] = ()
    keys: Mapping[str, PublicKey] = field(default_factory=dict)

    @property
    def all_keys(self) -> Mapping[str, PublicKey]:
        """Those in lists, and those that the actors show."""
        shown = (shown_by(dict(actor)) for actor in self.actors)
        return {**{id: k for some in shown for id, k in some.items()}, **self.keys}

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
            signer = keys.signer(each, now)
        except _WRONG as wrong:
            found.append(_told(each, None, str(wrong)))
        else:
            found.append(_judged(each, signer, now))
    return found


async def verified(node: Node, told: Any, *, ask: bool) -> list[Verified]:
    """With the keys that are known here, or if one may ask, with those of today."""
    return [await _verified(node, each, ask) for each in signed_in(told)]


async def _verified(node: Node, document: Document, ask: bool) -> Verified:
    try:
        signer = await _signer(node, document, ask)
    except _WRONG as wrong:
        return _told(document, None, str(wrong))
    found = _judged(document, signer, node.now())
    if found.wrong or not ask:
        return found
    return replace(found, wrong=await _wrong_now(node, document))


async def _wrong_now(node: Node, document: Document) -> str:
    """Does an edge, or a consent, stand, and is its end whose it says?

    Where nobody answers, that is not known.
    """
    claims = examining.claims(document)
    if claims and await _is_over(node, id_of(dict(document)) or ""):
        return "it was taken back: it is no longer there"
    for id, by in claims:
        if same_origin(id, node.base):
            continue
        try:
            there = await node.incoming.strangers.fetch(id, Budget(_REQUESTS))
        except Gone:
            return f"{id} is gone, and with it what was said of it"
        except NotFetched:
            continue
        if not same(id, by) and not same(owner_of(dict(there)), by):
            return f"{id} is not {by}'s"
    return ""


async def _is_over(node: Node, id: str) -> bool:
    if same_origin(id, node.base):
        return await node.store.read(lambda read: read.edge(id)) is None
    try:
        await node.incoming.strangers.fetch(id, Budget(_REQUESTS))
    except NotFetched as wrong:
        return isinstance(wrong, Gone | Missing)
    return False


async def _signer(node: Node, document: Document, ask: bool) -> Signer:
    try:
        return await evidence.signer(node, document)
    except (BadProof, NotTheirs):
        if not ask:
            raise
    return await evidence.signer(node, document, Budget(_REQUESTS))


def _judged(document: Document, signer: Signer, now: datetime) -> Verified:
    """The proof holds; does whoever signed it speak for what it says?"""
    try:
        evidence.check_speaks(document, signer)
        examining.check_bounds(document, now)
        if credential.is_document(document):
            credential.check_document(document, signer.method, signer.key, now)
    except _WRONG as wrong:
        return _told(document, signer, str(wrong))
    edge = related.stated(dict(document))
    beside = _ALONE if edge is not None and edge.stamp is None else ""
    return replace(_told(document, signer, ""), beside=beside)


def _told(document: Document, signer: Signer | None, wrong: str) -> Verified:
    told = dict(document)
    id = id_of(told) or "(without an address)"
    return Verified(type_of(told) or "document", id, signer, wrong)


# -- tickets -----------------------------------------------------------------------


async def ticket(node: Node, text: str, *, ask: bool) -> Verified:
    """The token of a QR code: by which of the desks that are known here?"""
    desks = sorted(f"{base}/actor" for base in {node.base, *node.config.peers.values()})
    found = ticket_by(text, await node.store.read(partial(_keys_of, desks)))
    if not (ask and found.wrong):
        return found
    await ask_soon(node, desks)
    return ticket_by(text, await node.store.read(partial(_keys_of, desks)))


def _keys_of(desks: Sequence[str], read: Read) -> Mapping[str, PublicKey]:
    return {
        id: key
        for desk in desks
        for id, key in {**keys_of_desk(desk, read), **own_keys(read, desk)}.items()
    }


def ticket_by(text: str, keys: Mapping[str, PublicKey]) -> Verified:
    """The token of a QR code, by one of ``keys``: it does not say by whose."""
    try:
        token = credential.read_token(text)
    except BadTicket as wrong:
        return Verified("ticket", "", None, str(wrong).rstrip("."))
    try:
        id = token.signer(keys)
    except BadTicket:
        why = "none of the keys that are known here, or were given, has signed it"
        return Verified("ticket", token.slip.slug, None, why)
    signer = Signer(credential.desk_of(id), id, keys[id])
    return Verified("ticket", token.slip.slug, signer)
