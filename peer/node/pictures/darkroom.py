"""The darkroom: where what somebody uploaded is made into pictures of ours.

A program of its own (``media.py`` starts it), because decoding is where hostile
files do their work.  It reads standard input, writes standard output, is given
so much memory and time, and cannot write a file.  It imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MOVING = ("PNG", "WEBP", "GIF")  # a JPEG's other pictures are its previews
_MOST_PIXELS = 40_000_000
_LARGE, _SMALL = 1600, 640
_QUALITY = 82

_MEMORY = 1 << 30
_SECONDS = 20


class Unfit(Exception):
    """Why no picture was made, for who sent it."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        head, prints = develop(sys.stdin.buffer.read())
    except Unfit as unfit:
        head, prints = {"unfit": str(unfit)}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(prints))


def develop(upload: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The picture in ``upload``, and a small one where that is worth having."""
    image, is_drawn = _read(upload)
    prints = [_webp(image, is_drawn)]
    width, height = image.size
    if width > _SMALL:
        size = (_SMALL, max(1, round(height * _SMALL / width)))
        prints.append(_webp(image.resize(size, Image.Resampling.LANCZOS), is_drawn))
    lengths = [len(each) for each in prints]
    return {"width": width, "height": height, "lengths": lengths}, prints


def _read(upload: bytes) -> tuple[Image.Image, bool]:
    """The picture, the right way up and no larger than wanted; is it a drawing?"""
    try:
        image = Image.open(io.BytesIO(upload), formats=_FORMATS)
        _check(image)
        is_drawn = image.format in ("PNG", "GIF")
        image.draft(None, (_LARGE, _LARGE))
        return _plain(image), is_drawn
    except (Image.DecompressionBombError, MemoryError) as wrong:
        raise _too_large() from wrong
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as wrong:
        raise Unfit("This picture is damaged, or not all of it arrived.") from wrong


def _check(image: Image.Image) -> None:
    """What it says of itself, before any of it is decoded."""
    width, height = image.size
    if width * height > _MOST_PIXELS:
        raise _too_large()
    if image.format in _MOVING and getattr(image, "is_animated", False):
        raise Unfit("Moving pictures are not taken here: choose a still one.")


def _too_large() -> Unfit:
    most = _MOST_PIXELS // 1_000_000
    return Unfit(f"This picture has more than {most} million pixels: make it smaller.")


def _plain(image: Image.Image) -> Image.Image:
    """RGB or RGBA in the colors of the web.  What was told beside them is left out."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = _resizable(image, mode)
    image.thumbnail((_LARGE, _LARGE), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(_in_srgb(image)).convert(mode)
    image.info.clear()
    return image


def _resizable(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel: converting alone would clip them
        return image.point(lambda value: value / 256).convert("L")
    return image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert(mode)


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ours = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(image, theirs, ours, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that makes no sense: then the numbers say it all
    return found or image


def _webp(image: Image.Image, is_drawn: bool) -> bytes:
    photograph = _encoded(image, quality=_QUALITY, method=4)
    if not is_drawn:
        return photograph
    return min(_encoded(image, lossless=True, method=3), photograph, key=len)


def _encoded(image: Image.Image, **how: Any) -> bytes:
    into = io.BytesIO()
    image.save(into, "WEBP", **how)
    return into.getvalue()


if __name__ == "__main__":
    main()
