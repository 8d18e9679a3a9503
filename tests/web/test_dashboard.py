"""How an event stands: what was sold, and how often its page was looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer.web.exchange.viewed import is_looking
from tests.node.entrance.conftest import opened

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GIG = {
    "name": "Gig",
    "startTime": "2030-07-01T19:30:00+01:00",
    "timezone": "Europe/London",
    "joinMode": "external",
    "capacity": 80,
}


@pytest.fixture
async def steward(events):
    return await events.owner()


@pytest.fixture
async def door(events):
    """An event of which a shop has fifty places, and has sold two."""
    made = await opened(events.node, events.node.site, GIG)
    [edge] = await allots(events, made.event)
    await made.sold(1)
    await made.sold(2)
    await events.node.store.transact(
        lambda tx: tx.hold(edge.object, "https://shop.example/orders/ra-1", 2, 50)
    )
    return made


async def allots(events, event):
    ask = {"subject": event.id, "relation": "allots"}
    return await events.node.store.read(lambda read: read.edges(**ask))


async def looks(visitor, path, agent=FIREFOX, **headers):
    return await visitor.get(path, User_Agent=agent, **headers)


async def seen(steward, door):
    """What the dashboard says of views."""
    page = await steward.get(f"/events/{door.event.slug}/dashboard")
    return int(page.words.partition(" view")[0].split()[-1])


async def test_it_says_what_was_sold_of_which_kind_and_what_that_comes_to(
    steward, door
):
    page = await steward.get(f"/events/{door.event.slug}/dashboard")

    assert page.status == 200
    assert "£20.00 taken*" in page.words
    row = "Standard shop.example, waiting for the shop £10.00"
    assert row in " ".join(page.words.split())
    assert "the prices of today, times what the shops say they have sold" in page.words


async def test_what_was_sold_is_drawn_day_by_day_and_said_in_a_table(events, steward):
    lately = {**GIG, "startTime": "2026-11-21T19:30:00+00:00"}
    door = await opened(events.node, events.node.site, lately)
    await door.sold(1)
    await door.sold(2)

    page = await steward.get(f"/events/{door.event.slug}/dashboard")

    images = [told.get("aria-label") for tag, told in page.tags if tag == "svg"]
    assert "Sold by day; 2 at the most. The table below has the same." in images
    assert "20 November 2026 2 0" in page.words


async def test_who_does_not_keep_the_event_is_told_nothing(events, door):
    path = f"/events/{door.event.slug}/dashboard"
    stranger, eve = await events.visitor(), await events.signed_in("Eve")

    assert (await stranger.get(path)).status == 303
    assert (await eve.get(path)).status == 403


async def test_it_asks_as_often_for_much_as_for_little(events, steward, door):
    path = f"/events/{door.event.slug}/dashboard"
    few = await steward.get(path)
    for number in range(3, 40):
        await door.sold(number)
    visitor = await events.visitor()
    for _ in range(5):
        await looks(visitor, f"/events/{door.event.slug}")
        events.clock.tick(days=1)

    many = await steward.get(path)

    assert many.queries <= few.queries + 1  # there were no views at first
    assert many.queries <= 10


async def test_a_free_event_says_who_is_coming(events, steward):
    made = await opened(events.node, events.node.site, {**GIG, "joinMode": "free"})
    ada = await events.signed_in("Ada")
    await ada.send(await ada.get(f"/events/{made.event.slug}"), "/do/Join")

    page = await steward.get(f"/events/{made.event.slug}/dashboard")

    assert "1 coming" in page.words
    assert "sold" not in page.words.partition("Kinds of ticket")[0]


# -- who looks -------------------------------------------------------------------------


async def test_whoever_looks_is_counted_and_who_keeps_it_is_not(events, steward, door):
    path = f"/events/{door.event.slug}"
    visitor, ada = await events.visitor(), await events.signed_in("Ada")

    await looks(visitor, path)
    await looks(ada, path)
    await looks(steward, path)

    assert await seen(steward, door) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "curl/8.5"},
        {"User-Agent": ""},
        {"User-Agent": f"{FIREFOX} (compatible; Examplebot/2.1; +https://x.example)"},
        {"User-Agent": "Mozilla/5.0 (compatible; SomeSpider)"},
        {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch"},
        {"User-Agent": FIREFOX, "Purpose": "prefetch"},
        {"User-Agent": FIREFOX, "Sec-Fetch-Dest": "empty"},
    ],
    ids=str,
)
def test_programs_and_what_nobody_asked_for_do_not_count(headers):
    assert not is_looking(headers)


def test_a_browser_counts():
    assert is_looking({"User-Agent": FIREFOX, "Sec-Fetch-Dest": "document"})


async def test_programs_that_want_data_are_not_counted(events, steward, door):
    visitor, path = await events.visitor(), f"/events/{door.event.slug}"

    await looks(visitor, path, Accept="application/activity+json")
    await visitor.ask("HEAD", path, headers={"User-Agent": FIREFOX})

    assert await seen(steward, door) == 0


async def test_of_who_looked_nothing_is_kept(events, steward, door):
    path = f"/events/{door.event.slug}"
    await looks(await events.visitor(), path)
    await looks(await events.signed_in("Ada"), path)
    await seen(steward, door)

    kept = [r async for r in events.node.store.every_record() if r[0] == "views"]

    today = events.node.now().date()
    days = {today.isoformat(), (today + timedelta(days=1)).isoformat()}
    assert [document for _, _, document in kept] == [{"views": 2}]
    assert kept[0][1] in {f"{door.event.id} {day}" for day in days}


async def test_whoever_runs_a_peer_can_leave_it(make_peer):
    events = await make_peer("events", views=False)
    steward = await events.owner()
    door = await opened(events.node, events.node.site, GIG)

    await looks(await events.visitor(), f"/events/{door.event.slug}")

    page = await steward.get(f"/events/{door.event.slug}/dashboard")
    assert "Views are not counted on this site." in page.words
    kept = [r async for r in events.node.store.every_record() if r[0] == "views"]
    assert kept == []
