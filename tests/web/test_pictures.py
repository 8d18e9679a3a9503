"""Prose as it will look, and pictures: seen, described, and ours alone."""

from __future__ import annotations

import io

import aiohttp
import pytest
from PIL import Image


def picture(size=(900, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "tomato").save(out, "JPEG")
    return out.getvalue()


async def thing_at(peer, path):
    return await peer.node.store.read(lambda read: read.get(peer.base + path))


@pytest.fixture
async def ada(blog):
    return await blog.signed_in("Ada")


async def test_a_preview_is_what_the_page_would_show(blog, ada):
    page = await ada.post("/preview", text="## Rye\n\n<script>no</script> *slow*")

    assert page.status == 200
    assert "<em>slow</em>" in page.text
    assert "<script>" not in page.text
    assert "<html" not in page.text


async def test_a_preview_without_scripts_is_a_page(blog, ada):
    form = await ada.get("/posts/new")
    fields = dict(form.form("").fields) | {"content": "It is *slow*.", "of": "content"}

    page = await ada.ask("POST", "/preview", data=fields)

    assert "<em>slow</em>" in page.text
    assert "Nothing is saved yet" in page.words


async def test_a_picture_is_shown_with_what_it_shows(blog, ada):
    form = await ada.get("/posts/new")
    told = {"image.file": picture(), "image.alt": "A red square"}

    page = await ada.fill(form, "", {"name": "Red", "content": "Very.", **told})

    drawn = next(told for tag, told in page.tags if tag == "img")
    assert (drawn["alt"], drawn["width"], drawn["height"]) == (
        "A red square",
        "900",
        "600",
    )
    assert "640w" in drawn["srcset"]
    answer = await ada.get(drawn["src"])
    assert answer.headers["Content-Type"] == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]


async def test_a_picture_survives_a_mistake_elsewhere(blog, ada):
    form = await ada.get("/posts/new")
    told = {"image.file": picture(), "image.alt": "A red square"}
    again = await ada.fill(form, "", {"name": "", "content": "Very.", **told})

    page = await ada.send(again, name="Red")

    assert again.status == 422
    assert (page.status, page.path) == (200, "/posts/red")
    assert any(tag == "img" for tag, _ in page.tags)


async def test_a_picture_needs_words_for_who_cannot_see_it(blog, ada):
    form = await ada.get("/posts/new")

    page = await ada.fill(
        form, "", {"name": "R", "content": "V", "image.file": picture()}
    )

    assert page.status == 422
    assert "needs a description" in page.words


async def test_what_is_no_picture_is_refused_at_its_field(blog, ada):
    form = await ada.get("/posts/new")
    told = {"image.file": b"<svg onload=alert(1)>", "image.alt": "A drawing"}

    page = await ada.fill(form, "", {"name": "R", "content": "V", **told})

    assert page.status == 422
    assert "SVG drawing" in page.words
    assert dict(page.form("").fields)["name"] == "R"


async def test_nobody_smuggles_a_picture_of_elsewhere_in(blog, ada):
    form = await ada.get("/posts/new")
    fields = dict(form.form("").fields) | {
        "name": "Red",
        "content": "Very.",
        "image.kept": '{"url": "https://evil.example/x.webp"}',
        "image.alt": "A beacon",
    }

    await ada.ask("POST", "/posts/new", data=fields)

    assert "evil.example" not in (await ada.get("/posts")).text
    assert (await thing_at(blog, "/posts/red")) is None


async def test_a_picture_in_the_middle_of_a_text_is_sent_by_itself(blog, ada):
    fields = dict((await ada.get("/posts/new")).form("").fields)

    data = aiohttp.FormData({"csrf": fields["csrf"]})
    data.add_field("file", picture(), filename="x.jpg")
    answer = await ada.ask("POST", "/media", data=data)

    assert answer.status == 201
    assert '"url":"/media/' in answer.text
