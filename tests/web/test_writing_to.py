"""Letters to those who are coming, and who is in by kind, as an organizer sees it."""

from __future__ import annotations

import pytest

from peer.model.allotting import allotments_of, ticket_id
from peer.model.permission import Role, Viewer
from peer.node.letters.mail import mailbox
from peer.node.outbox import Ask
from peer.node.trading import allotments
from peer.node.trading.allotments import Row
from tests.node.entrance.conftest import DESK, SHOP, opened

GIG = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00", "joinMode": "external"}
FREE = {**GIG, "name": "Long table", "joinMode": "free"}
WORDS = {"name": "Doors at seven", "content": "Bring a cup."}


@pytest.fixture
async def peer(make_peer):
    return await make_peer("events", peers={"shop": SHOP})


@pytest.fixture
async def door(peer):
    return await opened(peer.node, peer.node.site, GIG)


@pytest.fixture
def here(door):
    return f"/events/{door.event.slug}/guests"


@pytest.fixture
async def owner(peer):
    return await peer.owner()


async def given(peer, event, *names):
    """The tickets of these kinds, which the shop was given to sell."""
    keeper = Viewer(f"{peer.base}/actor", Role.OWNER)
    price = {"amount": 1000, "currency": "GBP"}
    rows = [Row(name, price, 10, DESK) for name in names]
    await allotments.offer(peer.node, keeper, event.id, rows)
    found = await peer.node.store.read(lambda read: allotments_of(event, read))
    by_name = {each["name"]: ticket_id(each) for each in found}
    return [by_name[name] for name in names]


async def write(visitor, here, **told):
    page = await visitor.get(f"{here}/message")
    return await visitor.fill(page, "", {**WORDS, **told})


async def letters_of(peer):
    log = await peer.node.store.read(lambda read: read.log(type="Offer"))
    said = [entry.activity for entry in log]
    return [a for a in said if a.object.kind == "Letter" and a.notes.get("shop")]


async def test_it_is_said_to_how_many_it_goes(peer, owner, door, here):
    standard, under = await given(peer, door.event, "Standard", "Under 16")
    for number in (1, 2):
        await door.sold(number, ticket=standard)
    child = await door.sold(3, ticket=under, order=f"{SHOP}/orders/ra-2")
    await door.scan(child["code"])

    page = await owner.get(f"{here}/message")

    assert "Everybody who is coming 2 orders with 3 places" in page.words
    assert "With a ticket: Standard 1 order with 2 places" in page.words
    assert "With a ticket: Under 16 1 order with 1 place" in page.words
    assert "Who is not in yet 1 order with 2 places" in page.words


async def test_a_letter_is_offered_to_the_desk_and_waits_for_it(
    peer, owner, door, here
):
    await given(peer, door.event, "Standard")
    await door.sold()

    page = await write(owner, here)

    assert page.path == f"{here}/message"
    assert "Doors at seven" in page.words
    assert "waiting for shop.example, for 1 order" in page.words
    [offer] = await letters_of(peer)
    assert offer.notes == {"shop": DESK}


async def test_sent_twice_it_is_one_letter(peer, owner, door, here):
    await given(peer, door.event, "Standard")
    await door.sold()
    page = await owner.get(f"{here}/message")

    for _ in range(2):
        await owner.fill(page, "", WORDS)

    assert len(await letters_of(peer)) == 1


async def test_one_kind_is_named_by_its_tickets(peer, owner, door, here):
    standard, under = await given(peer, door.event, "Standard", "Under 16")
    await door.sold(1, ticket=standard)
    await door.sold(2, ticket=under)

    await write(owner, here, among="kind Under 16")

    [offer] = await letters_of(peer)
    assert offer.notes == {"shop": DESK, "tickets": [under]}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "Subject is required"),
        ({"content": ""}, "Text is required"),
        ({"content": "x" * 5001}, "at most 5000"),
    ],
    ids=("no subject", "no text", "long"),
)
async def test_what_is_missing_is_said_and_the_rest_stays(
    peer, owner, door, here, told, words
):
    await given(peer, door.event, "Standard")
    await door.sold()

    page = await write(owner, here, **told)

    assert page.status == 422
    assert words in page.words
    kept = {**WORDS, **told}
    assert dict(page.form("").fields)["name"] == kept["name"]
    assert await letters_of(peer) == []


async def test_where_nobody_is_coming_nothing_is_sent(owner, here):
    page = await write(owner, here)

    assert page.status == 409
    assert "nobody to write to" in page.words
    assert dict(page.form("").fields)["name"] == "Doors at seven"


async def test_it_is_for_who_keeps_the_event_alone(peer, door, here):
    await door.sold()
    eve, guest = await peer.signed_in("Eve"), await peer.visitor()

    assert (await eve.get(f"{here}/message")).status == 403
    assert (await eve.post(f"{here}/message", **WORDS)).status == 403
    assert (await guest.get(f"{here}/message")).status == 303
    assert await letters_of(peer) == []


async def test_our_own_people_who_come_for_free_have_a_letter(peer, owner):
    door = await opened(peer.node, peer.node.site, FREE)
    ada = await peer.signed_in("Ada")
    path = f"/events/{door.event.slug}"
    await ada.send(await ada.get(path), "/do/Join")

    page = await write(owner, f"{path}/guests")

    assert "1 person written to directly" in page.words
    post = await peer.node.store.read(mailbox)
    assert [each.to for each in post if each.subject == WORDS["name"]] == [
        "ada@example.org"
    ]


async def test_the_door_counts_by_kind(peer, owner, door):
    standard, under = await given(peer, door.event, "Standard", "Under 16")
    seat = await door.sold(1, ticket=standard)
    await door.sold(2, ticket=under)
    here = f"/events/{door.event.slug}/check-in"

    await owner.send(await owner.get(here), here, text=seat["code"])
    page = await owner.get(here)
    assert "Standard: 1 in" in page.words
    assert "Under 16: 0 in" in page.words

    found = await owner.get(f"{here}?q=Ada")
    await owner.send(found, f"{here}/undo")
    assert "Standard: 0 in" in (await owner.get(here)).words


async def test_who_called_it_off_sees_how_far_the_shop_has_come(
    peer, owner, door, here
):
    first, _ = await door.sold(1), await door.sold(2)
    ask = Ask("Update", id=door.event.id, values={"status": "CANCELLED"})
    await peer.node.publish(peer.node.site, ask)
    assert "has ended 0 of 2 tickets so far" in (await owner.get(here)).words

    await door.change(first, state="void", reason="refunded")

    assert "has ended 1 of 2 tickets so far" in (await owner.get(here)).words


async def test_no_page_asks_more_often_where_more_are_coming(peer, owner, door):
    standard, under = await given(peer, door.event, "Standard", "Under 16")
    path = f"/events/{door.event.slug}"
    pages = [
        *(f"{path}/guests", f"{path}/guests/message", f"{path}/check-in"),
        *(f"{path}/allot", f"{path}/codes", f"{path}/questions", f"{path}/buy"),
    ]
    for number in (1, 2):
        await door.sold(number, ticket=(standard, under)[number % 2])
    few = {page: (await owner.get(page)).queries for page in pages}

    for number in range(3, 40):
        await door.sold(number, ticket=standard, order=f"{SHOP}/orders/ra-{number}")
    await write(owner, f"{path}/guests")
    many = {page: (await owner.get(page)).queries for page in pages}

    assert {page: n for page, n in many.items() if n > 10} == {}
    assert {page: n for page, n in many.items() if n > few[page] + 1} == {}
