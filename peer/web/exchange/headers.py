"""What every answer says to the browser about itself, and about what it may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

#: Everything comes from here, and nothing is written into the page: no inline
#: script or style, no plugin, no frame, no form that sends elsewhere.
PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
#: A page that other sites may show in a frame of theirs: it runs and asks for nothing.
FRAMED_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors *",
    )
)
#: What people uploaded is a picture and nothing else, wherever it is opened.
MEDIA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": PAGE_POLICY,
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"


def signal(
    secure: bool,
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Puts them on every answer, and takes the name of the server off it."""
    fixed: Mapping[str, str] = (
        {**_ALWAYS, "Strict-Transport-Security": _TWO_YEARS} if secure else _ALWAYS
    )

    async def add(_request: web.Request, answer: web.StreamResponse) -> None:
        for name, value in fixed.items():
            answer.headers.setdefault(name, value)
        answer.headers.popall("Server", None)
        if answer.headers["Content-Security-Policy"] == FRAMED_POLICY:
            answer.headers.popall("X-Frame-Options", None)

    return add
