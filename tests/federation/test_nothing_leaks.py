"""What is between a buyer, a shop and a door is shown to nobody else, in no form."""

from __future__ import annotations

import pytest

from peer.model.ordering import parts_of
from peer.model.questions import answer
from peer.node.keys import ORDERS, settle_secret
from peer.node.letters.mail import mailbox
from peer.node.outbox import Ask
from peer.node.people import accounts, links
from peer.node.trading import (
    allotments,
    order_keys,
    orders,
    passing,
    purchases,
    tickets,
)
from peer.node.trading.orders import NOTHING, Beside
from peer.protocol.thing import Activity, Edge
from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.trade import bought, comes_to_have_sold, given, on_sale

NAME, ADDRESS = "Zenobia Quill", "zenobia.quill@example.org"
CODE, ANSWER, LETTER = "HUSH-HUSH", "no cashews whatsoever", "The band comes by boat"
FORMS = ("text/html", "application/activity+json", "text/turtle")
BELOW = ("", ".ttl", "/pay", "/receipt", "/settle", "/edit", "/event.ics")
OF_EVENTS = (
    *("/sold", "/attendees", "/guests", "/guests.csv", "/check-in", "/buy", "/codes"),
    *("/questions", "/guests/message", "/dashboard", "/embed", "/poster", "/allot"),
)
BESIDE = (
    *("/", "/activities", "/activities?verb=Offer", "/activities?verb=Join"),
    *("/search?q=quill", "/dataset.trig", "/actor/outbox?page=true", "/settling"),
    *("/orders", "/seats", "/lines", "/payments", "/purchases", "/allotments"),
    *("/letters", "/account/orders", "/settling/called-off", "/search?q=cashews"),
)


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def shop(open_peer, way):
    return await open_peer("shop", peers=of_all(way), payments=("trial", "door"))


async def an_evening(events, shop):
    """A guest and a member buy; too much is asked for; a ticket is in another name."""
    told = {"startTime": "2030-07-12T19:00:00Z", "joinMode": "external"}
    asks = {"questions": [{"ask": "Allergies"}]}
    gig = await events.makes("Event", name="Summer Gig", **told, **asks)
    ticket = await on_sale(events, shop, gig)
    await with_code(events, shop, gig)
    await bought(events, shop, ticket)
    beside = Beside(CODE, [answer(gig, "Allergies", ANSWER)])
    kept = await asks_as_member(events, ticket, 2, beside)
    await orders.move(shop.node, kept["order"], "confirmed")
    await asks_as_member(events, ticket, 50)
    await comes_to_have_sold(events, gig, 3)
    words = {"name": "About tonight", "content": LETTER}
    letter = Ask("Offer", kind="Letter", subject=gig, values=words)
    await events.node.publish(events.keeper, letter)
    look = shop.node.store.read
    seats = await look(lambda read: parts_of(kept["order"], read, "Seat"))
    await passing.rename(shop.node, seats[0].id, NAME, seats[0]["code"])
    for peer in (events, shop):
        await soon(peer.has_said_all, "all is told")
    seat = await events.get(seats[0].id)
    assert (kept["total"]["amount"], seat["answers"][0]["answer"]) == (1800, ANSWER)
    assert any(LETTER in each.text for each in await look(mailbox))


async def with_code(events, shop, gig):
    [own] = await given(events, gig)
    codes = [{"word": CODE, "percent": 10}]
    await allotments.change(events.node, events.keeper, own.id, codes=codes)

    async def known():
        there = await shop.get(own.id)
        return there if there.get("codes") else None

    await soon(known, "the shop knows the code")


async def asks_as_member(events, ticket, count, beside=NOTHING):
    member = await events.person(f"Mo{count}")
    asked = await purchases.ask(
        *(events.node, member),
        token=f"a-form-for-{count}",
        lines=[(ticket, count)],
        contact={"name": NAME, "email": ADDRESS},
        beside=beside,
    )

    async def answered():
        found = await events.get(asked.id)
        return found if found["state"] != "asked" else None

    return await soon(answered, "the shop has answered")


async def done_since(peer, start):
    return [e.activity for e in await peer.log() if e.seq > start]


async def now_of(peer):
    return max(entry.seq for entry in await peer.log())


def ids_in(about):
    match about:
        case Activity(object=inner):
            return ids_in(inner)
        case Edge(subject=subject, object=object):
            return [subject, object]
    return [about.id]


async def secrets_of(peer, things, done):
    """What nobody is to read who has no part in it."""
    secret = await settle_secret(peer.node.store, ORDERS)
    found = {NAME, ADDRESS, "Grace Hopper", "grace@example.org", "?key="}
    found |= {CODE, ANSWER, LETTER}
    found |= {str(each.notes["nonce"]) for each in done if each.notes.get("nonce")}
    for thing in things:
        if thing.kind == "Seat":
            found |= {thing["code"], tickets.key_of(secret, thing)}
        if thing.kind in ("Order", "Purchase"):
            found.add(order_keys.key_of(secret, thing.id))
        if thing.kind == "Order":
            found.add(thing["number"])
    return found


async def addresses(peer, things, done):
    """Wherever any of it might be."""
    found = list(BESIDE)
    for thing in things:
        if thing.id.startswith(f"{peer.base}/"):
            path = thing.id.removeprefix(peer.base)
            more = OF_EVENTS if thing.kind == "Event" else ()
            found += [path + below for below in (*BELOW, *more)]
    for each in done:
        found.append(each.id)
        found += [edge.id for edge in await peer.edges(activity=each.id)]
    return dict.fromkeys(_asked_for(peer, each) for each in found)


def _asked_for(peer, id):
    if id.startswith("/"):
        return id
    here = id.startswith(f"{peer.base}/")
    path = id.removeprefix(peer.base) if here else f"/edges?id={id}"
    return path.partition("#")[0]


async def somebody_at(peer, who):
    visitor = await peer.visitor()
    if who == "member":
        await peer.person("Nosy")
        account = await peer.node.store.read(
            lambda read: accounts.find_by_email(read, "nosy@example.org")
        )
        link = await links.link_for(peer.node, account)
        await visitor.send(await visitor.get(link))
    return visitor


@pytest.mark.parametrize("who", ["stranger", "member"])
async def test_nobody_else_reads_names_addresses_codes_or_keys(events, shop, who):
    starts = {peer.base: await now_of(peer) for peer in (events, shop)}
    await an_evening(events, shop)

    read = 0
    for peer in (events, shop):
        done = await done_since(peer, starts[peer.base])
        ids = {id for each in done for id in ids_in(each)}
        found = await peer.node.store.read(lambda read, ids=ids: read.many(ids))
        things = list(found.values())
        secrets = await secrets_of(peer, things, done)
        visitor = await somebody_at(peer, who)
        for path in await addresses(peer, things, done):
            for media in FORMS:
                page = await visitor.get(path, Accept=media)
                assert page.status < 500, (path, media)
                text = page.content.decode("utf-8", "replace")
                told = {each for each in secrets if each in text}
                assert not told, (path, media, told)
                read += page.status == 200
    assert read > 50
