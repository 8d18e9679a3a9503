"""What an owner adds in the browser: types, fields, relation kinds, at once in use."""

from __future__ import annotations

import pytest


@pytest.fixture
async def owner(blog):
    return await blog.owner()


@pytest.fixture
async def recipes(owner):
    """A type made in the browser, listed at /recipes."""
    told = {
        "name": "Recipe",
        "about": "How to make something.",
        "term.1": "name",
        "label.1": "Name",
        "required.1": "yes",
        "term.2": "serves",
        "kind.2": "count",
        "term.3": "course",
        "kind.3": "choice",
        "choices.3": "starter\nmain\npudding",
    }
    return await owner.fill(await owner.get("/meta/new-type"), "", told)


async def test_the_metamodel_is_for_everybody_to_read(any_peer):
    visitor = await any_peer.visitor()

    page = await visitor.get("/meta")

    for kind in any_peer.node.lexicon.types.values():
        assert kind.label in page.words
    for relation in any_peer.node.lexicon.relations.values():
        assert relation.name in page.words
    assert "/meta/new-type" not in [href for href, _ in page.links]


async def test_a_type_names_the_behaviors_that_answer_to_its_verbs(events):
    visitor = await events.visitor()

    page = await visitor.get("/meta")

    assert "join.leave" in page.words


async def test_a_new_type_has_a_page_a_listing_and_a_form_at_once(owner, recipes):
    listing, form = await owner.get("/recipes"), await owner.get("/recipes/new")

    page = await owner.send(form, name="Rye", serves="4", course="main")

    assert (recipes.status, recipes.path) == (200, "/types/recipe")
    assert "There are no recipes yet." in listing.words
    assert (page.path, "Main" in page.words) == ("/recipes/rye", True)


async def test_a_new_type_survives_a_restart(blog, owner, recipes):
    await blog.node.keep_up()

    assert (await owner.get("/recipes/new")).status == 200
    assert "Recipe" in (await owner.get("/meta")).words


async def test_a_declaration_that_is_none_says_what_is_wrong(owner):
    form = await owner.get("/meta/new-type")

    nameless = await owner.fill(form, "", {"name": "recipe", "term.1": "name"})
    bad = await owner.fill(form, "", {"name": "Recipe", "term.1": "Two words"})
    taken = await owner.fill(form, "", {"name": "Post", "term.1": "name"})
    reserved = await owner.fill(
        form, "", {"name": "Search", "plural": "Search", "term.1": "name"}
    )

    assert [p.status for p in (nameless, bad, taken, reserved)] == [422] * 4
    assert "should be a capital letter" in nameless.words
    assert "fields.Two words" in bad.words
    assert "taken by the peer itself" in reserved.words
    assert dict(bad.form("").fields)["term.1"] == "Two words"


async def test_a_field_is_asked_for_as_soon_as_it_is_there(owner):
    form = await owner.get("/meta/post/new-field")

    await owner.fill(
        form, "", {"term": "mood", "kind": "choice", "choices": "glad\nsad"}
    )
    new = await owner.get("/posts/new")
    page = await owner.send(new, name="Rain", content="…", mood="sad")

    assert "mood" in new.form("").names
    assert page.path == "/posts/rain"


async def test_a_field_that_is_there_already_is_not_made_twice(owner):
    form = await owner.get("/meta/post/new-field")

    page = await owner.fill(form, "", {"term": "content", "kind": "line"})

    assert page.status == 422
    assert "is there already" in page.words


async def test_a_relation_kind_is_made_like_any_other_thing(blog, owner):
    form = await owner.get("/meta/new-relation", follow=True)

    page = await owner.send(
        form, name="answers", label="Answers", inverse="Answered by"
    )

    assert page.status == 200
    assert blog.node.lexicon.relations["answers"].inverse == "Answered by"
    assert "answers" in (await owner.get("/meta")).words


async def test_a_type_is_changed_as_the_toml_that_it_is(blog, owner):
    page = await owner.get("/meta/post/toml")
    text = dict(page.form("").fields)["toml"]

    after = await owner.send(page, toml=text.replace('"Title"', '"Headline"'))

    assert after.path == "/types/post"
    assert "Headline" in (await owner.get("/posts/new")).words


async def test_a_slip_in_the_toml_is_named_with_its_line(owner):
    page = await owner.get("/meta/post/toml")
    text = dict(page.form("").fields)["toml"]
    line = text[: text.index('kind = "prose"')].count("\n") + 1

    wrong = await owner.send(page, toml=text.replace('kind = "prose"', 'kind = "poem"'))
    broken = await owner.send(page, toml="name = Post")

    assert (wrong.status, broken.status) == (422, 422)
    assert f"line:{line}: fields.content.kind" in wrong.words
    assert "line 1" in broken.words
    assert "poem" in dict(wrong.form("").fields)["toml"]


async def test_two_who_change_a_type_at_once_are_told(owner):
    mine, theirs = (
        await owner.get("/meta/post/toml"),
        await owner.get("/meta/post/toml"),
    )
    text = dict(mine.form("").fields)["toml"]
    await owner.send(theirs, toml=text.replace('"Title"', '"Headline"'))

    page = await owner.send(mine, toml=text.replace('"Title"', '"Heading"'))

    assert page.status == 409
    assert '"Headline"' in page.words
    assert '"Heading"' in dict(page.form("").fields)["toml"]


async def test_a_name_stays(owner):
    page = await owner.get("/meta/post/toml")
    text = dict(page.form("").fields)["toml"]

    wrong = await owner.send(page, toml=text.replace('name = "Post"', 'name = "Entry"'))

    assert wrong.status == 422
    assert "stays 'Post'" in wrong.words


async def test_a_type_that_is_in_use_is_not_deleted(owner):
    form = await owner.get("/types/post/do/Delete")

    page = await owner.send(form)

    assert page.status == 409
    assert "delete them first" in page.words


async def test_members_do_not_change_the_vocabulary(blog):
    ada = await blog.signed_in("Ada")
    for path in (
        "/meta/new-type",
        "/meta/post/new-field",
        "/meta/post/toml",
        "/sparql",
    ):
        assert (await ada.get(path)).status == 403
        assert (await ada.post(path)).status == 403
