"""Tickets are asked for: the form, and the page that waits for the shop."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from peer.model.indexing import index_of
from peer.node.trading.purchases import lines_of
from peer.protocol.thing import Edge, Thing
from peer.web.visit import SITE
from tests.web.market import LONG_AGO, SHOP, TEN, scheduled, ticket

ARABIC = "\N{ARABIC-INDIC DIGIT ZERO}\N{ARABIC-INDIC DIGIT ONE}"
TWO_LINES = "a@b.example\r\nBcc: all@c.example"
HOSTILE = ["-1", "0.5", "1e9", "NaN", ARABIC, "10000000000000000000000", "101", "two"]


@pytest.fixture
async def gig(events) -> str:
    events.app[SITE].patience = 0.1
    event = await scheduled(events)
    await ticket(events, event)
    return event


async def buying(peer, event):
    """A guest, and the form as they are shown it."""
    guest = await peer.visitor()
    return guest, await guest.get(form_of(event))


def form_of(event: str) -> str:
    return "/" + event.split("/", 3)[3] + "/buy"


def field(page, nth: int = 0) -> str:
    return [name for name, _ in page.form().fields if name.startswith("n-")][nth]


async def all_of(peer, kind: str) -> list[Thing]:
    read = await peer.node.store.read(lambda read: [e.activity for e in read.log()])
    ids = {a.object.id for a in read if getattr(a.object, "kind", "") == kind}
    found = await peer.node.store.read(lambda read: read.many(ids))
    return list(found.values())


async def asked(peer, event, **told):
    guest, page = await buying(peer, event)
    count = told.pop("count", "1")
    told = {"name": "Ada", "email": "ada@example.org", **told}
    sent = await guest.fill(page, "", {field(page): count, **told}, follow=True)
    return guest, page, sent


async def put(peer, thing: Thing, **values) -> None:
    """The shop has answered, as its answer would be kept."""
    changed = replace(
        thing, values={**thing.values, **values}, updated="2099-01-01T00:00:00.000Z"
    )
    kind = peer.node.lexicon.types[thing.kind]
    await peer.node.store.transact(lambda tx: tx.put(changed, index_of(kind, changed)))


# -- the form -------------------------------------------------------------------------


async def test_a_guest_is_asked_for_a_name_and_an_address_and_nothing_else(events, gig):
    _, page = await buying(events, gig)

    names = page.form().names - {"csrf", "token", "update"}
    assert {name for name in names if not name.startswith("n-")} == {"name", "email"}
    assert "£10.00" in page.words
    assert "shop.example" in page.words


async def test_one_kind_of_ticket_is_chosen_once_already(events, gig):
    _, page = await buying(events, gig)

    assert dict(page.form().fields)[field(page)] == "1"


async def test_where_all_are_sold_it_is_said_before_anybody_types(events):
    event = await scheduled(events, capacity=1)
    await ticket(events, event)
    sold = Edge(
        f"{events.base}/edges/sold-1",
        event,
        "sold",
        f"{SHOP}/orders/1#1",
        f"{events.base}/actor",
        LONG_AGO,
        f"{events.base}/activities/sold-1",
    )
    await events.node.store.transact(lambda tx: tx.relate(sold))

    _, page = await buying(events, event)

    assert "All of them are sold just now." in page.words
    assert page.has_form("")


async def test_no_form_says_a_price(events, gig):
    _, page = await buying(events, gig)

    for name in page.form().names:
        assert not {"price", "amount", "total", "currency"} & set(name.split("-"))


async def test_a_member_does_not_type_what_is_known(events, gig):
    ada = await events.signed_in("Ada")

    told = dict((await ada.get(form_of(gig))).form("").fields)

    assert (told["name"], told["email"]) == ("Ada", "ada@example.org")


async def test_the_total_is_reckoned_here_when_somebody_asks(events, gig):
    guest, page = await buying(events, gig)

    changes = {field(page): "3", "update": "yes"}
    again = await guest.fill(page, "", changes, follow=False)

    assert again.status == 200
    assert "£30.00" in again.words
    assert dict(again.form().fields)["token"] == dict(page.form().fields)["token"]
    assert await all_of(events, "Purchase") == []


async def test_who_only_asks_what_a_code_makes_of_it_need_not_have_chosen(events, gig):
    await ticket(events, gig, "Dear", price={"amount": 5000, "currency": "GBP"})
    guest, page = await buying(events, gig)

    changes = {field(page): "", field(page, 1): "", "update": "yes"}
    again = await guest.fill(page, "", changes, follow=False)

    assert again.status == 200
    assert "Choose how many" not in again.words


@pytest.mark.parametrize("count", HOSTILE)
async def test_how_many_is_a_whole_number_and_what_was_typed_stays(events, gig, count):
    guest, page = await buying(events, gig)

    told = {field(page): count, "name": "Ada", "email": "ada@example.org"}
    again = await guest.fill(page, "", told, follow=False)

    kept = dict(again.form().fields)
    assert again.status == 422
    assert (kept["name"], kept[field(page)]) == ("Ada", count)
    assert f"#{field(page)}" in [href for href, _ in again.links]
    assert await all_of(events, "Purchase") == []


@pytest.mark.parametrize("count", ["0", "", " "])
async def test_somebody_who_chooses_nothing_is_told_so(events, gig, count):
    guest, page = await buying(events, gig)

    told = {field(page): count, "name": "Ada", "email": "ada@example.org"}
    again = await guest.fill(page, "", told, follow=False)

    assert again.status == 422
    assert "one at least" in again.words


async def test_a_nul_is_nobodys_typing(events, gig):
    guest, page = await buying(events, gig)

    again = await guest.fill(page, "", {field(page): "1\0"}, follow=False)

    assert again.status == 400
    assert await all_of(events, "Purchase") == []


@pytest.mark.parametrize(
    "email",
    ["", "ada", "a@b,c@d", '"a b"@c', "a%b@c.example", "a@b\r\nBcc: all@c.example"],
)
async def test_a_wrong_address_is_pointed_out_at_its_field(events, gig, email):
    guest, page = await buying(events, gig)

    again = await guest.fill(page, "", {"name": "Ada", "email": email}, follow=False)

    summary = next(t for _, t in again.tags if "data-focus" in t)
    wrong = next(t for _, t in again.tags if t.get("id") == "email")
    assert (again.status, summary["role"]) == (422, "alert")
    assert "#email" in [href for href, _ in again.links]
    assert (wrong["aria-invalid"], wrong["aria-describedby"]) == ("true", "email-error")
    assert dict(again.form().fields)["name"] == "Ada"


async def test_what_two_shops_sell_takes_two_orders(events, gig):
    await ticket(events, gig, "Concession", "http://other.example")
    guest, page = await buying(events, gig)

    told = {field(page): "1", field(page, 1): "1", "name": "Ada"}
    again = await guest.fill(page, "", {**told, "email": "a@b.example"}, follow=False)

    assert again.status == 422
    assert "two orders" in again.words


async def test_the_form_may_lead_on_to_the_shop_and_to_nobody_else(events, gig):
    _, page = await buying(events, gig)

    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {SHOP};" in policy


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "CANCELLED"}, "cancelled"),
        ({"startTime": "2020-07-12T19:00:00Z"}, "over"),
    ],
    ids=str,
)
async def test_what_will_not_be_is_not_sold(events, values, words):
    event = await scheduled(events, **values)
    await ticket(events, event)

    _, page = await buying(events, event)

    assert words in page.words
    assert not page.has_form("")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"salesStart": "2031-01-01T00:00:00+01:00"}, "not on sale yet"),
        ({"salesEnd": "2021-01-01T00:00:00+01:00"}, "no longer on sale"),
        ({"quantity": 0}, "no longer on sale"),
    ],
    ids=str,
)
async def test_what_is_not_on_sale_is_not_sold(events, values, words):
    event = await scheduled(events)
    await ticket(events, event, **values)

    _, page = await buying(events, event)

    assert words in page.words
    assert not page.has_form("")


async def test_a_ticket_to_which_nobody_has_agreed_is_not_offered(events, gig):
    await events.node.store.transact(
        lambda tx: tx.unrelate(gig, "consents", f"{SHOP}/edges/standard")
    )

    _, page = await buying(events, gig)

    assert "no tickets on sale" in page.words


async def test_only_what_is_an_event_has_tickets(blog):
    page = await (await blog.visitor()).get("/posts/welcome/buy")

    assert page.status == 404


# -- sent once, or more often --------------------------------------------------------


async def test_what_was_asked_is_shown_until_the_shop_answers(events, gig):
    _, _, sent = await asked(events, gig)

    [purchase] = await all_of(events, "Purchase")
    assert sent.path.startswith(f"/purchases/{purchase.slug}?key=")
    assert "shop.example" in sent.words
    assert "ada@example.org" in sent.words
    assert (purchase["state"], purchase.owner) == ("asked", f"{events.base}/peer")


async def test_the_buyer_waits_no_longer_than_a_moment_for_the_shop(events, gig):
    events.app[SITE].patience = 1.0
    guest, page = await buying(events, gig)
    told = {field(page): "1", "name": "Ada", "email": "ada@example.org"}
    loop = asyncio.get_running_loop()
    started = loop.time()

    sent = await guest.fill(page, "", told, follow=False)

    assert sent.status == 303
    assert 1 < loop.time() - started < 30


async def test_sent_twice_it_is_one_purchase(events, gig):
    guest, page = await buying(events, gig)
    told = {field(page): "1", "name": "Ada", "email": "ada@example.org"}

    answers = await asyncio.gather(
        *(guest.fill(page, "", told, follow=False) for _ in range(5))
    )

    assert len({answer.location for answer in answers}) == 1
    assert {answer.status for answer in answers} == {303}
    assert len(await all_of(events, "Purchase")) == 1


async def test_sent_again_after_the_sale_has_ended_it_is_still_the_same(events, gig):
    guest, page, sent = await asked(events, gig)
    event = await events.node.store.read(lambda read: read.get(gig))
    await put(events, event, status="CANCELLED")

    told = {field(page): "1", "name": "Ada", "email": "ada@example.org"}
    again = await guest.fill(page, "", told, follow=False)

    assert again.location == sent.path
    assert len(await all_of(events, "Purchase")) == 1


async def test_a_form_that_says_something_else_by_now_is_another_purchase(events, gig):
    guest, page, _ = await asked(events, gig)
    told = {field(page): "2", "name": "Ada", "email": "ada@example.org"}

    warned = await guest.fill(page, "", told, follow=False)
    sent = await guest.fill(warned, "", {}, follow=False)

    assert warned.status == 409
    assert "You sent this form before" in warned.words
    assert sent.status == 303
    assert len(await all_of(events, "Purchase")) == 2


# -- the page that waits ------------------------------------------------------------


async def test_it_says_what_was_asked_for_also_where_the_ticket_is_gone(events, gig):
    guest, _, sent = await asked(events, gig, count="2")
    assert "2 \N{MULTIPLICATION SIGN} Standard" in sent.words
    [purchase] = await all_of(events, "Purchase")
    entries = await events.node.store.read(lambda read: read.log(type="Offer"))
    [line] = lines_of(entries[0].activity)

    await events.node.store.transact(lambda tx: tx.erase(line[0], LONG_AGO))

    page = await guest.get(f"{sent.path}")
    assert "None" not in page.words
    assert purchase["name"] in page.words


async def test_without_scripts_it_is_loaded_again_and_not_for_ever(events, gig):
    guest, _, sent = await asked(events, gig)

    paces = []
    for _ in range(4):
        page = await guest.get(sent.path)
        said = [t["content"] for n, t in page.tags if t.get("http-equiv")]
        paces.append([each.partition("; url=")[0] for each in said])
        events.clock.tick(minutes=5 if len(paces) < 3 else 200)

    assert paces == [["2"], ["10"], ["60"], []]


async def test_it_leads_on_once_the_shop_has_accepted(events, gig):
    guest, _, sent = await asked(events, gig)
    [purchase] = await all_of(events, "Purchase")
    pay = f"{SHOP}/orders/1/pay?key=2"
    await put(events, purchase, state="accepted", order=f"{SHOP}/orders/1", pay=pay)

    page = await guest.get(sent.path)

    assert (page.status, page.location) == (303, pay)


async def test_it_leads_nowhere_but_to_the_shop(events, gig):
    guest, _, sent = await asked(events, gig)
    [purchase] = await all_of(events, "Purchase")
    pay = "http://evil.example/orders/1/pay"
    await put(events, purchase, state="accepted", order=f"{SHOP}/orders/1", pay=pay)

    page = await guest.get(sent.path)

    assert page.status == 200
    assert "evil" not in page.text


async def test_what_is_refused_says_why_and_nothing_typed_is_lost(events, gig):
    guest, first, sent = await asked(events, gig, count="3")
    [purchase] = await all_of(events, "Purchase")
    await put(events, purchase, state="refused", reason="There is only 1 left.")

    page = await guest.get(sent.path)
    back = next(href for href, words in page.links if words == "Back to the form")
    form = await guest.get(back)

    told = dict(form.form().fields)
    assert "There is only 1 left." in page.words
    assert (told["name"], told["email"]) == ("Ada", "ada@example.org")
    assert told[field(form)] == "3"
    assert told["token"] != dict(first.form().fields)["token"]


async def test_it_can_be_withdrawn(events, gig):
    guest, _, sent = await asked(events, gig)

    page = await guest.send(sent, "/withdraw")

    assert "You have withdrawn this" in page.words
    assert not page.has_form("/withdraw")


async def test_a_shop_that_does_not_answer_is_named(events, gig):
    guest, _, sent = await asked(events, gig)

    def fail(tx):
        inbox, due = f"{SHOP}/inbox", "2031-01-01T00:00:00.000Z"
        tx.enqueue(f"{events.base}/activities/1", f"{events.base}/peer", inbox, due)
        for each in tx.deliveries():
            tx.failed(each.id, due, "it does not answer")

    await events.node.store.transact(fail)
    page = await guest.get(sent.path)

    assert "1 \N{MULTIPLICATION SIGN} Standard: asked for at" in page.words
    assert "is not answering just now" in page.words
    assert "we write to you at ada@example.org" in page.words
    assert page.has_form("/withdraw")


async def test_nobody_else_sees_it(events, gig):
    _, _, sent = await asked(events, gig)
    other, bob = await events.visitor(), await events.signed_in("Bob")
    path = sent.path.partition("?")[0]

    pages = [
        await other.get(path),
        await other.get(f"{path}?key=0"),
        await bob.get(path),
        await other.get(f"{path}.jsonld?key={sent.path.partition('=')[2]}"),
    ]

    assert [page.status for page in pages] == [404] * 4
    assert not [page for page in pages if "ada@example.org" in page.text]


async def test_only_who_asked_withdraws_it(events, gig):
    _, _, sent = await asked(events, gig)
    other = await events.visitor()
    path = sent.path.partition("?")[0]

    page = await other.post(f"{path}/withdraw", key="0")

    [purchase] = await all_of(events, "Purchase")
    assert (page.status, purchase["state"]) == (404, "asked")


async def test_a_member_finds_what_they_asked_for(events, gig):
    ada = await events.signed_in("Ada")
    page = await ada.get(form_of(gig))
    sent = await ada.fill(page, "", {}, follow=True)

    again = await ada.get(sent.path.partition("?")[0])

    [purchase] = await all_of(events, "Purchase")
    assert purchase.owner == ada.viewer.id
    assert again.status == 200


async def test_the_price_is_what_the_ticket_says(events, gig):
    _, _, _ = await asked(events, gig, count="3")

    [purchase] = await all_of(events, "Purchase")
    assert purchase["total"] == {**TEN, "amount": 3000}


async def test_whoever_comes_back_before_paying_is_given_the_same_form(events, gig):
    guest, _, sent = await asked(events, gig)

    page = await guest.get(form_of(gig))
    told = {"name": "Ada", "email": "ada@example.org"}
    again = await guest.fill(page, "", told, follow=False)

    assert "You asked for tickets to this already." in page.words
    assert again.location == sent.path
    assert len(await all_of(events, "Purchase")) == 1


async def test_whoever_has_paid_can_buy_once_more(events, gig):
    guest, first, _ = await asked(events, gig)
    [purchase] = await all_of(events, "Purchase")
    await put(events, purchase, state="confirmed")

    page = await guest.get(form_of(gig))
    told = {"name": "Ada", "email": "ada@example.org"}
    await guest.fill(page, "", told, follow=False)

    assert dict(page.form().fields)["token"] != dict(first.form().fields)["token"]
    assert len(await all_of(events, "Purchase")) == 2


async def test_two_browsers_are_two_buyers(events, gig):
    await asked(events, gig)
    await asked(events, gig)

    assert len(await all_of(events, "Purchase")) == 2


# -- several shops ---------------------------------------------------------------------


async def test_what_several_shops_sell_is_one_thing_to_choose(events, gig):
    await ticket(events, gig, "Standard", "http://other.example")

    _, page = await buying(events, gig)

    chosen = [name for name in page.form().names if name.startswith("n-")]
    assert len(chosen) == 1
    assert "other.example or shop.example" in page.words


async def test_a_shop_that_sells_all_of_it_is_asked(events, gig):
    await ticket(events, gig, "Standard", "http://other.example")
    await ticket(events, gig, "Concession", "http://other.example")
    guest, page = await buying(events, gig)

    told = {field(page): "1", field(page, 1): "1", "name": "Ada"}
    await guest.fill(page, "", {**told, "email": "a@b.example"}, follow=False)

    [purchase] = await all_of(events, "Purchase")
    assert purchase["shop"] == "http://other.example/actor"
