"""Our own reader of QR codes, in a browser: large and small, askew, in bad light, torn.

The codes are made by segno, which shares nothing with the reader.
"""

from __future__ import annotations

import base64
import io
import random

import pytest
import segno
from PIL import Image, ImageDraw

SIZE = (640, 640)
WALL = 205
TOKEN = "SX1" + "".join(
    random.Random(4).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=168)
)
READ = """async ([wide, high, gray]) => {
    const { read } = await import("/static/v/0/qr.js");
    const told = Uint8Array.from(atob(gray), (each) => each.charCodeAt(0));
    const data = new Uint8ClampedArray(told.length * 4).fill(255);
    told.forEach((value, n) => data.fill(value, n * 4, n * 4 + 3));
    return read(new ImageData(data, wide, high));
}"""


def drawn(text: str, *, angle: float = 0, scale: int = 5, **how) -> Image.Image:
    out = io.BytesIO()
    code = segno.make(text, micro=False, **{"error": "m", **how})
    code.save(out, kind="png", scale=scale, border=4)
    image = Image.open(out).convert("L")
    image = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=WALL)
    image.thumbnail(SIZE)
    wall = Image.new("L", SIZE, WALL)
    wall.paste(
        image, tuple((a - b) // 2 for a, b in zip(SIZE, image.size, strict=True))
    )
    return wall


def in_bad_light(image: Image.Image) -> Image.Image:
    """Half of it in the shade, all of it grainy."""
    dice, (wide, _) = random.Random(7), image.size
    dots = [
        max(0, min(255, int(dot * (1 - n % wide / wide / 2) + dice.uniform(-25, 25))))
        for n, dot in enumerate(image.tobytes())
    ]
    return Image.frombytes("L", image.size, bytes(dots))


def from_the_side(image: Image.Image, much: float) -> Image.Image:
    """As a camera sees it that is held above and to the left of it."""
    wide, high = image.size
    bent = (1, much / 2, -wide * much / 6, much / 3, 1, -high * much / 6)
    lens = (*bent, much / wide / 2, much / high / 2)
    kind = Image.Transform.PERSPECTIVE
    return image.transform(
        image.size, kind, lens, Image.Resampling.BICUBIC, fillcolor=WALL
    )


def torn(image: Image.Image) -> Image.Image:
    ImageDraw.Draw(image).ellipse((330, 330, 380, 380), fill=20)
    return image


@pytest.fixture
def reads(visitor):
    """What the reader makes of pictures, in the page of a peer."""

    async def read(*images: Image.Image) -> list[str | None]:
        reader = await visitor()
        await reader.go("events", "/places")
        told = [[*i.size, base64.b64encode(i.tobytes()).decode()] for i in images]
        return [await reader.page.evaluate(READ, each) for each in told]

    return read


@pytest.mark.parametrize("error", ["l", "m", "q", "h"])
async def test_every_size_up_to_the_25th_is_read(reads, error):
    text = "SHORT" if error == "h" else "NOT LONG"
    some = [
        drawn(f"{text}{n}", error=error, version=n, scale=5, boost_error=False)
        for n in range(1, 26)
    ]

    assert await reads(*some) == [f"{text}{n}" for n in range(1, 26)]


async def test_digits_letters_and_whatever_people_write_are_read(reads):
    texts = [
        "012345678",
        "01",
        "A-Z $%*+./:",
        "https://x.example/a?b=c",
        "Grüße, Ödön 🎷",
    ]

    assert await reads(*map(drawn, texts)) == texts


async def test_a_ticket_is_read_however_it_is_held(reads):
    turned = [drawn(TOKEN, angle=angle) for angle in range(0, 360, 24)]
    sides = [from_the_side(drawn(TOKEN, angle=9), much / 100) for much in (8, 16, 24)]

    assert set(await reads(*turned, *sides)) == {TOKEN}


async def test_a_ticket_is_read_in_bad_light_from_afar_and_torn(reads):
    some = [
        in_bad_light(drawn(TOKEN)),
        in_bad_light(drawn(TOKEN, angle=20)),
        drawn(TOKEN, scale=3),
        torn(drawn(TOKEN)),
    ]

    assert set(await reads(*some)) == {TOKEN}


async def test_where_there_is_no_code_nothing_is_read(reads):
    noise = in_bad_light(Image.new("L", SIZE, WALL))
    cut = drawn(TOKEN)
    cut.paste(WALL, (0, 0, 320, 320))

    assert await reads(Image.new("L", SIZE, WALL), noise, cut) == [None, None, None]


async def test_what_cannot_be_put_right_is_not_made_up(reads):
    """Too much of it is gone: nothing is better than something else."""
    spoiled = drawn(TOKEN)
    ImageDraw.Draw(spoiled).rectangle((250, 330, 520, 440), fill=20)

    assert await reads(spoiled) == [None]
