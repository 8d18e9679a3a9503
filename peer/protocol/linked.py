"""JSON-LD, expanded and compacted: for documents that do not speak as we do.

It takes a hundred times as long as reading a document as the JSON that it is, so
it has no place where activities arrive.  Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyld import jsonld  # type: ignore[import-untyped]

from peer.protocol.contexts import BUNDLED
from peer.protocol.terms import AS_CONTEXT

_CONTEXTS: Mapping[str, Mapping[str, Any]] = {}


class NotLinked(ValueError):
    """A document that is no JSON-LD, or needs a context that we do not know."""


class Loader:
    """Gives pyld the contexts that we know, and refuses it any other."""

    def __init__(self, own: Mapping[str, Mapping[str, Any]] = _CONTEXTS) -> None:
        self.own = own

    def __call__(self, url: str, options: Mapping[str, Any]) -> dict[str, Any]:
        found = {"contentType": "application/ld+json", "contextUrl": None}
        if url in BUNDLED:
            # Tagged as static, it is read once and not on every operation.
            document = BUNDLED[url]
            return {**found, "documentUrl": url, "document": document, "tag": "static"}
        if url in self.own:
            return {**found, "documentUrl": url, "document": self.own[url]}
        raise jsonld.JsonLdError(
            "A context that is not known here, and none is fetched.",
            "jsonld.LoadDocumentError",
            {"url": url},
            code="loading document failed",
        )


def expanded(
    document: Any, own: Mapping[str, Mapping[str, Any]] = _CONTEXTS
) -> list[Any]:
    """``document`` with every name in full."""
    try:
        found: list[Any] = jsonld.expand(document, _options(own))
    except _WRONG as wrong:
        raise NotLinked(_reason(wrong)) from wrong
    return found


def compacted(
    document: Any,
    context: Any = AS_CONTEXT,
    own: Mapping[str, Mapping[str, Any]] = _CONTEXTS,
) -> dict[str, Any]:
    """``document`` in the words of ``context``, whatever words it was told in."""
    try:
        found: dict[str, Any] = jsonld.compact(document, context, _options(own))
    except _WRONG as wrong:
        raise NotLinked(_reason(wrong)) from wrong
    return found


# pyld trusts its input to be of the right shape more than a stranger's may be.
_WRONG = (
    jsonld.JsonLdError,
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


def _options(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"documentLoader": Loader(own)}


def _reason(wrong: Exception) -> str:
    return f"This is not JSON-LD that can be read here: {type(wrong).__name__}: {wrong}"
