"""What is between actors: who follows, comes, answers, reports, moves, takes back."""

from __future__ import annotations

from collections.abc import Mapping

from peer.node.incoming import relating
from peer.node.incoming.meaning import Meaning, Meant, Need, Nothing
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, check_move, same, same_origin
from peer.protocol.thing import Activity, Edge, Thing
from peer.protocol.wire import said
from peer.protocol.wire.loose import id_of

LONGEST_REASON = 2000

#: By which edge something that was done shows, where it is named without its id.
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "Announce": ("announces",),
    "Block": ("blocks",),
    "EmojiReact": ("likes",),
    "Follow": ("follows", "requested"),
    "Join": ("attending", "requested"),
    "Like": ("likes",),
}


def follow(means: Meaning) -> Meant:
    whom = means.actor_of_ours(means.said.object_id)
    if whom is None:
        return Nothing("there is nobody of that name here", 404)
    return means.do(whom)


def block(means: Meaning) -> Meant:
    whom = means.actor_of_ours(means.said.object_id)
    return means.do(whom) if whom else Nothing("none of ours is blocked by that")


def answer(means: Meaning) -> Meant:
    """Accept or Reject: of what we asked, or of an invitation to an event."""
    event = means.ours(means.said.object_id)
    if event is not None:
        return _rsvp(means, event)
    asked = _inner(means)
    if asked is None or not means.is_ours(asked.id):
        return Nothing("nothing that was asked here is answered by that")
    if isinstance(asked.object, Edge):
        return relating.answered(means, asked)
    if not isinstance(asked.object, Thing):
        return Nothing("that is not a question")
    thing = means.read.get(asked.object.id)
    owner = thing.owner if thing else asked.object.owner
    if not _may_answer(means.said.actor, asked, owner):
        raise NotTheirs(f"{means.said.actor} was not asked")
    return means.do(asked)


def _may_answer(actor: str, asked: Activity, owner: str) -> bool:
    """Mobilizon answers for an event in the name of whoever made it, or their group."""
    if asked.type == "Join":
        return same_origin(actor, asked.object.id)
    return same(actor, owner)


def _rsvp(means: Meaning, event: Thing) -> Meant:
    verbs = {"Accept": "Join", "Reject": "Leave", "TentativeReject": "Leave"}
    return means.do(event, verbs.get(means.said.type, means.said.type))


def attend(means: Meaning) -> Meant:
    event = means.ours(means.said.object_id)
    return means.do(event) if event else Nothing("there is no such event here", 404)


def _inner(means: Meaning) -> Activity | None:
    """The activity that is answered or undone: by its id, or by what it was."""
    id = means.said.object_id
    known = means.read.activity(id) if id else None
    if known is not None:
        return known
    inside = said.inner(means.said)
    if inside is None or inside.object_id is None:
        return None
    for relation in _SHOWN.get(inside.type, ()):
        edges = means.read.edges(
            subject=inside.actor, relation=relation, object=inside.object_id, limit=1
        )
        if edges:
            return means.read.activity(edges[0].activity)
    return None


def undo(means: Meaning) -> Meant:
    done = _inner(means)
    if done is None:
        return Nothing("nothing is known of what is undone")
    if not same(done.actor, means.said.actor):
        raise NotTheirs(f"{means.said.actor} did not do what is undone")
    if not means.read.edges(activity=done.id, limit=1):
        return Nothing("that was taken back before")
    return means.do(done)


def flag(means: Meaning) -> Meant:
    """A report may be about several things: the first of ours stands for all."""
    ids = [id for each in means.said.objects if (id := id_of(each))]
    ours = [thing for id in ids if (thing := means.ours(id))]
    if not ours:
        return Nothing("that is about nothing of ours")
    things = [t for t in ours if not means.lexicon.is_actor(t.kind)] or ours
    reason = (means.said.content or means.said.summary or "")[:LONGEST_REASON]
    also = [id for id in ids if id != things[0].id][:20]
    return means.do(things[0], reason=reason, also=also)


def pin(means: Meaning) -> Meant:
    """Add and Remove: what somebody elsewhere wants to be read first."""
    actor = means.known(means.said.actor)
    target, thing = means.said.target_id, means.known(means.said.object_id)
    if means.is_ours(target):
        raise NotTheirs("what is ours is not arranged by others")
    if actor is None or thing is None or not same(target, actor.get("featured")):
        return Nothing("nothing that is known here is put anywhere by that")
    edges = means.read.edges(subject=actor.id, relation="featured", object=thing.id)
    if (means.said.type == "Remove") != bool(edges):
        return Nothing("it is so already")
    edge = Edge(
        f"{means.id}#featured",
        actor.id,
        "featured",
        thing.id,
        actor.id,
        wire(means.now),
        means.id,
    )
    return means.do(edges[0] if edges else edge)


def move(means: Meaning) -> Meant:
    """Where both ends say so; they are looked at anew."""
    old, target = means.known(means.said.object_id), means.said.target_id
    if old is None or target is None or not means.is_followed(old.id):
        return Nothing("nobody here follows them")
    ends = [id for id in (old.id, target) if not means.is_ours(id)]
    if set(ends) - means.tried:
        return Need(tuple(ends), fresh=True)
    new = means.known(target)
    if new is None:
        return Nothing("there is nobody where they are said to have gone")
    check_move(
        means.said,
        {"id": old.id, "movedTo": old.get("movedTo")},
        {"id": new.id, "alsoKnownAs": _names(new)},
    )
    return means.do(old, "Move", target=target)


def quote(means: Meaning) -> Meant:
    thing = means.ours(means.said.object_id)
    quote = id_of(means.said.instrument)
    if thing is None or quote is None:
        return Nothing("nothing of ours is to be quoted", 404)
    if not same_origin(quote, means.said.actor):
        raise NotTheirs("what they quote in is not theirs")
    return means.do(thing, instrument=quote)


def _names(actor: Thing) -> list[str]:
    """What ours have written down themselves is one line, with spaces between."""
    told = actor.get("alsoKnownAs") or []
    return told.split() if isinstance(told, str) else list(told)
