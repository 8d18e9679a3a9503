"""Documents as a dialect words them.  Nothing here sends or keeps anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.federation.fediverse.dialects import Dialect
from tests.federation.fediverse.handwriting import now
from tests.federation.fediverse.rules import AS2, PUBLIC

Document = dict[str, Any]

CONTEXT = [
    AS2,
    "https://w3id.org/security/v1",
    {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive"},
]
PROVEN = [
    AS2,
    "https://w3id.org/security/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/multikey/v1",
]


def wire(moment: datetime | None = None) -> str:
    return (moment or now()).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def filled(value: Any, **names: str) -> Any:
    """``value`` with ``{names}`` filled in, however deep they are."""
    if isinstance(value, str):
        for name, told in names.items():
            value = value.replace("{" + name + "}", told)
        return value
    if isinstance(value, list):
        return [filled(each, **names) for each in value]
    if isinstance(value, Mapping):
        return {key: filled(each, **names) for key, each in value.items()}
    return value


def activity(verb: str, id: str, actor: Any, object: Any, **more: Any) -> Document:
    return {
        "@context": CONTEXT,
        "id": id,
        "type": verb,
        "actor": actor,
        "object": object,
        **more,
    }


def note(
    dialect: Dialect,
    id: str,
    actor: str,
    text: str,
    *,
    kind: str = "Note",
    to: Sequence[str] = (PUBLIC,),
    cc: Sequence[str] = (),
    tags: Sequence[Document] = (),
    pictures: Sequence[str] = (),
    quotes: str = "",
    **more: Any,
) -> Document:
    names = {"id": id, "actor": actor, "text": text, "n": id.rpartition("/")[2]}
    names["host"] = urlsplit(id).netloc
    extra = filled(dialect.note, **names)
    attached = [
        {"type": "Document", "mediaType": "image/png", "url": url, "name": "A picture"}
        for url in pictures
    ]
    return {
        **extra,
        "id": id,
        "type": kind,
        "attributedTo": actor,
        "content": f"<p>{text}</p>",
        "published": wire(),
        "url": id.replace("/users/", "/@"),
        "to": list(to),
        "cc": list(cc),
        "tag": one_or_list(dialect, tags),
        "attachment": one_or_list(dialect, attached),
        **({name: quotes for name in dialect.quote} if quotes else {}),
        **more,
    }


def one_or_list(dialect: Dialect, values: Sequence[Document]) -> Any:
    return values[0] if dialect.single and len(values) == 1 else list(values)


def mention(actor: str, name: str) -> Document:
    return {"type": "Mention", "href": actor, "name": f"@{name}"}


def answered(dialect: Dialect, asked: Mapping[str, Any]) -> Any:
    """What an Accept or Reject holds of the Follow (or Join) that it answers."""
    bare = {name: told for name, told in asked.items() if name != "@context"}
    if dialect.accept == "id":
        return asked["id"]
    if dialect.accept == "nameless":
        return {name: told for name, told in bare.items() if name != "id"}
    return bare


def undone(dialect: Dialect, done: Mapping[str, Any]) -> Any:
    """What an Undo holds of what it undoes."""
    bare = {name: told for name, told in done.items() if name != "@context"}
    match dialect.undo:
        case "id":
            return done["id"]
        case "renamed":
            return {**bare, "id": f"{done['id']}-again"}
    return bare


def deleted(dialect: Dialect, thing: Mapping[str, Any]) -> Any:
    match dialect.delete:
        case "id":
            return thing["id"]
        case "object":
            return {**thing, "content": ""}
    return {"id": thing["id"], "type": "Tombstone", "formerType": thing["type"]}


def collection(id: str, items: Sequence[Any]) -> Document:
    return {
        "@context": AS2,
        "id": id,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "first": {
            "id": f"{id}?page=1",
            "type": "OrderedCollectionPage",
            "partOf": id,
            "orderedItems": list(items),
        },
    }


def linked_signature(key_id: str) -> Document:
    """The look of it: that nobody believes it is what is tested."""
    return {
        "type": "RsaSignature2017",
        "creator": key_id,
        "created": wire(),
        "signatureValue": "bm90IGEgc2lnbmF0dXJl",
    }
