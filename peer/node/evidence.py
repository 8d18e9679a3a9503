"""Who has signed a document, and does it hold: an edge, a consent, an order, a ticket.

The keys are asked of those whose they are said to be; or offline they are those that
are known here, or that were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.reading import Read
from peer.node.keys import former_of, keys_of
from peer.node.outgoing.line import Budget
from peer.protocol import proof
from peer.protocol.keys import PublicKey, fingerprint, multikey, read_multikey
from peer.protocol.origin import NotTheirs, owner_of, proving_key, same, same_origin
from peer.protocol.proof import BadProof
from peer.protocol.wire.loose import id_of

if TYPE_CHECKING:
    from peer.node.node import Node

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key it was, and which."""

    owner: str
    method: str
    key: PublicKey

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)


async def signer(
    node: Node, document: Document, budget: Budget | None = None
) -> Signer:
    """Who signed it; BadProof, NotTheirs or NotFetched say why it was nobody.

    Without a ``budget`` nobody is asked.  Keys are changed: one that does not fit is
    asked for anew, once.
    """
    method = method_of(document)
    if same_origin(method, node.base):
        return await node.store.read(partial(_own, node, document, method))
    if budget is None:
        return await node.store.read(partial(_known, node, document, method))
    keyring = node.incoming.authentic.keyring
    held = await keyring.ask(method, budget, proving=True)
    try:
        proof.check(document, held.key, node.now())
    except BadProof:
        held = await keyring.ask(method, budget, proving=True, fresh=True)
        proof.check(document, held.key, node.now())
    return Signer(held.owner, method, held.key)


def signer_among(
    document: Document, actors: Iterable[Document], now: datetime
) -> Signer:
    """The same of documents of actors that were given: nobody is asked."""
    method = method_of(document)
    for actor in actors:
        try:
            key = proving_key(method, dict(actor))
        except NotTheirs:
            continue
        proof.check(document, key, now)
        return Signer(id_of(dict(actor)) or "", method, key)
    raise NotTheirs(f"none of the actors that were given has the key {method}", 401)


def method_of(document: Document) -> str:
    method = proof.method_of(document)
    if method is None:
        raise BadProof("there is no proof of a kind that is understood")
    return method


def signer_noted(document: Document, key: Mapping[str, str], now: datetime) -> Signer:
    """The same with the key that it had when it came, as ``noted`` then."""
    found = read_multikey(key["multikey"])
    proof.check(document, found, now)
    return Signer(key["owner"], method_of(document), found)


def noted(signer: Signer) -> dict[str, str]:
    """The key of ``signer`` as the log keeps it: others forget theirs."""
    return {"owner": signer.owner, "multikey": multikey(signer.key)}


def check_speaks(document: Document, signer: Signer) -> None:
    """NotTheirs, unless whoever signed it speaks for it, on the origin of its id."""
    owner = owner_of(dict(document)) or _issuer(document)
    if owner is None:
        raise NotTheirs("it does not say whose it is, or that is on another server")
    if not same(signer.owner, owner):
        raise NotTheirs(f"{signer.owner} signed what {owner} is to have said")


def _issuer(document: Document) -> str | None:
    """Of a credential: whoever issued it, on whose server it is."""
    issuer, id = document.get("issuer"), id_of(dict(document))
    return issuer if isinstance(issuer, str) and same_origin(issuer, id) else None


def own_keys(read: Read, owner: str) -> Mapping[str, PublicKey]:
    """The keys that ``owner``, one of ours, signs with, or signed with until lately."""
    keys = keys_of(read, owner)
    told = {**former_of(read, owner), **(keys.multikeys if keys else {})}
    return {id: read_multikey(text) for id, text in told.items()}


def _own(node: Node, document: Document, method: str, read: Read) -> Signer:
    owner = method.partition("#")[0]
    key = own_keys(read, owner).get(method)
    if key is None:
        raise NotTheirs(f"{owner} has no key {method}", 401)
    proof.check(document, key, node.now())
    return Signer(owner, method, key)


def _known(node: Node, document: Document, method: str, read: Read) -> Signer:
    held = node.incoming.authentic.keyring.held(method, read)
    if held is None:
        raise NotTheirs(f"the key {method} is not known here", 401)
    proof.check(document, held.key, node.now())
    return Signer(held.owner, method, held.key)
