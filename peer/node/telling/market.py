"""The words of FEP-0837 and Valueflows, and the small shapes that are made of them.

Numbers are text, as the proposal has it, and so nothing is lost; a currency is said by
its ISO code.  ``#primary`` is what the seller gives, ``#reciprocal`` what for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peer.model.kinds.money import amount_text
from peer.protocol.terms import AS_CONTEXT, PREFIXES, PROOFS

Document = dict[str, Any]

PRIMARY, RECIPROCAL = "#primary", "#reciprocal"
PROPOSAL = f"{PREFIXES['vf']}Proposal"

_VALUEFLOWS = (
    *("Proposal", "Intent", "Commitment", "Agreement"),
    *("action", "publishes", "reciprocal", "purpose", "unitBased"),
    *("resourceQuantity", "availableQuantity", "minimumQuantity"),
    *("stipulates", "stipulatesReciprocal", "finished"),
)
#: Their values are names of something: who reads JSON-LD takes other text for words.
_VALUEFLOWS_IDS = ("resourceConformsTo", "satisfies")
WORDS: Mapping[str, Any] = {
    "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    "vf": PREFIXES["vf"],
    "sx": PREFIXES["sx"],
    **{name: f"vf:{name}" for name in _VALUEFLOWS},
    **{name: {"@id": f"vf:{name}", "@type": "@id"} for name in _VALUEFLOWS_IDS},
    "hasUnit": "om2:hasUnit",
    "hasNumericalValue": "om2:hasNumericalValue",
}
CONTEXT: list[Any] = [AS_CONTEXT, PROOFS, dict(WORDS)]

_WIKIDATA = "https://www.wikidata.org/wiki/"
_CURRENCIES = {"EUR": "Q4916", "GBP": "Q25224", "USD": "Q4917", "CHF": "Q25344"}


def quantity(count: int) -> Document:
    return {"hasUnit": "one", "hasNumericalValue": str(count)}


def money(told: Mapping[str, Any], times: int = 1) -> Document:
    code = told["currency"]
    text = amount_text(told["amount"] * times, code)
    return {"hasUnit": code, "hasNumericalValue": text}


def resource_of(currency: str) -> str:
    """What kind of money it is, by a name that others know."""
    known = _CURRENCIES.get(currency)
    return f"{_WIKIDATA}{known}" if known else f"urn:iso:std:iso:4217:{currency}"


def commitment(satisfies: str, much: Document, id: str = "", **more: Any) -> Document:
    told: Document = {"type": "Commitment", "id": id} if id else {"type": "Commitment"}
    return {**told, "satisfies": satisfies, "resourceQuantity": much, **more}


def one_or_all(told: Sequence[Document]) -> Document | list[Document]:
    """Who knows one line only finds one where there is one."""
    return told[0] if len(told) == 1 else list(told)


def intents(
    id: str,
    price: Mapping[str, Any],
    *,
    resource: str,
    action: str,
    left: int | None,
) -> Document:
    """What is given for what: one of them at ``price``, ``left`` so many."""
    primary: Document = {
        "type": "Intent",
        "id": f"{id}{PRIMARY}",
        "action": action,
        "resourceConformsTo": resource,
        "resourceQuantity": quantity(1),
    }
    if left is not None:
        primary["availableQuantity"] = quantity(left)
    primary["minimumQuantity"] = quantity(1)
    reciprocal = {
        "type": "Intent",
        "id": f"{id}{RECIPROCAL}",
        "action": "transfer",
        "resourceConformsTo": resource_of(price["currency"]),
        "resourceQuantity": money(price),
    }
    return {
        "purpose": "offer",
        "publishes": primary,
        "reciprocal": reciprocal,
        "unitBased": True,
    }


def link(href: str, name: str, media: str, rel: str | Sequence[str]) -> Document:
    return {"type": "Link", "mediaType": media, "name": name, "href": href, "rel": rel}
