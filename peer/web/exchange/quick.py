"""Answers for programs that are given again while nothing has changed.

Other servers ask for the same few documents again and again.  An answer is kept as
it went out, under all that it depends on, together with a mark of the store; a later
commit, by whatever process, makes another mark.  Only what a handler has called
lasting is kept: what everybody is told alike, and what does not depend on the hour.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict

from peer.web.exchange import caching
from peer.web.routes import PROBES
from peer.web.visit import SITE, VISIT

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ANSWERS, _LARGEST, _LONGEST = 512, 64 * 1024, 2048
#: What says who asks, or what is wanted of the answer beside the answer.
_THEIRS = ("Cookie", "Authorization", "Range", "Expect")
#: Of one request only; the rest is as true the next time.
_ONCE = ("X-Request-Id", "Server-Timing")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it went out, and the mark of the store from before it was made."""

    mark: Hashable
    route: web.UrlMappingMatchInfo
    headers: CIMultiDict[str]
    body: bytes


@dataclass(slots=True)
class Quick:
    """``handle``, but for what is still as it was."""

    app: web.Application
    handle: Handle
    _kept: OrderedDict[Hashable, Kept] = field(default_factory=OrderedDict)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.Request)
        key = _key(request)
        if key is None:
            return await self.handle(request)
        site = self.app[SITE]
        await site.keep_up()
        # Asked before the answer is made: what is committed meanwhile counts as later.
        mark = (await site.node.store.mark(), site.node.mark)
        kept = self._kept.get(key)
        if kept is not None and kept.mark == mark:
            return _again(request, kept)
        answer = await self.handle(request)
        self._keep(key, mark, request, answer)
        return answer

    def _keep(
        self,
        key: Hashable,
        mark: Hashable,
        request: web.Request,
        answer: web.StreamResponse,
    ) -> None:
        visit = request.get(VISIT)
        if (
            visit is None
            or not visit.is_lasting
            or not isinstance(answer, web.Response)
        ):
            return
        body = answer.body
        if not isinstance(body, bytes) or len(body) > _LARGEST or answer.cookies:
            return
        if answer.headers.get("Cache-Control") != caching.ASK_AGAIN:
            return
        headers = CIMultiDict(answer.headers)
        for name in _ONCE:
            headers.popall(name, None)
        if answer.status == 200:
            self._kept[key] = Kept(mark, request.match_info, headers, body)
            self._kept.move_to_end(key)
        while len(self._kept) > _ANSWERS:
            self._kept.popitem(last=False)


def _key(request: web.Request) -> Hashable | None:
    """All that the answer depends on beside the store; None where that is too much."""
    headers, path = request.headers, request.raw_path
    if request.method != "GET" or len(path) > _LONGEST or path in PROBES:
        return None
    accept = headers.get("Accept", "")
    if "text/html" in accept or any(name in headers for name in _THEIRS):
        return None
    hosts = headers.getall("Host", ())
    encoding = headers.get("Accept-Encoding", "")
    if len(accept) + len(encoding) > _LONGEST:
        return None
    return (*hosts, path, accept, encoding)


def _again(request: web.Request, kept: Kept) -> web.Response:
    """The same once more; the route is for what is put on every answer at the end."""
    request._match_info = kept.route
    answer = web.Response(body=kept.body, headers=kept.headers)
    return caching.unchanged(request, answer)
