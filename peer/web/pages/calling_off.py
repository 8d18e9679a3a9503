"""Events that were called off, and how far their buyers were paid back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from peer.model.reading import Read
from peer.node.paying import called_off
from peer.node.paying.called_off import Refunds
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.visit import Visit

#: So long one press of the button goes on; pressed again, it goes on from there.
_PATIENCE = 8.0


async def page(visit: Visit) -> web.StreamResponse:
    if "Order" not in visit.node.lexicon.types:
        raise web.HTTPNotFound
    return await _page(visit)


async def pay_back(visit: Visit) -> web.StreamResponse:
    """Pay back whoever has paid, as many as there is time for."""
    refunds = await visit.read(partial(_refunds, visit.told.get("event")))
    if refunds is None:
        raise Refused("That event was not called off, or is not sold here.", 404)
    loop = asyncio.get_running_loop()
    end = loop.time() + _PATIENCE
    wrong = await called_off.pay_back_all(
        visit.node, visit.viewer, refunds, lambda: loop.time() < end
    )
    if wrong:
        return await _page(visit, wrong)
    told = urlencode({"event": refunds.event.id})
    return visit.go(f"/settling/called-off?{told}", "paying-back")


async def _page(visit: Visit, wrong: Sequence[str] = ()) -> web.StreamResponse:
    chosen = visit.told.get("event") or visit.query.get("event", "")
    off, refunds = await visit.read(partial(_found, chosen))
    answer: web.StreamResponse = visit.page(
        "calling-off.html",
        status=409 if wrong else 200,
        wrong=wrong,
        off=off,
        each=refunds,
        hand=called_off.by_hand,
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _found(chosen: str, read: Read) -> tuple[Sequence[Thing], Refunds | None]:
    """What was called off; and how one of them stands, the newest unless told."""
    off = called_off.events_off(read)
    one = next((o for o in off if o.event.id == chosen), off[0] if off else None)
    refunds = called_off.refunds_for(one, read) if one is not None else None
    return [each.event for each in off], refunds


def _refunds(id: str, read: Read) -> Refunds | None:
    off = {each.event.id: each for each in called_off.events_off(read)}
    return called_off.refunds_for(off[id], read) if id in off else None
