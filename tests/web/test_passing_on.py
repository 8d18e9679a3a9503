"""An event is passed on: its address, a sheet of paper, a frame, and thanks."""

from __future__ import annotations

import io
import socket
from html import unescape

import pytest
from aiohttp import web
from PIL import Image

from peer.node.outbox import Ask

GIG = {
    "name": "Gig “<i>loud</i>”",
    "startTime": "2030-12-05T19:30:00+00:00",
    "timezone": "Europe/London",
    "location": {"name": "The Old Bakery"},
}


@pytest.fixture
async def ada(events):
    return await events.signed_in("Ada")


@pytest.fixture
async def gig(events, ada):
    return await made(events, ada)


async def made(events, keeper, audience="public", **values):
    asks = [
        Ask("Create", kind="Event", values={**GIG, **values}, audience=audience),
        Ask(
            "Add",
            subject=f"{events.base}/calendars/main",
            relation="scheduled",
            object="@0",
        ),
    ]
    done = await events.node.publish_all(keeper.viewer, asks)
    return done[0].thing


def said_in(page, name):
    return next(told for _, told in page.tags if told.get("id") == name)


# -- the panel -------------------------------------------------------------------------


async def test_whoever_likes_it_can_pass_it_on(events, gig):
    visitor = await events.visitor()

    page = await visitor.get(f"/events/{gig.slug}")

    host = events.base.partition("://")[2]
    assert said_in(page, "share-link")["value"] == gig.id
    assert f"/events/{gig.slug}/poster" in dict(page.links)
    assert f"follow @main@{host} to hear of the next" in page.words


async def test_what_goes_into_another_website_is_one_tag_whatever_the_title(
    events, gig
):
    visitor = await events.visitor()

    page = await visitor.get(f"/events/{gig.slug}")

    shown = page.text.partition('id="share-frame"')[2].partition(">")[2]
    frame = unescape(shown.partition("</textarea>")[0])
    told = 'title="Gig “&lt;i&gt;loud&lt;/i&gt;”"'
    assert frame.startswith(f'<iframe src="{gig.id}/embed" {told} ')
    assert (frame.count("<"), frame[-9:]) == (2, "</iframe>")


async def test_what_is_not_for_everybody_is_not_passed_on(events, ada):
    draft = await made(events, ada, audience="draft")
    visitor = await events.visitor()

    assert "share-link" not in (await ada.get(f"/events/{draft.slug}")).text
    for page in ("poster", "embed"):
        assert (await visitor.get(f"/events/{draft.slug}/{page}")).status == 404
    assert (await ada.get(f"/events/{draft.slug}/embed")).status == 404


# -- paper, and frames ---------------------------------------------------------------


async def test_a_poster_has_title_time_place_and_a_code(events, gig):
    visitor = await events.visitor()

    page = await visitor.get(f"/events/{gig.slug}/poster")

    for words in ("Gig “<i>loud</i>”", "Thu 5 December 2030, 19:30", "The Old Bakery"):
        assert words in page.words
    names = [told.get("aria-label") for tag, told in page.tags if tag == "svg"]
    assert f"QR code of {gig.id}" in names


async def test_a_frame_may_stand_anywhere_and_can_do_nothing(events, gig):
    for visitor in (await events.visitor(), await events.signed_in("Bob")):
        page = await visitor.get(f"/events/{gig.slug}/embed")

        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "X-Frame-Options" not in page.headers
        assert "Set-Cookie" not in page.headers
        assert "<script" not in page.text
        assert "Bob" not in page.words
        assert len(page.text) < 4096


async def test_nothing_else_may_be_framed(events, gig):
    visitor = await events.visitor()

    for path in (f"/events/{gig.slug}", f"/events/{gig.slug}/poster"):
        page = await visitor.get(path)

        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


# -- afterwards ------------------------------------------------------------------------


async def thanks(visitor, event):
    page = await visitor.get(f"/events/{event.slug}")
    return next((h for h, text in page.links if "thank-you" in text), "")


async def test_nobody_thanks_before_it_is_over_or_for_somebody_else(events, ada, gig):
    over = await made(events, ada, startTime="2020-12-05T19:30:00+00:00")
    off = {"startTime": "2020-12-05T19:30:00+00:00", "status": "CANCELLED"}
    cancelled = await made(events, ada, **off)

    assert await thanks(ada, gig) == ""
    assert await thanks(ada, cancelled) == ""
    assert await thanks(await events.visitor(), over) == ""
    assert await thanks(await events.signed_in("Bob"), over) == ""
    assert await thanks(ada, over)


async def test_without_a_blog_the_post_is_begun_here(events, ada):
    over = await made(events, ada, startTime="2020-12-05T19:30:00+00:00")

    form = await ada.get((await thanks(ada, over)).removeprefix(events.base))

    told = dict(form.form("").fields)
    assert told["name"] == "Thank you for coming to Gig “<i>loud</i>”"
    assert f"]({over.id}) on 5 December 2020 at The Old Bakery." in told["content"]
    assert r"\<i\>loud" in told["content"]
    assert told["audience"] == "draft"
    page = await ada.send(form, "")
    assert "Thank you for coming to Gig “<i>loud</i>”" in page.words


async def test_with_a_blog_it_is_begun_there(make_peer):
    events = await make_peer("events", peers={"blog": "https://blog.example"})
    ada = await events.signed_in("Ada")
    over = await made(events, ada, startTime="2020-12-05T19:30:00+00:00")

    assert (await thanks(ada, over)).startswith("https://blog.example/posts/new?name=")


# -- a form that a link has begun ------------------------------------------------------


@pytest.fixture
async def neighbour():
    """A peer of the cooperative that has one picture."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, "PNG")

    async def picture(_request):
        return web.Response(body=out.getvalue(), content_type="image/png")

    app = web.Application()
    app.router.add_get("/media/a.webp", picture)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    yield f"http://events.localhost:{listening.getsockname()[1]}"
    await runner.cleanup()


@pytest.fixture
async def writer(make_peer, neighbour):
    host = neighbour.removeprefix("http://")
    blog = await make_peer(
        "blog", peers={"events": neighbour}, dev_allow=frozenset((host,))
    )
    visitor = await blog.signed_in("Writer")
    return blog, visitor


BEGUN = "/posts/new?name=Thanks&content=You+came&image.alt=Us&image.from="


async def sends(blog, visitor, url, **changes):
    from peer.node.outgoing import office

    async with office.opened(blog.node):
        return await visitor.send(await visitor.get(BEGUN + url), "", **changes)


async def test_the_picture_is_taken_along_and_is_one_of_our_own(writer, neighbour):
    blog, visitor = writer

    page = await sends(blog, visitor, f"{neighbour}/media/a.webp")

    [image] = [t for tag, t in page.tags if tag == "img" and t.get("alt") == "Us"]
    assert image["src"].startswith(f"{blog.base}/media/")


async def test_who_does_not_want_it_leaves_it(writer, neighbour):
    blog, visitor = writer
    url = f"{neighbour}/media/a.webp"

    page = await sends(blog, visitor, url, **{"image.from": None, "image.alt": ""})

    assert "Thanks" in page.words
    assert "<img" not in page.text


async def test_where_it_is_not_there_the_rest_is_not_lost(writer, neighbour):
    blog, visitor = writer

    page = await sends(blog, visitor, f"{neighbour}/media/none.webp")

    assert page.status == 422
    assert "No picture arrived" in page.words
    assert dict(page.form("").fields)["content"] == "You came"


@pytest.mark.parametrize(
    "url", ["https://evil.example/media/a.webp", "http://127.0.0.1:1/media/a.webp"]
)
async def test_nothing_is_fetched_from_anybody_else(writer, url):
    _, visitor = writer

    page = await visitor.get(BEGUN + url)

    assert "Take the picture along" not in page.words
    told = {**dict(page.form("").fields), "image.from": url, "image.alt": ""}
    answer = await visitor.ask("POST", "/posts/new", data=told, follow=True)
    assert "Thanks" in answer.words
    assert "<img" not in answer.text


async def test_what_a_link_says_is_never_markup(writer):
    _, visitor = writer

    page = await visitor.get('/posts/new?name="><script>alert(1)</script>&was=x')

    assert "<script>alert" not in page.text
    assert dict(page.form("").fields)["was"] == ""
