"""The queue: what is still to reach other servers, for those who keep this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from peer.model.reading import Backlog, Delivery, Read
from peer.node.outgoing import backlog
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from peer.web.visit import Visit

_HOSTS, _DELIVERIES = 50, 100
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Host:
    """How it stands with one server; ``rests`` is until when it is left in peace."""

    told: Backlog
    rests: str

    @property
    def name(self) -> str:
        return self.told.host.partition("://")[2] or self.told.host

    @property
    def query(self) -> str:
        return urlencode({"host": self.told.host})


async def page(visit: Visit) -> web.StreamResponse:
    """Where something went wrong, host by host; of the others, how many they are."""
    after = visit.query.get("after", "")[:_LONGEST]
    all, some = await visit.read(lambda read: _standing(read, after))
    more = some[_HOSTS - 1].host if len(some) > _HOSTS else ""
    return visit.page(
        "queue.html",
        all=all,
        hosts=[_host(visit, each) for each in some[:_HOSTS]],
        next=f"?{urlencode({'after': more})}" if more else "",
    )


def _standing(read: Read, after: str) -> tuple[Backlog, Sequence[Backlog]]:
    some = read.backlogs(troubled=True, after=after, limit=_HOSTS + 1)
    return read.backlog(), some


def _host(visit: Visit, told: Backlog) -> Host:
    outgoing = visit.node.outgoing
    rests = outgoing.rests_until(told.host) if outgoing else None
    return Host(told, _shown(rests))


def _shown(rests: datetime | None) -> str:
    return wire(rests) if rests else ""


async def of_host(visit: Visit) -> web.StreamResponse:
    """Each delivery to one host."""
    host, after = visit.query.get("host", ""), _number(visit.query.get("after", ""))
    found = await visit.read(
        lambda read: read.queued(host=host, after=after or 0, limit=_DELIVERIES + 1)
    )
    if not found and not after:
        raise Refused("Nothing is waiting for such a host.", 404)
    return visit.page(
        "queue-of.html",
        host=_host(visit, Backlog(host, 0, 0, 0)),
        deliveries=found[:_DELIVERIES],
        next=_next(host, found),
    )


def _next(host: str, found: Sequence[Delivery]) -> str:
    if len(found) <= _DELIVERIES:
        return ""
    return "?" + urlencode({"host": host, "after": found[_DELIVERIES - 1].id})


def _number(text: str) -> int | None:
    """The number of a delivery; None where none is told."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused("This is no number of a delivery.", 400)
    return int(text) if text else None


# -- changing ----------------------------------------------------------------------


async def retry(visit: Visit) -> web.StreamResponse:
    """Try again: one delivery, all to a host, or all."""
    host, id = visit.told.get("host")[:_LONGEST], _number(visit.told.get("id"))
    await backlog.retry(visit.node, id=id, host=host if host and id is None else None)
    return visit.go("/queue", "trying")


async def ask_to_drop(visit: Visit) -> web.StreamResponse:
    host, id = visit.query.get("host", "")[:_LONGEST], visit.query.get("id", "")
    wanted = _number(id)
    found = await visit.read(lambda read: _dropping(read, host, wanted))
    if not found:
        raise Refused("There is nothing like that in the queue.", 404)
    return visit.page(
        "queue-drop.html",
        host=_host(visit, Backlog(found[0].host, 0, 0, 0)),
        one=found[0] if wanted is not None else None,
    )


def _dropping(read: Read, host: str, id: int | None) -> Sequence[Delivery]:
    if id is None:
        return read.queued(host=host, limit=1)
    return [each for each in read.queued(after=id - 1, limit=1) if each.id == id]


async def drop(visit: Visit) -> web.StreamResponse:
    host, id = visit.told.get("host")[:_LONGEST], _number(visit.told.get("id"))
    if not host and id is None:
        raise Refused("Nothing says what is to be dropped.", 400)
    by = visit.viewer.id or ""
    if not await backlog.drop(
        visit.node, by, id=id, host=None if id is not None else host
    ):
        raise Refused("There is nothing like that in the queue any more.", 404)
    return visit.go("/queue", "dropped")
