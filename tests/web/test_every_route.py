"""What holds for every address in the table of routes."""

from __future__ import annotations

import re

import pytest

from peer.model.addresses import RESERVED
from peer.model.permission import Role
from peer.web.routes import PROBES, ROUTES

PARTS = {
    "{path}": "posts",
    "{path:seats}": "seats",
    "{path:events}": "events",
    "{slug}": "welcome",
    "{verb}": "Like",
    "{provider}": "trial",
    "{reference}": "trial-1",
    "{type}": "post",
    "{token}": "none",
    "{id}": "actor",
    "{seq}": "1",
    "{handle:@[^/]+}": "@ada@elsewhere.example",
    "{file}": "none.webp",
    "{digest}": "0",
    "{name}": "sx.css",
}
FORMS = [r for r in ROUTES if r.method == "POST" and not r.signed]


def address(route):
    path = re.sub(r"\{path:(\w+)\}", r"\1", route.path)
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


async def test_no_type_can_take_an_address_of_the_peers_own():
    first = {route.path.split("/")[1] for route in ROUTES}

    assert {part for part in first if part and not part.startswith("{")} <= RESERVED


async def test_every_answer_tells_the_browser_what_it_may_do(blog):
    owner, stranger = await blog.owner(), await blog.visitor()
    for route in ROUTES:
        for visitor in (owner, stranger):
            page = await visitor.ask(route.method, address(route))
            told = page.headers

            assert "frame-ancestors 'none'" in told["Content-Security-Policy"], route
            assert "unsafe" not in told["Content-Security-Policy"]
            assert told["X-Content-Type-Options"] == "nosniff"
            assert told["Referrer-Policy"] == "same-origin"
            assert "Permissions-Policy" in told
            assert "Cross-Origin-Opener-Policy" in told
            assert "Cache-Control" in told, route
            assert "Server" not in told
            assert page.status < 500, route


async def test_no_page_has_a_script_or_a_style_written_into_it(blog):
    owner = await blog.owner()
    answers = [await owner.get(address(r)) for r in ROUTES if r.method == "GET"]

    for page in (each for each in answers if each.tags):
        for tag, told in page.tags:
            assert "style" not in told
            assert not [name for name in told if name.startswith("on")]
            if tag == "script" and told.get("type") != "application/ld+json":
                assert told["src"].startswith("/static/v/")
            assert tag != "style"


async def test_a_peer_behind_https_says_so_and_marks_its_cookies(make_peer):
    peer = await make_peer("blog", base="https://blog.example")
    visitor = await peer.visitor()

    page = await visitor.get("/sign-in", Host="blog.example")

    assert "max-age=" in page.headers["Strict-Transport-Security"]
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-visitor=")
    assert "; Secure" in cookie


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_no_form_is_taken_from_another_site(blog, told):
    owner = await blog.owner()
    csrf = dict((await owner.get("/account")).form("/name").fields)["csrf"]
    for route in FORMS:
        page = await owner.ask(
            "POST", address(route), data={"csrf": csrf}, headers=told
        )

        assert (route.path, page.status) == (route.path, 403)
        assert "sent from another site" in page.words


async def test_no_form_is_taken_without_its_token(blog):
    owner, ada = await blog.owner(), await blog.signed_in("Ada")
    hers = dict((await ada.get("/account")).form("/name").fields)["csrf"]
    for route in FORMS:
        for csrf in ("", "x", hers, "é"):
            page = await owner.ask("POST", address(route), data={"csrf": csrf})

            assert (route.path, page.status) == (route.path, 403)


async def test_a_form_that_is_for_somebody_is_not_for_a_stranger(blog):
    visitor = await blog.visitor()
    for route in FORMS:
        page = await visitor.post(address(route))

        if route.role > Role.STRANGER:
            found = (route.path, page.status, page.location[:13])
            assert found == (route.path, 303, "/sign-in?next")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
async def test_what_no_address_answers_to_is_refused(blog, method):
    visitor = await blog.visitor()
    for route in ROUTES:
        page = await visitor.ask(method, address(route))

        assert page.status == 405
        assert page.headers["Allow"]


async def test_probes_are_answered_under_any_name(blog):
    visitor = await blog.visitor()
    for path in PROBES:
        page = await visitor.get(path, Host="10.0.0.7")

        assert page.status == 200
        assert page.headers["Content-Type"].startswith("application/json")


async def test_a_peer_whose_store_is_gone_is_alive_but_of_no_use(blog):
    visitor = await blog.visitor()
    await blog.node.store.__aexit__()

    live, ready = await visitor.get("/livez"), await visitor.get("/readyz")

    assert (live.status, ready.status) == (200, 503)
    await blog.node.store.__aenter__()


async def test_what_goes_wrong_here_is_admitted_without_a_trace(blog):
    visitor = await blog.visitor()
    await blog.node.store.__aexit__()

    page = await visitor.get("/posts")

    assert page.status == 500
    assert "It is our fault" in page.words
    assert "Traceback" not in page.text
    await blog.node.store.__aenter__()


async def test_pages_are_sent_small_unless_they_hold_a_token(blog):
    visitor, ada = await blog.visitor(), await blog.signed_in("Ada")
    pages = [await visitor.get("/"), await visitor.get("/sign-in"), await ada.get("/")]

    encoded = [page.headers.get("Content-Encoding") for page in pages]

    assert encoded == ["gzip", None, None]
    assert "Accept-Encoding" in pages[0].headers["Vary"]


async def test_assets_are_kept_for_ever_at_an_address_that_says_what_is_in_them(blog):
    visitor = await blog.visitor()
    page = await visitor.get("/")
    sheet = next(t["href"] for _, t in page.tags if t.get("rel") == "stylesheet")

    kept = await visitor.get(sheet)
    old = await visitor.get("/static/v/0123/sx.css")

    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Type"].startswith("text/css")
    assert f"--hue: {blog.node.domain.hue}" in kept.text
    assert (old.status, old.location) == (302, sheet)
