"""Answers from elsewhere, under what they answer, in whatever order they come."""

from __future__ import annotations

import itertools

import pytest

from tests.federation.fediverse.wording import collection, wire
from tests.federation.ways import everywhere

POST = {"name": "On rye", "content": "Slow."}


@pytest.fixture
async def post(blog):
    return await blog.makes("Post", **POST)


async def test_a_reply_of_each_kind_stands_under_the_post(server, blog, post):
    reply = await server.actor("ana").reply("Well said.", post)

    page = await blog.shows(post, "Well said.")
    assert server.host.partition(":")[0] in page.text
    assert await blog.items(f"{post}/replies") == [reply["object"]["id"]]


async def test_a_reply_is_told_once_to_who_is_answered(mastodon, blog, post):
    ana = mastodon.actor("ana")
    reply = await ana.reply("Well said.", post)

    again = await ana.deliver(reply, f"{blog.actor}/inbox")

    assert again.ok
    assert await blog.total(f"{post}/replies") == 1


async def test_a_changed_reply_is_changed_here(server, blog, post):
    ana = server.actor("ana")
    reply = await ana.reply("Well sayd.", post)

    await ana.update(reply["object"], [blog.actor], content="<p>Well said.</p>")

    page = await blog.shows(post, "Well said.")
    assert "sayd" not in page.words


async def test_a_deleted_reply_is_gone_here(server, blog, post):
    """By its id, as a tombstone, or whole and empty."""
    ana = server.actor("ana")
    reply = await ana.reply("Well said.", post)

    await ana.delete(reply["object"], [blog.actor])

    assert "Well said." not in (await blog.page(post)).words
    assert await blog.items(f"{post}/replies") == []


async def test_a_reply_to_a_reply_joins_the_conversation(mastodon, mitra, blog, post):
    first = await mastodon.actor("ana").reply("Well said.", post)
    bob = mitra.actor("bob")

    second = await bob.post("So it is.", [blog.actor], inReplyTo=first["object"]["id"])

    assert await blog.items(f"{post}/context") == [
        post,
        first["object"]["id"],
        second["object"]["id"],
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_a_conversation_is_the_same_in_any_order(mastodon, blog, post, order):
    """Each answers the one before; what is missing meanwhile is looked up."""
    ana = mastodon.actor("ana")
    notes, answered = [], post
    for text in ("One.", "Two.", "Three."):
        notes.append(ana.note(text, inReplyTo=answered, cc=[blog.actor]))
        answered = notes[-1]["id"]

    for n in order:
        create = ana.act("Create", notes[n], to=notes[n]["to"], cc=notes[n]["cc"])
        assert (await ana.deliver(create, blog.inbox)).ok

    page = await blog.shows(post, "Three.")
    told = [page.words.index(text) for text in ("One.", "Two.", "Three.")]
    assert told == sorted(told)


async def test_what_is_between_is_looked_up(mastodon, mitra, blog, post):
    """Of the answer that bob answers nobody has told us."""
    between = mastodon.actor("ana").note("Well said.", inReplyTo=post)

    bob = mitra.actor("bob")
    await bob.post("So it is.", [blog.actor], inReplyTo=between["id"], cc=[blog.actor])

    page = await blog.shows(post, "Well said.")
    assert page.words.index("Well said.") < page.words.index("So it is.")


@pytest.mark.parametrize("named", ["replies", "context"])
async def test_the_rest_of_a_conversation_is_fetched_on_demand(mastodon, blog, named):
    ana = mastodon.actor("ana")
    first = ana.note("One.")
    others = [ana.note(f"More {n}.", inReplyTo=first["id"]) for n in range(3)]
    ids = [each["id"] for each in others]
    where = mastodon.serve(collection(f"{first['id']}/{named}", ids))
    first[named] = where["id"]
    await blog.meets(first["id"])

    found = await blog.node.incoming.threads.below(first["id"])

    assert found == 3
    for id in ids:
        assert await blog.holds(id, "inReplyTo", first["id"])


async def test_a_conversation_without_end_ends(mastodon, blog):
    """F01 of the corpus: each page names another."""
    first = mastodon.actor("ana").note("One.")
    pages = [f"{first['id']}/replies/{n}" for n in range(300)]
    for here, there in itertools.pairwise(pages):
        mastodon.serve(
            {"id": here, "type": "CollectionPage", "items": [], "next": there}
        )
    first["replies"] = pages[0]
    await blog.meets(first["id"])

    await blog.node.incoming.threads.below(first["id"])

    assert mastodon.fetches.total() <= 20


async def test_an_old_update_does_not_undo_a_newer(mastodon, blog, post):
    ana = mastodon.actor("ana")
    reply = await ana.reply("One.", post, published="2026-11-20T08:00:00Z")
    older = {**reply["object"], "content": "<p>Two.</p>"}
    newer = {**reply["object"], "content": "<p>Three.</p>"}
    older["updated"], newer["updated"] = "2026-11-20T08:30:00Z", "2026-11-20T09:00:00Z"

    for n, each in enumerate((newer, older)):
        update = ana.act("Update", each, to=each["to"], cc=each["cc"])
        update["id"] += f"-{n}"
        assert (await ana.deliver(update, blog.inbox)).ok

    assert "Three." in (await blog.page(post)).words
    assert "Two." not in (await blog.page(post)).words


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_what_is_deleted_is_gone_in_whatever_order_it_is_heard(
    mastodon, blog, post, order
):
    """Made, changed and deleted; each of them is told again at the end."""
    ana = mastodon.actor("ana")
    note = ana.note("Oops.", inReplyTo=post, cc=[blog.actor])
    newer = {**note, "content": "<p>Oops!</p>", "updated": wire()}
    tombstone = {"id": note["id"], "type": "Tombstone"}
    told = [
        ana.act(verb, object, to=note["to"], cc=note["cc"])
        for verb, object in (
            ("Create", note),
            ("Update", newer),
            ("Delete", tombstone),
        )
    ]
    mastodon.objects.pop(note["id"])
    mastodon.gone.add(note["id"])

    for n in (*order, *order):
        assert (await ana.deliver(told[n], blog.inbox)).ok

    assert "Oops" not in (await blog.page(post)).words
    assert await blog.items(f"{post}/replies") == []


async def test_what_was_deleted_before_it_came_stays_away(mastodon, blog, post):
    ana = mastodon.actor("ana")
    note = ana.note("Oops.", inReplyTo=post)
    create = ana.act("Create", note, to=note["to"], cc=[blog.actor])

    await ana.delete(note, [blog.actor])
    await ana.deliver(create, blog.inbox)

    assert "Oops." not in (await blog.page(post)).words


async def test_a_reply_says_nothing_dangerous(mastodon, blog, post):
    bad = "<script>alert(1)</script><b onclick=alert(2)>Hm.</b><img src=x onerror=a>"

    await mastodon.actor("ana").reply(bad, post)

    page = await blog.shows(post, "Hm.")
    assert "alert" not in page.text.replace("alert-", "")
    assert "onerror" not in page.text


@pytest.mark.parametrize("kind", ["Event", "Page", "Video", "Article"])
async def test_what_we_have_no_type_for_keeps_its_title(mastodon, blog, kind):
    """Mastodon does the same with them: title first, then text."""
    ana = mastodon.actor("ana")
    thing = ana.note(
        "Come!", kind=kind, name="Open doors", startTime="2030-01-01T10:00:00Z"
    )

    kept = await blog.meets(thing["id"])

    assert "Open doors" in kept.get("content") + str(kept.get("name"))


async def test_we_answer_and_they_are_told(server, blog, post):
    ana = server.actor("ana")
    reply = (await ana.reply("Well said.", post))["object"]

    note = await blog.answers(reply["id"], "Thank you.")

    create = await server.got("Create")
    assert create.object["id"] == note
    assert create.object["inReplyTo"] == reply["id"]
    assert create.object["type"] == "Note"
    assert ana.id in create.activity["to"] + create.activity["cc"]
    tags = [tag for tag in create.object["tag"] if tag["type"] == "Mention"]
    assert [tag["href"] for tag in tags] == [ana.id]


async def test_an_answer_is_passed_on_to_those_who_follow(mastodon, mitra, blog, post):
    """ActivityPub 7.1.2: what answers ours, and its author addressed to our followers.

    Byte for byte, so that the author's own proof can be checked by whoever gets it.
    """
    await mastodon.actor("zoe").follow(blog.actor)
    await mastodon.got("Accept")
    ana = mitra.actor("ana")

    await ana.reply("Well said.", post, cc=[blog.actor, f"{blog.actor}/followers"])

    create = await mastodon.got("Create")
    assert create.activity["actor"] == ana.id
    assert create.signer == blog.actor


async def test_a_quote_is_read_in_any_spelling(server, blog, post):
    ana = server.actor("ana")
    await blog.meets(ana.id)
    await blog.does("Follow", ana.id)
    await blog.comes_to_hold(blog.actor, "follows", ana.id)

    create = await ana.post("Read this.", [blog.actor], quotes=post)

    kept = await blog.get(create["object"]["id"])
    assert post in kept.get("content") or await blog.holds(kept.id, "quotes", post)


@everywhere
async def test_a_reply_is_seen_however_we_are_run(open_peer, mastodon):
    blog = await open_peer("blog")
    posts = await blog.items((await blog.read("/actor"))["outbox"])
    post = next(
        said["object"]["id"]
        for said in posts
        if isinstance(said["object"], dict) and said["object"]["type"] == "Article"
    )

    await mastodon.actor("ana").reply("Well said.", post)

    await blog.shows(post, "Well said.")
