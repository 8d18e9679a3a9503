"""From what somebody asks to the activity that says it: ids, times, its object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from peer.model.allotting import ticket_id
from peer.model.consent import GATHERS, asked_end, stamp_id
from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may_see
from peer.model.reading import Read
from peer.model.validation import completed
from peer.node.refusal import Conflict, Refused
from peer.node.telling.things import voice
from peer.protocol import moment
from peer.protocol.cid import cid, content_id
from peer.protocol.iri import slug
from peer.protocol.thing import AUDIENCES, PUBLIC, Activity, Edge, Thing

_NOT_SLUGS = ("new",)
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to do.

    ``id`` is what it is done to.  Create takes ``kind``, ``values``, and if the
    asker minds, ``slug``; Update the ``values`` that change (None takes one
    away) and ``was``, the content id of the version they were made from.  Add
    and Remove take an edge.  In a batch, ``@0`` is what the first ask created.
    """

    verb: str
    id: str = ""
    kind: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    audience: str | None = None
    slug: str = ""
    owner: str | None = None  # of what is created; "self" for a person
    published: str | None = None
    was: str | None = None
    subject: str = ""
    relation: str = ""
    object: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)
    activity: str = ""  # the id to give the activity, where it must be a known one
    voice: str = ""  # the actor to do it as, if it is not who asks
    #: Instead of ``values``, for what is to be made of them as they are by then.
    revised: Callable[[Thing, Read], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Drafter:
    """What the words of an ask are read with."""

    base: str
    lexicon: Lexicon
    viewer: Viewer
    now: str
    read: Read

    def draft(
        self, ask: Ask, token: str, earlier: Sequence[Activity]
    ) -> Activity | None:
        """The activity that ``ask`` means; None where it would change nothing."""
        if self.viewer.id is None:
            raise Refused("Sign in to do this.", 401)
        id = ask.activity or f"{self.base}/activities/{token}"
        match ask.verb:
            case "Create":
                return self._activity(id, ask, self._created(ask, token))
            case "Update":
                after = self._updated(ask)
                return after and self._activity(id, _noting(ask, after), after[1])
            case "Add" | "Remove":
                return self._about_edge(id, ask, token, earlier)
            case "Undo":
                return self._activity(id, ask, self._done(ask.id))
            case "Delete":
                gone = self.present(ask.id)
                return self._activity(id, self._speaking(ask, gone), gone)
            case "Accept" | "Reject":
                return self._answered(id, ask)
            case _:
                return self._activity(id, ask, self._meant(ask, token, earlier))

    def _activity(self, id: str, ask: Ask, object: Thing | Edge | Activity) -> Activity:
        assert self.viewer.id is not None, "draft() has asked"
        actor = ask.voice or self.viewer.id
        return Activity(id, ask.verb, actor, self.now, object, ask.notes)

    def _speaking(self, ask: Ask, gone: Thing) -> Ask:
        """In whose name it went out cannot be told of what is gone."""
        return replace(ask, notes={**ask.notes, "voice": voice(gone, self.read)})

    def _answered(self, id: str, ask: Ask) -> Activity:
        """Whoever was asked answers: a calendar, say, whoever speaks for it."""
        asked = self._done(ask.id)
        if isinstance(asked.object, Edge):
            return self._agreed(id, ask, asked)
        if asked.object.kind == "Allotment":
            return self._taken(id, ask, asked)
        whom = voice(asked.thing, self.read)
        return self._activity(id, replace(ask, voice=ask.voice or whom), asked)

    def _taken(self, id: str, ask: Ask, asked: Activity) -> Activity:
        """To what a desk was offered to sell, by the desk, whosever it is."""
        ticket = {"result": ticket_id(asked.thing)} if ask.verb == "Accept" else {}
        notes, desk = {**ask.notes, **ticket}, asked.thing["shop"]
        return self._activity(id, replace(ask, notes=notes, voice=desk), asked)

    def _agreed(self, id: str, ask: Ask, asked: Activity) -> Activity:
        """To an edge, by whoever speaks for the end that was asked about."""
        about = self.present(asked_end(asked.edge))
        notes = dict(ask.notes)
        if ask.verb == "Accept":
            notes["result"] = stamp_id(about.id, cid([id, asked.edge.id])[-24:])
        whom = ask.voice or voice(about, self.read)
        return self._activity(id, replace(ask, voice=whom, notes=notes), asked)

    def present(self, id: str) -> Thing:
        thing = self.read.get(id)
        if thing is None or not may_see(self.viewer, thing):
            raise Refused("There is nothing here.", 404)
        if thing.deleted:
            raise Refused("This was deleted.", 410)
        return thing

    def _done(self, id: str) -> Activity:
        found = self.read.activity(id)
        if found is None:
            raise Refused("There is no such activity here.", 404)
        return found

    # -- things ---------------------------------------------------------------

    def _created(self, ask: Ask, token: str) -> Thing:
        if ask.kind not in self.lexicon.types:
            known = ", ".join(sorted(self.lexicon.types))
            raise Refused(f"There is no type {ask.kind!r}; there are {known}.", 422)
        kind = self.lexicon.types[ask.kind]
        audience = _audience(ask.audience or kind.audience)
        assert self.viewer.id is not None, "draft() has asked"
        thing = Thing(
            id="",
            kind=ask.kind,
            values=completed(kind, ask.values),
            owner=self.viewer.id,
            published=ask.published or self.now,
            updated=self.now,
            audience=audience,
        )
        id = ask.id or self._address(thing, ask.slug, token)
        owner = {None: thing.owner, "self": id}.get(ask.owner, ask.owner)
        return replace(thing, id=id, owner=owner or thing.owner)

    def _address(self, thing: Thing, wanted: str, token: str) -> str:
        """Where ``thing`` is to live: its title as a slug, or the next one free."""
        kind = self.lexicon.types[thing.kind]
        home = f"{self.base}/{kind.path}"
        words = slug(wanted or _title(self.lexicon, thing)) or token
        for tried in [words, *(f"{words}-{n}" for n in range(2, _TRIES)), token]:
            if tried not in _NOT_SLUGS and self.read.get(f"{home}/{tried}") is None:
                return f"{home}/{tried}"
        raise Refused("No address could be found for this: try another title.")

    def _updated(self, ask: Ask) -> tuple[Thing, Thing] | None:
        """As it was, and as it is to be."""
        before = self.present(ask.id)
        if ask.was and ask.was != content_id(before):
            raise Conflict(before)
        merged = {**before.values, **ask.values}
        values = {term: value for term, value in merged.items() if value is not None}
        audience = _audience(ask.audience or before.audience)
        if values == dict(before.values) and audience == before.audience:
            return None
        appears = audience == PUBLIC != before.audience
        return before, replace(
            before,
            values=values,
            audience=audience,
            published=self.now if appears else before.published,
            updated=max(self.now, _just_after(before.updated)),
        )

    def _meant(self, ask: Ask, token: str, earlier: Sequence[Activity]) -> Thing:
        if ask.verb == "Offer":
            return self._offered(ask, token, earlier)
        return self.present(ask.id)

    def _offered(self, ask: Ask, token: str, earlier: Sequence[Activity]) -> Thing:
        """As it is to be once the other side has agreed: new, or otherwise than now."""
        if ask.kind:
            about = self.present(_named(ask.subject, earlier))
            values = {**ask.values, "event": about.id}
            return self._created(
                replace(ask, values=values, owner=about.owner, slug=token), token
            )
        before = self.present(ask.id)
        told = ask.revised(before, self.read) if ask.revised else ask.values
        merged = {**before.values, **told, "state": "offered"}
        values = {term: value for term, value in merged.items() if value is not None}
        at = max(self.now, _just_after(before.updated))
        return replace(before, values=values, updated=at)

    # -- edges ------------------------------------------------------------------

    def _about_edge(
        self, id: str, ask: Ask, token: str, earlier: Sequence[Activity]
    ) -> Activity:
        assert self.viewer.id is not None, "draft() has asked"
        kind = self.lexicon.relations.get(ask.relation)
        symmetric = kind is not None and kind.symmetric
        signed = kind is not None and (kind.consent or kind.name == GATHERS)
        subject = _named(ask.subject, earlier)
        edge = Edge(
            id=f"{self.base}/edges/{token}",
            subject=subject,
            relation=ask.relation,
            object=_named(ask.object, earlier),
            by=self._speaker(subject) if signed else self.viewer.id,
            since=self.now,
            activity=id,
        )
        if ask.verb == "Remove":
            edge = self._stated(edge, symmetric)
        elif signed:
            self._check_unsaid(edge)
        notes = {
            "symmetric": symmetric,
            "single": kind is not None and not kind.many,
            "consent": kind is not None and kind.consent,
        }
        told: dict[str, Any] = {name: True for name, so in notes.items() if so}
        if "endTime" in ask.notes and signed:
            told["endTime"] = ask.notes["endTime"]
        return self._activity(id, replace(ask, notes=told), edge)

    def _check_unsaid(self, edge: Edge) -> None:
        """It is asked for once: who would ask again takes it back first."""
        ends = {"subject": edge.subject, "object": edge.object}
        if self.read.edges(**ends, relation=edge.relation, limit=1):
            raise Refused("That was offered already.", 409)

    def _speaker(self, subject: str) -> str:
        """What takes consent is said by whoever speaks for it to others."""
        return voice(self.present(subject), self.read)

    def _stated(self, edge: Edge, symmetric: bool) -> Edge:
        """The edge that is there: it matters who stated it."""
        ways = [(edge.subject, edge.object)]
        if symmetric:
            ways.append((edge.object, edge.subject))
        for subject, object in ways:
            found = self.read.edges(
                subject=subject, relation=edge.relation, object=object, limit=1
            )
            if found:
                return found[0]
        raise Refused("These two are not related like that.", 404)


def _noting(ask: Ask, change: tuple[Thing, Thing]) -> Ask:
    """For others, what was kept back is new now, and what is kept back is gone."""
    before, after = (each.audience == PUBLIC for each in change)
    if before == after:
        return ask
    word = "appears" if after else "vanishes"
    return replace(ask, notes={**ask.notes, word: True})


def _named(name: str, earlier: Sequence[Activity]) -> str:
    """The id that ``name`` stands for: ``@2`` is what the third ask was about."""
    return earlier[int(name[1:])].object.id if name.startswith("@") else name


def _audience(told: str) -> str:
    if told not in AUDIENCES:
        raise Refused(f"An audience is one of {', '.join(AUDIENCES)}.", 422)
    return told


def _title(lexicon: Lexicon, thing: Thing) -> str:
    """The words to make a slug of, even of a wrong value: checks come later."""
    told = thing.get(lexicon.types[thing.kind].title)
    return told if isinstance(told, str) else ""


def _just_after(text: str) -> str:
    return moment.wire(moment.read(text) + timedelta(milliseconds=1))
