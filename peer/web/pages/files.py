"""Files: what the look is made of, and the pictures that people uploaded."""

from __future__ import annotations

import orjson
from aiohttp import web

from peer.node.pictures.media import MEDIA_TYPE
from peer.web.assets import FOR_EVER, Asset
from peer.web.exchange.headers import MEDIA_POLICY
from peer.web.visit import Visit

_ROBOTS = """\
User-agent: *
Disallow: /search
Disallow: /sign-in
Disallow: /account
Disallow: /activities
"""


async def asset(visit: Visit) -> web.StreamResponse:
    """A file of ours at the address that says what is in it."""
    found = visit.site.assets.files.get(visit.part("name"))
    if found is None:
        raise web.HTTPNotFound
    if found.digest != visit.part("digest"):
        raise web.HTTPFound(found.href)  # of another version: this is today's
    return _sent(visit, found, FOR_EVER)


async def favicon(visit: Visit) -> web.StreamResponse:
    """Browsers ask for it by this name; all that are in use take an SVG."""
    return _sent(visit, visit.site.assets.files["favicon.svg"], "public, max-age=86400")


def _sent(visit: Visit, found: Asset, cache: str) -> web.Response:
    small = "gzip" in visit.request.headers.get("Accept-Encoding", "")
    answer = web.Response(body=found.compressed if small else found.content)
    answer.content_type = found.media_type
    answer.headers.update(
        {
            "Cache-Control": cache,
            "ETag": f'"{found.digest}{"-gzip" if small else ""}"',
            "Vary": "Accept-Encoding",
        }
    )
    if small:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


async def media(visit: Visit) -> web.StreamResponse:
    """A picture, wherever it is opened no more than a picture."""
    path = visit.site.media.path_of(visit.part("file"))
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(
        path,
        headers={
            "Content-Type": MEDIA_TYPE,
            "Cache-Control": FOR_EVER,
            "Content-Security-Policy": MEDIA_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


async def upload(visit: Visit) -> web.StreamResponse:
    """Keep a picture for the text that somebody is writing, and say where it is."""
    sent = visit.told.uploads.get("file")
    kept = await visit.site.media.take(sent.content if sent else b"", "")
    return web.Response(
        body=orjson.dumps({"url": kept["url"].removeprefix(visit.node.base)}),
        status=201,
        content_type="application/json",
        headers={"Location": kept["url"]},
    )


async def robots(_visit: Visit) -> web.StreamResponse:
    return web.Response(text=_ROBOTS, content_type="text/plain")
