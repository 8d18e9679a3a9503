"""Making a thing and changing one: a form, and what comes back from it.

Whatever goes wrong, the form comes back with all that was typed: a mistake, a
refusal, somebody else's change in the meantime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from peer.model.declaration import Type
from peer.model.form import Form
from peer.model.kinds import Site
from peer.model.permission import Role, may
from peer.model.reading import Read
from peer.node.checks import kinds_of
from peer.node.refusal import Conflict, Refused
from peer.node.writing.prose import prose
from peer.protocol.cid import content_id
from peer.protocol.thing import AUDIENCES, DRAFT, PUBLIC, Thing
from peer.web.pages.listing import kind_of
from peer.web.pages.things import address, present
from peer.web.parts import filling, forms, pickers
from peer.web.parts.around import Around
from peer.web.parts.forms import Answer, Editing
from peer.web.parts.handle import FIELD, Handle, handle_of
from peer.web.parts.view import View
from peer.web.visit import Visit

_MOST_EDGES = 1000
#: What is said to who has just let these in on it.
_SAID = {DRAFT: "kept-draft", PUBLIC: "published"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form comes back."""

    reason: str = ""
    status: int = 200
    theirs: Thing | None = None  # the version that somebody else saved meanwhile
    handle: Handle | None = None  # of a new actor
    offered: filling.Offered | None = None  # a picture from elsewhere


def _site(visit: Visit) -> Site:
    return Site(visit.node.domain.zone, visit.node.domain.currency)


async def _show(
    visit: Visit,
    editing: Editing,
    form: Form,
    trouble: Trouble,
    *,
    audience: str,
    was: str,
) -> web.StreamResponse:
    chosen = {q.term: q.picked for q in form.questions if q.relation}
    options = await visit.read(lambda read: _options(visit, editing, chosen, read))
    thing = editing.thing
    theirs = trouble.theirs
    setting = visit.setting
    return visit.page(
        "edit.html",
        status=trouble.status,
        kind=editing.kind,
        form=form,
        questions=visit.site.pages.of_type(
            editing.kind, visit.node.lexicon, "form.html"
        ),
        thing=View(thing, Around(), setting) if thing else None,
        options=options,
        options_from=f"{_home(visit, thing)}/relate-options",
        audience=audience,
        audiences=editing.audiences,
        was=was,
        reason=trouble.reason,
        theirs=View(theirs, Around(), setting) if theirs else None,
        handle=trouble.handle,
        offered=trouble.offered,
    )


def _home(visit: Visit, thing: Thing | None) -> str:
    if thing:
        return thing.id.removeprefix(visit.node.base)
    return f"/{visit.part('path')}/new"


def _options(
    visit: Visit, editing: Editing, chosen: Mapping[str, tuple[str, ...]], read: Read
) -> Mapping[str, Sequence[pickers.Option]]:
    return pickers.options(
        read,
        list(editing.kind.relations.values()),
        chosen,
        visit.node.lexicon,
        visit.node.base,
        visit.viewer,
        editing.thing.id if editing.thing else "",
    )


# -- a new thing -----------------------------------------------------------------------


def _beginning(visit: Visit) -> Editing:
    kind = kind_of(visit)
    if not may(kind.permits.get("Create", "nobody"), visit.viewer):
        raise Refused(_not_yours(visit, kind), 403)
    return forms.editing(kind, _site(visit), visit.viewer)


def _not_yours(visit: Visit, kind: Type) -> str:
    said = f"You may not add to {kind.plural.lower()} here."
    is_for_members = kind.permits.get("Create") == "member"
    if visit.viewer.role < Role.MEMBER and is_for_members:
        return f"{said} Members may: ask those who keep this site to make you one."
    return said


async def new(visit: Visit) -> web.StreamResponse:
    """The form, filled in with what the address says: a link may begin it."""
    editing = _beginning(visit)
    form = filling.filled(editing.blank(), {**_here(visit, editing), **visit.query})
    begun = Trouble(
        handle=await _handle(visit, editing, visit.query.get(FIELD, "")),
        offered=filling.offered(visit.node, editing.kind, visit.query),
    )
    audience = _wanted(visit.query, editing, editing.kind.audience)
    return await _show(visit, editing, form, begun, audience=audience, was="")


def _here(visit: Visit, editing: Editing) -> Mapping[str, str]:
    """The clock on our wall, until somebody says another."""
    fields = editing.kind.fields.items()
    return {t: visit.node.domain.zone for t, each in fields if each.kind == "zone"}


async def _handle(visit: Visit, editing: Editing, told: str) -> Handle | None:
    lexicon, base = visit.node.lexicon, visit.node.base
    ask = partial(handle_of, told, editing.kind, lexicon, base)
    return await visit.read(ask)


async def create(visit: Visit) -> web.StreamResponse:
    editing = _beginning(visit)
    told = await filling.with_picture(visit.node, editing.kind, visit.told)
    answer = await forms.answered(editing.kind, told, visit.site.media)
    found = editing.submitted(answer)
    audience = _audience(visit, editing, editing.kind.audience)
    handle = await _handle(visit, editing, visit.told.get(FIELD))
    problems = {**found.problems, **(handle.problems if handle else {})}
    if problems:
        trouble = Refused("", 422, problems)
        return await again(visit, editing, answer, trouble, audience)
    asks = forms.creation(editing, found, audience, handle.told if handle else "")
    try:
        done = await visit.publish(*asks)
    except Refused as refused:
        return await again(visit, editing, answer, refused, audience)
    href = done[0].thing.id.removeprefix(visit.node.base)
    return visit.go(href, _SAID.get(audience, "saved"))


# -- a thing there is ------------------------------------------------------------------


async def opened(visit: Visit) -> Editing:
    id, suffix = address(visit)
    if suffix:
        raise web.HTTPNotFound
    return await visit.read(lambda read: _found(visit, id, read))


def _found(visit: Visit, id: str, read: Read) -> Editing:
    thing = present(visit, id, read)
    kind = visit.node.lexicon.joined(kinds_of(thing, read))
    if not may(kind.permits.get("Update", "nobody"), visit.viewer, thing):
        raise Refused(f"You may not change this {kind.label.lower()}.", 403)
    editing = forms.editing(kind, _site(visit), visit.viewer, thing)
    relations = list(editing.kind.relations.values())
    names = [each.kind for each in relations]
    edges = [*read.edges(subject=id), *read.edges_to(id, names, _MOST_EDGES)]
    return replace(
        editing, related=pickers.picked(edges, relations, visit.node.lexicon, id)
    )


async def edit(visit: Visit) -> web.StreamResponse:
    editing = await opened(visit)
    thing = _thing(editing)
    form = editing.blank()
    was = content_id(thing)
    audience = thing.audience
    return await _show(visit, editing, form, Trouble(), audience=audience, was=was)


async def update(visit: Visit) -> web.StreamResponse:
    editing = await opened(visit)
    thing = _thing(editing)
    answer = await forms.answered(editing.kind, visit.told, visit.site.media)
    found = editing.submitted(answer)
    audience = _audience(visit, editing, thing.audience)
    if found.problems:
        trouble = Refused("", 422, found.problems)
        return await again(visit, editing, answer, trouble, audience)
    asks = forms.change(editing, thing, found, audience, visit.told.get("was"))
    try:
        done = await visit.publish(*asks)
    except Refused as refused:
        return await again(visit, editing, answer, refused, audience)
    href = thing.id.removeprefix(visit.node.base)
    return visit.go(href, _said(thing, audience) if done else "unchanged")


def _thing(editing: Editing) -> Thing:
    assert editing.thing is not None, "it was opened"
    return editing.thing


def _said(thing: Thing, audience: str | None) -> str:
    if audience == thing.audience:
        return "saved"
    return _SAID.get(audience or "", "saved")


def _audience(visit: Visit, editing: Editing, otherwise: str) -> str:
    return _wanted(visit.told.flat(), editing, otherwise)


def _wanted(told_by: Mapping[str, str], editing: Editing, otherwise: str) -> str:
    told = told_by.get("audience", otherwise)
    return told if editing.audiences and told in AUDIENCES else otherwise


async def again(
    visit: Visit, editing: Editing, answer: Answer, refused: Refused, audience: str
) -> web.StreamResponse:
    """The form once more.  After a conflict, saving again is over their version."""
    theirs = refused.current if isinstance(refused, Conflict) else None
    was = content_id(theirs) if theirs else visit.told.get("was")
    form = editing.again(answer, refused.problems)
    new = None if editing.thing else visit.told.get(FIELD)
    handle = None if new is None else await _handle(visit, editing, new)
    trouble = Trouble(refused.reason, refused.status, theirs, handle)
    return await _show(visit, editing, form, trouble, audience=audience, was=was)


# -- preview -----------------------------------------------------------------------


async def preview(visit: Visit) -> web.StreamResponse:
    """Markdown as it will look: for a script, or as a page for who has none."""
    if terms := visit.told.get("of").split():
        drawn = [prose(visit.told.get(term), name=term) for term in terms]
        return visit.page("preview.html", drawn=drawn)
    text = prose(visit.told.get("text"))
    return web.Response(text=text, content_type="text/html")
