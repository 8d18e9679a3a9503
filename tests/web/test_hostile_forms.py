"""Forms that are none: too large, not text, in ten thousand parts."""

from __future__ import annotations

import io
import json

import aiohttp
import pytest


@pytest.fixture
async def ada(blog):
    return await blog.signed_in("Ada")


async def token(visitor):
    return dict((await visitor.get("/account")).form("/name").fields)["csrf"]


async def test_a_form_that_is_not_text_is_refused(blog, ada):
    csrf = await token(ada)
    for body in (
        f"csrf={csrf}&name=%FF%FE",
        f"csrf={csrf}&name=%00",
        f"csrf={csrf}&name=\udcff".encode("utf-8", "surrogateescape"),
        "&".join(f"a{n}=1" for n in range(500)),
    ):
        page = await ada.ask(
            "POST",
            "/posts/new",
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

        assert page.status in (400, 413)


async def test_a_form_sent_as_something_else_is_refused(ada):
    for kind in ("application/json", "text/plain", "multipart/mixed; boundary=x", "x"):
        page = await ada.ask(
            "POST", "/posts/new", data=b"{}", headers={"Content-Type": kind}
        )

        assert page.status in (400, 403, 415)


async def test_a_field_that_comes_twice_counts_once(blog, ada):
    csrf = await token(ada)
    told = [("csrf", csrf), ("name", "One"), ("name", "Two"), ("content", "x")]

    page = await ada.ask("POST", "/posts/new", data=aiohttp.FormData(told), follow=True)

    assert page.path == "/posts/two"


PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
BOMBS = [
    b"--x\r\n" * 10_000,
    b"".join(PART % (b"a%d" % n, b"") for n in range(10_000)),
    b"--x\r\n" + b"X: y" * 200_000,
    b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--",
    b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--",
    PART % (b"_charset_", b"z" * 99),
    PART % (b"a", b"\xff\xfe") + b"--x--",
    b"no boundary at all",
    b"",
]


async def test_bombs_of_many_parts_are_refused(blog, ada):
    for body in BOMBS:
        page = await ada.ask(
            "POST",
            "/posts/new",
            data=io.BytesIO(body),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )

        assert page.status in (400, 403, 413), body[:60]
    assert (await ada.get("/posts")).status == 200


async def test_a_body_that_is_too_large_is_not_read_to_the_end(blog, ada):
    visitor = await blog.visitor()

    small = await visitor.ask("POST", "/sign-in", data={"email": "x" * 100_000})
    large = await ada.ask("POST", "/posts/new", data=io.BytesIO(b"x" * 13_000_000))

    assert (small.status, large.status) == (413, 413)


async def test_a_body_without_a_length_is_counted_as_it_comes(blog, ada):
    async def endless():
        for _ in range(200):
            yield b"x" * 100_000

    page = await ada.ask(
        "POST",
        "/posts/new",
        data=endless(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert page.status == 413


async def test_errors_for_programs_are_json_without_a_trace(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/nothing", Accept="application/json")

    told = json.loads(page.text)
    assert (told["status"], told["title"]) == (404, "There is nothing here")
    assert "Traceback" not in page.text


@pytest.mark.parametrize("said", ["http://[", "http://[::1", "//[", "\\"])
async def test_where_somebody_says_that_they_come_from_may_be_no_address(blog, said):
    guest, told = await blog.visitor(), {"Referer": said}

    assert (await guest.get("/nowhere", **told)).status == 404
    assert (await guest.post("/nowhere", headers=told)).status == 405
    sent = await guest.post("/posts/welcome/like", headers=told)
    assert sent.status < 500
