"""Which requests are somebody who looks at a page: those are counted, and no others.

Programs are left out as far as they say what they are.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import structlog
from aiohttp import web

from peer.model.permission import may
from peer.protocol.thing import PUBLIC, Thing
from peer.web.visit import SITE, Site, Visit
from store.interface import Busy

_EVERY = 60.0
#: All browsers call themselves that, and so do some programs that add what they are.
_BROWSER = "Mozilla/"
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|scan|https?://", re.I
)
#: A page that a browser fetches in case somebody might want it.
_EARLY = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")

log = structlog.get_logger(__name__)


def note(visit: Visit, thing: Thing) -> None:
    """Count it, if somebody looks at a public page that is not their own."""
    if not visit.node.config.views or thing.audience != PUBLIC:
        return
    if visit.request.method != "GET" or may("owner", visit.viewer, thing):
        return
    if is_looking(visit.request.headers):
        visit.site.views.see(thing.id, visit.today())


def is_looking(headers: Mapping[str, str]) -> bool:
    """Do they come of a browser whose reader has asked for the page?"""
    agent = headers.get("User-Agent", "")
    if not agent.startswith(_BROWSER) or _PROGRAM.search(agent):
        return False
    if headers.get("Sec-Fetch-Dest", "document") != "document":
        return False
    return not any(name in headers for name in _EARLY)


async def writing(app: web.Application) -> AsyncIterator[None]:
    """Write down what was seen, now and then, and before the application ends."""
    site = app[SITE]
    task = asyncio.create_task(_again(site))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await _write(site)


async def _again(site: Site) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        await _write(site)


async def _write(site: Site) -> None:
    try:
        await site.views.write(site.node.store, site.node.now())
    except Busy:
        log.info("views.busy")
    except Exception:  # numbers are not worth a page
        log.exception("views")
