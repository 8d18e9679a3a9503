"""What an organizer writes to those who are coming reaches each of them once."""

from __future__ import annotations

import pytest

from peer.model.lettering import MOST_A_DAY
from peer.model.permission import STRANGER
from peer.node.letters.mail import mailbox
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.replay import replayed
from peer.node.trading import orders, purchases
from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.trade import (
    comes_to_be,
    comes_to_have_sold,
    on_sale,
    summer_gig,
)

WORDS = {"name": "Doors at seven", "content": "Bring a cup.\nWe have soup."}


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def gig(events):
    return await summer_gig(events)


async def buys(events, shop, ticket, email, count=1):
    asked = await purchases.ask(
        *(events.node, STRANGER),
        token=f"form-{email}-{count}",
        lines=[(ticket, count)],
        contact={"name": "Grace", "email": email},
    )
    kept = await comes_to_be(events, asked.id, "accepted")
    await orders.move(shop.node, kept["order"], "confirmed")
    return await comes_to_be(events, asked.id, "confirmed")


async def writes(events, gig, activity="", **values):
    ask = Ask(
        *("Offer",),
        kind="Letter",
        subject=gig,
        values={**WORDS, **values},
        activity=activity,
    )
    done = await events.node.publish(events.keeper, ask)
    return done.thing.id if done else ""


async def letters(peer):
    there = await peer.node.store.read(mailbox)
    return sorted(each.to for each in there if each.subject == WORDS["name"])


async def told(events, letter, state="sent"):
    async def look():
        found = await events.get(letter)
        rows = found.get("told", ())
        return rows if all(row["state"] == state for row in rows) else None

    return await soon(look, f"{letter} is {state}")


async def test_each_buyer_has_it_once_and_the_organizer_hears_how_many(
    events, shop, gig
):
    ticket = await on_sale(events, shop, gig, 20)
    await buys(events, shop, ticket, "ada@example.org", 2)
    await buys(events, shop, ticket, "ada@example.org", 1)
    await buys(events, shop, ticket, "bob@example.org")
    await comes_to_have_sold(events, gig, 4)

    letter = await writes(events, gig)

    [row] = await told(events, letter)
    assert (row["orders"], row["reached"]) == (3, 2)
    assert await letters(shop) == ["ada@example.org", "bob@example.org"]
    assert await letters(events) == []
    post = (await shop.node.store.read(mailbox))[0]
    assert "Bring a cup.\nWe have soup." in post.text


async def test_sent_again_it_comes_once(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)
    same = f"{events.base}/activities/a-form"
    letter = await writes(events, gig, same)
    await told(events, letter)

    await writes(events, gig, same)
    log = [e.activity for e in await events.log()]
    [offer] = [a for a in log if a.type == "Offer" and a.notes.get("shop")]
    row = (offer.id, offer.actor, f"{shop.actor}/inbox", "2000-01-01", letter)
    await events.node.store.transact(lambda tx: tx.enqueue_all([row]))
    events.node.outgoing.wake()

    await soon(events.has_said_all, "it was sent again")
    await soon(shop.has_said_all, "and answered")
    assert await letters(shop) == ["ada@example.org"]


async def test_some_of_them_alone_are_written_to(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    paid = await buys(events, shop, ticket, "ada@example.org")
    await buys(events, shop, ticket, "bob@example.org")
    await comes_to_have_sold(events, gig, 2)
    await arrives(events, gig, paid["order"])

    letter = await writes(events, gig, among="outside")

    await told(events, letter)
    assert await letters(shop) == ["bob@example.org"]


async def arrives(events, gig, order):
    edges = await events.edges(relation="admits", object=gig)
    seats = [await events.get(edge.subject) for edge in edges]
    [seat] = [each for each in seats if each["order"] == order]
    await events.node.publish(events.keeper, Ask("Arrive", id=seat.id))


async def test_one_kind_of_ticket_is_written_to(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)

    with pytest.raises(Refused, match="nobody to write to"):
        await writes(events, gig, among="kind", ticket="Concession")
    letter = await writes(events, gig, among="kind", ticket="Standard")

    await told(events, letter)
    assert await letters(shop) == ["ada@example.org"]


async def test_who_has_their_money_back_is_not_written_to(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    paid = await buys(events, shop, ticket, "ada@example.org")
    await buys(events, shop, ticket, "bob@example.org")
    await comes_to_have_sold(events, gig, 2)
    await orders.cancel(shop.node, paid["order"])
    await comes_to_have_sold(events, gig, 1)

    await told(events, await writes(events, gig))

    assert await letters(shop) == ["bob@example.org"]


async def test_so_many_letters_a_day_and_no_more(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)
    for _ in range(MOST_A_DAY):
        await told(events, await writes(events, gig))

    with pytest.raises(Refused, match="and no more"):
        await writes(events, gig)

    assert len(await letters(shop)) == MOST_A_DAY


async def test_nobody_else_writes_to_them(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)
    eve = await events.person("Eve")

    with pytest.raises(Refused):
        await events.node.publish(
            eve, Ask("Offer", kind="Letter", subject=gig, values=WORDS)
        )

    await soon(events.has_said_all, "nothing is left to be sent")
    assert await letters(shop) == []


async def test_the_logs_alone_give_the_same(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)
    await told(events, await writes(events, gig))

    for peer in (events, shop):
        assert (await replayed(peer.node)).different == []


# -- to those of other servers ------------------------------------------------------


def is_letter(activity):
    object = activity.get("object")
    is_note = activity["type"] == "Create" and isinstance(object, dict)
    return is_note and WORDS["name"] in object.get("content", "")


async def test_who_comes_from_another_server_has_it_in_private(events, mobilizon):
    ana = mobilizon.actor("ana")
    free = await events.makes(
        "Event", name="Long table", startTime="2030-07-12T19:00:00Z"
    )
    await ana.join(free)
    await events.comes_to_hold(ana.id, "attending", free)

    letter = await writes(events, free)

    got = await mobilizon.got(is_letter)
    assert (got.activity["to"], got.activity["cc"]) == ([ana.id], [])
    assert "We have soup." in got.object["content"]
    assert (await events.get(letter))["people"] == 1
    answer = await events.ask(got.object["id"])
    assert answer.status in (401, 403, 404)
    await soon(events.has_said_all, "all was said")
    assert len(mobilizon.all(is_letter)) == 1


async def test_who_bought_by_a_note_has_it_by_a_note(events, shop, gig, mastodon):
    bea, ticket = mastodon.actor("bea"), await on_sale(events, shop, gig)
    note = f"{shop.base}/notes/ticket-{ticket.rpartition('/')[2]}"
    await bea.reply("<p>@shop 1 please</p>", note, cc=[shop.actor])
    [edge] = await shop.edges(relation="bought", subject=bea.id)
    await orders.move(shop.node, edge.object, "confirmed")
    await comes_to_have_sold(events, gig, 1)

    [row] = await told(events, await writes(events, gig))

    assert row["reached"] == 1
    got = await mastodon.got(is_letter)
    assert got.activity["to"] == [bea.id]
    assert got.activity["actor"] == shop.actor


async def test_nobody_else_has_a_letter_passed_on(events, shop, gig, mastodon):
    ticket, eve = await on_sale(events, shop, gig), mastodon.actor("eve")
    await buys(events, shop, ticket, "ada@example.org")
    await comes_to_have_sold(events, gig, 1)
    letter = {
        "type": "Note",
        "id": f"{mastodon.base}/letters/1",
        "sx:kind": "Letter",
        "attributedTo": eve.id,
        "context": gig,
        "name": WORDS["name"],
        "content": "<p>Pay me instead.</p>",
    }

    await eve.deliver(eve.act("Offer", letter, to=[shop.actor]), shop.inbox)

    assert await letters(shop) == []
    assert await shop.get(letter["id"]) is None
