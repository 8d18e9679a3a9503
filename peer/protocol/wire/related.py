"""Edges as servers tell them: who states one, and who agrees to it.

Only what both need is read; what is signed is the document as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.protocol.wire.loose import Document, first, id_of, is_address, moment
from peer.protocol.wire.names import type_names

RELATIONSHIP, AUTHORIZATION = "Relationship", "RelationshipAuthorization"
#: Where the words of others for the same are told apart by what they begin with.
_PREFIXES = ("", "sx:", "px:", "gts:", "as:")


@dataclass(frozen=True, slots=True)
class Stated:
    """``by`` states that ``subject`` stands in ``relation``, an IRI, to ``object``."""

    id: str
    by: str
    subject: str
    relation: str
    object: str
    published: datetime | None
    end: datetime | None
    stamp: str | None  # the consent that it shows


@dataclass(frozen=True, slots=True)
class Agreed:
    """``by`` agrees to the edge ``edge``, of which ``target`` is theirs."""

    id: str
    by: str
    edge: str
    target: str
    published: datetime | None


def stated(told: Any) -> Stated | None:
    """The edge that ``told`` is, if it is one and says all that it has to."""
    if not is_a(told, RELATIONSHIP):
        return None
    ids = [id_of(_told(told, name)) for name in ("id", *_OWNED, *_ENDS)]
    if not all(each is not None and is_address(each) for each in ids):
        return None
    relation = _told(told, "relationship")
    if not isinstance(relation, str):
        return None
    id, by, subject, object = (str(each) for each in ids)
    return Stated(
        id=id,
        by=by,
        subject=subject,
        relation=relation,
        object=object,
        published=moment(_told(told, "published")),
        end=moment(_told(told, "endTime")),
        stamp=id_of(_told(told, "relationshipAuthorization")),
    )


def agreed(told: Any) -> Agreed | None:
    """The consent that ``told`` is, if it is one and says all that it has to."""
    if not is_a(told, AUTHORIZATION):
        return None
    ids = [id_of(_told(told, name)) for name in ("id", *_OWNED, *_POINTERS)]
    if not all(each is not None and is_address(each) for each in ids):
        return None
    id, by, edge, target = (str(each) for each in ids)
    return Agreed(id, by, edge, target, moment(_told(told, "published")))


_OWNED = ("attributedTo",)
_ENDS = ("subject", "object")
_POINTERS = ("interactingObject", "interactionTarget")


def is_a(told: Any, name: str) -> bool:
    """Is ``told`` a document of that type, whatever its type begins with?"""
    if type(told) is not dict:
        return False
    names = type_names(first(told, "type", "@type"))
    return any(local(each) == name for each in names)


def local(name: str) -> str:
    """The last part of an IRI or of a name with a prefix.

    >>> local("https://ns.example/peers#allocatedTo"), local("sx:allocatedTo")
    ('allocatedTo', 'allocatedTo')
    """
    return name.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def _told(document: Document, name: str) -> Any:
    if name == "id":
        return first(document, "id", "@id")
    return first(document, *(prefix + name for prefix in _PREFIXES))
