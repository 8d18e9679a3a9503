"""The basket: goods and tickets together, and one page on which they are ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from peer.model.ordering import MOST, SELLS, count_of, event_of, left
from peer.model.reading import Read
from peer.node.paying import ways
from peer.node.people import accounts
from peer.node.people.browser import safe_next
from peer.node.refusal import Refused
from peer.node.trading import order_keys, orders
from peer.protocol.thing import PUBLIC, Thing
from peer.web.parts import asking, basket, checkout
from peer.web.parts.basket import Basket
from peer.web.parts.checkout import Checkout, Choice
from peer.web.parts.on_sale import has_codes
from peer.web.parts.reducing import reduced
from peer.web.parts.shares import Share, parts_of, shares
from peer.web.parts.terms import terms_of
from peer.web.visit import Visit

_HERE = "/basket"


def _held(visit: Visit) -> Basket:
    if not basket.sells(visit.node.lexicon.types):
        raise web.HTTPNotFound
    return basket.read(visit.cookie(basket.COOKIE))


def _keep(visit: Visit, answer: web.StreamResponse, held: Basket) -> web.StreamResponse:
    jar = visit.site.cookies
    if held:
        jar.set(answer, basket.COOKIE, held.cookie, basket.LIVES)
    else:
        jar.drop(answer, basket.COOKIE)
    return answer


def _choices(visit: Visit, held: Basket, read: Read) -> Sequence[Choice]:
    """What is in the basket and on sale, with the price that it has now."""
    counts = held.ids(visit.node.base)
    known = read.many(counts)
    there = [known[id] for id in counts if id in known]
    return [
        _choice(visit, each, counts[each.id], read) for each in there if _is_sold(each)
    ]


def _is_sold(thing: Thing) -> bool:
    is_there = thing.audience == PUBLIC and not thing.deleted
    return is_there and thing.kind in basket.KINDS and bool(thing.get("price"))


def _choice(visit: Visit, thing: Thing, count: int, read: Read) -> Choice:
    most, name = left(thing, read), str(thing.get("name") or thing.slug)
    event = event_of(thing, read) if thing.kind == "Ticket" else None
    allowed = min(MOST, thing.get("most") or MOST)
    choice = Choice(
        id=thing.id,
        name=f"{event['name']}, {name}" if event else name,
        price=thing["price"],
        seller=f"{visit.node.base}/actor",
        note=_note(most),
        most=min(allowed, MOST if most is None else most),
        are_left=most is not None and most < allowed,
        href=thing.id.removeprefix(visit.node.base),
    )
    return choice.typed(str(count))


def _note(most: int | None) -> str:
    if most is None:
        return ""
    return f"{most} left" if most else "Sold out"


# -- looking at it, and changing it ---------------------------------------------------


async def page(visit: Visit) -> web.StreamResponse:
    held = _held(visit)
    choices = await visit.read(partial(_choices, visit, held))
    undo = basket.read(visit.query.get("undo", ""))
    gone = await visit.read(partial(_choices, visit, undo)) if undo else ()
    form = Checkout(choices, "")
    return _page(visit, form, gone=gone)


def _page(
    visit: Visit, form: Checkout, status: int = 200, gone: Sequence[Choice] = ()
) -> web.Response:
    item = partial(basket.item_of, base=visit.node.base)
    return visit.page(
        "basket.html",
        status=status,
        form=form,
        gone=[(each, item(each.id)) for each in gone],
        items={each.id: item(each.id) for each in form.choices},
    )


async def add(visit: Visit) -> web.StreamResponse:
    """Put so many of something into the basket, and go back to where one was."""
    held = _held(visit)
    id, count = visit.told.get("id"), count_of(visit.told.get("count", "1"))
    item = basket.item_of(id, visit.node.base)
    thing, most = await visit.read(partial(_known, id)) if item else (None, None)
    if thing is None:
        raise Refused("That is not on sale here.", 404)
    back = safe_next(visit.told.get("next"), _HERE)
    if count is None or count > MOST:
        raise Refused(f"How many is a whole number from 1 to {MOST}.", 422)
    if held.is_full and item not in held.counts:
        return visit.go(_HERE, "basket-full")
    after = held.with_more(item, count)
    if most is not None and after.counts[item] > most:  # the basket says so, and where
        return _keep(visit, visit.go(_HERE), after)
    return _keep(visit, visit.go(back, "in-basket"), after)


def _known(id: str, read: Read) -> tuple[Thing | None, int | None]:
    """What is on sale under that id, and how many of it are left."""
    thing = read.get(id)
    if thing is None or not _is_sold(thing):
        return None, None
    return thing, left(thing, read)


async def change(visit: Visit) -> web.StreamResponse:
    """How many of each; or one of them out of it, which can be taken back."""
    held, base = _held(visit), visit.node.base
    if out := visit.told.get("remove"):
        kept = held.having(out, 0)
        undo = Basket({out: held.counts[out]}) if out in held.counts else Basket()
        told = f"?{urlencode({'undo': undo.cookie})}" if undo else ""
        return _keep(visit, visit.go(_HERE + told), kept)
    choices = await visit.read(partial(_choices, visit, held))
    form = _typed(visit, choices)
    if any(each.error for each in form.choices):
        return _page(visit, form, 422)
    counts = {basket.item_of(each.id, base): each.count for each in form.choices}
    after = Basket({item: count for item, count in counts.items() if count})
    on = visit.told.get("checkout")
    return _keep(visit, visit.go(f"{_HERE}/checkout" if on else _HERE), after)


def _typed(visit: Visit, choices: Sequence[Choice]) -> Checkout:
    told = [each.typed(visit.told.get(each.field, each.told)) for each in choices]
    return Checkout(told, "")


# -- ordering what is in it -----------------------------------------------------------


async def checkout_page(visit: Visit) -> web.StreamResponse:
    choices = await visit.read(partial(_choices, visit, _held(visit)))
    if not choices:
        return visit.go(_HERE)
    me = visit.viewer.id
    found = await visit.read(partial(accounts.find, id=me)) if me else None
    name, email = (found.name, found.email) if found else ("", "")
    asked, has_codes = await visit.read(partial(_beside, choices))
    form = replace(checkout.fresh(choices, name, email), asked=asked)
    if any(each.error for each in choices):  # less is left than lies in the basket
        return _page(visit, form, 409)
    return await _checkout(visit, form, has_codes)


def _beside(
    choices: Sequence[Choice], read: Read
) -> tuple[Sequence[asking.Asked], bool]:
    """What is asked of who buys these tickets, and whether there are codes for them."""
    ids = [each.id for each in choices]
    edges = read.edges_from(ids, (SELLS,))
    events = read.many(edge.object for edge in edges)
    tickets = read.many(edge.subject for edge in edges)
    return asking.asked_of(events.values()), has_codes(tickets.values(), read)


def _items(visit: Visit, form: Checkout) -> str:
    """What the form is about, as a basket would keep it."""
    base = visit.node.base
    counts = {basket.item_of(each.id, base): each.count for each in form.choices}
    return Basket(counts).cookie


async def _shares(visit: Visit, form: Checkout) -> Sequence[Share]:
    return await visit.read(partial(shares, form, visit.node.domain.title))


async def _checkout(
    visit: Visit,
    form: Checkout,
    has_codes: bool,
    status: int = 200,
    reason: str = "",
) -> web.Response:
    among = await _shares(visit, form)
    offered = await ways.offered_for(visit.node, among[0].payee if among else "")
    said = visit.node.config.returns
    return visit.page(
        "checkout.html",
        status=status,
        form=form,
        has_codes=has_codes,
        reason=reason,
        shares=among if len(among) > 1 else (),
        ways=offered if form.total["amount"] else (),
        terms=await visit.read(
            partial(terms_of, [each.id for each in form.chosen], said)
        ),
        items=_items(visit, form),
    )


async def order(visit: Visit) -> web.StreamResponse:
    """An order for each seller in it; sent twice it is the same, whatever it holds."""
    known = _sent(visit, _held(visit))
    choices = await visit.read(partial(_choices, visit, known))
    asked, coded = await visit.read(partial(_beside, choices))
    form = await reduced(visit, checkout.told(visit.told, choices, asked))
    if visit.told.get("update"):
        return await _checkout(visit, form.unfinished, coded)
    before = await visit.read(partial(_made, visit, form.token))
    if form.errors:
        if before:
            return _ordered(visit, before)
        return await _checkout(visit, form, coded, 422)
    try:
        parts = parts_of(form, await _shares(visit, form))
        made, *_ = await orders.order_all(
            visit.node,
            visit.viewer,
            parts,
            contact=form.contact,
            browser=visit.form_cookie(),
        )
    except Refused as refused:
        if refused.status not in (409, 410, 422):
            raise
        reason = checkout.SENT_BEFORE if before else refused.reason
        again = checkout.anew(form, {} if before else refused.problems)
        return await _checkout(visit, again, coded, refused.status, reason)
    return _ordered(visit, made)


def _made(visit: Visit, token: str, read: Read) -> Thing | None:
    """The order that this form became, if it was sent before."""
    base = visit.node.base
    return read.get(orders.order_id(f"{base}/actor", orders.offer_id(base, token)))


def _ordered(visit: Visit, order: Thing) -> web.StreamResponse:
    """To the order, or first to where it is paid; the basket is empty from now on."""
    to = order_keys.way_to(visit.site.order_secret, order)
    return _keep(visit, visit.go(to), Basket())


def _sent(visit: Visit, held: Basket) -> Basket:
    """What the form was drawn with: after the first time, the basket is empty."""
    return basket.read(visit.told.get("basket")) or held
