"""A promo code on a form: what it takes off, shown before anybody pays.

What is shown is what whoever gave the places to the shop has agreed with it.  The shop
has the last word: whether a code was used up, nobody else knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from peer.model.promotion import NO_SUCH, OVER, Code, codes_for
from peer.model.reading import Read
from peer.node.people import attempts
from peer.node.people.attempts import Limit
from peer.node.refusal import Refused
from peer.node.trading.contact import typed_code
from peer.web.parts.checkout import Checkout, Choice
from peer.web.visit import Visit

#: So many codes are tried from one network in a quarter of an hour, right or wrong.
_TRIES = Limit(30)


async def reduced(visit: Visit, form: Checkout) -> Checkout:
    """``form`` at the prices that its code makes, or with what is wrong with that."""
    if not form.code.strip():
        return form
    where, now = attempts.network(visit.address), visit.node.now()
    limits = {f"promo code {where}": _TRIES}
    try:
        await visit.node.store.transact(lambda tx: attempts.spend(tx, limits, now))
    except Refused as refused:
        return _wrong(form, refused.reason)
    codes = await visit.read(partial(_codes, form))
    choices = [_lowered(each, codes) for each in form.choices]
    lower = replace(form, choices=choices)
    if not any(each.was for each in lower.chosen or choices):
        return _wrong(form, NO_SUCH)
    if any(code.is_over(now) for code in codes.values()):
        return _wrong(form, OVER)
    return lower


def _wrong(form: Checkout, sentence: str) -> Checkout:
    return replace(form, problems={**form.problems, "code": sentence})


def _codes(form: Checkout, read: Read) -> Mapping[str, Code]:
    ids = [id for each in form.choices for id in each.ids.values()]
    return codes_for(read.many(ids).values(), typed_code(form.code), read)


def _lowered(choice: Choice, codes: Mapping[str, Code]) -> Choice:
    """At the lower price, and from those shops alone that know the code."""
    ids = {seller: id for seller, id in choice.ids.items() if id in codes}
    if not ids:
        return choice
    (seller, id), *others = ids.items()
    full = choice.price["amount"]
    return replace(
        choice,
        id=id,
        seller=seller,
        elsewhere=dict(others),
        price={**choice.price, "amount": full - codes[id].off(full)},
        was=choice.price,
        named=choice.field,
    )
