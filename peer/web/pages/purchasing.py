"""A purchase: what was asked of a shop, until the shop has answered.

The page goes on by itself: by the numbers that are told live, or, without scripts,
because it says that it is to be loaded again.  Whoever has its address may see it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from peer.model.permission import Role, may_see
from peer.model.reading import Read
from peer.node.trading import order_keys, purchases
from peer.protocol import moment
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing
from peer.web.exchange.board import mark_of
from peer.web.exchange.caching import OWN
from peer.web.pages import things
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit

_SELLS = "sellsTicketsFor"
#: In these there is no order; in all others its own page tells how it stands.
_HEADINGS = {
    "asked": "The shop was asked",
    "refused": "That was not possible",
    "withdrawn": "Withdrawn",
}
#: So many seconds loading it again may take: they have a page to look at meanwhile.
_LOOKED_AT = 5.0
#: How often the page asks to be loaded again where no script listens, by its age.
_AGAIN = (
    (timedelta(minutes=1), 2),
    (timedelta(minutes=10), 10),
    (timedelta(hours=2), 60),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for with a form: what another form begins with."""

    lines: Sequence[tuple[str, int]]
    name: str
    email: str
    code: str = ""
    answers: Sequence[Mapping[str, str]] = ()


def key_of(visit: Visit, id: str) -> str:
    """What opens the page of ``id`` for who has no account."""
    return order_keys.key_of(visit.site.order_secret, id)


def is_key(visit: Visit, id: str) -> bool:
    """Does the visitor have the key of ``id``, in the address or in the form?"""
    told = visit.told.get("key") or visit.query.get("key", "")
    return order_keys.is_key(visit.site.order_secret, id, told)


def address_of(visit: Visit, purchase: Thing) -> str:
    """Where its buyer finds ``purchase``."""
    key = key_of(visit, purchase.id)
    return f"{purchase.id.removeprefix(visit.node.base)}?key={key}"


def go_on(visit: Visit, purchase: Thing) -> web.StreamResponse | None:
    """To where it is paid for, or shown; and only at the shop itself."""
    there = purchase.get("pay") or purchase.get("page")
    if purchase["state"] in _HEADINGS or not same_origin(there, purchase["shop"]):
        return None
    return visit.go(there)


def last_of(purchase: Thing, read: Read) -> Thing:
    """As it is by now; where a shop said no, what was asked of the next."""
    now = read.get(purchase.id) or purchase
    while now.get("next") and (after := read.get(now["next"])):
        now = after
    return now


async def answered(visit: Visit, purchase: Thing, patience: float) -> Thing:
    """The purchase once a shop has said yes, or all no; or after so many seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    purchase = await visit.read(partial(last_of, purchase))
    while purchase["state"] == "asked":
        left = began + patience - loop.time()
        if not await visit.site.awaited.change(purchase, left):
            break
        purchase = await visit.read(partial(last_of, purchase))
    visit.idled += loop.time() - began
    return purchase


async def page(visit: Visit) -> web.StreamResponse:
    id, suffix = things.address(visit)
    purchase = await visit.read(lambda read: read.get(id))
    if suffix or purchase is None or not _may_see(visit, purchase):
        return await things.page(visit)
    if visit.query.get("again"):  # they look at the page meanwhile
        last = await answered(visit, purchase, _LOOKED_AT)
    else:
        last = await visit.read(partial(last_of, purchase))
    if last.id != purchase.id:
        return visit.go(address_of(visit, last))
    return go_on(visit, last) or await _page(visit, last)


def _may_see(visit: Visit, purchase: Thing) -> bool:
    if purchase.kind != "Purchase" or purchase.deleted:
        return False
    return may_see(visit.viewer, purchase) or is_key(visit, purchase.id)


async def _page(visit: Visit, purchase: Thing) -> web.StreamResponse:
    asked, event, is_down = await visit.read(partial(_around, purchase))
    key = key_of(visit, purchase.id)
    path = purchase.id.removeprefix(visit.node.base)
    view = View(event, Around(), visit.setting) if event else None
    told = urlencode({"of": purchase.id, "key": key})
    answer = visit.page(
        "purchase.html",
        purchase={**purchase.values, "id": purchase.id, "published": purchase.published}
        | {"reason": purchase.get("reason", "")},
        heading=_HEADINGS.get(purchase["state"], "The shop has answered"),
        what=await visit.read(partial(_what, asked)) or purchase["name"],
        shop=urlsplit(purchase["shop"]).netloc,
        event=view,
        email=_contact(asked).get("email", ""),
        is_down=is_down,
        is_open=purchase["state"] in ("asked", "withdrawn"),
        mark=mark_of(purchase),
        again=_again(visit, purchase),
        anew=f"{path}?{urlencode({'key': key, 'again': 1})}",
        withdraw=f"{path}/withdraw",
        key=key,
        back=f"{view.href}/buy?{told}" if view else "",
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _again(visit: Visit, purchase: Thing) -> int:
    """In how many seconds to look again; 0 for not at all."""
    if purchase["state"] != "asked":
        return 0
    age = visit.node.now() - moment.read(purchase.published)
    return next((pause for until, pause in _AGAIN if age < until), 0)


def _around(purchase: Thing, read: Read) -> tuple[Activity | None, Thing | None, bool]:
    """What was asked, for which event, and whether the shop cannot be reached."""
    asked = purchases.offer_of(purchase, read)
    tickets = [id for id, _ in purchases.lines_of(asked)] if asked else []
    edges = read.edges_from(tickets, (_SELLS,))
    event = read.get(edges[0].object) if edges else None
    waiting = read.queued(host=origin(purchase["shop"]), limit=1)
    return asked, event, any(each.attempts for each in waiting)


def _what(asked: Activity | None, read: Read) -> str:
    """How many of which tickets, where all of them are still known."""
    lines = purchases.lines_of(asked) if asked else []
    known = read.many(id for id, _ in lines)
    if any(id not in known or not known[id].get("name") for id, _ in lines):
        return ""
    named = ((count, known[id]["name"]) for id, count in lines)
    return ", ".join(f"{count} \N{MULTIPLICATION SIGN} {name}" for count, name in named)


def _contact(asked: Activity | None) -> dict[str, str]:
    return dict(asked.notes.get("contact") or {}) if asked else {}


async def asked_again(visit: Visit) -> Asked | None:
    """What the purchase in the address had asked for, for its buyer to change."""
    id = visit.query.get("of", "")
    purchase = await visit.read(lambda read: read.get(id)) if id else None
    if purchase is None or not _may_see(visit, purchase):
        return None
    known = purchase
    asked = await visit.read(lambda read: purchases.offer_of(known, read))
    if asked is None:
        return None
    contact = _contact(asked)
    return Asked(
        purchases.lines_of(asked),
        contact.get("name", ""),
        contact.get("email", ""),
        asked.notes.get("code", ""),
        asked.notes.get("answers", ()),
    )


async def withdraw(visit: Visit) -> web.StreamResponse:
    """The buyer no longer wants it.  The shop's answer may be on its way."""
    id, _ = things.address(visit)
    purchase = await visit.read(lambda read: read.get(id))
    if purchase is None or not _may_see(visit, purchase):
        raise web.HTTPNotFound
    owns = visit.viewer.role is Role.OWNER or visit.viewer.id == purchase.owner
    if not owns and not is_key(visit, id):
        raise web.HTTPNotFound
    await purchases.withdraw(visit.node, purchase.id)
    return visit.go(address_of(visit, purchase))
