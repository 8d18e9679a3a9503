"""A letter to those who are coming: written, to so many, and how far it has come."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from peer.model.declaration import Type
from peer.model.form import Form, form_of, submitted
from peer.model.kinds import Site
from peer.model.lettering import (
    ALL,
    KIND,
    MOST_A_DAY,
    OUTSIDE,
    Crowd,
    Readers,
    crowd,
    letters_of,
)
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.cid import cid
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.pages.attending import theirs
from peer.web.parts.authors import href_of
from peer.web.visit import Visit

_ASKED = ("name", "content")


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of those who are coming, in words, and how many that are."""

    value: str
    label: str
    readers: Readers


@dataclass(frozen=True, slots=True)
class Found:
    crowd: Crowd
    letters: Sequence[Thing]

    @property
    def choices(self) -> Sequence[Choice]:
        """Everybody, each kind of ticket, and those who are not in, where some are."""
        told = [Choice(ALL, "Everybody who is coming", self.crowd.readers())]
        for kind in self.crowd.kinds if len(self.crowd.kinds) > 1 else ():
            readers = self.crowd.readers(KIND, kind)
            told.append(Choice(f"{KIND} {kind}", f"With a ticket: {kind}", readers))
        if self.crowd.inside:
            readers = self.crowd.readers(OUTSIDE)
            told.append(Choice(OUTSIDE, "Who is not in yet", readers))
        return told


async def page(visit: Visit) -> web.StreamResponse:
    event = await theirs(visit)
    return await _show(visit, event, form_of(_kind(visit), _site(visit)))


async def send(visit: Visit) -> web.StreamResponse:
    """Offer it to the desks that have sold places; sent twice it is one letter."""
    event = await theirs(visit)
    kind, texts = _kind(visit), visit.told.flat()
    found = submitted(kind, texts, _site(visit))
    if found.problems:
        form = form_of(kind, _site(visit), told=texts, problems=found.problems)
        return await _show(visit, event, form, Refused("", 422, found.problems))
    among, _, ticket = visit.told.get("among", ALL).partition(" ")
    values = {**found.values, "among": among, **({"ticket": ticket} if ticket else {})}
    mark = cid(["letter", event.id, visit.told.get("token")])[-24:]
    ask = Ask(
        "Offer",
        kind=kind.name,
        subject=event.id,
        values=values,
        activity=f"{visit.node.base}/activities/{mark}",
    )
    try:
        await visit.publish(ask)
    except Refused as refused:
        form = form_of(kind, _site(visit), told=texts, problems=refused.problems)
        return await _show(visit, event, form, refused)
    return visit.go(visit.path, "letter-sent")


def _kind(visit: Visit) -> Type:
    """A letter with the two questions that are asked as fields."""
    kind = visit.node.lexicon.types.get("Letter")
    if kind is None:
        raise web.HTTPNotFound
    fields = {term: kind.fields[term] for term in _ASKED}
    return replace(kind, fields=fields, relations={})


def _site(visit: Visit) -> Site:
    return Site(visit.node.domain.zone, visit.node.domain.currency)


def _found(event: Thing, read: Read) -> Found:
    return Found(crowd(event, read), letters_of(event, read))


async def _show(
    visit: Visit, event: Thing, form: Form, refused: Refused | None = None
) -> web.StreamResponse:
    found = await visit.read(partial(_found, event))
    problems: Mapping[str, str] = refused.problems if refused else {}
    answer: web.StreamResponse = visit.page(
        "write-to.html",
        status=refused.status if refused else 200,
        event=event,
        event_href=href_of(event.id, visit.node.base),
        zone=event.get("timezone") or visit.node.domain.zone,
        named={question.term: question for question in form.questions},
        choices=found.choices,
        chosen=visit.told.get("among", ALL),
        letters=found.letters,
        token=visit.told.get("token") or secrets.token_urlsafe(18),
        most=MOST_A_DAY,
        problems=problems,
        reason=refused.reason if refused and not problems else "",
    )
    answer.headers["Cache-Control"] = OWN
    return answer
