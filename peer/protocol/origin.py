"""May this document speak for that id?  (FEP-fe34)

Nearly every way in which one server has spoken for another came of one of four
comparisons left out: that the actor is the very owner, not a neighbor; that key
and actor name each other; that a document has the id it was asked for; that an id
is on the origin of its owner.  They are made here, and only here, for whatever
comes in: by the inbox, by a fetch, inside another document.
"""

from __future__ import annotations

import re
from functools import lru_cache

from peer.protocol import iri
from peer.protocol.keys import PublicKey
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.wire.keyring import (
    PROVING,
    SIGNING,
    Published,
    published,
    told_key,
)
from peer.protocol.wire.loose import (
    LONGEST_ADDRESS,
    Document,
    address,
    first,
    id_of,
    ids,
    is_address,
)
from peer.protocol.wire.names import ACTORS, type_of
from peer.protocol.wire.said import Said, is_activity

_AUTHORITY = re.compile(r"^[A-Za-z]+://[^/?#]*")
_REMEMBERED = 4096
_PROFILE = re.compile(r';\s*profile\s*=\s*(?:"([^"]*)"|([^\s;"]*))', re.I)


class NotTheirs(ValueError):
    """Somebody speaks for what is not theirs, and how that shows."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


# -- comparing ids -----------------------------------------------------------------


def same(one: str | None, other: str | None) -> bool:
    """Do both name one thing?  Letters are as good as others in a host alone."""
    if one is None or other is None:
        return False
    return one == other or _lowered(one) == _lowered(other)


def _lowered(id: str) -> str:
    return _AUTHORITY.sub(lambda found: found[0].lower(), id, 1)


def same_origin(one: str | None, other: str | None) -> bool:
    """Are both http(s) addresses with one scheme, host and port?"""
    if one is None or other is None or max(len(one), len(other)) > LONGEST_ADDRESS:
        return False
    mine = _origin(one)
    return mine is not None and mine == _origin(other)


@lru_cache(_REMEMBERED)
def _origin(id: str) -> str | None:
    """None where ``id`` is no address that everybody reads in the same way."""
    return iri.origin(_start(id)) if is_address(id) else None


def _start(address: str) -> str:
    """As much of it as has the whole authority; of that there are not many."""
    end = address.find("/", len("https://"))
    return address if end < 0 else address[:end]


def is_activitystreams(content_type: str) -> bool:
    """Was it served as what it is to be read as?

    Uploads are served as something else: so nobody publishes by uploading.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media != "application/ld+json":
        return media == "application/activity+json"
    found = _PROFILE.search(content_type)
    return found is not None and AS_CONTEXT in (found[1] or found[2] or "").split()


# -- who owns what -----------------------------------------------------------------


def is_actor(document: Document) -> bool:
    """By its type, or by having the boxes of one (FEP-2277)."""
    if type_of(document) in ACTORS:
        return True
    boxes = address(document.get("inbox")) and address(document.get("outbox"))
    return bool(boxes) and document.get("attributedTo") is None


def owners_of(document: Document) -> tuple[str, ...]:
    """Who owns ``document`` by its own account, if it can be true.

    Several may: PeerTube names the channel and the account.  Those on another
    origin than the document are none.
    """
    id = id_of(document)
    claimed = _claimed(document)
    if id is None:
        return tuple(claimed)
    return tuple(owner for owner in claimed if same_origin(owner, id))


def owner_of(document: Document) -> str | None:
    """The first of its owners; None where nobody can be."""
    return next(iter(owners_of(document)), None)


def _claimed(document: Document) -> tuple[str, ...]:
    if is_actor(document):
        id = id_of(document)
        return (id,) if id else ()
    if is_activity(document):
        return ids(document.get("actor"))
    if "publicKeyPem" in document or "publicKeyMultibase" in document:
        return ids(first(document, "owner", "controller"))
    return ids(document.get("attributedTo"))


# -- what comes in -----------------------------------------------------------------


def is_forwarded(said: Said, signer: str) -> bool:
    """Was it handed over by somebody else?  Then who did so proves nothing.

    Within one server, whoever begins a conversation passes on what others add to it,
    signed by these; without a signature of theirs somebody speaks in their name.
    """
    if not same_origin(said.actor, signer):
        return True
    is_signed = "proof" in said.raw or "signature" in said.raw
    return is_signed and not same(said.actor, signer)


def check_said(said: Said, signer: str, own: str) -> None:
    """NotTheirs, unless ``signer`` says ``said`` for itself; ``own`` is our origin.

    To be done before its id is looked for or remembered: or a stranger could use
    up the id of somebody else's activity.
    """
    if not same(said.actor, signer):
        raise NotTheirs(f"{signer} signed what {said.actor} is to have done")
    if same_origin(said.actor, own):
        raise NotTheirs(f"{said.actor} is ours, and does not act through an inbox")
    check_id(said)


def check_id(said: Said) -> None:
    """NotTheirs, where the activity has an id that its actor cannot give."""
    if said.id is not None and not same_origin(said.id, said.actor):
        raise NotTheirs(f"{said.id} is not on the origin of {said.actor}")


def believed(brought: Document, said: Said) -> bool:
    """May ``brought`` be taken as it came inside of ``said``, which was checked?

    If so, it is the actor's.  If not, it is to be fetched from its id; one without
    an id, to be left alone.  A tombstone has no owner and is never believed: a Delete
    needs its id alone.
    """
    told, id = first(brought, "id", "@id"), id_of(brought)
    owners = _claimed(brought)
    theirs = any(same(owner, said.actor) for owner in owners)
    if told is None or (said.id and id and id.startswith(f"{said.id}#")):
        return theirs or not owners
    return theirs and same_origin(id, said.actor)


def elsewhere(document: Document, url: str) -> str | None:
    """Where else to fetch ``document`` from: nowhere, if it is what is at ``url``.

    ``url`` is where the last redirect ended.  NotTheirs, where the document claims
    to be of another origin; the id that is given is to be followed once.
    """
    id = address(document)
    if id is None:
        raise NotTheirs(f"what is at {url} has no id")
    if same(id.partition("#")[0], url.partition("#")[0]):
        return None
    if not same_origin(id, url):
        raise NotTheirs(f"what is at {url} says it were {id}")
    return id


# -- who may do what ---------------------------------------------------------------


def check_owner(said: Said, owner: str | None, of: str) -> None:
    """NotTheirs, unless the actor is ``owner``.

    Of what is updated, deleted or undone; or, for Add and Remove, of the target.
    """
    if not same(said.actor, owner):
        raise NotTheirs(f"{said.actor} does not own {of}, so {said.type} is not theirs")


def check_move(said: Said, old: Document, new: Document) -> None:
    """NotTheirs, unless both ends agree that ``old`` has become ``new``."""
    was, became = id_of(old), id_of(new)
    if was is None or was not in ids(first(new, "alsoKnownAs", "as:alsoKnownAs")):
        raise NotTheirs(f"{became} does not say that it was {was}")
    if same(said.actor, was):
        return
    moved = id_of(first(old, "movedTo", "as:movedTo"))
    if not same(said.actor, became) or not same(moved, became):
        raise NotTheirs(f"{was} does not say that it became {became}")


# -- keys --------------------------------------------------------------------------


def claimed_by(key_id: str, document: Document) -> str | None:
    """Whose key ``document``, found at ``key_id``, says it is; to be asked in turn."""
    if is_actor(document):
        return id_of(document)
    key = told_key(document)
    return key.owner if key and same(key.id, key_id) else None


def signing_key(key_id: str, actor: Document, key: Document | None = None) -> PublicKey:
    """The key ``key_id`` of ``actor``, for requests; NotTheirs if it has no such key.

    ``actor`` is the document at the actor's id.  Where that only names the key,
    ``key`` is the document at ``key_id``.
    """
    return _key(key_id, actor, key, (SIGNING, PROVING))


def proving_key(key_id: str, actor: Document, key: Document | None = None) -> PublicKey:
    """The same for proofs: they take keys for assertions alone (FEP-8b32)."""
    return _key(key_id, actor, key, (PROVING,))


def _key(
    key_id: str, actor: Document, key: Document | None, places: tuple[str, ...]
) -> PublicKey:
    owner = id_of(actor)
    listed = _listed(key_id, owner, published(actor, *places))
    if owner is None or listed is None:
        raise NotTheirs(f"{owner} does not list the key {key_id}", 401)
    told = listed if listed.is_told else told_key(key)
    if told is None or not same(told.id, listed.id):
        raise NotTheirs(f"there is no key at {key_id}", 401)
    _check_linked(told, owner)
    try:
        return told.key()
    except ValueError as wrong:
        raise NotTheirs(f"the key {key_id} is not taken: {wrong}", 401) from wrong


def _listed(
    key_id: str, owner: str | None, keys: tuple[Published, ...]
) -> Published | None:
    """The key by its id; or, as some sign in the name of the actor, the only one."""
    if len(keys) == 1 and (same(key_id, owner) or key_id.startswith("acct:")):
        return keys[0]
    return next((each for each in keys if same(each.id, key_id)), None)


def _check_linked(key: Published, owner: str) -> None:
    """A key with no owner of its own is a part of the document that it stands in."""
    if not same_origin(key.id, owner):
        raise NotTheirs(f"the key {key.id} is not on the origin of {owner}", 401)
    part = key.owner is None and key.id.startswith(f"{owner}#")
    if not part and not same(key.owner, owner):
        raise NotTheirs(f"the key {key.id} does not say it is {owner}'s", 401)
