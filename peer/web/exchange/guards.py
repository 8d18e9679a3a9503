"""What every request passes on its way to a handler, from the outside in."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache, partial
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.http import HttpVersion10, HttpVersion11

from peer.node.people import sessions
from peer.node.people.browser import is_own_form
from peer.node.refusal import Refused
from peer.web.exchange import caching, cookies, csrf, errors
from peer.web.exchange.body import Told, read_form
from peer.web.routes import PROBES, Route
from peer.web.visit import SITE, VISIT, Visit

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger("peer.web")

_SLOW = 1.0


@web.middleware
async def watch(request: web.Request, handler: Next) -> web.StreamResponse:
    """Time it, finish its headers, and tell the log of what was slow or went wrong."""
    started = time.perf_counter()
    visit = request[VISIT] = Visit(request, request.app[SITE])
    mark = f"{random.getrandbits(48):012x}"  # to be found in the log, and no secret
    structlog.contextvars.bind_contextvars(request=mark)
    answer = await handler(request)
    took = time.perf_counter() - started
    is_stream = not isinstance(answer, web.Response)  # goes on as long as it is read
    if (took - visit.idled > _SLOW and not is_stream) or answer.status >= 500:
        log.warning(
            "slow" if answer.status < 500 else "failed",
            method=request.method,
            path=request.path,
            status=answer.status,
            seconds=round(took, 3),
        )
    if not answer.prepared:
        answer.headers["X-Request-Id"] = mark
        if answer.status < 400:
            answer.headers["Server-Timing"] = _timing(visit, took)
    return answer


def _timing(visit: Visit, took: float) -> str:
    store = f'store;dur={visit.waited * 1000:.1f};desc="{visit.reads} queries"'
    return f"total;dur={took * 1000:.1f}, {store}"


@web.middleware
async def explain(request: web.Request, handler: Next) -> web.StreamResponse:
    """Whatever is raised below becomes an answer that says what went wrong."""
    visit = request[VISIT]
    try:
        answer = await handler(request)
    except web.HTTPException as raised:
        answer = errors.of_http(visit, raised)
    except ConnectionError:
        raise  # they have gone: nobody is there to be answered
    except Exception as raised:
        answer = errors.of(visit, raised)
    if isinstance(answer, web.Response) and not answer.prepared:
        is_silent = request.method == "POST" and answer.body is None
        personal = not is_silent and visit.is_personal
        return caching.finish(request, answer, personal=personal)
    return answer


@web.middleware
async def admit(request: web.Request, handler: Next) -> web.StreamResponse:
    """Only what is meant for this peer, under its own name; one address a page."""
    if request.path in PROBES:
        return await handler(request)  # asked for by number, from inside
    visit = request[VISIT]
    if request.version not in (HttpVersion10, HttpVersion11):
        raise Refused("HTTP/1.1 is spoken here.", 505)
    ours = _ours(visit.node.base)
    _check_host(request.headers.getall("Host", []), ours)
    if not request.raw_path.startswith("/"):  # in full, as proxies are asked
        _check_host([_named_in(request.raw_path)], ours)
    raw = request.rel_url.raw_path
    if "%00" in request.raw_path:
        raise Refused("No address of ours has a NUL in it.", 400)
    if len(raw) > 1 and raw.endswith("/") and request.method in ("GET", "HEAD"):
        query = f"?{request.query_string}" if request.query_string else ""
        straight = "/" + raw.strip("/")
        raise web.HTTPPermanentRedirect(straight + query)
    return await handler(request)


@lru_cache
def _ours(base: str) -> Sequence[str]:
    here = urlsplit(base)
    return here.netloc, here.hostname or ""  # some servers leave the port out


def _check_host(told: Sequence[str], ours: Sequence[str]) -> None:
    if len(told) != 1:
        raise Refused("A request names one host.", 400)
    if told[0].lower() not in ours:
        raise Refused("There is no site of that name here.", 421)


def _named_in(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError as wrong:
        raise Refused("That is no address.", 400) from wrong


@web.middleware
async def recognize(request: web.Request, handler: Next) -> web.StreamResponse:
    """Who is it?  A cookie that leads nowhere is as good as none."""
    if request.path in PROBES:
        return await handler(request)  # alive is alive, whatever the store says
    visit = request[VISIT]
    await visit.site.keep_up()
    cookie = visit.cookie(cookies.SESSION)
    is_renewed = bool(cookie) and await _recognized(visit, cookie)
    answer = await handler(request)
    jar = visit.site.cookies
    if is_renewed and not answer.prepared and not jar.is_set(answer, cookies.SESSION):
        jar.set(answer, cookies.SESSION, cookie, sessions.LIVES)
    return answer


async def _recognized(visit: Visit, cookie: str) -> bool:
    """Who has ``cookie`` is the viewer; True where their session lives longer now."""
    now = visit.node.now()
    found = await visit.read(partial(sessions.viewer_of, cookie=cookie, now=now))
    if not found:
        return False
    visit.viewer, visit.session = found
    if not visit.session.is_overdue(now):
        return False
    touch = partial(sessions.touch, key=visit.session.key, now=now)
    await visit.node.store.transact(touch)
    return True


def guarded(route: Route) -> Next:
    """The handler of ``route``, behind what the route asks of a visitor."""

    async def handle(request: web.Request) -> web.StreamResponse:
        visit = request[VISIT]
        if visit.viewer.role < route.role:
            raise errors.not_for(visit, route.role)
        if request.method == "POST" and not route.signed:
            visit.told = await _form(visit, route)
        answer: web.StreamResponse = await route.handler(visit)
        return answer

    return handle


async def _form(visit: Visit, route: Route) -> Told:
    """The form that was sent, if it is one of ours."""
    headers, origin = visit.request.headers, visit.node.base
    if csrf.is_foreign(headers, origin):
        raise Refused("This form was sent from another site, so it was not taken.", 403)
    told = await read_form(visit.request, route.limit, visit.site.body_deadline)
    if route.harmless and csrf.is_surely_own(headers, origin):
        return told
    if not is_own_form(visit.site.secret, visit.form_cookie(), told.get(csrf.FIELD)):
        raise Refused(
            "This form was open too long, or was not made here. Go back, load the "
            "page anew, and send it again.",
            403,
        )
    return told
