"""Jinja: a type's own templates first, then what any type looks like, then ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
)
from markupsafe import Markup

from peer.model import recurrence
from peer.model.declaration import Type
from peer.model.domain import Domain
from peer.model.kinds.money import amount_text, shown
from peer.model.lexicon import Lexicon
from peer.node.moderation.blocks import host_of
from peer.node.pictures.media import Media
from peer.node.writing.prose import excerpt, prose, reading_minutes
from peer.web.assets import Assets
from peer.web.parts import show
from peer.web.parts.talk import Said
from peer.web.parts.view import View

FOLDER = Path(__file__).parents[1] / "templates"

_MOST_CARDS = 4096


@dataclass
class Pages:
    """The templates, and the cards that were made of them lately."""

    environment: Environment
    lexicon: Lexicon | None = None
    cards: dict[tuple[object, ...], Markup] = field(default_factory=dict)

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        return self.environment.get_template(template).render(context)

    def of_type(self, kind: Type, lexicon: Lexicon, name: str) -> Template:
        """The template ``name`` of ``kind``, of what it extends, or of any type."""
        line = lexicon.lineage([kind.name])
        folders = [*(each.lower() for each in line), "_any"]
        return self.environment.select_template([f"{each}/{name}" for each in folders])

    def card(self, view: View, level: int = 2) -> Markup:
        """The card of ``view``, its title a heading of ``level``; drawn once."""
        if view.setting.lexicon is not self.lexicon:
            self.lexicon = view.setting.lexicon
            self.cards.clear()
        key = (view.id, level, view.mark)
        drawn = self.cards.get(key)
        if drawn is None:
            drawn = self._drawn(view, level)
            self._keep(key, drawn)
        return drawn

    def said(self, said: Said, level: int) -> Markup:
        """What somebody said, headings in it below ``level``; drawn once."""
        thing = said.thing
        key = (thing.id, thing.updated, said.author, said.href, said.url, level)
        drawn = self.cards.get(key)
        if drawn is None:
            drawn = Markup(self.render("said.html", {"each": said, "level": level}))
            self._keep(key, drawn)
        return drawn

    def _keep(self, key: tuple[object, ...], drawn: Markup) -> None:
        self.cards[key] = drawn
        if len(self.cards) > _MOST_CARDS:
            del self.cards[next(iter(self.cards))]

    def _drawn(self, view: View, level: int) -> Markup:
        told = {"thing": view, "kind": view.type, "level": level}
        template = self.of_type(view.type, view.setting.lexicon, "card.html")
        return Markup(template.render(told))


def pages(
    folders: Sequence[Path], domain: Domain, base: str, assets: Assets, media: Media
) -> Pages:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader([*folders, FOLDER])]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made = Pages(environment)
    environment.filters.update(
        prose=prose,
        excerpt=excerpt,
        minutes=reading_minutes,
        moment=partial(show.moment, zone=domain.zone),
        until=partial(show.until, zone=domain.zone),
        day=partial(show.day, zone=domain.zone),
        clock=partial(show.clock, zone=domain.zone),
        date=show.date,
        leaf=partial(show.leaf, zone=domain.zone),
        money=lambda value: shown(value["amount"], value["currency"]),
        plural=plural,
        amount=lambda value: amount_text(value["amount"], value["currency"]),
        host=host_of,
        place=show.place,
        repetition=lambda values: recurrence.words(recurrence.rule_of(values)),
    )
    environment.globals.update(
        site={
            "title": domain.title,
            "tagline": domain.tagline,
            "domain": domain.name,
            "base": base,
            "hue": domain.hue,
            "zone": domain.zone,
            "currency": domain.currency,
        },
        asset=assets.href,
        icon=assets.icon,
        card=made.card,
        said=made.said,
        image=partial(show.image, sizes=media.srcset),
        link=show.link,
    )
    return made


def plural(count: int, one: str, many: str = "") -> str:
    """A number and what it counts.

    >>> plural(1, "place"), plural(3, "place"), plural(0, "person", "people")
    ('1 place', '3 places', '0 people')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
