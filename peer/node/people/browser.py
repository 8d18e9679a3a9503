"""What a browser tells us, and how far it is believed."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from urllib.parse import unquote

_LONGEST = 2000
_ROUNDS = 5
_PLAIN = re.compile(r"[!-~]+")  # ASCII that can be seen: no space, no line end
_NOT_TO_RETURN_TO = ("sign-in", "sign-out")

_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "Chrome/": "Chrome",
    "CriOS": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device_of(user_agent: str) -> str:
    """Words for "where am I signed in?", none of them the browser's own.

    >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/2010 Firefox/145.0")
    'Firefox on Linux'
    """
    browser = _first(_BROWSERS, user_agent, "Some browser")
    system = _first(_SYSTEMS, user_agent, "")
    return f"{browser} on {system}" if system else browser


def _first(words: dict[str, str], text: str, otherwise: str) -> str:
    return next((words[sign] for sign in words if sign in text), otherwise)


def safe_next(told: str | None, default: str = "/") -> str:
    """Where to go afterwards: the path in ``told`` if it cannot lead elsewhere."""
    if not told or len(told) > _LONGEST or not _PLAIN.fullmatch(told):
        return default
    path = told.partition("?")[0].partition("#")[0]
    if not _stays_here(path) or path.split("/")[1] in _NOT_TO_RETURN_TO:
        return default
    return told


def _stays_here(path: str) -> bool:
    """Is it a path on this site, however often somebody on the way decodes it?"""
    for _ in range(_ROUNDS):
        if not _is_path(path):
            return False
        decoded = unquote(path)
        if decoded == path:
            return True
        path = decoded
    return False


def _is_path(path: str) -> bool:
    if not path.startswith("/") or "//" in path or "\\" in path:
        return False
    if any(not character.isprintable() for character in path):
        return False
    return not {".", ".."}.intersection(path.split("/"))


def form_token(secret: bytes, cookie: str) -> str:
    """What a form carries to show that it was given to who has ``cookie``."""
    return hmac.new(secret, b"form\0" + cookie.encode(), sha256).hexdigest()


def is_own_form(secret: bytes, cookie: str, told: str) -> bool:
    """Was ``told`` made by :func:`form_token` for the same browser?"""
    if not cookie:
        return False
    made = form_token(secret, cookie)
    return hmac.compare_digest(made.encode(), told.encode("utf-8", "surrogatepass"))
