from __future__ import annotations

from datetime import UTC, datetime

import pytest

from peer.model.declaration import DeclarationError
from peer.model.relative import moment
from peer.node.outbox import Ask

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
        (SEED.replace("relation =", "relation"), 15, "Expected"),
    ],
)
async def test_a_broken_seed_names_file_and_line(make_node, broken, line, why):
    with pytest.raises(DeclarationError, match=why) as wrong:
        await make_node(seeds={"010-food.toml": broken})

    assert "010-food.toml" in str(wrong.value)
    assert str(line) in str(wrong.value)


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
