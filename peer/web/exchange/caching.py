"""What need not be sent again, and what is sent smaller."""

from __future__ import annotations

import gzip
import hashlib

from aiohttp import web

#: Kept by whoever likes, but asked about each time: the answer is often 304.
ASK_AGAIN = "public, no-cache"
#: Somebody's own: not kept by anybody, the browser's history included.
OWN = "private, no-store"

_WORTH_COMPRESSING = 1024
_LEVEL = 5
_TEXTS = (
    "text/",
    "application/json",
    "application/activity+json",
    "application/ld+json",
)


def finish(
    request: web.Request, answer: web.Response, *, personal: bool
) -> web.Response:
    """``answer`` with what caches need to know; a 304 where that is all they need."""
    if answer.status == 200 and request.method in ("GET", "HEAD"):
        answer.headers.setdefault("Cache-Control", OWN if personal else ASK_AGAIN)
        if not personal and "ETag" not in answer.headers:
            answer.headers["ETag"] = _tag(answer)
        if _is_kept(request, answer):
            return _unchanged(answer)
    else:
        answer.headers.setdefault("Cache-Control", "no-store")
    if not personal:  # it may hold a form's token, which compression would give away
        _compress(request, answer)
    return answer


def unchanged(request: web.Request, answer: web.Response) -> web.Response:
    """``answer``, or a 304 where it is what the reader has already."""
    return _unchanged(answer) if _is_kept(request, answer) else answer


def _tag(answer: web.Response) -> str:
    body = answer.body if isinstance(answer.body, bytes) else b""
    digest = hashlib.blake2b(body, digest_size=12)
    digest.update(answer.content_type.encode())
    return f'W/"{digest.hexdigest()}"'


def _is_kept(request: web.Request, answer: web.Response) -> bool:
    mine = answer.headers.get("ETag", "")
    told = request.headers.get("If-None-Match", "")
    theirs = {each.strip().removeprefix("W/") for each in told.split(",")}
    return bool(mine) and mine.removeprefix("W/") in theirs


def _unchanged(answer: web.Response) -> web.Response:
    kept = ("ETag", "Cache-Control", "Vary", "Link")
    headers = {name: answer.headers[name] for name in kept if name in answer.headers}
    return web.Response(status=304, headers=headers)


def _compress(request: web.Request, answer: web.Response) -> None:
    """By hand, for aiohttp would choose deflate, which browsers disagree about."""
    body = answer.body
    if not isinstance(body, bytes) or len(body) < _WORTH_COMPRESSING:
        return
    if not answer.content_type.startswith(_TEXTS) or _is_encoded(answer):
        return
    vary = answer.headers.get("Vary")
    answer.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        answer.body = gzip.compress(body, _LEVEL, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"


def _is_encoded(answer: web.Response) -> bool:
    return "Content-Encoding" in answer.headers


def _takes_gzip(accepted: str) -> bool:
    told = [each.replace(" ", "").lower() for each in accepted.split(",")]
    return any(each in ("gzip", "*") or each.startswith("gzip;q=0.") for each in told)
