"""Pictures that people upload: looked at, made anew, and kept under what they are.

Neither the name nor the type that came with a file is believed.  What is kept
is our own encoding of its pixels; whatever else was in the file is gone.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from peer.node.refusal import Refused

LARGEST = 10 * 1024 * 1024
MEDIA_TYPE = "image/webp"

_DARKROOM = Path(__file__).with_name("darkroom.py")
_PATIENCE = 30.0
_SMALL = 640
_LONGEST_ALT = 1500
_NAME = re.compile(r"[0-9a-f]{64}(-640)?\.webp")

_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF(?s:.{4})WEBP|GIF8[79]a")
_NOT_TAKEN = {
    re.compile(rb"(?si)(\xef\xbb\xbf)?\s*(<[?!].*)?<svg"): (
        "This is an SVG drawing, which may hold a program: save it as PNG."
    ),
    re.compile(rb"(?s).{4}ftyp(hei|mif|msf|avi)"): (
        "This is a HEIC or AVIF picture, which not everybody can see: save it as JPEG."
    ),
    re.compile(rb"%PDF"): "This is a PDF: send a picture of the page you mean.",
}


@dataclass(frozen=True, slots=True)
class Media:
    """The pictures of the peer at ``base``, under ``var``; two are made at once."""

    var: Path
    base: str
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def take(self, upload: bytes, alt: str | None) -> dict[str, Any]:
        """Keep a picture; the value of an image field, or Refused and why.

        ``alt`` is what it shows, for who cannot see it; empty, if it is only
        decoration, which somebody has to say.
        """
        _look_at(upload)
        told = _described(alt)
        async with self._room:
            size, prints = await _develop(upload)
        name = sha256(prints[0]).hexdigest()
        await asyncio.to_thread(self._keep, name, prints)
        url = f"{self.base}/media/{name}.webp"
        return {"url": url, "mediaType": MEDIA_TYPE, **size, "alt": told}

    def path_of(self, name: str) -> Path | None:
        """Where ``name`` is kept, if it is the name of a picture that is."""
        if not _NAME.fullmatch(name):
            return None
        path = self._home(name) / name
        return path if path.is_file() else None

    def srcset(self, image: Mapping[str, Any]) -> str:
        """The sizes there are of ``image``; none if there is one, or it is foreign."""
        url, width = image["url"], image.get("width", 0)
        if not url.startswith(f"{self.base}/media/") or width <= _SMALL:
            return ""
        small = f"{url.removesuffix('.webp')}-{_SMALL}.webp"
        return f"{small} {_SMALL}w, {url} {width}w"

    def _home(self, name: str) -> Path:
        return self.var / "media" / name[:2]

    def _keep(self, name: str, prints: Sequence[bytes]) -> None:
        """The small one first: where there is the large, there are both."""
        home = self._home(name)
        home.mkdir(parents=True, exist_ok=True)
        endings = (".webp", f"-{_SMALL}.webp")
        for ending, content in reversed(list(zip(endings, prints, strict=False))):
            _write(home / f"{name}{ending}", content)


def _look_at(upload: bytes) -> None:
    if not upload:
        raise Refused("No picture arrived: choose one.", 422)
    if len(upload) > LARGEST:
        most = LARGEST // (1024 * 1024)
        raise Refused(f"A picture has at most {most} MB here: make it smaller.", 413)
    if _PICTURE.match(upload):
        return
    for sign, sentence in _NOT_TAKEN.items():
        if sign.match(upload[:1000]):
            raise Refused(sentence, 415)
    raise Refused("This is not a picture: choose a JPEG, PNG, WebP or GIF.", 415)


def _described(alt: str | None) -> str:
    if alt is None:
        raise Refused("Say what the picture shows, or that it is only decoration.", 422)
    told = " ".join("".join(c if c.isprintable() else " " for c in alt).split())
    if len(told) > _LONGEST_ALT:
        raise Refused(
            f"A description has at most {_LONGEST_ALT} characters: the rest belongs"
            " into the text.",
            422,
        )
    return told


# -- the darkroom ------------------------------------------------------------------


async def _develop(upload: bytes) -> tuple[dict[str, int], Sequence[bytes]]:
    """Width and height, and the picture in the sizes that it is kept in."""
    told = await _run(upload)
    line, _, content = told.partition(b"\n")
    head = json.loads(line) if line else {}
    if "unfit" in head:
        raise Refused(head["unfit"], 422)
    if "lengths" not in head:
        raise Refused("No picture could be made of this: try another file.", 422)
    ends = [sum(head["lengths"][: n + 1]) for n in range(len(head["lengths"]))]
    prints = [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return {"width": head["width"], "height": head["height"]}, prints


async def _run(upload: bytes) -> bytes:
    """What the darkroom says; nothing, if it was stopped at what it may do."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", str(_DARKROOM)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # none of our secrets are in there
        cwd="/",
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            told, _ = await process.communicate(upload)
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return told if process.returncode == 0 else b""


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power goes."""
    if path.exists():
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
