"""The cookies that we set: what each is called, and how a browser is to keep it.

Where the peer is reached by HTTPS they carry the ``__Host-`` prefix: no other
host, a neighbor below the same domain included, can then set them for us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

SESSION, VISITOR, FLASH, THEME = "session", "visitor", "flash", "theme"
HANDLE = "handle"  # where a visitor is at home, so that they type it once

THEMES = ("light", "dark")

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Cookies:
    secure: bool

    def read(self, told: Mapping[str, str], name: str) -> str:
        return told.get(self._named(name), "")

    def set(
        self,
        answer: web.StreamResponse,
        name: str,
        value: str,
        lives: timedelta | None = None,
    ) -> None:
        """Give ``name`` to the browser; without ``lives``, until it is closed."""
        answer.set_cookie(
            self._named(name),
            value,
            max_age=None if lives is None else int(lives.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def is_set(self, answer: web.StreamResponse, name: str) -> bool:
        """Does ``answer`` say something about ``name`` already?"""
        return self._named(name) in answer.cookies

    def drop(self, answer: web.StreamResponse, name: str) -> None:
        answer.del_cookie(
            self._named(name),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def remember_theme(self, answer: web.StreamResponse, theme: str) -> None:
        if theme in THEMES:
            self.set(answer, THEME, theme, _YEAR)
        else:
            self.drop(answer, THEME)

    def remember_handle(self, answer: web.StreamResponse, handle: str) -> None:
        self.set(answer, HANDLE, handle, _YEAR)

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name
