"""Numbers that change while somebody looks at them (server-sent events).

``/live?of=<id>&of=<id>`` goes on until the reader leaves.  Each event is a JSON
object: the id, and ``sold`` and ``left``; or ``changed``, where only whoever has the
page may know what it says, and the page is to be loaded anew.
"""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from peer.node.people import attempts
from peer.node.refusal import Refused
from peer.web.exchange.board import Listener, State
from peer.web.visit import Visit

_MOST = 100
_LONGEST_ID = 2000
#: A line goes out at least so often: it finds out who has left, and keeps proxies calm.
HEARTBEAT = 15.0
#: After so long a reader is let go, and comes back: to another worker, perhaps.
_LONGEST = 30 * 60.0
_BEGIN = b"retry: 3000\n\n"
_STILL_HERE = b":\n\n"
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


async def page(visit: Visit) -> web.StreamResponse:
    """Tell what changes, as long as somebody is there to be told."""
    ids = _asked(visit)
    answer = web.StreamResponse(headers=_HEADERS)
    if visit.request.method == "HEAD":
        return answer
    board = visit.site.board
    network = attempts.network(visit.address)
    listener = await board.join(ids, network)
    if listener is None:
        raise Refused("Too many are listening. The page can be loaded anew.", 503)
    try:
        await answer.prepare(visit.request)
        await answer.write(_BEGIN)
        await _tell(answer, listener)
    except ConnectionError:
        pass  # they have left, as everybody does in the end
    finally:
        board.leave(listener)
    return answer


def _asked(visit: Visit) -> frozenset[str]:
    told = visit.request.query.getall("of", [])
    ids = frozenset(each for each in told if each and len(each) <= _LONGEST_ID)
    if not ids:
        raise Refused("Say what you want to follow: /live?of=<id>.", 400)
    if len(ids) > _MOST:
        raise Refused(f"No more than {_MOST} at a time.", 400)
    return ids


async def _tell(answer: web.StreamResponse, listener: Listener) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST
    while not listener.is_over and loop.time() < end:
        news = await listener.next(HEARTBEAT)
        said = b"".join(_event(id, state) for id, state in news.items())
        await answer.write(said or _STILL_HERE)


def _event(id: str, state: State) -> bytes:
    told: dict[str, str | int | None] = {"id": id}
    if isinstance(state, str):
        told["changed"] = state
    else:
        told.update(sold=state.sold, left=state.left)
    return b"data: " + orjson.dumps(told) + b"\n\n"
