"""What must hold before any behavior is heard: who may, and is it well formed?

The declarations decide; the verbs here are only those whose objects differ in
shape (a new thing, a changed one, an edge, another activity).
"""

from __future__ import annotations

from peer.model.consent import ALLOCATED, CONSENTS, asked_end
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.permission import Role, Viewer, may, may_see
from peer.model.reading import Read
from peer.model.validation import problems
from peer.node.refusal import Refused
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

_KEPT_TO_ONESELF = frozenset(
    ("Arrive", "Block", "Flag", "Follow", "Join", "Leave", "TentativeAccept")
)

#: What these are done to is there afterwards as they have it.
_WRITTEN = ("Create", "Offer", "Update")


def check(activity: Activity, viewer: Viewer, lexicon: Lexicon, read: Read) -> None:
    """Refused, unless ``viewer`` may do ``activity`` and it is well formed."""
    _check_voice(activity, viewer, read)
    match activity.object:
        case Thing() as thing:
            _check_thing(activity, thing, viewer, lexicon, read)
        case Edge() as edge:
            _check_edge(activity.type, edge, viewer, lexicon, read)
        case Activity() as inner if activity.type in ("Accept", "Reject"):
            _check_answer(activity, inner, viewer, read)
        case Activity() as inner:
            if inner.actor != activity.actor:
                raise Refused("Only who did it may take it back.", 403)


def _check_voice(activity: Activity, viewer: Viewer, read: Read) -> None:
    """People speak for themselves, and for the actors that they own."""
    if activity.actor == viewer.id:
        return
    if activity.actor == f"{origin(activity.id)}/actor":
        may_speak = viewer.role is Role.OWNER
    else:
        actor = read.get(activity.actor)
        may_speak = actor is not None and may("owner", viewer, actor)
    if not may_speak:
        raise Refused("You do not speak for them.", 403)


def _check_answer(
    activity: Activity, asked: Activity, viewer: Viewer, read: Read
) -> None:
    """Only who was asked answers: who was to be followed, or whose event it is."""
    if isinstance(asked.object, Activity):
        raise Refused(f"Nobody answers a {asked.type}.", 422)
    if asked.type == "Offer" and isinstance(asked.object, Thing):
        _check_desk(activity, asked.thing)
    about = asked.object.id
    if isinstance(asked.object, Edge):
        about = asked_end(asked.object)
    thing = read.get(about)
    if thing is None or thing.deleted:
        raise Refused("What was asked for is no longer there.", 410)
    if not may("owner", viewer, thing):
        raise Refused("Somebody else was asked.", 403)


def _check_desk(activity: Activity, offered: Thing) -> None:
    """Whose a thing is offered it; the desk that it was offered to answers."""
    if activity.actor != offered.get("shop"):
        raise Refused("Somebody else was asked.", 403)


def _check_thing(
    activity: Activity, thing: Thing, viewer: Viewer, lexicon: Lexicon, read: Read
) -> None:
    verb = activity.type
    if thing.kind not in lexicon.types:
        raise Refused(f"This peer knows no type {thing.kind!r}.", 422)
    is_new = verb == "Create" or (verb == "Offer" and read.get(thing.id) is None)
    before = None if is_new else _present(thing.id, viewer, read)
    offered = thing if is_new and verb == "Offer" else before
    permit(verb, thing.kind, viewer, lexicon, offered)
    if verb not in _WRITTEN or not thing.values:
        return
    if not same_origin(thing.id, activity.id):
        raise Refused("It is another server's: only that can change it.", 403)
    kinds = kinds_of(thing, read) if before else (thing.kind,)
    kind = lexicon.joined(kinds)
    wrong = problems(kind, thing.values, before.values if before else None)
    if wrong:
        raise Refused("Some of it cannot stay as it is.", 422, wrong)


def permit(
    verb: str, kind: str, viewer: Viewer, lexicon: Lexicon, thing: Thing | None
) -> None:
    """Refused, unless the type permits ``verb`` to ``viewer``."""
    who = lexicon.types[kind].permits.get(verb, "nobody")
    if may(who, viewer, thing):
        return
    if viewer.id is None:
        raise Refused("Sign in to do this.", 401)
    raise Refused(f"You may not do this: {verb} of a {kind} is for {who}.", 403)


def kinds_of(thing: Thing, read: Read) -> tuple[str, ...]:
    """The type of ``thing``, and those it was related to by ``isA``."""
    edges = read.edges(subject=thing.id, relation="isA")
    if not edges:
        return (thing.kind,)
    also = read.many(edge.object for edge in edges)
    types = (o for o in also.values() if o.kind == "Type" and not o.deleted)
    named = (other["name"] for other in types)
    return (thing.kind, *named)


def _present(id: str, viewer: Viewer, read: Read) -> Thing:
    """The thing at ``id`` as ``viewer`` may know it."""
    thing = read.get(id)
    if thing is None or not may_see(viewer, thing):
        raise Refused("There is nothing here.", 404)
    if thing.deleted:
        raise Refused("This was deleted.", 410)
    return thing


def _check_edge(
    verb: str, edge: Edge, viewer: Viewer, lexicon: Lexicon, read: Read
) -> None:
    if edge.relation == CONSENTS and verb == "Remove":
        _check_consent(edge, viewer, read)
        return
    kind = lexicon.relations.get(edge.relation)
    if kind is None:
        known = ", ".join(sorted(lexicon.relations))
        raise Refused(
            f"There is no relation {edge.relation!r}; there are {known}.", 422
        )
    if kind.guarded:
        raise Refused(
            f"{kind.label}: that follows from doing it, not from saying so.", 403
        )
    subject = _present(edge.subject, viewer, read)
    if not same_origin(edge.subject, edge.id) and verb == "Add":
        raise Refused("It is another server's: only that can say so.", 403)
    if verb == "Remove" and _stated_by(edge, viewer, read):
        return
    if not (kind.name == ALLOCATED and is_of_all(subject, viewer)):
        permit(verb, subject.kind, viewer, lexicon, subject)
    if verb == "Add":
        _check_object(edge, kind, viewer, lexicon, read)


def _stated_by(edge: Edge, viewer: Viewer, read: Read) -> bool:
    if edge.by == viewer.id:
        return True
    stated = read.activity(edge.activity)
    return stated is not None and stated.actor == viewer.id


def is_of_all(subject: Thing, viewer: Viewer) -> bool:
    """What the peer itself has published, any member may offer to a calendar."""
    is_site = subject.owner == f"{origin(subject.id)}/actor"
    return is_site and subject.audience == PUBLIC and viewer.role >= Role.MEMBER


def _check_consent(edge: Edge, viewer: Viewer, read: Read) -> None:
    """Who keeps the end that was asked about may think better of it."""
    if not may("owner", viewer, _present(edge.subject, viewer, read)):
        raise Refused("Only who agreed to it may take that back.", 403)


def _check_object(
    edge: Edge, kind: RelationKind, viewer: Viewer, lexicon: Lexicon, read: Read
) -> None:
    if edge.object == edge.subject:
        raise Refused("A thing is not related to itself.", 422)
    if not same_origin(edge.object, edge.subject):
        return  # a foreign thing: its own peer says what it is
    other = _present(edge.object, viewer, read)
    if kind.candidates and not _fits(other, kind.candidates, lexicon, read):
        wanted = lexicon.types.get(kind.candidates)
        name = wanted.label.lower() if wanted else kind.candidates
        raise Refused(f"{kind.label} can only be a {name}.", 422)


def _fits(thing: Thing, anchor: str, lexicon: Lexicon, read: Read) -> bool:
    """Is ``thing`` the anchoring type, one of its subtypes, or an instance of one?"""
    below = set(lexicon.descendants(anchor))
    if thing.kind == "Type" and thing["name"] in below:
        return True
    return not below.isdisjoint(kinds_of(thing, read))


def may_see_entry(viewer: Viewer, activity: Activity, about: Thing | None) -> bool:
    """May ``viewer`` be shown this line of the log, its object being ``about`` now?

    Whom somebody follows, reports or blocks and where they go is for them and the
    owners; what was public once and no longer is does not come back through the log.
    What came to nothing is for those whom it would have been for.
    """
    if viewer.role is Role.OWNER or viewer.id == activity.actor:
        return True
    first = _innermost(activity)
    if first.type in _KEPT_TO_ONESELF:
        return False
    if about is None and isinstance(first.object, Thing):
        about = first.object
    return about is None or may_see(viewer, about)


def _innermost(activity: Activity) -> Activity:
    """What was done in the first place, of what was taken back or answered."""
    while isinstance(activity.object, Activity):
        activity = activity.object
    return activity
