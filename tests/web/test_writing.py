"""Making things and changing them, without scripts, and with nothing ever lost."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.protocol.thing import PUBLIC


async def thing_at(peer, path):
    return await peer.node.store.read(lambda read: read.get(peer.base + path))


async def objects(peer, path, relation):
    edges = await peer.node.store.read(
        lambda read: read.edges(subject=peer.base + path, relation=relation)
    )
    return {edge.object.removeprefix(peer.base) for edge in edges}


@pytest.fixture
async def ada(blog):
    return await blog.signed_in("Ada")


# -- making ----------------------------------------------------------------------------


async def test_a_member_writes_a_post_and_is_shown_it(blog, ada):
    form = await ada.get("/posts/new")

    page = await ada.send(form, name="On rye", content="It is *slow*.")

    assert (page.status, page.path) == (200, "/posts/on-rye")
    assert "<em>slow</em>" in page.text
    assert "Published: everybody can see it now." in page.words


async def test_what_was_said_once_is_not_said_again(blog, ada):
    page = await ada.send(await ada.get("/posts/new"), name="On rye", content="Slow.")

    again = await ada.get(page.path)

    assert "Published" not in again.words


async def test_a_form_that_was_sent_is_answered_with_see_other(blog, ada):
    form = await ada.get("/posts/new")

    answer = await ada.send(form, follow=False, name="On rye", content="Slow.")

    assert (answer.status, answer.location) == (303, "/posts/on-rye")


async def test_what_is_missing_is_named_at_its_field_and_nothing_is_lost(blog, ada):
    form = await ada.get("/posts/new")

    page = await ada.send(form, summary="A word on rye", tagged=[])

    assert page.status == 422
    assert ("#field-name", "Title is required.") in page.links
    assert dict(page.form("").fields)["summary"] == "A word on rye"
    wrong = [
        told["name"] for _, told in page.tags if told.get("aria-invalid") == "true"
    ]
    assert wrong == ["name", "content"]


async def test_the_summary_of_errors_is_what_one_hears_first(blog, ada):
    page = await ada.send(await ada.get("/posts/new"))

    summary = next(told for _, told in page.tags if told.get("role") == "alert")

    assert "data-focus" in summary
    assert page.text.index("<title>Error: ") > 0


async def test_tags_are_picked_in_the_same_form(blog, ada):
    form = await ada.get("/posts/new")
    tags = [f"{blog.base}/tags/bread", f"{blog.base}/tags/money"]

    page = await ada.send(form, name="On rye", content="Slow.", tagged=tags)

    assert await objects(blog, page.path, "tagged") == {"/tags/bread", "/tags/money"}
    assert {"Bread", "Money"} <= {text for _, text in page.links}


async def test_who_may_not_make_something_is_not_offered_it(blog, ada):
    listing, form = await ada.get("/pages"), await ada.get("/pages/new")

    assert "/pages/new" not in [href for href, _ in listing.links]
    assert form.status == 403


async def test_a_draft_is_published_when_its_time_has_come(blog, ada):
    stranger = await blog.visitor()
    form = await ada.get("/posts/new")
    page = await ada.send(form, name="Later", content="Not yet.", audience="draft")
    before = (await stranger.get(page.path)).status

    edit = await ada.get(f"{page.path}/edit")
    after = await ada.send(edit, audience=PUBLIC)

    assert before == 404
    assert "Published" in after.words
    assert (await stranger.get(page.path)).status == 200


# -- changing --------------------------------------------------------------------------


@pytest.fixture
async def post(blog, ada):
    """The address of a post of Ada's."""
    values = {"name": "On rye", "content": "Slow.", "summary": "A word"}
    done = await blog.node.publish(
        ada.viewer, Ask("Create", kind="Post", values=values)
    )
    return done.object.id.removeprefix(blog.base)


async def test_a_form_shows_what_there_is(blog, ada, post):
    page = await ada.get(f"{post}/edit")

    told = dict(page.form("").fields)

    assert (told["name"], told["summary"], told["content"]) == (
        "On rye",
        "A word",
        "Slow.",
    )


async def test_what_is_emptied_is_gone(blog, ada, post):
    page = await ada.send(await ada.get(f"{post}/edit"), summary="")

    assert "Saved." in page.words
    assert "summary" not in (await thing_at(blog, post)).values


async def test_saving_without_a_change_changes_nothing(blog, ada, post):
    before = await thing_at(blog, post)

    page = await ada.send(await ada.get(f"{post}/edit"))

    assert "Nothing was different" in page.words
    assert await thing_at(blog, post) == before


async def test_nobody_else_may_change_it(blog, ada, post):
    bob = await blog.signed_in("Bob")
    form = await ada.get(f"{post}/edit")

    page = await bob.get(f"{post}/edit")
    fields = {name: each for name, each in form.form("").fields if name != "csrf"}
    sent = await bob.post(f"{post}/edit", **fields)

    assert (page.status, sent.status) == (403, 403)
    assert "You may not change this post." in sent.words
    assert "/edit" not in "".join(href for href, _ in (await bob.get(post)).links)


async def test_of_two_who_write_at_once_neither_loses_a_word(blog, ada, post):
    mine, theirs = await ada.get(f"{post}/edit"), await ada.get(f"{post}/edit")
    await ada.send(theirs, content="Slow, and worth it.")

    page = await ada.send(mine, content="Slow, and sour.")

    assert page.status == 409
    assert "Slow, and worth it." in page.words
    assert dict(page.form("").fields)["content"] == "Slow, and sour."
    assert (await thing_at(blog, post))["content"] == "Slow, and worth it."


async def test_after_a_conflict_one_may_still_have_ones_way(blog, ada, post):
    mine, theirs = await ada.get(f"{post}/edit"), await ada.get(f"{post}/edit")
    await ada.send(theirs, content="Theirs.")
    conflict = await ada.send(mine, content="Mine.")

    page = await ada.send(conflict)

    assert (page.status, page.path) == (200, post)
    assert (await thing_at(blog, post))["content"] == "Mine."


async def test_edges_are_what_is_ticked_no_more_and_no_less(blog, ada, post):
    bread, money = f"{blog.base}/tags/bread", f"{blog.base}/tags/money"
    await ada.send(await ada.get(f"{post}/edit"), tagged=[bread])

    form = await ada.get(f"{post}/edit")
    await ada.send(form, tagged=[money])

    assert ("tagged", bread) in form.form("").fields
    assert await objects(blog, post, "tagged") == {"/tags/money"}


async def test_what_is_related_both_ways_is_ticked_on_both_sides(blog, ada, post):
    other = f"{blog.base}/posts/welcome"
    await ada.send(await ada.get(f"{post}/edit"), related=[other])
    owner = await blog.owner()

    there = await owner.get("/posts/welcome/edit")
    await owner.send(there, related=[])

    assert ("related", blog.base + post) in there.form("").fields
    assert await objects(blog, post, "related") == set()


async def test_a_thing_has_the_fields_of_what_else_it_is(blog, ada, post):
    owner = await blog.owner()
    await owner.send(
        await owner.get("/meta/new-type"),
        **{
            "name": "Recipe",
            "term.1": "serves",
            "kind.1": "count",
            "label.1": "Serves",
        },
    )
    recipe = f"{blog.base}/types/recipe"

    await ada.send(await ada.get(f"{post}/edit"), isA=[recipe])
    page = await ada.send(await ada.get(f"{post}/edit"), serves="4")

    assert page.status == 200
    assert (await thing_at(blog, post))["serves"] == 4


# -- picking on pages of their own -----------------------------------------------------


async def test_picking_works_on_a_page_of_its_own(blog, ada, post):
    page = await ada.get(f"{post}/relate?relation=tagged&q=bre")
    bread = f"{blog.base}/tags/bread"

    after = await ada.send(page, "/relate", object=[bread])

    assert after.path == f"{post}/edit"
    assert await objects(blog, post, "tagged") == {"/tags/bread"}


async def test_what_was_picked_is_taken_off_again(blog, ada, post):
    bread = f"{blog.base}/tags/bread"
    await ada.post(f"{post}/relate", relation="tagged", object=bread)

    answer = await ada.post(f"{post}/unrelate", relation="tagged", object=bread)

    assert answer.status == 303
    assert await objects(blog, post, "tagged") == set()


async def test_options_leave_out_what_is_picked_and_the_thing_itself(blog, ada, post):
    await ada.post(
        f"{post}/relate", relation="related", object=f"{blog.base}/posts/welcome"
    )

    page = await ada.ask(
        "GET",
        f"{post}/relate-options?relation=related",
        headers={"Accept": "application/json"},
    )

    assert page.headers["Content-Type"].startswith("application/json")
    assert "A first loaf" in page.text
    assert '"Welcome"' not in page.text
    assert '"On rye"' not in page.text


async def test_options_for_a_script_are_boxes_to_tick(blog, ada):
    page = await ada.get("/posts/new/relate-options?relation=tagged&q=BREA")

    boxes = [told for tag, told in page.tags if tag == "input"]

    assert [each["value"] for each in boxes] == [f"{blog.base}/tags/bread"]
    assert "<html" not in page.text


async def test_a_relation_that_there_is_not_is_refused_in_words(blog, ada, post):
    page = await ada.get(f"{post}/relate?relation=owns")

    assert page.status == 400
    assert "no relation “owns”" in page.words
