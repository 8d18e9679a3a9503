"""Posts of servers that know no edges: brought to a calendar, or naming it."""

from __future__ import annotations

import pytest

from peer.model.consent import state
from peer.node.outbox import Ask
from tests.federation.fediverse.wording import mention
from tests.federation.peers import soon


@pytest.fixture
async def calendar(events):
    """It has a name by which others can name it."""
    id = f"{events.base}/calendars/main"
    await events.read(id)
    return id


@pytest.fixture
async def post(mastodon):
    return mastodon.actor("ana").note("Come to the bakery!")


async def gathered(events, calendar, post):
    def look(read):
        edges = read.edges(subject=calendar, relation="gathers", object=post)
        return state(edges[0], read) if edges else ""

    return await events.node.store.read(look)


async def comes_to_be(wanted, events, calendar, post):
    async def look():
        return await gathered(events, calendar, post) == wanted

    await soon(look, f"{post} is {wanted} on {calendar}")


async def test_a_member_brings_the_address_of_a_post(mastodon, events, calendar, post):
    keeper = await events.owner()
    page = await keeper.get("/calendars/main")

    done = await keeper.send(page, "/calendars/main/gather", uri=post["id"])

    assert "The calendar has it" in done.words
    assert await gathered(events, calendar, post["id"]) == "mutual"
    assert "Come to the bakery!" in (await events.page("/calendars/main")).words
    announce = await mastodon.got("Announce")
    assert announce.activity["object"] == post["id"]
    assert post["id"] in await events.items(f"{calendar}/allocated")


async def test_what_a_calendar_gathers_it_says_itself_and_has_signed(
    events, calendar, post
):
    await events.meets(post["id"])
    await events.does("Add", subject=calendar, relation="gathers", object=post["id"])
    [edge] = await events.edges(subject=calendar, relation="gathers")

    told = await events.read(edge.id)

    assert told["attributedTo"] == told["subject"] == calendar
    assert told["object"] == post["id"]
    assert told["proof"]["verificationMethod"].startswith(f"{calendar}#")
    page = await events.page(edge.id.removeprefix(events.base))
    assert page.words.count("The proof holds.") == 2


async def test_an_address_where_nothing_is_loses_nothing(events, mastodon, calendar):
    keeper = await events.owner()
    page = await keeper.get("/calendars/main")
    nowhere = f"{mastodon.base}/nothing"

    wrong = await keeper.send(page, "/calendars/main/gather", uri=nowhere)

    assert nowhere in wrong.text
    assert wrong.has_form("/calendars/main/gather")


async def test_an_author_who_names_the_calendar_waits_for_its_keeper(
    mastodon, events, calendar
):
    ana = mastodon.actor("ana")
    said = await names(ana, calendar, "A concert, perhaps for @main?")
    note = said["object"]

    await comes_to_be("asserted", events, calendar, note["id"])
    assert "A concert" not in (await events.page("/calendars/main")).words

    keeper = await events.owner()
    page = await keeper.get("/calendars/main")
    await keeper.send(page, "/calendars/main/answer", verb="Accept")

    assert await gathered(events, calendar, note["id"]) == "mutual"
    assert "A concert" in (await events.page("/calendars/main")).words


async def test_a_calendar_for_everybody_takes_it_at_once(mastodon, events, calendar):
    await events.does("Update", calendar, values={"admits": "everyone"})
    ana = mastodon.actor("ana")

    note = (await names(ana, calendar, "For @main."))["object"]

    await comes_to_be("mutual", events, calendar, note["id"])


async def test_an_answer_that_names_the_calendar_offers_nothing(
    mastodon, events, calendar
):
    event = await events.makes("Event", name="Gig", startTime="2037-07-12T19:00:00Z")
    ana = mastodon.actor("ana")

    note = (await names(ana, calendar, "Nice, @main!", inReplyTo=event))["object"]

    assert await events.get(note["id"]) is not None
    assert await gathered(events, calendar, note["id"]) == ""


async def test_a_member_who_does_not_keep_the_calendar_brings_by_its_policy(
    events, calendar, post
):
    await events.does("Update", calendar, values={"admits": "ask"})
    await events.meets(post["id"])
    ada = await events.person("Ada")

    await events.node.publish(
        ada, Ask("Add", subject=calendar, relation="gathers", object=post["id"])
    )

    assert await gathered(events, calendar, post["id"]) == "asserted"


async def names(ana, calendar, text, **more):
    tags = [mention(calendar, "main")]
    return await ana.post(text, [calendar], tags=tags, cc=[calendar], **more)
