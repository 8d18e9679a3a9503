from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from peer.node.pictures.media import LARGEST, Media
from peer.node.refusal import Refused

BASE = "https://blog.example"


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path, BASE)


@pytest.fixture
def kept(media: Media) -> Callable[[dict], Image.Image]:
    """The picture that an image value stands for."""

    def opened(value: dict) -> Image.Image:
        path = media.path_of(value["url"].rpartition("/")[2])
        assert path is not None
        return Image.open(io.BytesIO(path.read_bytes()))

    return opened


def encoded(image: Image.Image, form: str = "PNG", **how) -> bytes:
    into = io.BytesIO()
    image.save(into, form, **how)
    return into.getvalue()


def photograph(width: int = 60, height: int = 40) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


async def refusal(media: Media, upload: bytes, alt: str | None = "x") -> Refused:
    with pytest.raises(Refused) as refused:
        await media.take(upload, alt)
    assert not any(path.is_file() for path in media.var.rglob("*"))
    return refused.value


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_picture_becomes_one_of_ours(media, kept, form):
    value = await media.take(encoded(photograph(), form), " Gray,\nto white ")

    assert value["alt"] == "Gray, to white"
    assert (value["mediaType"], value["width"], value["height"]) == (
        "image/webp",
        60,
        40,
    )
    assert value["url"].startswith(f"{BASE}/media/") and value["url"].endswith(".webp")
    assert (kept(value).format, kept(value).size) == ("WEBP", (60, 40))


async def test_the_same_picture_twice_is_kept_once(media):
    upload = encoded(photograph(), "JPEG")

    both = await asyncio.gather(media.take(upload, "one"), media.take(upload, "two"))

    assert both[0]["url"] == both[1]["url"]
    assert len([path for path in media.var.rglob("*") if path.is_file()]) == 1


async def test_a_large_picture_is_made_smaller_and_has_a_small_one(media, kept):
    value = await media.take(encoded(photograph(2000, 1000), "JPEG"), "")

    assert kept(value).size == (value["width"], value["height"]) == (1600, 800)
    small = value["url"].removesuffix(".webp") + "-640.webp"
    assert kept({"url": small}).size == (640, 320)
    assert media.srcset(value) == f"{small} 640w, {value['url']} 1600w"


async def test_a_small_or_a_foreign_picture_has_one_size(media):
    value = await media.take(encoded(photograph()), "")

    assert media.srcset(value) == ""
    assert media.srcset({"url": "https://b.example/media/1.webp", "width": 900}) == ""


async def test_where_and_by_what_it_was_taken_is_forgotten(media, kept):
    told = Image.Exif()
    told[Base.Make] = "ACME"
    told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (51.0, 30.0, 0.0)
    upload = encoded(photograph(), "JPEG", exif=told, comment=b"secret", xmp=b"<x/>")

    image = kept(await media.take(upload, ""))

    assert not image.getexif() and not {"exif", "xmp", "comment"} & set(image.info)


async def test_what_a_png_says_beside_its_pixels_is_forgotten(media, kept):
    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")

    value = await media.take(encoded(photograph(), pnginfo=words), "")

    path = media.path_of(value["url"].rpartition("/")[2])
    assert b"script" not in path.read_bytes()


async def test_a_photo_that_was_taken_sideways_stands_upright(media, kept):
    image = photograph(60, 40)
    ImageDraw.Draw(image).rectangle((0, 0, 19, 19), fill="red")
    told = Image.Exif()
    told[Base.Orientation] = 6

    value = await media.take(encoded(image, "JPEG", exif=told, quality=95), "")

    assert (value["width"], value["height"]) == (40, 60)
    red, green, _ = kept(value).convert("RGB").getpixel((35, 4))
    assert red > 200 > 100 > green


async def test_what_is_transparent_stays_so(media, kept):
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))

    value = await media.take(encoded(clear), "")

    assert kept(value).convert("RGBA").getpixel((5, 5))[3] == 0


async def test_sixteen_bits_of_gray_keep_their_gray(media, kept):
    upload = encoded(Image.new("I;16", (20, 20), 0x8000))

    value = await media.take(upload, "")

    assert abs(kept(value).convert("L").getpixel((10, 10)) - 0x80) < 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "RGBA"])
async def test_every_kind_of_color_is_taken(media, kept, mode):
    form = "JPEG" if mode == "CMYK" else "PNG"

    value = await media.take(encoded(Image.new(mode, (700, 9)), form), "")

    assert kept(value).size == (700, 9)


async def test_colors_that_come_with_a_profile_are_read_by_it(media, kept):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = encoded(Image.new("RGB", (20, 20), "teal"), icc_profile=profile)

    red, green, blue = kept(await media.take(upload, "")).getpixel((5, 5))

    assert abs(red) < 6 and abs(green - 128) < 6 and abs(blue - 128) < 6


async def test_a_profile_that_makes_no_sense_is_left_out(media, kept):
    upload = encoded(photograph(), "JPEG", icc_profile=b"nonsense" * 50)

    assert kept(await media.take(upload, "")).size == (60, 40)


async def test_a_drawing_is_not_blurred(media, kept):
    drawing = Image.new("RGB", (80, 80), "white")
    ImageDraw.Draw(drawing).line((0, 0, 79, 79), fill="blue")

    value = await media.take(encoded(drawing), "")

    assert kept(value).convert("RGB").tobytes() == drawing.tobytes()


# -- what is not taken -------------------------------------------------------------


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (b"", "No picture arrived"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<SVG onload="alert(1)"/>',
            "SVG",
        ),
        (b"<!DOCTYPE html><script>alert(1)</script>", "not a picture"),
        (b'{"@context": "https://www.w3.org/ns/activitystreams"}', "not a picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        (b"%PDF-1.7", "PDF"),
        (b"MZ\x90\0", "not a picture"),
        (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "damaged"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "damaged"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8 <script>", "damaged"),
    ],
)
async def test_what_is_no_picture_is_told_so(media, upload, sentence):
    assert sentence in (await refusal(media, upload)).reason


async def test_half_a_picture_is_not_one(media):
    upload = encoded(photograph(600, 400), "JPEG")

    assert "damaged" in (await refusal(media, upload[: len(upload) // 2])).reason


async def test_what_follows_a_picture_is_left_behind(media):
    page = b"<script>alert(1)</script>"

    value = await media.take(encoded(photograph(), "GIF") + page, "")

    path = media.path_of(value["url"].rpartition("/")[2])
    assert page not in path.read_bytes()


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
async def test_moving_pictures_are_not_taken(media, form):
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "green", "blue")]
    upload = encoded(frames[0], form, save_all=True, append_images=frames[1:])

    assert "Moving" in (await refusal(media, upload)).reason


@pytest.mark.parametrize("size", [(8000, 5001), (40_000, 30_000), (2**31 - 1,) * 2])
async def test_a_small_file_that_unpacks_to_a_huge_picture_is_not_unpacked(media, size):
    small = encoded(photograph())
    claim = b"IHDR" + struct.pack(">II", *size) + small[24:29]
    bomb = small[:12] + claim + struct.pack(">I", zlib.crc32(claim)) + small[33:]

    assert "40 million" in (await refusal(media, bomb)).reason


async def test_a_file_that_is_too_long_is_not_looked_at(media):
    refused = await refusal(media, b"\xff\xd8\xff" + bytes(LARGEST))

    assert (refused.status, "10 MB" in refused.reason) == (413, True)


async def test_a_picture_is_described_or_said_to_be_decoration(media):
    upload = encoded(photograph())

    assert "Say what" in (await refusal(media, upload, None)).reason
    assert "1500" in (await refusal(media, upload, "x" * 1501)).reason
    assert (await media.take(upload, "a\0b\u202e"))["alt"] == "a b"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%2f",
        "a" * 64 + ".webp\0.html",
        "a" * 64 + ".webp",
        "A" * 64 + ".webp",
        "a" * 64 + ".html",
        "a" * 64 + "-641.webp",
        "",
        ".htaccess",
        "CON",
    ],
)
def test_only_a_picture_of_ours_has_a_path(media, name):
    assert media.path_of(name) is None
