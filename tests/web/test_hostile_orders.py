"""What strangers and members try with orders, places and tickets of others."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.trading import orders, purchases
from tests.web.market import SHOP, TEN, jam, scheduled, ticket


async def ordered_without_an_address(shop):
    """As a server does that tells nothing of who buys."""
    product = await jam(shop)
    done = await orders.order(
        shop.node,
        shop.node.site,
        token="a-form-of-ana",
        lines=[(product, 1)],
        contact={},
    )
    return done


async def test_an_order_without_an_address_is_not_found_by_its_number_alone(shop):
    order = await ordered_without_an_address(shop)
    stranger = await shop.visitor()

    page = await stranger.get("/orders/find")
    page = await stranger.fill(page, "", {"number": order["number"], "email": ""})

    assert page.status == 422
    assert order.slug not in page.url


@pytest.mark.parametrize("verb", ["Accept", "Reject"])
async def test_nobody_answers_for_the_shop_what_they_offered_it(events, verb):
    member = await events.signed_in("Mo")
    made = await events.node.publish_all(
        member.viewer,
        [
            Ask(
                "Create",
                kind="Event",
                values={"name": "Mine", "startTime": "2031-07-12T19:00:00Z"},
            ),
            Ask(
                "Offer",
                kind="Allotment",
                subject="@0",
                values={
                    "name": "Standard",
                    "price": TEN,
                    "quantity": 5,
                    "shop": "http://shop.example/actor",
                },
            ),
        ],
    )
    offer, allotment = made[1].id, made[1].object.id

    page = await member.post("/notices/answer", activity=offer, verb=verb)

    found = await events.node.store.read(lambda read: read.get(allotment))
    assert page.status in (403, 404, 422), page.words
    assert found["state"] == "offered"


@pytest.mark.parametrize("count", ["9" * 5000, "1e3", "٣", "-1", "0"])
async def test_odd_counts_are_refused_in_the_basket(shop, count):
    product = await jam(shop)
    stranger = await shop.visitor()

    page = await stranger.post("/basket/add", id=product, count=count)

    assert page.status == 422


async def test_nobody_answers_themselves_what_they_asked_a_shop_for(events):
    gig = await scheduled(events)
    standard = await ticket(events, gig)
    member = await events.signed_in("Mo")
    asked = await purchases.ask(
        events.node,
        member.viewer,
        token="a-form-of-mo",
        lines=[(standard, 1)],
        contact={},
    )
    offer = await events.node.store.read(lambda read: purchases.offer_of(asked, read))

    for verb in ("Accept", "Reject"):
        page = await member.post("/notices/answer", activity=offer.id, verb=verb)
        assert page.status in (403, 404, 422), page.words

    found = await events.node.store.read(lambda read: read.get(asked.id))
    assert found["state"] == "asked"


async def test_who_puts_an_event_on_their_own_calendar_does_not_stand_at_its_door(
    events,
):
    gig = await scheduled(events)
    member = await events.signed_in("Mo")
    made = await events.node.publish_all(
        member.viewer,
        [
            Ask("Create", kind="Calendar", values={"name": "What Mo likes"}),
            Ask("Add", subject="@0", relation="scheduled", object=gig),
        ],
    )
    assert made[0].thing.owner == member.viewer.id

    for below in ("guests", "guests.csv", "check-in"):
        page = await member.get(f"{gig.removeprefix(events.base)}/{below}")
        assert page.status in (401, 403, 404), below


@pytest.mark.parametrize(
    "start", ["9999-12-31T23:30:00Z", "9996-07-12T19:00:00Z", "0002-01-01T00:00:00Z"]
)
async def test_one_odd_date_does_not_take_a_calendar_away(events, start):
    member = await events.signed_in("Mo")
    odd = {"name": "Odd", "startTime": start, "timezone": "Europe/London"}
    main = f"{events.base}/calendars/main"
    await events.node.publish_all(
        member.viewer,
        [
            Ask("Create", kind="Event", values=odd),
            Ask("Add", subject=main, relation="scheduled", object="@0"),
        ],
    )
    stranger = await events.visitor()

    for path in (
        "/calendars/main.ics",
        "/calendars/main",
        "/calendars",
        "/calendars?view=month&month=9999-12",
        "/calendars?view=month&month=0001-01",
        "/events/odd",
        "/events/odd.ics",
        "/events/odd/buy",
        "/events",
    ):
        page = await stranger.get(path)
        assert page.status < 500, path
        assert len(page.content) < 100_000, path


@pytest.mark.parametrize("below", ["edit", "do/Accept", "do/Update"])
async def test_nobody_writes_into_what_a_shop_was_offered(events, below):
    member = await events.signed_in("Mo")
    values = {"name": "Mine", "startTime": "2031-07-12T19:00:00Z", "capacity": 10}
    row = {"name": "Standard", "price": TEN, "quantity": 5, "shop": f"{SHOP}/actor"}
    made = await events.node.publish_all(
        member.viewer,
        [
            Ask("Create", kind="Event", values=values),
            Ask("Offer", kind="Allotment", subject="@0", values=row),
        ],
    )
    allotment = made[1].object.id

    told = {"state": "accepted", "agreed": "900", "quantity": "900"}
    path = allotment.removeprefix(events.base)
    page = await member.post(f"{path}/{below}", name="Standard", **told)

    found = await events.node.store.read(lambda read: read.get(allotment))
    assert page.status in (403, 404, 405, 422)
    assert (found["state"], found["quantity"]) == ("offered", 5)
    assert found.get("agreed") is None
