"""What an organizer asks of who has ordered without having been asked.

Who orders from elsewhere may be shown no questions there: they answer before they pay,
or before what costs nothing is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aiohttp import web

from peer.model import ordering
from peer.model.questions import answers_of
from peer.model.reading import Read
from peer.node.trading import orders
from peer.web.exchange.caching import OWN
from peer.web.pages.ordering import Opened, asked
from peer.web.parts.asking import Asked, asked_of, filled, typed
from peer.web.parts.checkout import Checkout
from peer.web.visit import Visit


async def page(visit: Visit) -> web.StreamResponse:
    opened = await asked(visit)
    if opened.order["state"] != "awaiting":
        return visit.go(_path(visit, opened))
    return _show(visit, opened, await visit.read(partial(_questions, opened)))


async def save(visit: Visit) -> web.StreamResponse:
    """On to pay; what costs nothing is theirs with that."""
    opened = await asked(visit)
    if opened.order["state"] != "awaiting":
        return visit.go(_path(visit, opened))
    there = await visit.read(partial(_questions, opened))
    told = typed(there, visit.told)
    if any(each.error for each in told):
        return _show(visit, opened, told, 422)
    answers = [said for each in told if (said := each.answer)]
    order = await orders.answer(visit.node, opened.order.id, answers)
    below = "/pay" if order["state"] == "awaiting" else ""
    return visit.go(_path(visit, opened, below), "answered")


def _questions(opened: Opened, read: Read) -> Sequence[Asked]:
    order = opened.order
    offer = read.activity(str(order.get("offer", "")))
    events = ordering.events_of(ordering.lines_of(order.id, read))
    return filled(asked_of(events), answers_of(order, offer))


def _path(visit: Visit, opened: Opened, below: str = "") -> str:
    return opened.order.id.removeprefix(visit.node.base) + below + opened.query


def _show(
    visit: Visit, opened: Opened, there: Sequence[Asked], status: int = 200
) -> web.StreamResponse:
    plain = [replace(each, error="") for each in there] if status == 200 else there
    answer = visit.page(
        "answers.html",
        status=status,
        order=opened.order,
        opened=opened,
        path=opened.order.id.removeprefix(visit.node.base),
        form=Checkout((), "", asked=plain),
    )
    answer.headers["Cache-Control"] = OWN
    return answer
