"""Promo codes of an event: made, shown to who keeps it, ended.

A code is offered to the shop with the places that it is for, like their price, so it
holds once the shop has agreed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.declaration import Field, Type
from peer.model.form import Form, Submitted, form_of, submitted
from peer.model.kinds import Site
from peer.model.promotion import MOST, MOST_TIMES, Code, codes_of, word_in
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.pages.allotting import Kept, kept_event
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit

#: Letters and digits that nobody takes for one another.
_LETTERS, _LONG = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 8
_FIELDS = (
    Field(
        *("word", "line", "Code", "sx:word"),
        max=40,
        help="What buyers type: letters, digits and dashes, three at least. "
        "Left empty, one is made that nobody guesses.",
    ),
    Field("percent", "count", "Percent off", "sx:percent", min=1, max=100),
    Field("amount", "money", "Or an amount off", "sx:amount", min=1, max=1_000_000),
    Field(
        *("times", "count", "How many orders"),
        "sx:times",
        help="Each shop that sells these tickets counts for itself. "
        "Left empty, as many as want to.",
        min=1,
        max=MOST_TIMES,
    ),
    Field(
        *("until", "moment", "Until", "sx:until"),
        help="By the clocks where the event is. "
        "Left empty, as long as tickets are sold.",
    ),
)
_ASKED = Type(
    *("Code", "sx:Code", "Promo code", "Promo codes", "codes"),
    title="word",
    fields={each.term: each for each in _FIELDS},
)
#: With these a shop sells, or is about to.
_SOLD = ("offered", "accepted")


@dataclass(frozen=True, slots=True)
class Shown:
    """A code, and what it is for; ``waits``: a shop has not said yes to it yet."""

    code: Code
    kinds: Sequence[str]
    waits: bool


async def page(visit: Visit) -> web.StreamResponse:
    kept = await visit.read(partial(kept_event, visit))
    return _show(visit, kept, form_of(_ASKED, _site(visit, kept.event)))


async def make(visit: Visit) -> web.StreamResponse:
    """Offer the places that it is for anew, with the code."""
    kept = await visit.read(partial(kept_event, visit))
    site, texts = _site(visit, kept.event), visit.told.flat()
    found = submitted(_ASKED, texts, site)
    chosen = [each for each in sold(kept.given) if each.id in visit.told.all("for")]
    wrong = _wrong(found, chosen, kept.given)
    form = form_of(_ASKED, site, told=texts, problems=wrong)
    if wrong:
        return _show(visit, kept, form, Refused("", 422, wrong))
    row = _code(found.values).row
    try:
        await visit.publish(*(_with(each, row) for each in chosen))
    except Refused as refused:
        return _show(visit, kept, form, refused)
    return visit.go(visit.path, "code-made")


async def end(visit: Visit) -> web.StreamResponse:
    """Nobody can use it any more, once the shop has heard; what was bought stays."""
    kept = await visit.read(partial(kept_event, visit))
    word = visit.told.get("word")
    have = [e for e in kept.given if word in _words(e)]
    if not have:
        raise Refused("There is no such code for this event.", 404)
    await visit.publish(*(_without(each, word) for each in have))
    return visit.go(visit.path.removesuffix("/end"), "code-ended")


def sold(given: Sequence[Thing]) -> Sequence[Thing]:
    """Those that a shop sells, as they came to be."""
    return [e for e in reversed(given) if e.get("state") in _SOLD and e["quantity"]]


def _with(allotment: Thing, row: Mapping[str, Any]) -> Ask:
    rows = [code.row for code in codes_of(allotment.get("codes"))]
    return Ask("Offer", id=allotment.id, values={"codes": [*rows, dict(row)]})


def _without(allotment: Thing, word: str) -> Ask:
    codes = codes_of(allotment.get("codes"))
    rows = [code.row for code in codes if code.word != word]
    return Ask("Offer", id=allotment.id, values={"codes": rows or None})


def _words(allotment: Thing) -> set[str]:
    return {code.word for code in codes_of(allotment.get("codes"))}


def _wrong(
    found: Submitted, chosen: Sequence[Thing], given: Sequence[Thing]
) -> Mapping[str, str]:
    """What the declarations cannot know: how the answers go together."""
    wrong, values = dict(found.problems), found.values
    word = values.get("word")
    if word and not word_in(word):
        wrong["word"] = "A code is letters, digits and dashes, from 3 to 40 of them."
    elif word and any(word_in(word) in _words(each) for each in given):
        wrong["word"] = "There is such a code already: end it first, or take another."
    if not wrong and bool(values.get("percent")) == bool(values.get("amount")):
        wrong["percent"] = "Say how much it takes off: percent or an amount, not both."
    if not chosen:
        wrong["for"] = "Choose at least one kind of ticket that it is for."
    elif any(len(_words(each)) >= MOST for each in chosen):
        wrong["for"] = f"One kind of ticket has at most {MOST} codes: end some."
    return wrong


def _code(values: Mapping[str, Any]) -> Code:
    made = "".join(secrets.choice(_LETTERS) for _ in range(_LONG))
    return Code(
        word_in(values.get("word") or made),
        values.get("percent", 0),
        values["amount"]["amount"] if values.get("amount") else 0,
        values.get("times"),
        values.get("until", ""),
    )


def _site(visit: Visit, event: Thing) -> Site:
    """By the clocks where the event is."""
    domain = visit.node.domain
    return Site(event.get("timezone") or domain.zone, domain.currency)


def _shown(given: Sequence[Thing]) -> Sequence[Shown]:
    codes = {c.word: c for each in given for c in codes_of(each.get("codes"))}
    return [
        Shown(
            code,
            [each["name"] for each in given if word in _words(each)],
            any(e.get("state") == "offered" for e in given if word in _words(e)),
        )
        for word, code in codes.items()
    ]


def _show(
    visit: Visit, kept: Kept, form: Form, refused: Refused | None = None
) -> web.StreamResponse:
    chosen = visit.told.all("for")
    answer: web.StreamResponse = visit.page(
        "codes.html",
        status=refused.status if refused else 200,
        thing=View(kept.event, Around(), visit.setting),
        codes=_shown(kept.given),
        given=[(each, each.id in chosen or not refused) for each in sold(kept.given)],
        named={question.term: question for question in form.questions},
        fields=_ASKED.fields,
        problems=refused.problems if refused else {},
        reason=refused.reason if refused else "",
        currency=visit.node.domain.currency,
        zone=_site(visit, kept.event).zone,
    )
    return answer
