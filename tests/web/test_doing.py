"""The verbs on a page: exactly those that the viewer may use, and what they do."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask


def buttons(page):
    """The verbs that a page offers, as the last parts of their addresses."""
    forms = [form.action for form in page.forms]
    links = [href for href, _ in page.links]
    offered = [each for each in (*forms, *links) if "/do/" in each or "/undo/" in each]
    return sorted(each.partition("/do/")[2] or each for each in offered)


@pytest.fixture
async def gig(events):
    """The address of an event with two places."""
    values = {
        "name": "Gig",
        "startTime": "2030-05-04T20:00:00+00:00",
        "capacity": 2,
    }
    ask = Ask("Create", kind="Event", values=values)
    done = await events.node.publish(events.node.site, ask)
    return done.object.id.removeprefix(events.base)


# -- which buttons there are -----------------------------------------------------------


async def test_a_stranger_is_offered_nothing_but_to_sign_in(blog):
    page = await (await blog.visitor()).get("/posts/welcome")

    assert buttons(page) == []
    assert ("/sign-in?next=/posts/welcome", "Sign in") in page.links


async def test_a_member_is_offered_what_anyone_may_do(blog):
    ada = await blog.signed_in("Ada")

    page = await ada.get("/posts/welcome")

    assert buttons(page) == ["Announce", "Flag", "Like"]


async def test_an_owner_is_offered_all(blog):
    page = await (await blog.owner()).get("/posts/welcome")

    assert buttons(page) == ["Announce", "Delete", "Flag", "Like"]
    assert "/posts/welcome/edit" in [href for href, _ in page.links]


async def test_a_verb_that_the_type_does_not_permit_is_refused(blog):
    ada = await blog.signed_in("Ada")

    page = await ada.post("/posts/welcome/do/Join")

    assert page.status == 403
    assert "nobody" in page.words


async def test_a_verb_that_nothing_answers_to_is_refused(blog):
    ada = await blog.signed_in("Ada")

    statuses = {
        (await ada.post(f"/posts/welcome/do/{verb}")).status
        for verb in ("Frobnicate", "Undo", "Create", "x" * 500)
    }

    assert statuses <= {403, 404}


# -- liking and passing on -------------------------------------------------------------


async def test_a_like_is_counted_once_and_taken_back(blog):
    ada = await blog.signed_in("Ada")
    page = await ada.get("/posts/welcome")

    liked = await ada.send(page, "/do/Like")
    again = await ada.post("/posts/welcome/do/Like")
    twice = await ada.get("/posts/welcome")
    undone = await ada.send(liked, "/undo/Like")

    assert "You like this." in liked.words
    assert "1 person likes this." in liked.words
    assert again.status == 303
    assert "1 person likes this." in twice.words
    assert "likes this" not in undone.words
    assert undone.has_form("/do/Like")


async def test_taking_back_what_one_never_did_is_refused(blog):
    ada = await blog.signed_in("Ada")

    page = await ada.post("/posts/welcome/undo/Like")

    assert page.status == 409
    assert "nothing of yours" in page.words


async def test_passing_on_is_counted(blog):
    ada = await blog.signed_in("Ada")

    page = await ada.send(await ada.get("/posts/welcome"), "/do/Announce")

    assert "Passed on 1 time." in page.words


# -- coming along ----------------------------------------------------------------------


async def test_who_comes_takes_a_place_and_leaves_it_again(events, gig):
    ada = await events.signed_in("Ada")
    before = await ada.get(gig)

    coming = await ada.send(before, "/do/Join")
    gone = await ada.send(coming, "/do/Leave")

    assert "2 places left." in before.words
    assert "1 person" in coming.words
    assert not coming.has_form("/do/Join")
    assert "2 places left." in gone.words
    assert not gone.has_form("/do/Leave")


async def test_when_all_places_are_taken_the_page_says_so(events, gig):
    for name in ("Ada", "Bob"):
        visitor = await events.signed_in(name)
        await visitor.send(await visitor.get(gig), "/do/Join")
    cy = await events.signed_in("Cy")

    page, refused = await cy.get(gig), await cy.post(f"{gig}/do/Join")

    assert "There are no places left." in page.words
    assert refused.status == 409
    assert "There are no places left." in refused.words
    disabled = [
        told for tag, told in page.tags if tag == "button" and "disabled" in told
    ]
    assert len(disabled) == 1


# -- reporting and deleting ------------------------------------------------------------


async def test_a_report_asks_why_and_only_the_owners_read_it(blog):
    ada, bob = await blog.signed_in("Ada"), await blog.signed_in("Bob")
    owner = await blog.owner()
    form = await ada.get("/posts/welcome/do/Flag")

    page = await ada.send(form, reason="It smells of <rye>")

    assert "Thank you." in page.words
    assert "It smells of <rye>" in (await owner.get("/activities")).words
    assert "rye" not in (await bob.get("/activities?verb=Flag")).words


async def test_a_report_that_is_too_long_comes_back_whole(blog):
    ada = await blog.signed_in("Ada")
    form = await ada.get("/posts/welcome/do/Flag")

    page = await ada.send(form, reason="x" * 2001)

    assert page.status == 422
    assert dict(page.form("").fields)["reason"] == "x" * 2001


async def test_deleting_asks_first_and_leaves_a_gravestone(blog):
    owner, stranger = await blog.owner(), await blog.visitor()
    asked = await owner.get("/posts/welcome/do/Delete")
    still = (await stranger.get("/posts/welcome")).status

    page = await owner.send(asked)
    gone = await stranger.get("/posts/welcome")
    as_data = await stranger.get("/posts/welcome", Accept="application/activity+json")

    assert still == 200
    assert (page.path, "Deleted." in page.words) == ("/posts", True)
    assert gone.status == as_data.status == 410
    assert "This was deleted" in gone.words


async def test_nobody_deletes_what_is_not_theirs(blog):
    ada = await blog.signed_in("Ada")

    asked = await ada.get("/posts/welcome/do/Delete")
    done = await ada.post("/posts/welcome/do/Delete")

    assert (asked.status, done.status) == (403, 403)
    assert (await ada.get("/posts/welcome")).status == 200
