"""What is about things: made, changed and deleted elsewhere, liked and passed on."""

from __future__ import annotations

from collections.abc import Mapping

from peer.node.incoming import brought
from peer.node.incoming.meaning import FORGET, GONE, Meaning, Meant, Need, Nothing
from peer.node.incoming.returning import may_return
from peer.protocol.moment import wire
from peer.protocol.origin import (
    believed,
    check_owner,
    is_actor,
    same,
    same_origin,
)
from peer.protocol.thing import PUBLIC, Thing
from peer.protocol.wire import noted, said
from peer.protocol.wire.loose import Document, id_of
from peer.protocol.wire.names import type_of

_LONGEST_REACTION = 100
_CHANGES = frozenset(("Update", "Delete"))


def like(means: Meaning) -> Meant:
    thing = means.known(means.said.object_id)
    if thing is None:
        return Nothing("what they like is not known here")
    raw = means.said.raw
    reaction = means.said.content or raw.get("_misskey_reaction")
    told = reaction[:_LONGEST_REACTION] if isinstance(reaction, str) else None
    return means.do(thing, "Like", content=told)


def announce(means: Meaning) -> Meant:
    """Of a thing; or, as groups do, of what somebody did to one."""
    object = means.said.object
    if isinstance(object, dict) and said.is_activity(object):
        return _relayed(means, object)
    return _passed_on(means, id_of(object))


def _relayed(means: Meaning, done: Document) -> Meant:
    """Something done, as a group hands it on to its members: a hint, and no more."""
    verb, id = type_of(done), id_of(done.get("object"))
    if verb == "Create":
        return _passed_on(means, id)
    is_theirs = means.known(id) is not None and not means.is_ours(id)
    if id is None or not is_theirs or id in means.tried or verb not in _CHANGES:
        return Nothing("what they hand on changes nothing that is known here")
    if not means.is_followed(means.said.actor):
        return Nothing("nobody here follows them")
    return Need((id,), fresh=True)


def _passed_on(means: Meaning, id: str | None) -> Meant:
    thing = means.known(id)
    if thing is not None and thing.audience == PUBLIC:
        return means.do(thing)
    if thing is not None or id is None or means.is_ours(id) or id in means.tried:
        return Nothing("what they pass on is not to be had")
    if not means.is_followed(means.said.actor):
        return Nothing("nobody here follows them")
    return Need((id,))


def create(means: Meaning) -> Meant:
    told = means.said.object
    if not isinstance(told, dict):
        return _by_id(means, id_of(told))
    if said.is_activity(told) or is_actor(told):
        return Nothing("that is nothing that one creates")
    if not believed(told, means.said):
        return _by_id(means, id_of(told))
    return _told(means, told)


def _by_id(means: Meaning, id: str | None) -> Meant:
    """Only what stands at its id is to be believed: it is looked at there."""
    if id is None or means.is_ours(id):
        return Nothing("they tell of something that is not theirs", 403)
    known = means.known(id)
    if known is not None and id in means.tried:
        return Nothing("it was looked at, and kept")
    if id in means.tried or not _is_wanted_unseen(means):
        return Nothing("what they tell of is not to be had")
    return Need((id,), fresh=True)


def _is_wanted_unseen(means: Meaning) -> bool:
    told = means.said
    named = (*told.to, *told.cc, *told.audience)
    return means.is_followed(told.actor) or any(map(means.is_ours, named))


def _told(means: Meaning, document: Document) -> Meant:
    """A thing that they tell of, whole; it is theirs."""
    note = noted.read(document, checked=True)
    if note.id is None or note.is_gone or note.is_vote:
        return Nothing("that is nothing to be kept")
    before, related = means.read.get(note.id), brought.related_of(note)
    if before is not None:
        check_owner(means.said, before.owner, note.id)
    elif not _concerns_us(means, note, related):
        return Nothing("that concerns nobody here")
    if gone := _taken_away(means, note.id, before):
        return gone
    # Whoever else is named as an author beside has not said so.
    thing = brought.thing_of(note, means.said.actor, means.lexicon, means.now)
    if before is not None:
        return means.do(thing, "Update", related=related)
    return means.do(thing, "Create", related=related)


def _taken_away(means: Meaning, id: str, before: Thing | None) -> Meant | None:
    """Is it gone?  Whether it is there again, its own server knows."""
    if before is None:
        return _gone_before(means, id)
    if not before.deleted:
        return None
    if id not in means.tried and may_return(before, means.read):
        return Need((id,), fresh=True)
    return Nothing("that was deleted")


def _gone_before(means: Meaning, id: str) -> Meant | None:
    gone = means.read.recall(GONE, id, now=wire(means.now))
    if gone is None or not same(gone["by"], means.said.actor):
        return None
    there = means.document(id)
    if there is None:
        return Nothing("that was deleted before it came")
    return there if isinstance(there, Need) else None


def _concerns_us(
    means: Meaning, note: noted.Noted, related: Mapping[str, list[str]]
) -> bool:
    """An answer to what is known, something for one of ours, by whom one follows."""
    answered = related.get("inReplyTo", [])
    if any(means.known(id) for id in answered):
        return True
    named = (*note.to, *note.cc, *note.audience, *related["mentions"])
    if any(means.actor_of_ours(id) for id in named if means.is_ours(id)):
        return True
    return means.is_followed(means.said.actor)


def update(means: Meaning) -> Meant:
    told, id = means.said.object, means.said.object_id
    if id is not None and (same(id, means.said.actor)):
        if id in means.tried:
            return Nothing("they were looked at again")
        return Need((id,), fresh=True) if means.known(id) else Nothing("a stranger")
    known = means.known(id)
    if known is not None:
        check_owner(means.said, known.owner, known.id)
    if isinstance(told, dict) and believed(told, means.said):
        return _told(means, told)
    return _by_id(means, id) if known else Nothing("what changed is not known here")


def delete(means: Meaning) -> Meant:
    """What is known of it goes; what is not is remembered, should it still come."""
    id = means.said.object_id
    known = means.known(id)
    if id is None:
        return Nothing("it does not say what is deleted")
    if known is None:
        if not same_origin(id, means.said.actor):
            return Nothing("nothing is known of that")
        return Nothing(FORGET)
    check_owner(means.said, known.owner, known.id)
    return means.do(known)
