"""Who is coming, for who keeps the event: a list, and a file for a spreadsheet."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.gate import kinds_at
from peer.model.permission import Role
from peer.node.entrance import attendees
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.pages.checking_in import at_door
from peer.web.parts.authors import href_of
from peer.web.visit import Visit

_SHOWN = 500


async def page(visit: Visit) -> web.StreamResponse:
    event = await theirs(visit)
    asked = visit.query.get("q", "").strip()[:200]
    everybody = await attendees.attendees(visit.read, event)
    found = attendees.called(everybody, asked)
    answer = visit.page(
        "attendees.html",
        event=event,
        event_href=href_of(event.id, visit.node.base),
        zone=event.get("timezone") or visit.node.domain.zone,
        asked=asked,
        found=found[:_SHOWN],
        more=max(0, len(found) - _SHOWN),
        ended=attendees.ended(everybody),
        questions=attendees.asked(everybody),
        by_door=attendees.by_door(everybody),
        by_server=attendees.by_server(everybody),
        may_block=visit.viewer.role is Role.OWNER,
        count=attendees.counted(everybody),
        kinds=await visit.read(partial(kinds_at, event)),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


async def table(visit: Visit) -> web.StreamResponse:
    event = await theirs(visit)
    everybody = await attendees.attendees(visit.read, event)
    name = f'attachment; filename="{event.slug}.csv"'
    return web.Response(
        text=attendees.written(everybody),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": name, "Cache-Control": OWN},
    )


async def theirs(visit: Visit) -> Thing:
    """The whole list is for who keeps the event; a steward asks name by name."""
    event, keeper = await at_door(visit)
    if keeper.is_steward:
        raise Refused("The list is for who keeps the event.", 403)
    return event
