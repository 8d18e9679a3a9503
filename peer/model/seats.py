"""Seats of an order: one for each place, with a number that is never given again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from peer.model.ordering import Wanted
from peer.model.questions import answers_for, answers_of
from peer.protocol.credential import code_of
from peer.protocol.iri import origin
from peer.protocol.thing import DRAFT, Activity, Thing


def seats_for(
    order: Thing, lines: Iterable[Wanted], offer: Activity | None, because: Activity
) -> Sequence[Thing]:
    """One for every place in ``lines``; their codes follow from what was noted."""
    notes = offer.notes if offer else {}
    holder = str(dict(notes.get("contact") or {}).get("name") or "")[:80]
    nonce = str(notes.get("nonce") or because.id)
    answers = answers_of(order, offer)
    places = [line for line in lines if line.event for _ in range(line.count)]
    return [
        _answered(_seat(order, line, number, holder, nonce, because), line, answers)
        for number, line in enumerate(places, 1)
    ]


def _answered(seat: Thing, line: Wanted, told: Any) -> Thing:
    """With what its buyer has answered to who keeps the event, if anything."""
    assert line.event is not None, "only tickets have places"
    answers = answers_for(line.event, told)
    values = {**seat.values, "answers": answers} if answers else seat.values
    return replace(seat, values=values)


def _seat(
    order: Thing, line: Wanted, number: int, holder: str, nonce: str, why: Activity
) -> Thing:
    assert line.event is not None, "only tickets have places"
    id = f"{origin(order.id)}/seats/{order.slug}-{number}"
    event = line.event.get("name") or line.event.slug
    values = {
        "code": code_of(nonce, id),
        "name": f"{event}, {line.thing.get('name')}"[:160],
        "number": number,
        "order": order.id,
        "event": line.event.id,
        "ticket": line.thing.id,
        "state": "valid",
    }
    if holder:
        values["holder"] = holder
    at = why.published
    return replace(
        order,
        id=id,
        kind="Seat",
        values=values,
        published=at,
        updated=at,
        audience=DRAFT,
    )
