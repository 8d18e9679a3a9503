"""What is sent of an activity: the very bytes, the same for all who get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import orjson

from peer.model.reading import Read
from peer.node.keys import keys_of, settle_keys
from peer.node.telling import activities
from peer.node.telling.commerce import is_signed
from peer.node.telling.consents import signer_of
from peer.protocol import proof
from peer.protocol.audience import is_public, sent
from peer.protocol.terms import FIRST_PROOFS, PROOFS

if TYPE_CHECKING:
    from peer.node.node import Node

_RAW = "raw"

#: More than this some servers do not read.
LARGEST = 64 * 1024

#: What an object may be told without, where it is too long.
_SPARED = ("contentMap", "source", "preview")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saying:
    node: Node

    async def body_of(self, id: str) -> bytes | None:
        """The body that goes out for the activity ``id``; None where there is none.

        What others have said goes on as they said it, byte for byte.  It is empty
        where there is nothing to tell any more: what it was about has since gone.
        """
        told = await self.node.store.read(partial(self._told, id))
        while isinstance(told, str):  # who is to sign an edge inside has no key yet
            await settle_keys(self.node.store, told)
            told = await self.node.store.read(partial(self._told, id))
        if not isinstance(told, dict):
            return told
        document = shortened(sent(told))
        if is_public(document) or is_signed(document):
            document = await self._proven(document)
        return orjson.dumps(document)

    def _told(self, id: str, read: Read) -> Document | bytes | str | None:
        raw = read.recall(_RAW, id)
        if raw is not None:
            return str(raw["body"]).encode()
        activity = read.activity(id)
        if activity is None:
            return None
        by = signer_of(activity)
        if by is not None and keys_of(read, by) is None:
            return by
        return activities.document(activity, read, self.node.lexicon) or b""

    async def _proven(self, document: Document) -> Document:
        """So that whoever is handed it by others can believe it."""
        keys = await settle_keys(self.node.store, document["actor"])
        told = explained(document)
        return proof.proven(told, keys.ed25519_id, keys.ed25519, self.node.now())


def explained(document: Document) -> Document:
    """``document`` in a context that says what a proof is.

    Without it, who reads JSON-LD finds none.  Where something inside is signed, the
    words are those that this was signed with: not both can be in one document.
    """
    context = document["@context"]
    told = context if isinstance(context, list) else [context]
    if PROOFS in told:
        return document
    is_signed = any(PROOFS in _context_of(part) for part in document.values())
    names = [each for each in told if isinstance(each, str)]
    own = [each for each in told if not isinstance(each, str)]
    words = PROOFS if is_signed else FIRST_PROOFS
    return {**document, "@context": [*names, words, *own]}


def _context_of(part: Any) -> Any:
    return (part.get("@context") or ()) if isinstance(part, Mapping) else ()


def shortened(document: Document) -> Document:
    """``document``; where it is too long to be read, the text leads to its page."""
    object = document.get("object")
    if not isinstance(object, Mapping) or len(orjson.dumps(document)) <= LARGEST:
        return document
    spared = {name: told for name, told in object.items() if name not in _SPARED}
    return {**document, "object": {**spared, "content": _leading(object)}}


def _leading(object: Mapping[str, Any]) -> str:
    page = object.get("url")
    link = escape(page if isinstance(page, str) else str(object.get("id", "")))
    summary = object.get("summary")
    text = summary if isinstance(summary, str) else ""
    return f'{text}<p><a href="{link}">{link}</a></p>'
