"""Orders and places from elsewhere, as the inbox takes them: kept, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peer.model import ordering
from peer.model.permission import STRANGER, Role, Viewer
from peer.node.checks import may_see_entry
from peer.node.incoming.meaning import Meaning
from peer.node.incoming.verbs import meant
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading import orders as trading
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Edge, Thing
from peer.protocol.wire import agreed, said
from tests.house import BASE
from tests.node.incoming.conftest import ANA, EVE, MEADOW

PRICE = {"amount": 750, "currency": "EUR"}
DESK = f"{BASE}/actor"


@pytest.fixture
async def ticket(node):
    event = {"name": "Films", "startTime": "2030-07-01T19:30:00Z"}
    values = {"name": "Standard", "price": PRICE, "quantity": 10}
    made = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Event", values=event),
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@1", relation="sellsTicketsFor", object="@0"),
        ],
    )
    return made[1].thing.id


def commitment(
    satisfies: str, unit: str, number: Any, prefix: str = ""
) -> dict[str, Any]:
    much = {f"{prefix}hasUnit": unit, f"{prefix}hasNumericalValue": number}
    return {"type": "Commitment", "satisfies": satisfies, "resourceQuantity": much}


def agreement(ticket: str, count: Any = "2", sum: Any = "15.00", **more: Any) -> Any:
    return {
        "type": "Agreement",
        "stipulates": commitment(f"{ticket}#primary", "one", count),
        "stipulatesReciprocal": commitment(f"{ticket}#reciprocal", "EUR", sum),
        **more,
    }


async def orders(node):
    return await node.all("Order")


async def answers(node, verb):
    log = [entry.activity for entry in await node.log()]
    return [a for a in log if a.type == verb and a.actor == DESK]


async def test_an_offer_is_an_order_that_waits_to_be_paid(node, post, ticket):
    answer = await post.says("Offer", agreement(ticket), to=[DESK])

    assert answer.status == 202
    [order] = await orders(node)
    assert order["state"] == "awaiting"
    assert order["total"] == {"amount": 1500, "currency": "EUR"}
    [yes] = await answers(node, "Accept")
    assert yes.inner.actor == ANA
    assert order.audience == "draft"


@pytest.fixture
async def asked(node):
    """A ticket that may be sold once the keeper of the event has said yes."""
    values = {"name": "Early", "price": PRICE, "quantity": 10}
    made = await node.publish(node.site, Ask("Create", kind="Ticket", values=values))
    since, event = wire(node.node.now()), "https://meadow.example/events/films"
    ends = (made.thing.id, "sellsTicketsFor", event)
    edge = Edge(f"{BASE}/edges/asked", *ends, DESK, since, f"{BASE}/activities/asked")
    await node.store.transact(lambda tx: tx.relate(edge))
    return made.thing.id


async def test_while_it_is_asked_whether_it_may_be_sold_nobody_is_refused(
    node, post, asked
):
    offer = agreement(asked)
    answer = await post.says("Offer", offer, to=[DESK])
    event = {"name": "Films", "startTime": "2030-07-01T19:30:00Z"}
    made = await node.publish(node.site, Ask("Create", kind="Event", values=event))
    assert (answer.status, await answers(node, "Reject")) == (503, [])

    ends = {"subject": asked, "object": made.thing.id}
    await node.publish(node.site, Ask("Add", relation="sellsTicketsFor", **ends))
    assert (await post.says("Offer", offer, to=[DESK])).status == 202

    assert len(await orders(node)) == 1


async def test_a_yes_that_never_comes_is_a_no(node, post, clock, asked):
    clock.tick(minutes=11)

    answer = await post.says("Offer", agreement(asked), to=[DESK])

    assert answer.status == 202
    [no] = await answers(node, "Reject")
    assert no.notes["content"] == "Tickets for this are not on sale."


async def test_who_asks_here_is_told_to_try_again(node, asked):
    with pytest.raises(Refused, match="try again") as told:
        await trading.order(
            node.node, STRANGER, token="a-form", lines=[(asked, 1)], contact={}
        )

    assert told.value.status == 409


@pytest.mark.parametrize(
    "document",
    [
        lambda t: agreement(t, type="vf:Agreement"),
        lambda t: agreement(t, type=["ValueFlows:Agreement"]),
        lambda t: agreement(t, 2, "15.00"),
        lambda t: agreement(t, "2.0", "15"),
        lambda t: agreement(t, "2", "15.0"),
        lambda t: {
            "type": "Agreement",
            "vf:stipulates": [commitment(f"{t}#primary", "one", "2", "om2:")],
            "vf:stipulatesReciprocal": [
                commitment(f"{t}#reciprocal", "EUR", "15.00", "vf:")
            ],
        },
        lambda t: {
            "type": "Agreement",
            "stipulates": [
                commitment(f"{t}#primary", "one", "1"),
                commitment(f"{t}#primary", "one", "1"),
            ],
        },
    ],
)
async def test_it_may_be_written_in_several_ways(node, post, ticket, document):
    await post.says("Offer", document(ticket), to=[DESK])

    [order] = await orders(node)
    assert order["total"]["amount"] == 1500
    assert await node.held(ticket) == 2


@pytest.mark.parametrize(
    "document",
    [
        lambda t: agreement(t, "2", "14.99"),
        lambda t: agreement(t, "2", "-15.00"),
        lambda t: agreement(t, "2", "1500"),
        lambda t: agreement(t, "-2", "-15.00"),
        lambda t: agreement(t, "0", "0"),
        lambda t: agreement(t, "0.5", "3.75"),
        lambda t: agreement(t, "1e1", "75.00"),
        lambda t: agreement(t, "NaN", "NaN"),
        lambda t: agreement(t, str(2**63), "1"),
        lambda t: agreement(t, True, "7.50"),
        lambda t: agreement(t, "11", "82.50"),
        lambda t: agreement(f"{BASE}/tickets/none"),
        lambda t: agreement("https://meadow.example/tickets/own"),
        lambda t: {"type": "Agreement"},
        lambda t: {
            "type": "Agreement",
            "stipulates": [commitment(f"{t}#primary", "one", "1")] * 400,
        },
    ],
)
async def test_what_cannot_be_is_rejected_and_holds_nothing(
    node, post, ticket, document
):
    answer = await post.says("Offer", document(ticket), to=[DESK])

    assert answer.status == 202
    assert await orders(node) == []
    assert await node.held(ticket) == 0
    [no] = await answers(node, "Reject")
    assert str(no.notes["content"]).endswith(".")


async def test_the_same_offer_again_is_answered_again(node, post, ticket):
    said = {"id": f"{ANA}/offers/1", "type": "Offer", "actor": ANA, "to": [DESK]}
    said["object"] = agreement(ticket)
    await post(said)

    again = await post(said)

    assert "answered again" in again.reason
    assert len(await orders(node)) == 1


async def test_what_was_refused_stays_refused(node, post, ticket):
    said = {"id": f"{ANA}/offers/1", "type": "Offer", "actor": ANA, "to": [DESK]}
    said["object"] = agreement(ticket, "11", "82.50")
    await post(said)
    await node.publish(node.site, Ask("Update", id=ticket, values={"quantity": 20}))

    await post(said)

    assert await orders(node) == []
    assert len(await answers(node, "Reject")) == 1


async def test_what_was_refused_is_for_nobody_else_to_read(node, post, ticket):
    """Why somebody was given nothing may say how they pay."""
    await post.says("Offer", agreement(ticket, "99"), to=[DESK])

    log = [entry.activity for entry in await node.log()]
    asked = [each for each in log if each.actor == ANA and each.type == "Offer"]
    said = [*asked, *await answers(node, "Reject")]
    assert [each.type for each in said] == ["Offer", "Reject"]
    for viewer in (STRANGER, Viewer(EVE, Role.ACTOR)):
        assert not any(may_see_entry(viewer, each, None) for each in said)
    assert may_see_entry(Viewer(ANA, Role.ACTOR), asked[0], None)


async def test_by_one_id_nothing_else_is_offered(node, post, ticket):
    said = {"id": f"{ANA}/offers/1", "type": "Offer", "actor": ANA, "to": [DESK]}
    await post({**said, "object": agreement(ticket)})

    answer = await post({**said, "object": agreement(ticket, "1", "7.50")})

    assert answer.status == 409
    assert await node.held(ticket) == 2


async def test_an_offer_that_is_taken_back_before_it_comes_is_none(node, post, ticket):
    id = f"{ANA}/offers/1"
    await post.says("Undo", {"id": id, "type": "Offer", "actor": ANA})

    told = {"id": id, "type": "Offer", "actor": ANA, "object": agreement(ticket)}
    await post(told)

    assert await orders(node) == []


async def test_who_ordered_may_take_it_back_and_nobody_else(node, post, ticket):
    await post.says("Offer", agreement(ticket), to=[DESK])
    [order] = await orders(node)

    gone = {"type": "Delete", "actor": DESK, "object": order.id}
    await post.says("Offer", gone, by=EVE)
    assert (await node.get(order.id))["state"] == "awaiting"
    await post.says("Offer", gone)

    assert (await node.get(order.id))["state"] == "cancelled"
    assert await node.held(ticket) == 0


async def test_who_they_are_is_for_the_desk_alone(node, post, ticket):
    contact = {"sx:name": "Ana\r\nBcc: all@example.org", "sx:email": "a@b,c@d"}
    more = {"to": [DESK], "sx:contact": contact}

    await post.says("Offer", agreement(ticket), **more)

    [order] = await orders(node)
    told = await node.store.read(lambda read: ordering.contact_of(order, read))
    assert told == {"name": "Ana Bcc: all@example.org"}


async def test_an_allotment_of_somebody_elses_event_is_not_taken(node, post):
    object = {
        "type": "Proposal",
        "sx:kind": "Allotment",
        "id": f"{ANA}/allotments/1",
        "context": "https://evil.example/events/1",
        "sx:shop": DESK,
    }

    with pytest.raises(ValueError, match="not theirs"):
        await post.says("Offer", object)
    assert await node.all("Allotment") == []


@pytest.mark.parametrize("shop", [None, 1.5, True, [], {}, {"id": "x"}, [None], ["x"]])
async def test_an_allotment_that_names_no_shop_is_for_nobody(node, post, shop):
    object = {
        "type": "Proposal",
        "sx:kind": "Allotment",
        "id": f"{ANA}/allotments/1",
        "context": f"{MEADOW}/events/films",
        "sx:shop": shop,
    }

    answer = await post.says("Offer", object)

    assert answer.status == 403
    assert await node.all("Allotment") == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        *("stipulates", "vf:stipulates", "stipulatesReciprocal", "url"),
                        *(
                            "satisfies",
                            "resourceQuantity",
                            "hasUnit",
                            "preview",
                            "name",
                        ),
                        *("hasNumericalValue", "id", "type", "rel", "href", "updated"),
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_it_says_is_read_or_left(told):
    document = told if isinstance(told, dict) else {"stipulates": told}

    read = agreed.agreement(document)

    for each in (*read.given, *read.returned):
        amount = each.much.amount
        assert amount is None or amount >= 0


# -- letters to those who have bought -------------------------------------------------

FILMS = f"{MEADOW}/events/films"


@pytest.fixture
async def films(node, post):
    """An event of hers, as it is known here."""
    then = "2026-11-20T00:00:00.000Z"
    values = {"name": "Films", "startTime": "2030-07-01T19:30:00Z"}
    event = Thing(FILMS, "Event", values, ANA, then, then)
    view = Activity(f"{FILMS}#seen", "View", f"{BASE}/peer", then, event)
    await node.node.store.transact(lambda tx: node.node.door(tx).carry_out([view], tx))
    return event


def letter(id: str, **more: Any) -> dict[str, Any]:
    words = {"name": "Doors at seven", "content": "<p>Bring a cup.</p>"}
    return {"type": "Note", "id": id, "sx:kind": "Letter", "context": FILMS} | (
        words | more
    )


async def test_a_letter_is_for_all_orders_that_it_names(node, post, films):
    named = [f"{BASE}/orders/{n}" for n in range(1200)]

    told = letter(f"{MEADOW}/letters/1", **{"sx:orders": named})
    await post.says("Offer", told, to=[DESK])

    [asked] = [
        e.activity for e in await node.log() if e.activity.object.id == told["id"]
    ]
    assert asked.notes["orders"] == named


async def test_places_are_not_put_where_something_else_is(node, post, films):
    given = {
        "type": "Proposal",
        "sx:kind": "Allotment",
        "id": ANA,
        "context": FILMS,
        "sx:shop": DESK,
        "name": "Standard",
        "publishes": commitment("", "one", "5")["resourceQuantity"],
        "reciprocal": commitment("", "EUR", "7.50"),
    }
    given["publishes"] = {"availableQuantity": given["publishes"]}
    told = said.read({"id": f"{ANA}/1", "type": "Offer", "actor": ANA, "object": given})

    def meaning(read):
        looked = frozenset([FILMS])
        return meant(Meaning(told, node.lexicon, BASE, node.now(), read, looked))

    with pytest.raises(ValueError, match="something else"):
        await node.store.read(meaning)


async def test_a_letter_is_not_put_where_something_else_is(node, post, films):
    with pytest.raises(ValueError, match="something else"):
        await post.says("Offer", letter(FILMS), to=[DESK])

    there = await node.get(FILMS)
    assert (there.kind, there["name"]) == ("Event", "Films")
