from __future__ import annotations

from datetime import UTC, datetime

import pytest

from peer.model.declaration import DeclarationError
from peer.model.relative import moment
from peer.node.outbox import Ask
from peer.node.replay import replayed
from tests.house import BASE

SEED = """
[[do]]
verb = "Create"
as = "food"
object = { kind = "Tag", name = "Food" }

[[do]]
verb = "Create"
published = "3 days ago at 09:00"
object = { kind = "Post", slug = "soup", name = "Leek soup", content = "Leeks." }

[[do]]
verb = "Add"
subject = "@soup"
relation = "tagged"
object = "@food"
"""


async def test_a_seed_is_what_the_owner_would_have_posted(make_node):
    node = await make_node(seeds={"010-food.toml": SEED})

    soup = await node.get(f"{node.base}/posts/soup")
    [edge] = await node.edges(subject=soup.id, relation="tagged")
    assert soup.owner == node.site.id
    assert edge.object == f"{node.base}/tags/food"


async def test_twice_is_once(make_node):
    node = await make_node(seeds={"010-food.toml": SEED})
    before = await node.everything()

    again = await node.restarted()

    assert await again.everything() == before


async def test_what_people_changed_or_deleted_stays_so(make_node, owner):
    node = await make_node(seeds={"010-food.toml": SEED})
    await node.publish(
        owner, Ask("Update", id=f"{node.base}/posts/soup", values={"name": "Potage"})
    )
    await node.publish(owner, Ask("Delete", id=f"{node.base}/tags/food"))

    again = await node.restarted()

    assert (await again.get(f"{node.base}/posts/soup"))["name"] == "Potage"
    assert (await again.get(f"{node.base}/tags/food")).deleted


async def test_a_step_that_is_added_later_is_played_then(make_node):
    node = await make_node(seeds={"010-food.toml": SEED})
    more = '\n[[do]]\nverb = "Create"\nobject = { kind = "Tag", name = "Drink" }\n'

    again = await node.restarted(seeds={"010-food.toml": SEED + more})

    assert (await again.get(f"{node.base}/tags/drink"))["name"] == "Drink"


@pytest.mark.parametrize(
    ("broken", "line", "why"),
    [
        (SEED.replace('"Leeks."', "3"), 7, "Text"),
        (SEED.replace("@food", "@fodo"), 12, "called @fodo"),
        (SEED.replace('"Post"', '"Pots"'), 7, "no type 'Pots'"),
        (SEED.replace("verb", "verbb"), 2, "verbb"),
        (SEED.replace('"3 days ago at 09:00"', '"a while ago"'), 7, "a while ago"),
        (SEED.replace('"Add"', '"Ad"'), 12, "verb: is one of Create, Add"),
        (SEED.replace('verb = "Add"', ""), 12, "verb is missing"),
        (SEED.replace('{ kind = "Tag", name = "Food" }', '"x"'), 2, "object: should"),
        (SEED.replace("content", "kontent"), 7, "There is no field 'kontent' in Post"),
        (SEED.replace("relation =", "relation"), 15, "Expected"),
    ],
)
async def test_a_broken_seed_names_file_and_line(make_node, broken, line, why):
    with pytest.raises(DeclarationError, match=why) as wrong:
        await make_node(seeds={"010-food.toml": broken})

    assert "010-food.toml" in str(wrong.value)
    assert str(line) in str(wrong.value)
    assert "Error" not in str(wrong.value)
    assert ".;" not in str(wrong.value)


async def test_a_broken_seed_leaves_an_empty_store_empty(make_node, new_store):
    broken = SEED.replace("@food", "@fodo")

    async with new_store() as store:
        with pytest.raises(DeclarationError):
            await make_node(store=store, seeds={"010-food.toml": broken})

        assert await store.read(lambda read: read.log()) == []


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("today at 19:30", "2026-03-27T19:30:00+00:00"),
        ("tomorrow at 09:00", "2026-03-28T09:00:00+00:00"),
        ("in 3 days at 19:30", "2026-03-30T19:30:00+01:00"),
        ("2 days ago at 08:15", "2026-03-25T08:15:00+00:00"),
        ("next friday at 19:30", "2026-04-03T19:30:00+01:00"),
        ("next saturday at 10:00", "2026-03-28T10:00:00+00:00"),
        ("sometime", None),
    ],
)
def test_days_are_told_from_today_across_the_change_of_clocks(told, meant):
    friday = datetime(2026, 3, 27, 12, tzinfo=UTC)

    assert moment(told, friday, "Europe/London") == meant


# -- what a shop is offered ------------------------------------------------------------

SHOP = "https://shop.example"
OFFERED = """
[[do]]
verb = "Create"
[do.object]
kind = "Event"
slug = "gig"
name = "Gig"
startTime = "tomorrow at 19:30"
capacity = 60

[[do]]
verb = "Offer"
subject = "@gig"
[do.object]
kind = "Allotment"
shop = "shop"
name = "Standard"
price = { amount = 1200, currency = "GBP" }
quantity = 50
"""


async def offers(node):
    return [e.activity for e in await node.log() if e.activity.type == "Offer"]


async def waiting(node):
    found = await node.node.store.read(lambda read: read.deliveries())
    return [each.inbox for each in found]


@pytest.fixture
async def lonely(make_node):
    return await make_node(seeds={"010-gig.toml": OFFERED})


async def test_what_a_shop_is_offered_is_left_while_there_is_no_shop(lonely):
    assert await offers(lonely) == []
    assert await lonely.all("Allotment") == []


async def test_the_first_start_that_knows_of_a_shop_offers_it_once(lonely):
    with_shop = await lonely.restarted(peers={"shop": SHOP})

    [offer] = await offers(with_shop)
    [given] = await with_shop.all("Allotment")
    assert given.id == f"{lonely.base}/allotments/gig-standard"
    assert (given["shop"], given["state"]) == (f"{SHOP}/actor", "offered")
    assert await with_shop.held(f"{lonely.base}/events/gig") == 50
    assert await waiting(with_shop) == [f"{SHOP}/actor/inbox"]

    again = await with_shop.restarted()
    assert [each.id for each in await offers(again)] == [offer.id]
    assert await waiting(again) == [f"{SHOP}/actor/inbox"]


async def test_it_is_not_offered_anew_to_a_shop_that_has_moved(lonely):
    first = await lonely.restarted(peers={"shop": SHOP})

    then = await first.restarted(peers={"shop": "https://new.example"})

    assert len(await offers(then)) == 1


async def test_what_was_offered_by_a_seed_is_in_the_log_and_comes_out_of_it(lonely):
    node = await lonely.restarted(peers={"shop": SHOP})

    same = await replayed(node.node)

    assert same.different == []


@pytest.mark.parametrize(
    "ask",
    [
        Ask("Delete", id=f"{BASE}/events/gig"),
        Ask("Update", id=f"{BASE}/events/gig", values={"status": "CANCELLED"}),
        Ask("Update", id=f"{BASE}/events/gig", values={"capacity": 20}),
    ],
)
async def test_where_people_left_no_room_for_it_nothing_is_offered(lonely, owner, ask):
    await lonely.publish(owner, ask)

    with_shop = await lonely.restarted(peers={"shop": SHOP})

    assert await offers(with_shop) == []


async def test_only_places_are_offered_by_a_seed(make_node):
    other = OFFERED.replace("Allotment", "Tag")

    with pytest.raises(DeclarationError, match="only an Allotment"):
        await make_node(seeds={"010-gig.toml": other})
