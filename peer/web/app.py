"""The application: routes, what stands before them, and what they share."""

from __future__ import annotations

from aiohttp import web

from peer.node.keys import settle_secret
from peer.node.node import Node, shelves
from peer.node.pictures.media import Media
from peer.web.assets import read_assets
from peer.web.exchange import guards, headers, viewed
from peer.web.exchange.body import DEADLINE, PICTURE
from peer.web.exchange.cookies import Cookies
from peer.web.parts import render
from peer.web.routes import ROUTES
from peer.web.visit import SITE, Site


def make_app(node: Node, *, body_deadline: float = DEADLINE) -> web.Application:
    """What answers for ``node``.  It is served by ``serving.Runner``."""
    secure = node.base.startswith("https:")
    app = web.Application(
        middlewares=(guards.watch, guards.explain, guards.admit, guards.recognize),
        client_max_size=PICTURE,
    )
    assets = read_assets(node.domain.hue)
    media = Media(node.config.var, node.base)
    folders = shelves(node.config)[0].folders
    pages = render.pages(folders, node.domain, node.base, assets, media)
    app[SITE] = Site(node, pages, assets, Cookies(secure), media, body_deadline)
    app.on_startup.append(_start)
    app.cleanup_ctx.append(viewed.writing)
    app.on_shutdown.append(_stop)
    app.on_response_prepare.append(headers.signal(secure))
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guards.guarded(route))
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, guards.guarded(route))
    return app


async def _start(app: web.Application) -> None:
    """What the application needs of the store before its first request."""
    site = app[SITE]
    site.secret = await settle_secret(site.node.store, "forms")
    site.order_secret = await settle_secret(site.node.store, "orders")


async def _stop(app: web.Application) -> None:
    """Answers that would go on for ever end, so that the others can be finished."""
    await app[SITE].board.close()
    await app[SITE].awaited.close()
