"""Paying for an order: choosing how, going there, coming back, and being told.

A notification is a hint and a return is one too: either way the provider is asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from peer.model.ledger import Account, account
from peer.model.reading import Read
from peer.node.outgoing.reach import OutOfReach
from peer.node.paying import ways
from peer.node.paying.beginning import begun, kept_until
from peer.node.paying.booking import payment_id
from peer.node.paying.provider import Checkout, Provider, Unavailable
from peer.node.paying.trial import TrialProvider, find
from peer.node.refusal import Refused
from peer.protocol.iri import origin
from peer.protocol.thing import Thing
from peer.web.exchange.body import read_bytes
from peer.web.exchange.caching import OWN
from peer.web.pages.ordering import Opened, asked, is_asked, others, terms
from peer.web.parts.ordered import ordered
from peer.web.visit import Visit
from store.interface import Busy

log = structlog.get_logger("peer.web")

_LARGEST_HINT = 16 * 1024
_LONGEST_REFERENCE = 200
#: A page that waits for the money looks again after so many seconds, by itself.
_LOOK_AGAIN = 5
_BACK_WITHIN = 6.0


# -- choosing how --------------------------------------------------------------------


async def page(visit: Visit) -> web.StreamResponse:
    """How the order can be paid for, and what to write on a transfer."""
    opened = await asked(visit)
    if await is_asked(visit, opened):
        return _first(visit, opened)
    return await _page(visit, opened)


def _first(visit: Visit, opened: Opened) -> web.StreamResponse:
    """Who ordered without having been asked answers before they pay."""
    path = opened.order.id.removeprefix(visit.node.base)
    return visit.go(f"{path}/answers{opened.query}")


async def _page(visit: Visit, opened: Opened, problem: str = "") -> web.StreamResponse:
    book = await _account(visit, opened)
    state = opened.order["state"]
    if book.is_paid or state not in ("awaiting", "confirmed"):
        return visit.go(_path(visit, opened))
    payee = opened.order.get("payee")
    shown = await visit.read(partial(ordered, opened.order))
    offered = await ways.offered_for(visit.node, payee)
    answer = visit.page(
        "pay.html",
        order=opened.order,
        opened=opened,
        path=opened.order.id.removeprefix(visit.node.base),
        due={"amount": book.due, "currency": book.currency},
        lines=shown.lines,
        terms=await terms(visit, shown),
        ways=offered,
        keeps=await _keeps(visit, opened.order, offered),
        pending=_under_way(book),
        flagged=[each["amount"] for each in book.flagged],
        transfer=next((p for p in book.pending if p["provider"] == "transfer"), None),
        account=await ways.transfer_for(visit.node, payee),
        beside=await others(visit, opened.order),
        problem=problem,
    )
    answer.headers["Cache-Control"] = OWN
    return answer


async def _keeps(
    visit: Visit, order: Thing, offered: Sequence[Provider]
) -> Mapping[str, str]:
    """Until when the order waits for money that people have to look for."""
    if order["state"] != "awaiting":
        return {}
    slow = [each for each in offered if each.by_hand and not each.trusted]
    untils = {each.name: await kept_until(visit.node, each, order) for each in slow}
    return {n: until for n, until in untils.items() if until > order["expires"]}


async def begin(visit: Visit) -> web.StreamResponse:
    """Go where it is paid; where that cannot be reached, the order is kept."""
    opened = await asked(visit)
    name = visit.told.get("provider")
    if await is_asked(visit, opened):
        return _first(visit, opened)
    where = _back(opened, name)
    try:
        checkout = await begun(visit.node, opened.order.id, name, where)
    except Unavailable:
        return await _page(visit, opened, _unreachable(visit, name))
    except Refused as refused:
        if refused.status == 404:
            raise
        return await _page(visit, opened, refused.reason)
    return await _onward(visit, opened, name, checkout)


def _unreachable(visit: Visit, name: str) -> str:
    label = ways.way(visit.node, name).label
    return (
        f"“{label}” cannot be had just now: it gave no answer. Your order is kept, and "
        "nothing was paid. Try again, or pay in another way."
    )


async def _onward(
    visit: Visit, opened: Opened, name: str, checkout: Checkout
) -> web.StreamResponse:
    provider = ways.way(visit.node, name)
    path = opened.order.id.removeprefix(visit.node.base)
    if provider.by_hand:
        below = "" if provider.trusted else "/pay"
        return visit.go(f"{path}{below}{opened.query}", "to-pay")
    if origin(checkout.href) == visit.node.base:
        return visit.go(checkout.href.removeprefix(visit.node.base))
    _check_page(visit, checkout.href)
    answer = visit.page(
        "pay-on.html",
        order=opened.order,
        path=path,
        opened=opened,
        to=checkout.href,
        host=urlsplit(checkout.href).netloc,
    )
    # No redirect: a form of ours is not to send anybody elsewhere (form-action).
    answer.headers["Refresh"] = f"0; url={checkout.href}"
    return answer


def _check_page(visit: Visit, page: str) -> None:
    """Only to where this peer itself would go, and by https but in development."""
    outgoing = visit.node.outgoing
    try:
        place = outgoing.reach.place(page) if outgoing else None
    except OutOfReach as wrong:
        raise Refused(f"The page to pay on is out of reach: {wrong}.", 409) from wrong
    is_dev = place is not None and place.host in visit.node.config.dev_allow
    if place is None or (place.url.scheme != "https" and not is_dev):
        raise Refused("The page to pay on is not one to send anybody to.", 409)


def _back(opened: Opened, name: str) -> str:
    """Where who has paid comes back to."""
    return f"{opened.order.id}/pay/{name}{opened.query}"


# -- coming back ----------------------------------------------------------------------


async def back(visit: Visit) -> web.StreamResponse:
    """Ask how it ended, and go on to the order; or wait a little, and look again."""
    provider = ways.way(visit.node, visit.part("provider"))
    opened = await asked(visit)
    waiting = _at(provider, await _account(visit, opened))
    troubles = await _asked_all(visit, waiting)
    after = await _account(visit, opened)
    path = opened.order.id.removeprefix(visit.node.base)
    if after.is_paid:
        return visit.go(f"{path}{opened.query}", "paid")
    if after.flagged:
        return visit.go(f"{path}/pay{opened.query}", "in-question")
    if not _at(provider, after):
        return visit.go(f"{path}/pay{opened.query}", "not-paid")
    answer = visit.page(
        "pay-waiting.html",
        order=opened.order,
        path=path,
        opened=opened,
        label=provider.label,
        here=f"{path}/pay/{provider.name}{opened.query}",
        trouble=bool(troubles),
    )
    answer.headers["Refresh"] = str(_LOOK_AGAIN)
    answer.headers["Cache-Control"] = OWN
    return answer


def _at(provider: Provider, book: Account) -> Sequence[Thing]:
    return [p for p in _under_way(book) if p["provider"] == provider.name]


async def _asked_all(visit: Visit, payments: Sequence[Thing]) -> Sequence[str]:
    """What kept us from an answer; whoever takes too long is asked by the clock."""
    try:
        async with asyncio.timeout(_BACK_WITHIN):
            settled = await asyncio.gather(
                *(visit.node.settling.settle(p.id) for p in payments)
            )
    except TimeoutError:
        return ["there was no answer in time"]
    except (Busy, Refused) as wrong:  # it is asked again by the clock
        log.warning("paying.unbooked", reason=str(wrong))
        return ["it could not be written down"]
    return [each.trouble for each in settled if each.trouble]


# -- being told -----------------------------------------------------------------------


async def notify(visit: Visit) -> web.StreamResponse:
    """A hint that something has changed there: of what it says, only which it is."""
    provider = ways.way(visit.node, visit.part("provider"))
    body = await read_bytes(visit.request, _LARGEST_HINT, visit.site.body_deadline)
    reference = _named(body)
    id = payment_id(visit.node.base, provider.name, reference)
    known = await visit.read(lambda read: read.get(id)) if reference else None
    if known is not None:
        await _asked_all(visit, [known])
    return web.Response(status=204)


def _named(body: bytes) -> str:
    """The reference in a notification, where there is one."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    inner = told.get("payload")
    inside = inner.get("checkout_id") if isinstance(inner, dict) else None
    for found in (inside, told.get("id")):
        if isinstance(found, str) and 0 < len(found) <= _LONGEST_REFERENCE:
            return found if found.isascii() and found.isprintable() else ""
    return ""


# -- the test provider -----------------------------------------------------------------


async def trial(visit: Visit) -> web.StreamResponse:
    """The page on which whoever tries it out says how the payment ends."""
    _trial(visit)
    reference = visit.part("reference")
    found = await visit.read(lambda read: find(read, reference))
    if found is None:
        raise Refused("There is no such payment.", 404)
    answer = visit.page(
        "pay-trial.html",
        trial=found,
        money={"amount": found.amount, "currency": found.currency},
        back=found.back.removeprefix(visit.node.base),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


async def decide(visit: Visit) -> web.StreamResponse:
    """It ends like this; and whoever is to be told is told, once, twice or never."""
    provider, reference = _trial(visit), visit.part("reference")
    choice = visit.told.get("choice")
    ended = await provider.decide(reference, choice)
    id = payment_id(visit.node.base, provider.name, reference)
    if choice in ("approve", "decline", "less", "again"):
        await visit.node.settling.settle(id)
    if choice == "twice":
        for _ in range(2):
            settle = visit.node.settling.settle
            await asyncio.gather(settle(id), settle(id))
    back = ended.back.removeprefix(visit.node.base)
    if choice != "lost":
        return visit.go(back)
    return visit.go(back.replace(f"/pay/{provider.name}", "", 1))


def _trial(visit: Visit) -> TrialProvider:
    if "trial" not in visit.node.config.payments:
        raise Refused("Nobody can try out payments here.", 404)
    return TrialProvider(visit.node)


# -- what all of these need ----------------------------------------------------------


async def _account(visit: Visit, opened: Opened) -> Account:
    id = opened.order.id

    def query(read: Read) -> Account:
        return account(read.get(id) or opened.order, read)

    return await visit.read(query)


def _under_way(book: Account) -> Sequence[Thing]:
    """Payments that a provider is still to say something about."""
    return [p for p in book.pending if p["provider"] not in ("door", "transfer")]


def _path(visit: Visit, opened: Opened) -> str:
    return opened.order.id.removeprefix(visit.node.base) + opened.query
