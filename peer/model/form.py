"""A type as a form, and what was submitted as values or problems.

Forms are data: which questions there are, in which order, with which controls,
help and errors.  How they look is up to templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from peer.model.declaration import Field, Relation, Type
from peer.model.kinds import KINDS, Control, Site, Wrong
from peer.model.kinds.moment import zones
from peer.model.validation import completed, initial, problems

Values = Mapping[str, Any]
Texts = Mapping[str, str]
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """A field or a relation as it is asked for.

    A field has controls; a relation has the type to pick from, and what is picked.
    """

    term: str
    label: str
    help: str
    required: bool
    error: str = ""
    controls: tuple[Control, ...] = ()
    relation: Relation | None = None
    picked: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return id_of(self.term)

    @property
    def described_by(self) -> str:
        """The ids of what explains it, as ``aria-describedby`` wants them."""
        said = {"help": self.help, "error": self.error}
        return " ".join(f"{self.id}-{part}" for part, text in said.items() if text)

    @property
    def first(self) -> str:
        """The id to go to in order to answer it."""
        shown = [c for c in self.controls if c.input != "hidden"]
        return id_of(shown[0].name) if shown else self.id


@dataclass(frozen=True, slots=True)
class Form:
    kind: Type
    questions: tuple[Question, ...]

    @property
    def errors(self) -> tuple[Question, ...]:
        """The questions whose answers will not do, for the summary above the form."""
        return tuple(q for q in self.questions if q.error)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came back: values, ends of edges by relation term, and what is wrong."""

    values: Values
    related: Mapping[str, tuple[str, ...]]
    problems: Mapping[str, str]

    def changes(self, before: Values) -> dict[str, Any]:
        """The terms that are another than before, ``None`` for those that are gone."""
        terms = dict.fromkeys((*before, *self.values))
        now = {term: self.values.get(term) for term in terms}
        return {term: now[term] for term in terms if now[term] != before.get(term)}


def id_of(name: str) -> str:
    """The id of the control called ``name``."""
    return "field-" + name.replace(".", "-")


def form_of(
    kind: Type,
    site: Site,
    values: Values | None = None,
    *,
    related: Mapping[str, tuple[str, ...]] = _NONE,
    told: Texts | None = None,
    problems: Mapping[str, str] = _NONE,
) -> Form:
    """The form for a new thing, or for one with ``values``.

    After a mistake, ``told`` is what was typed: it is shown again as it was, right
    or wrong, with ``problems`` beside it.
    """
    asked = [
        replace(
            _question(each, problems),
            controls=tuple(_controls(each, site, values, told)),
        )
        for each in kind.fields.values()
        if not each.hidden
    ]
    pickers = [
        replace(
            _question(each, problems),
            relation=each,
            picked=related.get(each.term, ()) if told is None else _picked(each, told),
        )
        for each in kind.relations.values()
    ]
    return Form(kind, (*asked, *pickers))


def _question(each: Field | Relation, problems: Mapping[str, str]) -> Question:
    """What is asked, without what it is answered with."""
    return Question(
        term=each.term,
        label=each.label,
        help=each.help,
        required=each.required,
        error=problems.get(each.term, ""),
    )


def submitted(
    kind: Type, told: Texts, site: Site, before: Values | None = None
) -> Submitted:
    """What was typed, as the values of a new thing or the next of one with ``before``.

    What the form does not ask for stays as it was.
    """
    values, wrong = dict(_kept(kind, before or _NONE)), {}
    for each in kind.fields.values():
        if each.hidden:
            continue
        try:
            value = KINDS[each.kind].parse(each, told, _site_for(each, site, told))
        except Wrong as mistake:
            wrong[each.term] = str(mistake)
        else:
            values.update({} if value is None else {each.term: value})
    if before is None:
        hidden = {term: f for term, f in kind.fields.items() if f.hidden}
        values = completed(replace(kind, fields=hidden), values)
    related = {r.term: _picked(r, told) for r in kind.relations.values()}
    return Submitted(
        values, related, {**_wrong(kind, values, related, before), **wrong}
    )


def _wrong(
    kind: Type,
    values: Values,
    related: Mapping[str, tuple[str, ...]],
    before: Values | None,
) -> Mapping[str, str]:
    found = problems(kind, values, before)
    for each in kind.relations.values():
        picked = len(related[each.term])
        if each.required and not picked:
            found[each.term] = f"{each.label} is required."
        elif picked > 1 and not each.many:
            found[each.term] = f"{each.label} is one thing only."
    return found


def _kept(kind: Type, before: Values) -> Iterator[tuple[str, Any]]:
    for each in kind.fields.values():
        if each.hidden and each.term in before:
            yield each.term, before[each.term]


def _picked(relation: Relation, told: Texts) -> tuple[str, ...]:
    """IRIs have no blanks in them, so several of them fit into one text."""
    return tuple(dict.fromkeys(told.get(relation.term, "").split()))


def _controls(
    field: Field, site: Site, values: Values | None, told: Texts | None
) -> Iterator[Control]:
    value = initial(field) if values is None else values.get(field.term)
    around = _site_for(field, site, told if told is not None else values or _NONE)
    for control in KINDS[field.kind].controls(field, value, around):
        asked = replace(control, choices=_choices(field, control, values))
        if told is not None and asked.input != "file":
            asked = replace(asked, value=told.get(asked.name, ""))
        yield asked


def _choices(field: Field, control: Control, values: Values | None) -> Texts:
    """The choices that may be chosen now, where each depends on the last."""
    if not field.moves:
        return control.choices
    now = values.get(field.term) if values else None
    if now is None:
        now = initial(field)
        return {now: field.choices[now]}
    return {
        c: s for c, s in field.choices.items() if c in (now, *field.moves.get(now, ()))
    }


def _site_for(field: Field, site: Site, told: Mapping[str, Any]) -> Site:
    """The site, in the time zone that another field names for this one."""
    zone = told.get(field.zone or "")
    return replace(site, zone=str(zone)) if zone in zones() else site
