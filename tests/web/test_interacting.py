"""Between servers: visitors are led home, and our own act elsewhere."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from aiohttp import web

from peer.node.outgoing import office
from peer.protocol.discovery import INTENT, SUBSCRIBE
from tests.web.abroad import stranger

WELCOME = "/posts/welcome"
AWAY = f"/interact/away?uri={{}}{WELCOME}"
JRD = "application/jrd+json"
ACTIVITY = "application/activity+json"


class Home:
    """Somebody's own server, with as much as it takes to be asked."""

    def __init__(self) -> None:
        self.host = ""
        self.links: list[dict[str, str]] = []
        self.status = 200
        self.asked: list[str] = []

    async def webfinger(self, request: web.Request) -> web.Response:
        self.asked.append(request.query["resource"])
        actor = {"rel": "self", "type": ACTIVITY, "href": f"{self.base}/ana"}
        told = {"subject": request.query["resource"], "links": [actor, *self.links]}
        return web.json_response(told, content_type=JRD, status=self.status)

    async def actor(self, request: web.Request) -> web.Response:
        told: dict[str, Any] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.base}/ana",
            "type": "Person",
            "preferredUsername": "ana",
            "name": "Ana of far away",
            "inbox": f"{self.base}/ana/inbox",
            "outbox": f"{self.base}/ana/outbox",
        }
        return web.json_response(told, content_type=ACTIVITY)

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    def offers(self, rel: str, template: str) -> None:
        self.links.append({"rel": rel, "template": template})


@pytest.fixture
async def home():
    async with AsyncExitStack() as stack:
        home = Home()
        app = web.Application()
        app.router.add_get("/.well-known/webfinger", home.webfinger)
        app.router.add_get("/ana", home.actor)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        home.host = f"far.localhost:{port}"
        yield home


@pytest.fixture
async def blog(make_peer, home):
    """A peer that speaks to ``home``, and to nobody else."""
    peer = await make_peer("blog", dev_allow=frozenset((home.host,)))
    async with office.opened(peer.node):
        yield peer


async def leaving(blog, handle, verb="Follow", path=WELCOME):
    visitor = await blog.visitor()
    form = await visitor.get(f"/interact/away?uri={quote(blog.base + path, safe='')}")
    return visitor, await visitor.send(form, "/interact/away", handle=handle, verb=verb)


# -- led home ----------------------------------------------------------------------


async def test_a_visitor_is_led_home_by_what_their_server_offers(blog, home):
    home.offers(SUBSCRIBE, home.base + "/authorize_interaction?uri={uri}")
    home.offers(INTENT + "Like", home.base + "/like?it={object}")

    _, liking = await leaving(blog, f"@ana@{home.host}", "Like")
    _, answering = await leaving(blog, f"ana@{home.host}", "Create")

    onward = [h for h, text in liking.links if text == f"Go to {home.host}"]
    other = [h for h, text in answering.links if text == f"Go to {home.host}"]
    assert onward == [f"{home.base}/like?it={quote(blog.base + WELCOME, safe='')}"]
    assert parse_qs(urlsplit(other[0]).query) == {"uri": [blog.base + WELCOME]}
    assert f"On to {home.host}" in liking.words
    assert set(home.asked) == {f"acct:ana@{home.host}"}


async def test_the_browser_remembers_who_they_are(blog, home):
    home.offers(SUBSCRIBE, home.base + "/follow?uri={uri}")
    visitor, _ = await leaving(blog, f"@ana@{home.host}")

    again = await visitor.get(AWAY.format(blog.base))

    assert dict(again.form("/interact/away").fields)["handle"] == f"@ana@{home.host}"


@pytest.mark.parametrize(
    "template",
    [
        "http://elsewhere.example/follow?uri={uri}",
        "javascript:alert({uri})",
        "data:text/html,{uri}",
        "//evil.example/{uri}",
        "/follow?uri={uri}",
        "https://10.0.0.1/{uri}",
        "https://user:secret@evil.example/{uri}",
        "https://evil.example:22/{uri}",
    ],
)
async def test_nobody_is_led_where_this_peer_would_not_go(blog, home, template):
    home.offers(SUBSCRIBE, template)

    _, page = await leaving(blog, f"@ana@{home.host}")

    assert page.status in (200, 502)
    assert not [h for h, _ in page.links if "evil" in h or "elsewhere.example" in h]
    assert not [text for _, text in page.links if text.startswith("Go to")]
    assert page.has_form("/interact/away")


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("ana", "Write your address like this"),
        ("https://far.example/ana", "Write your address like this"),
        ("@ana@unknown.invalid", "could not be asked"),
        ("@ana@127.0.0.1:22", "could not be asked"),
        ("@ana@10.0.0.1", "could not be asked"),
        ("@ana@localhost", "could not be asked"),
    ],
)
async def test_a_server_that_cannot_be_asked_is_said_to_be_so(blog, handle, sentence):
    _, page = await leaving(blog, handle)

    assert sentence in page.words
    assert dict(page.form("/interact/away").fields)["handle"] == handle


async def test_a_server_that_knows_nobody_of_that_name(blog, home):
    home.status = 404

    _, page = await leaving(blog, f"@ana@{home.host}")

    assert "knows nobody called ana" in page.words


async def test_a_server_that_offers_nothing_is_no_dead_end(blog, home):
    _, page = await leaving(blog, f"@ana@{home.host}")

    assert f"Search there for {blog.base}{WELCOME}" in page.words


@pytest.mark.parametrize(
    "uri", ["", "https://evil.example/x", "{}/posts/none", "{}.evil.example/posts/x"]
)
async def test_nobody_is_led_away_for_anything_but_ours(blog, uri):
    visitor = await blog.visitor()

    page = await visitor.get(
        f"/interact/away?uri={quote(uri.format(blog.base), safe='')}"
    )

    assert page.status == 404


async def test_asking_other_servers_has_an_end(blog, home):
    home.offers(SUBSCRIBE, home.base + "/follow?uri={uri}")
    visitor, _ = await leaving(blog, f"@ana@{home.host}")
    form = await visitor.get(AWAY.format(blog.base))

    answers = [
        (
            await visitor.send(
                form, "/interact/away", handle=f"@a{n}@{home.host}", verb="Like"
            )
        ).status
        for n in range(20)
    ]

    assert answers[-1] == 429


# -- our own, sent here ------------------------------------------------------------


async def test_who_is_not_signed_in_does_that_first_and_comes_back(blog, home):
    visitor = await blog.visitor()
    to = f"/follow?uri=@ana@{home.host}"

    page = await visitor.get(to)

    assert page.location == f"/sign-in?next={quote(to, safe='')}"
    assert home.asked == []


async def test_a_member_follows_who_was_not_known_yet(blog, home):
    ada = await blog.signed_in("Ada")

    page = await ada.get(f"/follow?uri=@ana@{home.host}")
    after = await ada.send(
        page, f"/elsewhere/do/Follow?id={quote(f'{home.base}/ana', safe='')}"
    )
    handle = await ada.get(f"/@ana@{home.host}")

    assert "Ana of far away" in page.words
    assert f"@ana@{home.host}" in page.words
    assert "Asked to follow" in after.words
    assert handle.location.startswith("/elsewhere?id=")


async def test_a_guest_presses_a_button_before_anything_is_fetched(blog, home):
    guest = await blog.signed_in("Gus", "guest")

    page = await guest.get(f"/interact?verb=Like&uri=@ana@{home.host}")
    asked = list(home.asked)
    after = await guest.send(page, "/interact", follow=False)

    assert (page.status, asked) == (200, [])
    assert after.location.startswith("/elsewhere?id=")


async def test_what_is_known_is_offered_at_once(blog):
    ada, ana = await blog.signed_in("Ada"), await stranger(blog)
    said = await ana.says("A thought.")
    uri = quote(said.id, safe="")

    like = await ada.get(f"/interact?verb=Like&uri={uri}")
    reply = await ada.get(f"/interact?verb=Create&uri={uri}")
    other = await ada.get(f"/interact?verb=Delete&uri={uri}")

    assert like.has_form(f"/elsewhere/do/Like?id={uri}")
    assert reply.has_form(f"/elsewhere/reply?id={uri}")
    assert other.location == f"/elsewhere?id={uri}"


@pytest.mark.parametrize(
    "uri", ["nonsense", "@nobody@unknown.invalid", "http://127.0.0.1/x", "javascript:x"]
)
async def test_what_cannot_be_found_is_said_to_be_so(blog, uri):
    ada = await blog.signed_in("Ada")

    page = await ada.get(f"/interact?verb=Like&uri={quote(uri, safe='')}")

    assert page.status < 500
    assert any(told.get("role") == "alert" for _, told in page.tags)
    assert dict(page.form("/interact").fields)["uri"] == uri


async def test_a_guest_who_would_answer_is_shown_the_thing_instead(blog):
    guest, ana = await blog.signed_in("Gus", "guest"), await stranger(blog)
    said = await ana.says("A thought.")
    uri = quote(said.id, safe="")

    page = await guest.get(f"/interact?verb=Create&uri={uri}")
    about = await guest.get(f"/elsewhere?id={quote(ana.id, safe='')}")

    assert page.location == f"/elsewhere?id={uri}"
    assert "is for members" in about.words
