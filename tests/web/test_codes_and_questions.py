"""Codes, questions and sales windows, as who keeps an event and who buys see them."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace

import pytest

from peer.model.allotting import allotments_of
from peer.model.indexing import index_of
from peer.model.permission import Role, Viewer
from peer.model.promotion import Code
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading import allotments
from peer.node.trading.allotments import Row
from peer.protocol.thing import Edge, Thing
from peer.web.pages import codes
from peer.web.visit import SITE
from tests.web.market import TEN, scheduled, ticket

SHOP = "http://shop.localhost:1"
FREE = {"name": "Long table", "startTime": "2031-07-12T19:00:00+01:00"}
NEEDS = [{"ask": "Dietary needs", "required": True, "choices": ["None", "Vegan"]}]


@pytest.fixture
async def peer(make_peer):
    peer = await make_peer("events", peers={"shop": SHOP})
    peer.app[SITE].patience = 0.1
    return peer


@pytest.fixture
async def owner(peer):
    return await peer.owner()


@pytest.fixture
async def gig(peer):
    """An event of which a shop was given places, and sells them."""
    event = await scheduled(peer)
    keeper = Viewer(f"{peer.base}/actor", Role.OWNER)
    row = Row("Standard", TEN, 40, f"{SHOP}/actor")
    await allotments.offer(peer.node, keeper, event, [row])
    [given] = await given_of(peer, event)
    await ticket(peer, event, shop=SHOP, allotment=given.id)
    return event


async def given_of(peer, event):
    read = peer.node.store.read
    return await read(lambda read: allotments_of(read.get(event), read))


def path_of(event):
    return "/" + event.split("/", 3)[3]


async def make(visitor, event, **told):
    page = await visitor.get(f"{path_of(event)}/codes")
    return await visitor.fill(page, "/codes", told)


def amounts(page):
    return [t["data-amount"] for _, t in page.tags if "data-amount" in t]


def count_of(page):
    return next(n for n, _ in page.form("").fields if n.startswith("n-"))


# -- codes ----------------------------------------------------------------------------


async def test_a_code_is_made_shown_and_ended(peer, owner, gig):
    page = await make(owner, gig, word="early bird", percent="20", times="10")

    assert "EARLYBIRD : 20 % off Standard" in page.words
    assert "for 10 orders" in page.words
    [given] = await given_of(peer, gig)
    assert given["codes"] == [{"word": "EARLYBIRD", "percent": 20, "times": 10}]

    page = await owner.send(page, "/codes/end")
    assert "There is no code yet" in page.words
    assert (await given_of(peer, gig))[0].get("codes") is None


async def test_of_codes_that_are_made_at_once_none_is_lost(peer, gig):
    [seen] = await given_of(peer, gig)  # by both, before either has made theirs
    keeper = Viewer(f"{peer.base}/actor", Role.OWNER)
    for code in (Code("EARLY", percent=20), Code("LATE", percent=5)):
        await peer.node.publish_all(keeper, codes.with_code(code, [seen]))
    await peer.node.publish(keeper, codes.without_code(seen, "EARLY"))

    [given] = await given_of(peer, gig)
    assert given["codes"] == [{"word": "LATE", "percent": 5}]
    with pytest.raises(Refused, match="such a code already"):
        await peer.node.publish_all(keeper, codes.with_code(Code("LATE", 9), [seen]))


async def test_shops_that_share_a_code_keep_to_its_number_together(peer, owner, gig):
    other = "http://other.localhost:2/actor"
    keeper = Viewer(f"{peer.base}/actor", Role.OWNER)
    config = peer.node.config
    peer.node.config = replace(config, peers={**config.peers, "other": other[:-6]})
    await allotments.offer(
        *(peer.node, keeper, gig),
        [Row("Standard", TEN, 15, other), Row("Late", TEN, 5, other)],
    )

    page = await make(owner, gig, word="EARLY", percent="20", times="10")

    given = await given_of(peer, gig)
    times = {(e["shop"], e["codes"][0]["times"]) for e in given}
    assert times == {(f"{SHOP}/actor", 6), (other, 4)}
    assert "for 10 orders" in page.words
    assert "4 at other.localhost" in page.words

    few = await make(owner, gig, word="LATE", percent="20", times="1")
    assert "2 shops have to share it: 2 at least." in few.words


async def test_forms_that_are_sent_at_once_each_make_their_code(peer, owner, gig):
    page = await owner.get(f"{path_of(gig)}/codes")
    words = [f"WORD-{n}" for n in range(5)]

    done = await asyncio.gather(
        *(owner.fill(page, "/codes", {"word": w, "percent": "5"}) for w in words)
    )

    assert [each.status for each in done] == [200] * 5
    [given] = await given_of(peer, gig)
    assert sorted(row["word"] for row in given["codes"]) == words


async def test_a_code_that_nobody_has_thought_of_is_made(peer, owner, gig):
    await make(owner, gig, **{"amount.amount": "2.00"})

    [given] = await given_of(peer, gig)
    [row] = given["codes"]
    assert len(row["word"]) == 8
    assert row["amount"] == 200


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"word": "ab", "percent": "5"}, "from 3 to 40"),
        ({"word": "EARLY"}, "percent or an amount, not both"),
        ({"percent": "5", "amount.amount": "1.00"}, "not both"),
        ({"percent": "101"}, "at most 100"),
        ({"percent": "5", "times": "0"}, "at least 1"),
    ],
    ids=str,
)
async def test_what_makes_no_code_is_said_and_stays_typed(
    peer, owner, gig, told, words
):
    page = await make(owner, gig, **told)

    assert page.status == 422
    assert words in page.words
    kept = dict(page.form("/codes").fields)
    assert {name: kept[name] for name in told} == told
    assert (await given_of(peer, gig))[0].get("codes") is None


async def test_nobody_else_sees_the_codes(peer, owner, gig):
    await make(owner, gig, word="EARLY", percent="20")
    eve, guest = await peer.signed_in("Eve"), await peer.visitor()

    assert (await eve.get(f"{path_of(gig)}/codes")).status == 403
    for visitor in (eve, guest):
        for path in (path_of(gig), f"{path_of(gig)}/buy", "/activities"):
            assert "EARLY" not in (await visitor.get(path)).words


async def test_the_price_is_lower_before_anybody_pays(peer, owner, gig):
    await make(owner, gig, word="EARLY", percent="20")
    guest = await peer.visitor()
    page = await guest.get(f"{path_of(gig)}/buy")
    assert amounts(page) == ["1000"]

    told = {"code": "early", "update": "yes", "name": "Ada"}
    again = await guest.fill(page, "", told, follow=False)

    assert again.status == 200
    assert amounts(again) == ["800"]
    assert "It takes £2.00 off." in again.words
    assert dict(again.form("").fields)["code"] == "early"
    assert dict(again.form("").fields)["name"] == "Ada"


async def test_a_wrong_code_is_told_at_its_field_and_nothing_is_lost(peer, owner, gig):
    await make(owner, gig, word="EARLY", percent="20")
    guest = await peer.visitor()
    page = await guest.get(f"{path_of(gig)}/buy")

    told = {"code": "LATE", "name": "Ada", "email": "ada@example.org"}
    again = await guest.fill(page, "", {**told, count_of(page): "3"}, follow=False)

    kept = dict(again.form("").fields)
    assert again.status == 422
    assert "#code" in [href for href, _ in again.links]
    assert {name: kept[name] for name in told} == told
    assert kept[count_of(page)] == "3"


async def test_codes_are_not_guessed_one_after_the_other(peer, owner, gig):
    await make(owner, gig, word="EARLY", percent="20")
    guest = await peer.visitor()
    page = await guest.get(f"{path_of(gig)}/buy")

    for n in range(31):
        told = {"code": f"TRY{n}", "update": "yes"}
        again = await guest.fill(page, "", told, follow=False)
    right = {"code": "EARLY", "update": "yes"}
    after = await guest.fill(page, "", right, follow=False)

    assert "too often" in again.words
    assert "too often" in after.words
    assert amounts(after) == ["1000"]


async def test_where_there_is_no_code_nobody_is_asked_for_one(peer, gig):
    page = await (await peer.visitor()).get(f"{path_of(gig)}/buy")

    assert "promo code" not in page.words


# -- questions ------------------------------------------------------------------------


async def ask(owner, event, **told):
    page = await owner.get(f"{path_of(event)}/questions")
    return await owner.fill(page, "", told)


async def test_questions_are_written_and_changed(peer, owner, gig):
    told = {"ask-1": "Dietary needs", "choices-1": "None\nVegan", "required-1": "yes"}
    page = await ask(owner, gig, **told, **{"ask-2": "Shoe size"})

    assert page.status == 200
    event = await peer.node.store.read(lambda read: read.get(gig))
    assert event["questions"] == [*NEEDS, {"ask": "Shoe size"}]

    await ask(owner, gig, **{"ask-1": "", "choices-1": "", "ask-2": ""})
    event = await peer.node.store.read(lambda read: read.get(gig))
    assert event.get("questions") is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"choices-1": "a\nb"}, "say what is asked"),
        ({"ask-1": "Size", "choices-1": "one"}, "from two to 20 answers"),
        ({"ask-1": "Size", "ask-2": "size"}, "is asked already"),
        ({"ask-1": "x" * 200}, "in 120 characters"),
    ],
    ids=("no question", "one answer", "twice", "long"),
)
async def test_what_is_no_question_is_said_and_stays_typed(owner, gig, told, words):
    page = await ask(owner, gig, **told)

    assert page.status == 422
    assert words in page.words


async def test_a_buyer_answers_or_is_told_that_it_has_to_be(peer, owner, gig):
    await ask(owner, gig, **{"ask-1": "Dietary needs", "required-1": "yes"})
    guest = await peer.visitor()
    page = await guest.get(f"{path_of(gig)}/buy")
    [field] = [name for name in page.form("").names if name.startswith("q-")]
    told = {"name": "Ada", "email": "ada@example.org"}

    again = await guest.fill(page, "", told, follow=False)
    assert again.status == 422
    assert "Dietary needs: this has to be answered." in again.words

    sent = await guest.fill(again, "", {**told, field: "No nuts"}, follow=False)
    assert sent.status == 303
    log = await peer.node.store.read(lambda read: read.log(type="Offer", limit=1))
    [said] = log[0].activity.notes["answers"]
    assert said == {"event": gig, "ask": "Dietary needs", "answer": "No nuts"}
    back = await guest.get(sent.location, follow=True)
    assert "No nuts" not in back.words


async def test_who_comes_for_free_is_asked_as_well(peer, owner):
    values = {**FREE, "questions": NEEDS}
    made = await peer.node.publish(
        peer.node.site, Ask("Create", kind="Event", values=values)
    )
    path, ada = path_of(made.object.id), await peer.signed_in("Ada")

    page = await ada.send(await ada.get(path), "/do/Join")
    assert "Dietary needs" in page.words
    [field] = [name for name in page.form("").names if name.startswith("q-")]
    wrong = await ada.fill(page, "", {field: "Gold"})
    assert wrong.status == 422
    done = await ada.fill(wrong, "", {field: "Vegan"})

    assert "You are coming" in done.words
    listed = await owner.get(f"{path}/guests")
    assert "Vegan" in listed.words
    table = await owner.get(f"{path}/guests.csv")
    [row] = csv.DictReader(io.StringIO(table.text))
    assert row["Dietary needs"] == "Vegan"
    for visitor in (await peer.visitor(), await peer.signed_in("Bob")):
        assert (await visitor.get(f"{path}/guests")).status in (303, 401, 403)
        entry = await visitor.get("/activities")
        assert "Vegan" not in entry.words


# -- when, and how many ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"salesStart": "2031-01-01T10:00:00+00:00"},
            "not on sale yet, but from Wednesday, 1 January 2031, at 10:00",
        ),
        (
            {"salesEnd": "2021-01-01T10:00:00+00:00"},
            "no longer on sale since Friday, 1 January 2021, at 10:00",
        ),
    ],
    ids=("early", "late"),
)
async def test_who_comes_too_early_or_too_late_is_told_when(peer, gig, values, words):
    await ticket(peer, gig, "Special", **values)

    page = await (await peer.visitor()).get(f"{path_of(gig)}/buy")

    assert words in page.words
    assert page.has_form("")


async def test_no_more_at_a_time_than_the_organizer_says(peer):
    event = await scheduled(peer)
    await ticket(peer, event, most=2)
    guest = await peer.visitor()
    page = await guest.get(f"{path_of(event)}/buy")
    assert "At most 2 in one order." in page.words

    again = await guest.fill(page, "", {count_of(page): "3"}, follow=False)

    assert again.status == 422
    assert "no more than 2 at a time" in again.words


async def test_a_window_is_given_with_the_places_and_changed(peer, owner):
    event = await scheduled(peer)
    page = await owner.get(f"{path_of(event)}/allot")
    row = {"ticket-1.price.amount": "10.00", "ticket-1.quantity": "40"}
    more = {"ticket-1.salesStart": "2031-01-01T10:00", "ticket-1.most": "4"}
    page = await owner.fill(page, "", {**row, **more})
    [given] = await given_of(peer, event)
    assert (given["salesStart"], given["most"]) == ("2031-01-01T10:00:00+00:00", 4)
    assert "at most 4 an order" in page.words

    await owner.send(page, "/allot/change", salesStart="", most="6")

    [given] = await given_of(peer, event)
    assert (given.get("salesStart"), given["most"]) == (None, 6)


# -- at the shop itself --------------------------------------------------------------


@pytest.fixture
async def shop(make_peer):
    return await make_peer("shop")


async def sold_here(shop, codes=()):
    """A ticket of the shop's, for an event that has given it places with ``codes``."""
    base, now = "https://events.example", "2026-11-01T09:00:00.000Z"
    gig = Thing(
        f"{base}/events/gig",
        "Event",
        {
            "name": "Gig",
            "startTime": "2031-07-12T19:00:00+01:00",
            "questions": NEEDS,
        },
        f"{base}/actor",
        now,
        now,
    )
    desk = f"{shop.base}/actor"
    places = {"name": "Standard", "price": TEN, "quantity": 9}
    values = {**places, "event": gig.id, "shop": desk, "codes": [*codes]}
    given = Thing(f"{base}/allotments/1", "Allotment", values, gig.owner, now, now)
    told = {**places, "allotment": given.id}
    ticket = Thing(f"{shop.base}/tickets/gig", "Ticket", told, desk, now, now)
    edge = Edge(
        f"{desk}/e", ticket.id, "sellsTicketsFor", gig.id, desk, now, f"{desk}/a"
    )
    yes = Edge(f"{base}/e", gig.id, "consents", edge.id, gig.owner, now, f"{base}/a")
    kinds = shop.node.lexicon.types

    def work(tx):
        for thing in (gig, given, ticket):
            tx.put(thing, index_of(kinds[thing.kind], thing))
        for each in (edge, yes):
            tx.relate(each)

    await shop.node.store.transact(work)
    return ticket.id


async def at_checkout(shop, ticket, count="2"):
    guest = await shop.visitor()
    page = await guest.get("/tickets/gig")
    await guest.send(page, "/basket/add", id=ticket, count=count)
    return guest, await guest.get("/basket/checkout")


async def test_at_the_checkout_a_code_and_an_answer_are_taken_too(shop):
    codes = [{"word": "EARLY", "amount": 300, "times": 1}]
    guest, page = await at_checkout(shop, await sold_here(shop, codes))
    [field] = [name for name in page.form("").names if name.startswith("q-")]

    page = await guest.fill(page, "", {"code": "early", "update": "yes"}, follow=False)
    assert "It takes £6.00 off." in page.words
    assert "£14.00" in page.words
    told = {"name": "Ada", "email": "ada@example.org", field: "Vegan"}
    sent = await guest.fill(page, "", told, follow=True)

    assert sent.status == 200
    log = await shop.node.store.read(lambda read: read.log(type="Offer", limit=1))
    order = await shop.node.store.read(lambda read: read.get(log[0].activity.object.id))
    assert (order["total"]["amount"], order["code"]) == (1400, "EARLY")
    public = await shop.visitor()
    shown = await public.get("/tickets/gig", Accept="application/activity+json")
    assert "EARLY" not in shown.text


async def test_a_code_that_is_used_up_is_told_at_its_field(shop):
    codes = [{"word": "EARLY", "percent": 50, "times": 1}]
    ticket = await sold_here(shop, codes)
    for name in ("Ada", "Bob"):
        guest, page = await at_checkout(shop, ticket, "1")
        [field] = [n for n in page.form("").names if n.startswith("q-")]
        told = {"name": name, "email": f"{name}@example.org", field: "None"}
        page = await guest.fill(page, "", {**told, "code": "EARLY"}, follow=False)

    assert page.status == 409
    assert "used as often as it can be" in page.words
    kept = dict(page.form("").fields)
    assert (kept["code"], kept["name"], kept[field]) == ("EARLY", "Bob", "None")
