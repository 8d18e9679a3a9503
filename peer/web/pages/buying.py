"""Tickets for an event: how many and for whom, and then on to the shop.

The form carries a token that was made when it was drawn.  What is asked with it is
one purchase for ever: a double click, Back, a form sent again all lead to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from peer.model.reading import Read
from peer.node.people import accounts
from peer.node.people.browser import form_token
from peer.node.refusal import Refused
from peer.node.trading import order_keys, orders, purchases
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.exchange.headers import PAGE_POLICY
from peer.web.pages.purchasing import address_of, answered, asked_again, go_on
from peer.web.pages.things import address, present
from peer.web.parts import asking, basket, checkout
from peer.web.parts.around import Around
from peer.web.parts.checkout import Checkout, Choice
from peer.web.parts.on_sale import Sale, sale_of
from peer.web.parts.reducing import reduced
from peer.web.parts.view import View
from peer.web.visit import Visit

#: What has been asked for and is not paid yet; so many purchases are looked at.
_OPEN, _MOST_BEGUN = ("asked", "accepted", "awaiting"), 50
_MOST_SHOPS = 10


async def page(visit: Visit) -> web.StreamResponse:
    sale = await visit.read(partial(_sale, visit))
    again = await asked_again(visit)
    token, begun = await visit.read(partial(_begun, visit, sale.event.id))
    if again is not None:
        counts = dict(again.lines)
        typed = [each.typed(str(counts.get(each.id, ""))) for each in sale.choices]
        form = checkout.fresh(typed, again.name, again.email, token)
        answers = asking.filled(sale.asked, again.answers)
        form = await reduced(visit, replace(form, code=again.code, asked=answers))
    else:
        choices = _suggested(sale.choices)
        form = checkout.fresh(choices, *await _viewer(visit), token=token)
        form = replace(form, asked=sale.asked)
    return _form(visit, sale, form, begun=address_of(visit, begun) if begun else "")


def _begun(visit: Visit, event: str, read: Read) -> tuple[str, Thing | None]:
    """The token for this browser's form, and what it has asked for with that already.

    Whoever comes back to the form before they have paid is given the same token: sent
    again it is the same purchase, though browsers load the form anew.
    """
    desk = f"{visit.node.base}/actor"
    for token in _tokens(visit, event):
        found = _sent(visit, token, read)
        offer = orders.offer_id(visit.node.base, token)
        known = found or read.get(orders.order_id(desk, offer))
        if known is None:
            return token, None
        if known.get("state") in _OPEN:
            return token, found
    return "", None


def _tokens(visit: Visit, event: str) -> Iterator[str]:
    """The tokens of this browser's forms for ``event``, one after the other."""
    for number in range(_MOST_BEGUN):
        said = f"{visit.form_cookie()}\0{event}\0{number}"
        yield form_token(visit.site.secret, said)


def _without(visit: Visit, event: str, token: str, read: Read) -> set[str]:
    """The shops that had none left when this browser has asked with other forms."""
    found: set[str] = set()
    for each in _tokens(visit, event):
        asked = _all_sent(visit, each, read)
        if not asked:
            break
        if each != token:
            found |= {p["shop"] for p in asked if p["state"] == "refused"}
    return found


def _suggested(choices: Sequence[Choice]) -> Sequence[Choice]:
    """Where there is one kind of ticket, most people want one."""
    return [each.typed("1") for each in choices] if len(choices) == 1 else choices


async def _viewer(visit: Visit) -> tuple[str, str]:
    """Name and address of who has told us before."""
    me = visit.viewer.id
    found = await visit.read(partial(accounts.find, id=me)) if me else None
    return (found.name, found.email) if found else ("", "")


async def buy(visit: Visit) -> web.StreamResponse:
    sale = await visit.read(partial(_sale, visit))
    form = checkout.told(visit.told, sale.choices, sale.asked)
    form = await reduced(visit, form)
    if visit.told.get("update"):
        return _form(visit, sale, form.unfinished)
    before = await visit.read(partial(_sent, visit, form.token))
    if before is not None and (sale.closed or form.errors):
        return await _on(visit, await answered(visit, before, _patience(visit)))
    if sale.closed or form.errors:
        return _form(visit, sale, form, 409 if sale.closed else 422)
    try:
        return await _asked(visit, sale, form)
    except Refused as refused:
        if refused.status not in (409, 410, 422):
            raise
        reason = checkout.SENT_BEFORE if before else refused.reason
        anew = checkout.anew(form, {} if before else refused.problems)
        return _form(visit, sale, anew, refused.status, reason)


async def _asked(visit: Visit, sale: Sale, form: Checkout) -> web.StreamResponse:
    """Order where we are the shop; else ask a shop, and with it those after it."""
    node, viewer = visit.node, visit.viewer
    here = f"{node.base}/actor"
    if here in form.sellers:
        lines, contact = form.lines_at(here), form.contact
        made = await orders.order(
            node,
            viewer,
            token=form.token,
            lines=lines,
            contact=contact,
            beside=form.beside,
            browser=visit.form_cookie(),
        )
        return visit.go(order_keys.way_to(visit.site.order_secret, made))
    event = sale.event.id
    without = await visit.read(partial(_without, visit, event, form.token))
    first, *others = sorted(form.sellers, key=without.__contains__)
    asked = await purchases.ask(
        node,
        viewer,
        token=form.token,
        event=event,
        lines=form.lines_at(first),
        contact=form.contact,
        beside=form.beside,
        elsewhere=[form.lines_at(each) for each in others[: _MOST_SHOPS - 1]],
        browser=visit.form_cookie(),
    )
    return await _on(visit, await answered(visit, asked, _patience(visit)))


async def _on(visit: Visit, purchase: Thing) -> web.StreamResponse:
    return go_on(visit, purchase) or visit.go(address_of(visit, purchase))


def _patience(visit: Visit) -> float:
    return visit.site.patience - visit.idled


def _sent(visit: Visit, token: str, read: Read) -> Thing | None:
    """What a form with ``token`` became: at the last shop that was asked for it."""
    asked = _all_sent(visit, token, read)
    return asked[-1] if asked else None


def _all_sent(visit: Visit, token: str, read: Read) -> Sequence[Thing]:
    found: list[Thing] = []
    for number in range(_MOST_SHOPS):
        id = purchases.purchase_id(visit.node.base, purchases.token_at(token, number))
        there = read.get(id)
        if there is None:
            break
        found.append(there)
    return found


def _form(
    visit: Visit,
    sale: Sale,
    form: Checkout,
    status: int = 200,
    reason: str = "",
    begun: str = "",
) -> web.StreamResponse:
    answer = visit.page(
        "buy.html",
        status=status,
        event=View(sale.event, Around(), visit.setting),
        form=form,
        reason=reason,
        closed=sale.closed,
        unsold=sale.unsold,
        has_codes=sale.has_codes,
        left=sale.left,
        begun=begun,
        shops=sorted(urlsplit(each).netloc for each in _sellers(sale.choices)),
    )
    answer.headers["Content-Security-Policy"] = _policy(sale.choices)
    return answer


def _policy(choices: Sequence[Choice]) -> str:
    """The form may lead on to the shops that sell here: browsers would not follow."""
    shops = " ".join(sorted({origin(each) for each in _sellers(choices)}))
    return PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {shops}")


def _sellers(choices: Sequence[Choice]) -> set[str]:
    return {seller for each in choices for seller in each.ids}


def _sale(visit: Visit, read: Read) -> Sale:
    id, _ = address(visit)
    event = present(visit, id, read)
    if event.kind != "Event" or not same_origin(event.id, visit.node.base):
        raise web.HTTPNotFound
    is_shop = basket.sells(visit.node.lexicon.types)
    return sale_of(event, read, visit.node.now(), is_shop=is_shop)
