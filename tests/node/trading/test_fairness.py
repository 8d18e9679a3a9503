"""How much is kept for who does not pay: enough for everybody honest, and no more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from peer.model.permission import Role, Viewer
from peer.node.paying.marking import mark_paid
from peer.node.refusal import Refused
from peer.node.ripening import carry_out_ripe
from peer.node.trading import fairness, orders
from peer.protocol.moment import wire
from peer.protocol.thing import DRAFT, Activity, Thing
from tests.till import STAFF, Till

LAPSED = "20 of your orders were not paid in time since yesterday, and 2 wait"


@pytest.fixture
def till(node, clock) -> Till:
    payments = ("trial", "transfer", "door")
    node.config = replace(node.config, payments=payments, transfer="GB00")
    return Till(node, clock)


@pytest.fixture
async def hall(till):
    """A ticket of which there are a hundred."""
    return await till.ticket(quantity=100)


@pytest.fixture
def buy(till):
    """Order so many; what ``who`` is by address, account or browser."""
    numbers = iter(range(1000))

    async def order(thing, count=1, mail="ada@example.org", viewer=None, **more):
        return await orders.order(
            till.node.node,
            viewer or Viewer(),
            token=more.pop("token", f"form-{next(numbers)}"),
            lines=[(thing.id, count)],
            contact={"name": "Ada", "email": mail},
            **more,
        )

    return order


@pytest.fixture
def lapse(till, buy, hall):
    """Twenty orders that were not paid in time."""

    async def all_of_them(count=20, **who):
        for n in range(count):
            told = {
                term: value.format(n) for term, value in who.items() if "{" in value
            }
            await buy(hall, **{**who, **told})
        await later(till, minutes=20)

    return all_of_them


async def later(till, **how_long):
    till.clock.tick(**how_long)
    await carry_out_ripe(till.node.node)


def refused(words=LAPSED):
    return pytest.raises(Refused, match=re.escape(words))


async def test_whoever_asks_for_all_there_is_gets_it(till, hall, buy):
    """With one address, one browser, before anything is paid."""
    for _ in range(100):
        await buy(hall, browser="a-cookie")

    assert await till.node.held(hall.id) == 100
    with refused("there are none left"):
        await buy(hall, browser="a-cookie")


async def test_who_lets_twenty_orders_lapse_has_two_at_a_time(till, hall, buy, lapse):
    await lapse()

    first, _ = await buy(hall), await buy(hall, 50)
    with refused():
        await buy(hall)
    await till.paid(first)
    assert (await buy(hall))["state"] == "awaiting"
    with refused():
        await buy(hall)

    assert (await buy(hall, mail="grace@example.org"))["state"] == "awaiting"


async def test_who_lets_nineteen_lapse_has_as_many_as_they_like(hall, buy, lapse):
    await lapse(19)

    for _ in range(10):
        await buy(hall)


async def test_a_day_later_it_is_forgotten(till, hall, buy, lapse):
    await lapse()
    await later(till, days=1)

    for _ in range(3):
        await buy(hall)


async def test_who_lets_go_of_one_goes_on(till, hall, buy, lapse):
    await lapse()
    first, _ = await buy(hall), await buy(hall)

    await orders.withdraw(till.node.node, first.id, f"{till.node.base}/peer")

    assert (await buy(hall))["state"] == "awaiting"


async def test_the_same_form_again_is_the_same_order_whatever_they_have(
    hall, buy, lapse
):
    await lapse()
    order, _ = await buy(hall, token="a-form-of-hers"), await buy(hall)
    with refused():
        await buy(hall)

    assert (await buy(hall, token="a-form-of-hers")).id == order.id


async def test_one_mailbox_is_one_buyer_however_it_is_written(hall, buy, lapse):
    await lapse(mail="ada+{}@example.org")
    await buy(hall)
    await buy(hall)

    for mail in ("ada+gig@example.org", "Ada@Example.org"):
        with refused():
            await buy(hall, mail=mail)


async def test_an_account_is_one_buyer_whatever_address_is_typed(
    till, hall, buy, lapse
):
    ada = Viewer(f"{till.node.base}/people/ada", Role.MEMBER, "Ada")
    for n in range(20):
        await buy(hall, mail=f"ada-{n}@example.org", viewer=ada)
    await later(till, minutes=20)
    for n in range(2):
        await buy(hall, mail=f"more-{n}@example.org", viewer=ada)

    with refused():
        await buy(hall, mail="another@example.org", viewer=ada)


async def test_a_browser_is_one_buyer_whatever_address_is_typed(hall, buy, lapse):
    await lapse(mail="ada-{}@example.org", browser="a-cookie")
    await buy(hall, mail="one@example.org", browser="a-cookie")
    await buy(hall, mail="two@example.org", browser="a-cookie")

    with refused():
        await buy(hall, mail="another@example.org", browser="a-cookie")
    await buy(hall, mail="another@example.org", browser="another-cookie")


async def test_what_is_to_be_paid_at_the_door_waits_to_be_paid(till, hall, buy, lapse):
    await lapse()
    kept = [await buy(hall, pay_at="door") for _ in range(2)]
    with refused():
        await buy(hall)

    await till.begin(kept[0], "door")
    await mark_paid(till.node.node, STAFF, kept[0].id, "door", 1000, "at-the-door")

    assert (await buy(hall))["state"] == "awaiting"


async def test_without_a_limit_there_is_none(till, hall, buy, lapse):
    till.node.node.config = replace(till.node.config, unpaid_lapsed=0)
    await lapse()

    for _ in range(5):
        await buy(hall)


async def test_a_server_of_many_people_may_ten_times_more(till, hall):
    """It can make as many people as it likes; one of the cooperative is trusted."""
    node, desk = till.node, f"{till.node.base}/actor"
    peers = {"events": "https://events.example"}
    config = replace(node.config, peers=peers, unpaid_lapsed=2)

    async def asks(actor, number):
        now = wire(till.clock())
        id = f"{actor}/offers/{number}"
        order = Thing(
            f"{node.base}/orders/{number}", "Order", {}, desk, now, now, DRAFT
        )
        lines = [{"satisfies": f"{hall.id}#primary", "quantity": 1}]
        offer = Activity(id, "Offer", actor, now, order, {"lines": lines})

        def work(tx):
            fairness.check(tx, config, offer, till.clock())
            node.node.door(tx).carry_out([offer], tx)

        await node.store.transact(work)

    for n in range(20):
        await asks(f"https://far.example/people/{n}", f"far-{n}")
        await asks("https://events.example/peer", f"near-{n}")
    await later(till, minutes=20)
    for n in range(20, 22):
        await asks(f"https://far.example/people/{n}", f"far-{n}")
    with refused():
        await asks("https://far.example/people/22", "far-22")
    for n in range(20, 30):
        await asks("https://events.example/peer", f"near-{n}")
