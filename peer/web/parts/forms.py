"""Between a form in a page and the model's: what was sent, and what is shown again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peer.model.declaration import Relation, Type
from peer.model.form import Form, Submitted, form_of, submitted
from peer.model.kinds import Site
from peer.model.permission import Viewer
from peer.node.outbox import Ask
from peer.node.pictures.media import Media
from peer.node.refusal import Refused
from peer.protocol.thing import DRAFT, MEMBERS, PUBLIC, Thing
from peer.web.exchange.body import Told
from peer.web.parts.pickers import asked_for

_ALL_OF_THEM: Mapping[str, str] = {
    PUBLIC: "Everybody",
    MEMBERS: "Members",
    DRAFT: "Only me: it is a draft",
}


@dataclass(frozen=True, slots=True)
class Editing:
    """A form that somebody works on: for a new thing, or for one there is."""

    kind: Type  # with the fields of all that the thing is, less what is not asked
    site: Site
    thing: Thing | None = None
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def before(self) -> Mapping[str, Any] | None:
        return self.thing.values if self.thing else None

    @property
    def audiences(self) -> Mapping[str, str]:
        """Who may be let in on it; a choice where the type says drafts."""
        return _ALL_OF_THEM if self.kind.drafts else {}

    def blank(self) -> Form:
        """The form as it is before anybody has typed."""
        return form_of(self.kind, self.site, self.before, related=self.related)

    def again(self, answer: Answer, problems: Mapping[str, str]) -> Form:
        """The form with all that was typed and sent, and what is wrong with it."""
        values = {**(self.before or {}), **answer.images}
        return form_of(
            self.kind,
            self.site,
            values if values else None,
            told=answer.texts,
            problems=problems,
        )

    def submitted(self, answer: Answer) -> Submitted:
        found = submitted(self.kind, answer.texts, self.site, self.before)
        return replace(found, problems={**found.problems, **answer.problems})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent: texts by name, and the pictures that were kept meanwhile."""

    texts: Mapping[str, str]
    images: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def editing(
    kind: Type,
    site: Site,
    viewer: Viewer,
    thing: Thing | None = None,
    related: Mapping[str, tuple[str, ...]] | None = None,
) -> Editing:
    """The form of ``kind`` as ``viewer`` is asked it."""
    relations = {each.term: each for each in asked_for(kind, viewer, thing)}
    return Editing(replace(kind, relations=relations), site, thing, related or {})


async def answered(kind: Type, told: Told, media: Media) -> Answer:
    """What ``told`` says of ``kind``; pictures are kept, so that none is sent twice."""
    texts = dict(told.flat())
    for term in kind.relations:
        texts[term] = " ".join(told.all(term))
    images: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for term in (t for t, each in kind.fields.items() if each.kind == "image"):
        try:
            found = await _picture(term, told, media)
        except Refused as refused:
            problems[term] = refused.reason
            continue
        texts.pop(f"{term}.kept", None)
        if found:
            images[term] = found
            texts[f"{term}.kept"] = json.dumps(found)
    return Answer(texts, images, problems)


async def _picture(term: str, told: Told, media: Media) -> Mapping[str, Any] | None:
    """The picture that was sent, else the one from before, if we have it."""
    if sent := told.uploads.get(f"{term}.file"):
        return await media.take(sent.content, told.get(f"{term}.alt"))
    try:
        kept = json.loads(told.get(f"{term}.kept") or "null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or not isinstance(kept.get("url"), str):
        return None
    home, _, name = kept["url"].rpartition("/")
    is_ours = home == f"{media.base}/media" and media.path_of(name) is not None
    return kept if is_ours else None


# -- what to publish -----------------------------------------------------------------


def creation(
    editing: Editing, found: Submitted, audience: str | None, slug: str = ""
) -> Sequence[Ask]:
    create = Ask(
        "Create",
        kind=editing.kind.name,
        values=found.values,
        audience=audience,
        slug=slug,
    )
    return [create, *_relating(editing, found, "@0")]


def change(
    editing: Editing, thing: Thing, found: Submitted, audience: str | None, was: str
) -> Sequence[Ask]:
    terms = {*thing.values, *found.values}
    changed = {
        term: found.values.get(term)
        for term in terms
        if found.values.get(term) != thing.values.get(term)
    }
    update = Ask(
        "Update", id=thing.id, values=changed, audience=audience, was=was or None
    )
    return [update, *_relating(editing, found, thing.id)]


def _relating(editing: Editing, found: Submitted, id: str) -> Iterator[Ask]:
    """Edges to state and to take back, so that they are what was picked."""
    for relation in editing.kind.relations.values():
        before = editing.related.get(relation.term, ())
        after = found.related.get(relation.term, ())
        for other in (each for each in before if each not in after):
            yield edge("Remove", relation, id, other)
        for other in (each for each in after if each not in before):
            yield edge("Add", relation, id, other)


def edge(verb: str, relation: Relation, id: str, other: str) -> Ask:
    subject, object = (other, id) if relation.reverse else (id, other)
    return Ask(verb, subject=subject, relation=relation.kind, object=object)
