"""Stylesheet, scripts and icons: read once, addressed by content, kept for ever.

The address carries a digest of the content, so a browser never asks twice and
never keeps what has changed.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".png": "image/png",
}
#: How an icon begins in a page, where the stylesheet says how its lines are drawn.
_DRAWN = (
    '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">'
)
_BEGINNING = re.compile("<svg[^>]*>")


@dataclass(frozen=True)
class Asset:
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        return _TYPES[Path(self.name).suffix]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, mtime=0)

    @property
    def href(self) -> str:
        return f"/static/v/{self.digest}/{self.name}"


@dataclass(frozen=True, slots=True)
class Assets:
    files: Mapping[str, Asset]
    icons: Mapping[str, Markup]

    def href(self, name: str) -> str:
        return self.files[name].href

    def icon(self, name: str) -> Markup:
        """The icon as part of the page.  It is drawn; it says nothing."""
        return self.icons[name]


def read_assets(hue: int, folder: Path = FOLDER) -> Assets:
    """What is in ``folder``, the stylesheet in the domain's own color."""
    files = {
        path.name: Asset(path.name, path.read_bytes())
        for path in folder.iterdir()
        if path.suffix in _TYPES
    }
    for name, color in _COLORED.items():
        content = color(files[name].content, str(hue).encode())
        files[name] = Asset(name, content)
    icons = {
        path.stem: Markup(_BEGINNING.sub(_DRAWN, path.read_text().strip(), count=1))
        for path in (folder / "icons").glob("*.svg")
    }
    return Assets(files, icons)


#: How the domain's hue comes into the files that show it.
_COLORED: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    "sx.css": lambda css, hue: css + b"\n:root { --hue: " + hue + b"; }\n",
    "favicon.svg": lambda svg, hue: svg.replace(b"var(--hue, 352)", hue),
}
