"""The short way to the inbox that all of a peer share.

No visitor comes there: nobody has a cookie, a form or a page, and there is one address.
So of what stands before a page it passes what is for everybody, and nothing is looked
for.  A busy peer is asked for little else as often.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from peer.web.exchange import guards
from peer.web.pages.federation import inbox
from peer.web.visit import VISIT

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

_INBOX = "/inbox"


@dataclass(slots=True)
class Posted:
    """``handle``, but for what is posted there.

    The first goes the long way, to find the route, which is then put on all of them.
    """

    handle: Handle
    _route: web.UrlMappingMatchInfo | None = None

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.Request)
        if request.raw_path != _INBOX or request.method != "POST":
            return await self.handle(request)
        if self._route is None or "Expect" in request.headers:
            answer = await self.handle(request)
            self._route = request.match_info
            return answer
        request._match_info = self._route
        return await guards.watch(request, _explained)


async def _explained(request: web.Request) -> web.StreamResponse:
    return await guards.explain(request, _admitted)


async def _admitted(request: web.Request) -> web.StreamResponse:
    return await guards.admit(request, _taken)


async def _taken(request: web.Request) -> web.StreamResponse:
    visit = request[VISIT]
    await visit.site.keep_up()
    return await inbox.shared(visit)
