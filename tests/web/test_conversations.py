"""What others say of a thing and do with it, below the thing; and answering."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from peer.node.moderation import severing
from peer.node.outbox import Ask
from peer.protocol.thing import DRAFT, Edge
from tests.web.abroad import stranger

WELCOME = "/posts/welcome"


def order(page, *texts):
    """Do ``texts`` stand in the page one after the other?"""
    found = [page.words.index(text) for text in texts]
    return found == sorted(found)


# -- replies -----------------------------------------------------------------------


async def test_replies_stand_below_what_they_answer_with_who_and_where(blog):
    ana, bea = await stranger(blog), await stranger(blog, "Bea", "near.example")
    first = await ana.says("What a **loaf**", blog.base + WELCOME)
    await bea.says("Nobody asked.", blog.base + WELCOME)
    await bea.says("Is it rye?", first.id)
    visitor = await blog.visitor()

    page = await visitor.get(WELCOME)

    assert order(page, "What a loaf", "Is it rye?", "Nobody asked.")
    assert "@ana@far.example" in page.words
    assert "@bea@near.example" in page.words
    assert "Read it on far.example" in page.words
    assert page.headers["ETag"]


async def test_no_heading_stands_over_nothing(blog):
    guest, visitor = await blog.signed_in("Gus", "guest"), await blog.visitor()

    signed_in, from_there = await guest.get(WELCOME), await visitor.get(WELCOME)

    assert "Replies and echoes" not in signed_in.words
    assert "Replies and echoes" in from_there.words
    assert "from your own server" in from_there.words


async def test_what_warns_of_itself_is_folded_away(blog):
    ana = await stranger(blog)
    await ana.says("Rosebud is a sledge.", blog.base + WELCOME, summary="The end")
    visitor = await blog.visitor()

    page = await visitor.get(WELCOME)

    assert order(page, "The end", "Rosebud is a sledge.")
    assert page.text.index("<details") < page.text.index("Rosebud")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "[here](data:text/html,x)",
        "<a href='javascript:alert(1)'>here</a>",
    ],
)
async def test_nothing_that_strangers_write_does_anything(blog, text):
    ana = await stranger(blog, text)
    said = await ana.says(text, blog.base + WELCOME, summary=text, url="javascript:x")
    visitor = await blog.visitor()
    pages = [
        await visitor.get(path)
        for path in (WELCOME, f"/elsewhere?id={said.id}", f"/elsewhere?id={ana.id}")
    ]

    for page in pages:
        assert page.status == 200
        hrefs = [told.get("href") or "" for _, told in page.tags]
        assert not [h for h in hrefs if h.startswith(("javascript:", "data:"))]
        assert not [told for _, told in page.tags if "onerror" in told]
        assert "alert(1)</script>" not in page.text


@pytest.mark.parametrize("kind", ["Event", "Note", "Post", "Ticket"])
async def test_whatever_is_known_of_others_has_a_page(make_peer, kind):
    peer = await make_peer("shop" if kind == "Ticket" else "events")
    ana = await stranger(peer)
    values = {"name": "A fair", "startTime": "2030-07-01T19:30:00Z"}
    found = await ana.says("In May.", kind=kind, **values)

    for visitor in (await peer.visitor(), await peer.owner()):
        page = await visitor.get(f"/elsewhere?id={quote(found.id, safe='')}")

        assert page.status == 200, kind
        assert "far.example" in page.text


async def test_what_was_written_to_a_few_is_shown_to_nobody_else(blog):
    ana, ada = await stranger(blog), await blog.signed_in("Ada")
    secret = await ana.says(
        "For Ada alone.",
        blog.base + WELCOME,
        audience=DRAFT,
        mentions=f"{blog.base}/people/ada",
    )
    owner, visitor = await blog.owner(), await blog.visitor()

    for reader in (owner, visitor):
        assert "For Ada alone" not in (await reader.get(WELCOME)).words
        assert (await reader.get(f"/elsewhere?id={secret.id}")).status == 404
    assert "For Ada alone" in (await ada.get("/notices")).words
    assert "For Ada alone" in (await ada.get(f"/elsewhere?id={secret.id}")).words


async def test_what_blocked_people_said_and_did_is_not_shown(blog):
    ana, eve = await stranger(blog), await stranger(blog, "Eve", "a.evil.example")
    await eve.says("Buy my pills.", blog.base + WELCOME)
    await eve.does("Like", blog.base + WELCOME)
    await ana.does("Like", blog.base + WELCOME)
    await severing.block(blog.node, {"evil.example": "spam"}, "somebody")
    blog.clock.tick(seconds=2)
    visitor = await blog.visitor()

    page, likes = await visitor.get(WELCOME), await visitor.get(f"{WELCOME}/likes")

    assert "pills" not in page.words
    assert "1 person likes this." in page.words
    for each in (page, likes):
        assert "evil.example" not in each.text
        assert "Ana" in each.words


async def test_who_quotes_something_with_consent_is_shown_below_it(blog):
    ana = await stranger(blog)
    said = await ana.says("They say it better than I.")
    await ana.does("QuoteRequest", blog.base + WELCOME, instrument=said.id)
    visitor = await blog.visitor()

    page = await visitor.get(WELCOME)

    assert order(page, "Quoted by", "They say it better than I.")
    assert page.words.count("They say it better") == 1


async def test_answers_that_go_in_circles_are_shown_once(blog):
    ana = await stranger(blog)
    one = await ana.says("The one.", blog.base + WELCOME)
    two = await ana.says("The other.", one.id)
    await blog.node.store.transact(lambda tx: tx.relate(_edge(one.id, two.id)))
    visitor = await blog.visitor()

    page = await visitor.get(WELCOME)

    assert (page.words.count("The one."), page.words.count("The other.")) == (1, 1)


def _edge(subject, object):
    return Edge(f"{subject}#back", subject, "inReplyTo", object, subject, "2026", "x")


async def test_a_conversation_asks_no_more_for_many_than_for_few(blog):
    post = blog.base + WELCOME
    visitor, ada = await blog.visitor(), await blog.signed_in("Ada")
    for number in range(30):
        who = await stranger(blog, f"Fan {number}", f"n{number}.example")
        said = await who.says(f"Reply {number}", post)
        await who.says("And more", said.id)
        for verb in ("Like", "Announce"):
            await who.does(verb, post)

    theirs, hers = await visitor.get(WELCOME), await ada.get(WELCOME)

    assert (theirs.queries <= 10, hers.queries <= 10) == (True, True)
    assert "30 people like this." in theirs.words
    assert "Passed on 30 times." in theirs.words
    assert "and 6 more" in theirs.words
    assert "All replies" in theirs.words


# -- on pages of their own ---------------------------------------------------------


async def test_everybody_who_likes_something_has_a_page_that_goes_on(blog):
    for number in range(60):
        who = await stranger(blog, f"Fan {number:02}", f"n{number}.example")
        await who.does("Like", blog.base + WELCOME)
    visitor = await blog.visitor()

    first = await visitor.get(f"{WELCOME}/likes")
    onward = next(href for href, text in first.links if text == "Further")
    second = await visitor.get(onward)

    assert "60 in all" in first.words
    seen = {f"Fan {n:02}" for n in range(60) if f"Fan {n:02}" in first.words}
    rest = {f"Fan {n:02}" for n in range(60) if f"Fan {n:02}" in second.words}
    assert (len(seen), len(rest), seen & rest) == (50, 10, set())


# -- answering ---------------------------------------------------------------------


async def test_a_member_answers_below_the_thing(blog):
    ana, ada = await stranger(blog), await blog.signed_in("Ada")
    said = await ana.says("Is it rye?", blog.base + WELCOME)

    there = await ada.send(await ada.get(WELCOME), "/reply", text="It is a *loaf*")
    deeper = await ada.send(
        await ada.get(f"/elsewhere?id={said.id}"),
        f"/elsewhere/reply?id={quote(said.id, safe='')}",
        text="Wheat.",
        warning="gluten",
    )

    assert "Your reply is published." in there.words
    assert "It is a loaf" in there.words
    assert "Wheat." in deeper.words
    page = await ada.get(WELCOME)
    assert order(page, "Is it rye?", "gluten", "It is a loaf")


async def test_an_answer_that_will_not_do_comes_back_as_it_was_typed(blog):
    ada = await blog.signed_in("Ada")
    page = await ada.get(WELCOME)

    for text in ("   ", "long " * 2000):
        back = await ada.send(page, "/reply", text=text, warning="mind")

        assert back.status == 422
        form = dict(back.form("/reply").fields)
        assert (form["text"].strip(), form["warning"]) == (text.strip(), "mind")


async def test_guests_and_strangers_are_offered_no_form_for_it(blog):
    visitor, guest = await blog.visitor(), await blog.signed_in("Gus", "guest")

    for reader in (visitor, guest):
        assert not (await reader.get(WELCOME)).has_form("/reply")
    refused = await guest.post(f"{WELCOME}/reply", text="Hello")

    assert refused.status == 403


async def test_a_guest_who_would_write_is_told_how_to_become_a_member(blog):
    guest = await blog.signed_in("Gus", "guest")

    page = await guest.get("/posts/new")

    assert page.status == 403
    assert "make you one" in page.words


async def test_a_thing_that_is_kept_back_has_no_conversation(blog):
    values = {"name": "Secret", "content": "x"}
    ask = Ask("Create", kind="Post", values=values, audience=DRAFT)
    done = await blog.node.publish(blog.node.site, ask)
    owner, visitor = await blog.owner(), await blog.visitor()
    path = done.object.id.removeprefix(blog.base)

    assert not (await owner.get(path)).has_form("/reply")
    for part in ("", "/likes", "/replies"):
        assert (await visitor.get(path + part)).status == 404
