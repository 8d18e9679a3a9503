"""Is it alive, is it of use?  For whatever watches over the process."""

from __future__ import annotations

import asyncio
import shutil

import orjson
from aiohttp import web

from peer.web.visit import Visit

_ENOUGH = 64 * 1024 * 1024
_PATIENCE = 2.0


async def live(_visit: Visit) -> web.StreamResponse:
    return _told({"status": "alive"}, 200)


async def ready(visit: Visit) -> web.StreamResponse:
    """Does the store answer, and is there room to write?"""
    checks = {"store": await _store(visit), "disk": _disk(visit)}
    well = all(said == "ok" for said in checks.values())
    told = {"status": "ready" if well else "not ready", **checks}
    return _told(told, 200 if well else 503)


async def _store(visit: Visit) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await visit.read(lambda read: read.recall("probe", "probe"))
    except Exception as wrong:  # whatever it is, it is what was asked about
        return type(wrong).__name__
    return "ok"


def _disk(visit: Visit) -> str:
    try:
        free = shutil.disk_usage(visit.node.config.var).free
    except OSError as wrong:
        return type(wrong).__name__
    return "ok" if free >= _ENOUGH else "nearly full"


def _told(document: dict[str, str], status: int) -> web.Response:
    answer = web.Response(
        body=orjson.dumps(document), status=status, content_type="application/json"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
