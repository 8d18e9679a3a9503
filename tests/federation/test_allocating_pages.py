"""Allocating by forms: on the post, on the calendar, and what everybody is shown."""

from __future__ import annotations

import pytest

from tests.federation.cooperating import (
    allocate,
    allocated,
    comes_to_stand,
    knows_calendars,
    of_all,
)
from tests.federation.peers import near


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def calendar(events):
    return f"{events.base}/calendars/main"


@pytest.fixture
async def post(blog):
    return f"{blog.base}/posts/welcome"


async def test_the_form_on_a_post_offers_it_and_shows_what_became_of_it(
    blog, events, post, calendar
):
    await knows_calendars(blog, calendar)
    visitor = await blog.owner()
    page = await visitor.get("/posts/welcome")
    assert "Main calendar, events.localhost" in page.words

    sent = await visitor.send(page, "/posts/welcome/allocate", to=calendar)

    assert sent.path == "/posts/welcome"
    assert "Main calendar accepted." in sent.words
    await blog.shows("/posts/welcome", "Main calendar accepted,")
    await events.shows("/calendars/main", "Welcome")


async def test_what_waits_for_an_answer_is_said_to_be_offered(
    blog, events, post, calendar
):
    await events.does("Update", calendar, values={"admits": "ask"})
    await knows_calendars(blog, calendar)
    blog.waits(0.1)
    visitor = await blog.owner()
    page = await visitor.get("/posts/welcome")

    sent = await visitor.send(page, "/posts/welcome/allocate", to=calendar)

    assert "Offered to Main calendar." in sent.words
    assert "Offered to" not in (await visitor.get("/posts/welcome")).words


async def test_the_main_calendar_comes_first_and_before_it_what_one_chose_last(
    blog, events, post, calendar
):
    await knows_calendars(blog, calendar)
    visitor = await blog.owner()
    page = await visitor.get("/posts/welcome")
    assert offered(page)[0] == calendar
    workshops = f"{events.base}/calendars/workshops"
    assert workshops in offered(page)

    sent = await visitor.send(page, "/posts/welcome/allocate", to=workshops)

    assert offered(sent) == [calendar]
    page = await visitor.get("/posts/a-first-loaf")
    assert offered(page)[:2] == [workshops, calendar]
    assert page.queries <= 10
    stranger = await (await blog.visitor()).get("/posts/welcome")
    assert offered(stranger)[0] == calendar


def offered(page):
    """The calendars that the form lets one choose, in their order."""
    values = [told.get("value") or "" for tag, told in page.tags if tag == "option"]
    return [each for each in values if "/calendars/" in each]


async def test_a_calendar_is_found_by_a_part_of_its_name(blog, events, post, calendar):
    await knows_calendars(blog, calendar)
    visitor = await blog.owner()
    page = await visitor.get("/posts/welcome")

    both = await visitor.send(page, "/posts/welcome/allocate", other="events.local")
    assert "Several calendars are called like that" in both.words
    assert len(offered(both)) == 2
    assert dict(both.form("/posts/welcome/allocate").fields)["other"] == ""
    none = await visitor.send(both, "/posts/welcome/allocate", other="choir")
    assert "No calendar that is known here is called “choir”." in none.words
    done = await visitor.send(none, "/posts/welcome/allocate", other="WORKSH")

    assert "Workshops accepted." in done.words


async def test_who_is_signed_out_signs_in_on_the_way(blog, events, post, calendar):
    await knows_calendars(blog, calendar)
    stranger = await blog.visitor()
    page = await stranger.get("/posts/welcome")
    [form] = [f for f in page.forms if f.action.endswith("/allocate")]

    asked = await stranger.get(f"{form.action}?to={calendar}")
    assert asked.status == 303
    assert "/sign-in?next=%2Fposts%2Fwelcome%2Fallocate" in asked.location

    visitor = await blog.owner()
    page = await visitor.get(f"{form.action}?to={calendar}")
    assert "Allocate to Main calendar?" in page.words
    await visitor.send(page, "/posts/welcome/allocate")
    await comes_to_stand(blog, "mutual", post, "allocatedTo", calendar)


async def test_any_calendar_can_be_typed_and_nothing_is_lost_where_it_is_not_found(
    blog, events, post, calendar
):
    visitor = await blog.owner()
    host = events.base.partition("://")[2]
    page = await visitor.get("/posts/welcome")

    wrong = await visitor.send(
        page, "/posts/welcome/allocate", other=f"@nothing@{host}"
    )
    assert f"Nobody at {host} is called nothing." in wrong.words
    assert f"@nothing@{host}" in wrong.text
    dead = await visitor.send(
        wrong, "/posts/welcome/allocate", other="@main@mastodon.localhost:1"
    )
    assert "@main@mastodon.localhost:1" in dead.text
    person = await visitor.send(
        dead, "/posts/welcome/allocate", other=f"@events@{host}"
    )
    assert person.has_form("/posts/welcome/allocate")
    await visitor.send(person, "/posts/welcome/allocate", other=f"@main@{host}")

    await comes_to_stand(blog, "mutual", post, "allocatedTo", calendar)


async def test_whoever_keeps_the_calendar_answers_on_its_page(
    blog, events, post, calendar
):
    await events.does("Update", calendar, values={"admits": "ask"})
    await allocate(blog, post, calendar)
    await comes_to_stand(events, "asserted", post, "allocatedTo", calendar)
    keeper = await events.owner()
    page = await keeper.get("/calendars/main")
    assert "Welcome" in page.words
    assert "Welcome" not in (await events.page("/calendars/main")).words

    await keeper.send(page, "/calendars/main/answer", verb="Accept")
    await blog.shows("/posts/welcome", "Main calendar accepted,")
    page = await keeper.get("/calendars/main")
    await keeper.send(page, "/calendars/main/answer", verb="Remove")

    await blog.shows("/posts/welcome", "Main calendar declined,")
    assert "Welcome" not in (await events.page("/calendars/main")).words


async def test_see_proof_shows_the_documents_and_that_they_hold_now(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    [edge] = await events.edges(subject=post, relation="allocatedTo")

    for peer, path in (
        (blog, edge.id.removeprefix(blog.base)),
        (events, f"/edges?id={edge.id}"),
    ):
        page = await peer.page(path)
        assert page.status == 200
        assert page.words.count("The proof holds.") == 2
        assert "Both sides have said so" in page.words


async def test_what_is_allocated_is_shown_and_believed_while_the_blog_is_down(
    way, open_peer, events, calendar, seeded, caller
):
    async with near(
        way, "blog", await seeded("blog"), caller, peers=of_all(way)
    ) as blog:
        post = f"{blog.base}/posts/welcome"
        await allocated(blog, events, post, calendar)

    page = await events.shows("/calendars/main", "Welcome")
    assert "from blog.localhost" in page.words
    [edge] = await events.edges(subject=post, relation="allocatedTo")
    proof = await events.page(f"/edges?id={edge.id}")
    assert "its server was not asked just now" in proof.words


async def test_who_is_asked_and_who_is_answered_are_told(blog, events, post, calendar):
    await events.does("Update", calendar, values={"admits": "ask"})
    await allocate(blog, post, calendar)
    await comes_to_stand(events, "asserted", post, "allocatedTo", calendar)
    keeper, writer = await events.owner(), await blog.owner()

    notices = await keeper.get("/notices")
    assert "offers something to Main calendar" in notices.words
    page = await keeper.get("/calendars/main")
    await keeper.send(page, "/calendars/main/answer", verb="Accept")
    await comes_to_stand(blog, "mutual", post, "allocatedTo", calendar)

    assert "agreed to Welcome" in (await writer.get("/notices")).words


async def test_no_page_waits_for_a_peer_that_does_not_answer(mastodon, open_peer, way):
    mastodon.answers("*", delay=3600)

    blog = await open_peer("blog", peers={"events": mastodon.base})
    page = await blog.page("/posts/welcome")

    assert "Allocate to a calendar" in page.words
