"""What went wrong, as an answer: a page for people, JSON (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, quote, urlsplit

import orjson
import structlog
from aiohttp import web

from peer.model.permission import Role
from peer.model.query import BadCursor
from peer.node.people.attempts import TooOften
from peer.node.people.browser import safe_next
from peer.node.refusal import Refused
from peer.web.exchange.negotiation import ACTIVITY, HTML, JSON, LINKED, TURTLE, chosen
from peer.web.visit import Visit
from store.interface import Busy, NoRoom

log = structlog.get_logger("peer.web")

PROBLEM = "application/problem+json"

TITLES: Mapping[int, str] = {
    400: "That cannot be read",
    401: "Sign in first",
    403: "This is not for you",
    404: "There is nothing here",
    405: "That cannot be done here",
    406: "Not in that form",
    408: "That took too long",
    409: "That does not fit any more",
    410: "This was deleted",
    413: "That is too large",
    415: "That is not a form",
    421: "The wrong door",
    422: "Some of it cannot stay as it is",
    429: "Too often",
    500: "Something went wrong here",
    503: "Too busy just now",
    505: "Not in that version",
}
_REASONS: Mapping[int, str] = {
    404: "Nothing was ever at this address, or its author keeps it back.",
    405: "This address does not answer to that method.",
    413: "That is more than is taken here.",
    500: "It is our fault, and it was written down. Trying again may help.",
}
_BUSY = Refused("Many people are at work at this moment. Try again.", 503)
_NO_ROOM = Refused("There is no room left here to write this down. Try again.", 503)
_FAULT = Refused(_REASONS[500], 500)


def of(visit: Visit, raised: Exception) -> web.Response:
    """The answer where ``raised`` ended the work."""
    match raised:
        case Refused(status=401) if _is_browser(visit):
            return visit.go(sign_in(visit))
        case Refused():
            return refusal(visit, raised)
        case BadCursor():
            return refusal(visit, Refused("This is no page of this list.", 400))
        case NoRoom():
            log.error("no room to write", path=visit.path, said=str(raised))
            return refusal(visit, _NO_ROOM)
        case Busy():
            return refusal(visit, _BUSY)
        case _:
            log.exception("failed", path=visit.path, exc_info=raised)
            return refusal(visit, _FAULT)


def of_http(visit: Visit, raised: web.HTTPException) -> web.Response:
    """The same for what aiohttp says by raising: redirects, 404, 405."""
    if raised.status < 400:
        return web.Response(status=raised.status, headers=raised.headers)
    answer = refusal(visit, Refused(_REASONS.get(raised.status, ""), raised.status))
    if "Allow" in raised.headers:
        answer.headers["Allow"] = raised.headers["Allow"]
    return answer


def not_for(visit: Visit, role: Role) -> Refused:
    """Why a visitor is not let in where it takes ``role``."""
    if visit.viewer.id is None:
        return Refused("Sign in to see this.", 401)
    wanted = "those who keep this site" if role is Role.OWNER else "members"
    return Refused(f"This is for {wanted}.", 403)


def sign_in(visit: Visit) -> str:
    """Where to sign in, and then to go on with what one wanted."""
    wanted = visit.request.path_qs
    if visit.request.method == "POST":
        wanted = _came_from(visit).path
    return f"/sign-in?next={quote(safe_next(wanted), safe='')}"


def refusal(visit: Visit, refused: Refused) -> web.Response:
    status = refused.status
    offered = (HTML, PROBLEM, JSON, ACTIVITY, LINKED, TURTLE)
    wanted = chosen(visit.request.headers.get("Accept", ""), offered) or HTML
    answer = _page(visit, refused) if wanted == HTML else _problem(refused)
    if isinstance(refused, TooOften):
        answer.headers["Retry-After"] = str(refused.wait)
    elif status == 503:
        answer.headers["Retry-After"] = "1"
    return answer


def _page(visit: Visit, refused: Refused) -> web.Response:
    status = refused.status
    return visit.page(
        "error.html",
        status=status,
        code=status,
        title=TITLES.get(status, TITLES[400]),
        reason=refused.reason,
        problems=refused.problems,
        back=_back(visit),
    )


def _back(visit: Visit) -> str:
    """The page of ours on which the refused form was, with what was typed in it."""
    came = _came_from(visit)
    if visit.request.method != "POST" or f"{came.scheme}://{came.netloc}" != (
        visit.node.base
    ):
        return ""
    return safe_next(f"{came.path}?{came.query}" if came.query else came.path)


def _came_from(visit: Visit) -> SplitResult:
    """The page that they say they come from; of what is no address nothing."""
    try:
        return urlsplit(visit.request.headers.get("Referer", ""))
    except ValueError:
        return urlsplit("")


def _problem(refused: Refused) -> web.Response:
    told = {
        "type": "about:blank",
        "title": TITLES.get(refused.status, TITLES[400]),
        "status": refused.status,
        "detail": refused.reason,
    }
    if refused.problems:
        told["problems"] = refused.problems
    return web.Response(
        body=orjson.dumps(told), status=refused.status, content_type=PROBLEM
    )


def _is_browser(visit: Visit) -> bool:
    return HTML in visit.request.headers.get("Accept", "")
