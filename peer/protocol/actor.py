"""Actors as we show them: what every server that was looked at can read.

Strings and not lists, one key and not several, booleans that are booleans; the
context as an array that begins as Mastodon looks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from peer.protocol.contexts import SECURITY_CONTEXT
from peer.protocol.iri import origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.wire.names import ACTORS

Document = dict[str, Any]

#: What an actor has, each at an address below its own.
COLLECTIONS = ("outbox", "followers", "following", "featured")

_USERNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?")
#: Whose it is and for whom says the actor by being one; Lemmy would take
#: ``attributedTo`` for a list of moderators.
_OF_OBJECTS = frozenset(("@context", "attributedTo", "audience", "cc", "to"))
_RFC9421 = "https://datatracker.ietf.org/doc/html/rfc9421"

CONTEXT: Mapping[str, Any] = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "https://schema.org/",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "upcomingEvents": {
        "@id": "https://w3id.org/fep/8a8e/upcomingEvents",
        "@type": "@id",
    },
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "implements": {"@id": "https://w3id.org/fep/844e/implements", "@type": "@id"},
    "assertionMethod": {"@id": "sec:assertionMethod", "@type": "@id"},
    "Multikey": "sec:Multikey",
    "controller": {"@id": "sec:controller", "@type": "@id"},
    "publicKeyMultibase": {
        "@id": "sec:publicKeyMultibase",
        "@type": "sec:multibase",
    },
}

#: What this program can do, by the address of who says how (FEP-844e).
IMPLEMENTS: Mapping[str, str] = {
    _RFC9421: "RFC-9421: HTTP Message Signatures",
    f"{_RFC9421}#name-eddsa-using-curve-edwards25": (
        "RFC-9421 signatures using the Ed25519 algorithm"
    ),
    "https://w3id.org/fep/8b32": "FEP-8b32: Object Integrity Proofs",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The keys that an actor shows: one as PEM, for requests; by id, Multikeys."""

    key_id: str
    pem: str
    multikeys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manners:
    """What the owner of an actor has decided about it."""

    manually_approves: bool = False
    discoverable: bool = True
    indexable: bool = True
    also_known_as: Sequence[str] = ()
    moved_to: str | None = None
    fields: Sequence[tuple[str, str]] = ()


_PLAIN = Manners()


def actor(
    thing: Mapping[str, Any],
    username: str,
    keys: Shown,
    application: str,
    manners: Manners = _PLAIN,
    *,
    upcoming: bool = False,
) -> Document:
    """The actor whose thing has the document ``thing``.

    ``application`` is the actor of the peer itself.  With ``upcoming`` it shows what
    is on soon, as a calendar does.
    """
    id = thing["id"]
    told = {name: v for name, v in thing.items() if name not in _OF_OBJECTS and v}
    names = (*COLLECTIONS, *(["upcomingEvents"] if upcoming else []))
    return {
        "@context": _context(thing.get("@context")),
        **told,
        **_named(id, thing["type"], username),
        "inbox": f"{id}/inbox",
        **{name: f"{id}/{path(name)}" for name in names},
        "endpoints": {"sharedInbox": f"{origin(id)}/inbox"},
        **_mannered(manners),
        **_keyed(id, keys),
        "generator": {
            "type": "Application",
            "id": application,
            "implements": _implements(),
        },
    }


def application(id: str, name: str, keys: Shown, summary: str = "") -> Document:
    """The actor of the peer itself, which signs what nobody in particular asks for.

    Its user name is its host's, as Mastodon's is.
    """
    host = urlsplit(id).hostname or ""
    return {
        "@context": _context(None),
        **_named(id, "Application", host),
        "name": name,
        **({"summary": summary} if summary else {}),
        "url": f"{origin(id)}/",
        "inbox": f"{id}/inbox",
        "outbox": f"{id}/outbox",
        "endpoints": {"sharedInbox": f"{origin(id)}/inbox"},
        **_mannered(Manners(manually_approves=True, discoverable=False)),
        **_keyed(id, keys),
        "implements": _implements(),
    }


def path(name: str) -> str:
    """The last part of the address of a collection of an actor."""
    return "upcoming" if name == "upcomingEvents" else name


def is_username(text: str) -> bool:
    """Can everybody mention somebody by this name?"""
    return _USERNAME.fullmatch(text) is not None


def _context(thing: Any) -> list[Any]:
    """The two that all know, and one object: what the type says, and what we do."""
    inline = [each for each in thing or () if isinstance(each, Mapping)]
    merged = {name: iri for each in inline for name, iri in each.items()}
    return [AS_CONTEXT, SECURITY_CONTEXT, {**merged, **CONTEXT}]


def _named(id: str, kind: str, username: str) -> Document:
    if kind not in ACTORS:
        raise ValueError(f"{kind} is not a type of actor")
    if not is_username(username):
        raise ValueError(f"{username!r} is no user name")
    return {
        "id": id,
        "type": kind,
        "preferredUsername": username,
        "webfinger": f"{username}@{urlsplit(id).netloc}",
    }


def _mannered(manners: Manners) -> Document:
    told: Document = {
        "manuallyApprovesFollowers": manners.manually_approves,
        "discoverable": manners.discoverable,
        "indexable": manners.indexable,
    }
    if manners.also_known_as:
        told["alsoKnownAs"] = list(manners.also_known_as)
    if manners.moved_to:
        told["movedTo"] = manners.moved_to
    if manners.fields:
        told["attachment"] = [
            {"type": "PropertyValue", "name": name, "value": value}
            for name, value in manners.fields
        ]
    return told


def _keyed(id: str, keys: Shown) -> Document:
    return {
        "publicKey": {"id": keys.key_id, "owner": id, "publicKeyPem": keys.pem},
        "assertionMethod": [
            {
                "id": key_id,
                "type": "Multikey",
                "controller": id,
                "publicKeyMultibase": multikey,
            }
            for key_id, multikey in keys.multikeys.items()
        ],
    }


def _implements() -> list[Document]:
    return [{"href": iri, "name": name} for iri, name in IMPLEMENTS.items()]
