"""How each kind of server speaks, and what it insists on.

One row is one kind of server.  What a row does not say is as in the first lines
of :class:`Dialect`: the most ordinary way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.federation.fediverse import rules
from tests.federation.fediverse.rules import Rule

CAVAGE, RFC9421 = "cavage", "rfc9421"


@dataclass(frozen=True, slots=True)
class Dialect:
    name: str

    # -- signatures ---------------------------------------------------------------
    knocks: tuple[str, ...] = (CAVAGE,)  # how it signs; the next after a 400 or 401
    takes: frozenset[str] = frozenset({CAVAGE})  # what it verifies; else 401
    window: timedelta = timedelta(hours=12)  # between its clock and a Date
    key_id: str = "{actor}#main-key"
    signed_gets: bool = False  # answers 401 to every GET that nobody signed
    proofs: bool = False  # FEP-8b32 on what it sends, and Multikeys on its actors
    linked: bool = False  # the older signature inside documents, as Mastodon's
    names_port: bool = True  # in the Host header

    # -- ids ------------------------------------------------------------------------
    home: str = "/users/{name}"  # of an actor
    object: str = "/objects/{n}"
    ids: Mapping[str, str] = field(default_factory=dict)  # of activities, by verb
    other: str = "/activities/{verb}-{n}"  # of all other activities

    # -- shapes ---------------------------------------------------------------------
    accept: str = "embedded"  # what Accept and Reject hold: or "id", "nameless"
    undo: str = "embedded"  # or "id", or "renamed": embedded under another id
    delete: str = "tombstone"  # or "id", "object"
    announce: str = "id"  # or "note", "activity": FEP-1b12
    rsvp: str = "Join"  # or "Accept", with the event as its object
    embeds_actor: bool = False  # the whole actor, where others write its id
    single: bool = False  # one tag is an object, only several are a list
    note: Mapping[str, Any] = field(default_factory=dict)  # what every note has more
    like: Mapping[str, Any] = field(default_factory=dict)  # what a reaction has more
    quote: tuple[str, ...] = ("quote",)

    # -- what it does not put up with -----------------------------------------------
    largest: int = 1024 * 1024
    strict_ids: bool = False  # a document stands at its id, and names close the circle
    follows: frozenset[str] = frozenset()  # types of actors; none means all
    rules: tuple[Rule, ...] = ()


_MASTODON_IDS = {
    "Create": "{object}/activity",
    "Announce": "{object}/activity",
    "Follow": "/{n}-c0ffee",
    "Like": "{actor}#likes/{n}",
    "Update": "{object}#updates/{n}",
    "Delete": "{object}#delete",
    "Undo": "{object}/undo",
    "Accept": "{actor}#accepts/follows/{n}",
    "Reject": "{actor}#rejects/follows/{n}",
    "Block": "{actor}#blocks/{n}",
    "Move": "{actor}#moves/{n}",
    "Flag": "/{n}-f1a6",
}

MASTODON = Dialect(
    "mastodon",
    knocks=(CAVAGE, RFC9421),
    takes=frozenset({CAVAGE, RFC9421}),
    linked=True,
    object="{actor}/statuses/{n}",
    ids=_MASTODON_IDS,
    note={
        "summary": None,
        "inReplyTo": None,
        "sensitive": False,
        "atomUri": "{id}",
        "inReplyToAtomUri": None,
        "conversation": "tag:{host},2026-11-21:objectId={n}:objectType=Conversation",
    },
    strict_ids=True,
)

MISSKEY = Dialect(
    "misskey",
    home="/users/9x{name}",
    object="/notes/9x{n}",
    ids={"Create": "{object}/activity", "Follow": "/follows/{n}", "Like": "/likes/{n}"},
    note={
        "_misskey_summary": None,
        "_misskey_content": "{text}",
        "source": {"content": "{text}", "mediaType": "text/x.misskeymarkdown"},
    },
    like={"_misskey_reaction": "❤", "content": "❤"},
    quote=("_misskey_quote", "quoteUrl", "quoteUri"),
    delete="tombstone",
    largest=64 * 1024,
    rules=(rules.one_author, rules.small, rules.names_are_words),
)

PLEROMA = Dialect(
    "pleroma",
    note={"actor": "{actor}", "conversation": "https://{host}/contexts/{n}"},
    like={"type": "EmojiReact", "content": "🔥"},
    delete="id",
    rules=(rules.types_are_words, rules.followers_are_named, rules.one_author),
)

GOTOSOCIAL = Dialect(
    "gotosocial",
    signed_gets=True,
    key_id="{actor}/main-key",
    object="{actor}/statuses/01J{n}",
    single=True,
    note={
        "contentMap": {"en": "<p>{text}</p>"},
        "interactionPolicy": {
            "canLike": {"always": ["https://www.w3.org/ns/activitystreams#Public"]}
        },
    },
)

MITRA = Dialect(
    "mitra",
    knocks=(RFC9421, CAVAGE),
    takes=frozenset({CAVAGE, RFC9421}),
    proofs=True,
    accept="id",
    undo="id",
    delete="id",
)

MOBILIZON = Dialect(
    "mobilizon",
    home="/@{name}",
    object="/events/0000-{n}",
    ids={"Join": "/join/event/{n}", "Leave": "/leave/event/{n}"},
    note={"actor": "{actor}", "mediaType": "text/html"},
    announce="id",
    follows=frozenset({"Group", "Application", "Service", "Organization"}),
    rules=(rules.mobilizon_imports,),
)

GANCIO = Dialect(
    "gancio",
    home="/federation/u/{name}",
    object="/federation/m/{n}",
    names_port=False,
    rules=(rules.gancio_imports,),
)

LEMMY = Dialect(
    "lemmy",
    home="/u/{name}",
    object="/post/{n}",
    announce="activity",
    rules=(rules.attachments_are_plain,),
)

PIXELFED = Dialect(
    "pixelfed",
    object="/p/{n}",
    ids={"Undo": "{object}#undo"},
    rules=(rules.follow_in_accept, rules.public_in_full, rules.dated),
)

FRIENDICA = Dialect(
    "friendica",
    home="/profile/{name}",
    linked=True,
    undo="renamed",
    accept="nameless",
    rsvp="Accept",
    delete="object",
)

HUBZILLA = Dialect(
    "hubzilla",
    home="/channel/{name}",
    object="/item/{n}",
    key_id="{actor}",
    embeds_actor=True,
    rsvp="Accept",
)

DIALECTS = {
    each.name: each
    for each in (
        *(MASTODON, MISSKEY, PLEROMA, GOTOSOCIAL, MITRA),
        *(MOBILIZON, GANCIO, LEMMY, PIXELFED, FRIENDICA, HUBZILLA),
    )
}
