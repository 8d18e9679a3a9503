"""Promo codes of an event: made, shown to who keeps it, ended.

A code is offered to the shop with the places that it is for, like their price, so it
holds once the shop has agreed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.allotting import allotments_of
from peer.model.declaration import Field, Type
from peer.model.form import Form, Submitted, form_of, submitted
from peer.model.kinds import Site
from peer.model.promotion import MOST, MOST_TIMES, Code, codes_of, shared, word_in
from peer.model.reading import Read
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
        help="Of all shops together: several share it by how many places they have. "
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
_TWICE = "There is such a code already: end it first, or take another."
_MANY = f"One kind of ticket has at most {MOST} codes: end some."
#: With these a shop sells, or is about to.
_SOLD = ("offered", "accepted")


@dataclass(frozen=True, slots=True)
class Shown:
    """A code, and what it is for; ``waits``: a shop has not said yes to it yet."""

    code: Code
    kinds: Sequence[str]
    waits: bool
    at_each: Mapping[str, int]  # so often, by shop, where several share it


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
    try:
        await visit.publish(*with_code(_code(found.values), chosen))
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
    await visit.publish(*(without_code(each, word) for each in have))
    return visit.go(visit.path.removesuffix("/end"), "code-ended")


def sold(given: Sequence[Thing]) -> Sequence[Thing]:
    """Those that a shop sells, as they came to be."""
    return [e for e in reversed(given) if e.get("state") in _SOLD and e["quantity"]]


def with_code(code: Code, chosen: Sequence[Thing]) -> Sequence[Ask]:
    """``code`` for those ``chosen``; of two that are made at once none is lost."""
    places: dict[str, int] = {}
    for each in chosen:
        places[each["shop"]] = places.get(each["shop"], 0) + int(each["quantity"])
    times = shared(code.times, places) if code.times else {}
    rows = {shop: replace(code, times=times.get(shop)).row for shop in places}
    return [
        Ask("Offer", id=each.id, revised=partial(_with, rows[each["shop"]]))
        for each in chosen
    ]


def without_code(allotment: Thing, word: str) -> Ask:
    return Ask("Offer", id=allotment.id, revised=partial(_without, word))


def _with(row: Mapping[str, Any], allotment: Thing, read: Read) -> Mapping[str, Any]:
    event, word = read.get(allotment["event"]), row["word"]
    given = allotments_of(event, read) if event is not None else ()
    if any(word in _words(each) for each in given):
        raise Refused(_TWICE, 422, {"word": _TWICE})
    rows = [code.row for code in codes_of(allotment.get("codes"))]
    if len(rows) >= MOST:
        raise Refused(_MANY, 422, {"for": _MANY})
    return {"codes": [*rows, dict(row)]}


def _without(word: str, allotment: Thing, read: Read) -> Mapping[str, Any]:
    codes = codes_of(allotment.get("codes"))
    return {"codes": [code.row for code in codes if code.word != word] or None}


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
        wrong["word"] = _TWICE
    if not wrong and bool(values.get("percent")) == bool(values.get("amount")):
        wrong["percent"] = "Say how much it takes off: percent or an amount, not both."
    shops = len({each["shop"] for each in chosen})
    if 0 < values.get("times", shops) < shops:
        wrong["times"] = f"{shops} shops have to share it: {shops} at least."
    if not chosen:
        wrong["for"] = "Choose at least one kind of ticket that it is for."
    elif any(len(_words(each)) >= MOST for each in chosen):
        wrong["for"] = _MANY
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
    at_each = {word: _at_each(word, given) for word in codes}
    return [
        Shown(
            replace(code, times=sum(at_each[word].values()) or None),
            [each["name"] for each in given if word in _words(each)],
            any(e.get("state") == "offered" for e in given if word in _words(e)),
            at_each[word] if len(at_each[word]) > 1 else {},
        )
        for word, code in codes.items()
    ]


def _at_each(word: str, given: Sequence[Thing]) -> Mapping[str, int]:
    """How often each shop lets it be used; nothing of those that do not count."""
    codes = [(e["shop"], c) for e in given for c in codes_of(e.get("codes"))]
    return {shop: c.times for shop, c in codes if c.word == word and c.times}


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
