"""Whom an activity of ours is for, and the inboxes that it therefore goes to.

Who is addressed depends on what is done to what, and is said in this one place: on
the wire it becomes ``to`` and ``cc``, in the queue one row for each inbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.moderation.blocks import is_blocked
from peer.node.telling import commerce, consents, proposals
from peer.node.telling.near import is_spoken_of, voice
from peer.protocol.origin import same, same_origin
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

_FOLLOWERS = "/followers"
_PAGE = 1000

#: What is the business of two, whatever it is about.
BETWEEN_TWO = frozenset(
    ("Block", "Follow", "Join", "Leave", "Like", "QuoteRequest", "TentativeAccept")
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """``actor`` speaks, to ``to`` and, by the way, to ``cc``.

    That others are told ``aside``, nobody else is told.
    """

    actor: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        return bool(self.to or self.cc)

    @property
    def is_for_all_who_follow(self) -> bool:
        return any(id.endswith(_FOLLOWERS) for id in (*self.to, *self.cc, *self.aside))


def verb_of(activity: Activity) -> str:
    """What others call it: to them, what is made public only now is new."""
    if activity.type == "Update" and activity.notes.get("appears"):
        return "Create"
    if activity.type == "Update" and activity.notes.get("vanishes"):
        return "Delete"
    return activity.type


def addressed(activity: Activity, read: Read, lexicon: Lexicon) -> Addressed:
    """Who is told of ``activity``, which is ours, and in whose name."""
    if commerce.is_trade(activity):
        actor, to = commerce.concerned(activity, read)
        return Addressed(actor, _but(actor, (to,) if to else ()))
    match activity.object:
        case Thing() as thing:
            return _about_thing(activity, thing, read, lexicon)
        case Edge() as edge:
            return _about_edge(activity, edge, read)
        case Activity() as inner:
            return _about_activity(activity, inner, read, lexicon)


def _about_thing(
    activity: Activity, thing: Thing, read: Read, lexicon: Lexicon
) -> Addressed:
    actor = activity.actor
    if activity.notes.get("quiet"):
        return Addressed(actor)  # its calendar passes it on when it is near
    match verb_of(activity):
        case "Create" | "Update" | "Delete":
            if not _is_followed(verb_of(activity), thing, lexicon):
                return Addressed(actor)
            return _published(activity, thing, read, lexicon)
        case "Announce":
            is_handed = activity.notes.get("handed")  # its author knows of it
            others = () if is_handed else _but(actor, (thing.owner,))
            return Addressed(actor, (EVERYBODY,), (actor + _FOLLOWERS, *others))
        case "Move":
            return Addressed(actor, (actor + _FOLLOWERS,))
        case "Flag":
            told = bool(activity.notes.get("forward"))
            # Nobody over there needs to know which of our people it was.
            peer = f"{_base(activity)}/peer"
            return Addressed(peer, (thing.owner,) if told else ())
        case verb if verb in BETWEEN_TWO:
            return Addressed(actor, _but(actor, (voice(thing, read),)))
        case _:
            return Addressed(actor)


def _is_followed(verb: str, thing: Thing, lexicon: Lexicon) -> bool:
    """Do those who follow wait for this?  Not for tags, types and places.

    Of somebody new here, nobody waits to hear.
    """
    if lexicon.is_actor(thing.kind):
        return verb != "Create"
    return thing.kind == "Ticket" or is_spoken_of(lexicon, thing)


def _published(
    activity: Activity, thing: Thing, read: Read, lexicon: Lexicon
) -> Addressed:
    """What is for everybody goes to those who follow, and to whom it concerns."""
    ours = same_origin(thing.id, activity.id)
    hidden = thing.audience != PUBLIC and not activity.notes.get("vanishes")
    actor = activity.notes.get("voice") or voice(thing, read)
    if ours and activity.notes.get("direct"):
        return Addressed(actor, _concerned(thing, actor, read))
    if not ours or hidden:
        return Addressed(actor)
    beside = (*consents.beside(thing, read, lexicon), *proposals.beside(thing, read))
    others = dict.fromkeys((*_concerned(thing, actor, read), *_but(actor, beside)))
    aside = _expected(activity, thing, read)
    return Addressed(actor, (EVERYBODY,), (actor + _FOLLOWERS, *others), aside)


def _expected(activity: Activity, thing: Thing, read: Read) -> tuple[str, ...]:
    """Those elsewhere who mean to come; that they do is for nobody else to read."""
    if activity.type == "Create" or thing.kind != "Event":
        return ()
    edges = read.edges_into([thing.id], ("attending", "interested", "waits"))
    guests = (e.subject for e in edges if not same_origin(e.subject, thing.id))
    return tuple(dict.fromkeys(guests))


def _concerned(thing: Thing, actor: str, read: Read) -> tuple[str, ...]:
    """Whom it mentions, and whose it answers."""
    edges = read.edges_from([thing.id], ("mentions", "inReplyTo"))
    answered = read.many(e.object for e in edges if e.relation == "inReplyTo")
    owners = [voice(other, read) for other in answered.values()]
    named = [e.object for e in edges if e.relation == "mentions"]
    return _but(actor, dict.fromkeys((*owners, *named)))


def _about_edge(activity: Activity, edge: Edge, read: Read) -> Addressed:
    """What takes consent is told whom it concerns, and what somebody pins to all.

    The rest are told with their thing.
    """
    if consents.is_signed(activity):
        to, cc = consents.concerned(activity, read)
        return Addressed(edge.by, _but(edge.by, to), _but(edge.by, cc))
    if edge.relation == "featured":
        return Addressed(edge.subject, (EVERYBODY,), (edge.subject + _FOLLOWERS,))
    return Addressed(activity.actor)


def _about_activity(
    activity: Activity, inner: Activity, read: Read, lexicon: Lexicon
) -> Addressed:
    match activity.type:
        case "Accept" | "Reject":
            return Addressed(activity.actor, _but(activity.actor, (inner.actor,)))
        case "Undo":
            return addressed(inner, read, lexicon)
        case _:
            return Addressed(activity.actor)


def _but(actor: str, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in others if not same(each, actor))


def _base(activity: Activity) -> str:
    return activity.id.partition("/activities/")[0]


# -- inboxes -----------------------------------------------------------------------


@dataclass(slots=True)
class Inboxes:
    """The inboxes that ``addressed`` leads to: each once, none of ours or blocked."""

    read: Read
    base: str
    found: dict[str, None] = field(default_factory=dict)

    def of(self, addressed: Addressed) -> Iterable[str]:
        for id in (*addressed.to, *addressed.cc, *addressed.aside):
            if id == EVERYBODY:
                continue
            if same_origin(id, self.base):
                self._of_followers(id)
            else:
                self._of_actors((id,), shared=False)
        return self.found

    def _of_followers(self, id: str) -> None:
        """Those who follow, where ``id`` is the followers of an actor of ours."""
        if id.endswith(_FOLLOWERS):
            for some in followers(self.read, id.removesuffix(_FOLLOWERS)):
                self._of_actors(some, shared=True)

    def _of_actors(self, ids: Iterable[str], *, shared: bool) -> None:
        for actor in self.read.many(ids).values():
            inbox = actor.get("inbox")
            common = actor.get("sharedInbox")
            if inbox is None or actor.deleted or common in self.found:
                continue
            # Who is blocked follows nobody, so of followers nothing is asked.
            if shared or not is_blocked(self.read, actor.id):
                self.found[(common if shared else None) or inbox] = None


def followers(read: Read, actor: str) -> Iterator[list[str]]:
    """Who follows ``actor`` from elsewhere, some at a time."""
    before: str | None = None
    while True:
        edges = read.edges(object=actor, relation="follows", limit=_PAGE, before=before)
        if edges:
            yield [e.subject for e in edges if not same_origin(e.subject, actor)]
        if len(edges) < _PAGE:
            return
        before = edges[-1].id
