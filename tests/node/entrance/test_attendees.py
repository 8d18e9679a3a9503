from __future__ import annotations

import asyncio
import csv
import io

import pytest

from peer.node.entrance import attendees
from peer.node.entrance.attendees import Attendee
from peer.node.entrance.stewards import Keeper
from peer.node.outbox import Ask


async def listed(door):
    return await attendees.attendees(door.node.store.read, door.event)


async def test_it_is_by_name_with_who_is_in(door):
    await door.sold(1, holder="Bob")
    ada = await door.sold(2, holder="Ada")
    await door.scan(ada["code"])

    found = await listed(door)

    assert [(a.name, bool(a.since), a.by) for a in found] == [
        ("Ada", True, "Main door"),
        ("Bob", False, ""),
    ]


async def test_void_ones_say_why(door):
    await door.sold(1, state="void", reason="refunded")

    [found] = await listed(door)

    assert (found.state, found.reason) == ("void", "refunded")


async def test_who_comes_to_what_is_free_is_on_it_too(door, owner, ada):
    free = {"joinMode": "free", "startTime": "2030-01-01T10:00:00Z"}
    await door.node.publish(owner, Ask("Update", id=door.event.id, values=free))
    await door.node.publish(ada, Ask("Join", id=door.event.id))

    [found] = await listed(door)

    assert found.state == "coming"


async def test_a_name_is_found_by_any_of_its_words(door):
    await door.sold(1, holder="Ada Lovelace")
    await door.sold(2, holder="Bob")

    found = attendees.called(await listed(door), "love ADA")

    assert [each.name for each in found] == ["Ada Lovelace"]


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("https://evil.example","x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r=1",
        "|cmd",
    ],
)
def test_nothing_in_the_table_is_a_formula(name):
    text = attendees.written([Attendee(name, name, 1, "ra-1", "valid")])

    [_, row] = csv.reader(io.StringIO(text))
    assert row[0] == row[1] == f"'{name}"
    assert text.count("\r\n") >= 2


def test_the_table_says_all_that_the_list_says():
    one = Attendee("Ada", "Standard", 1, "ra-1", "void", reason="refunded")

    [head, row] = csv.reader(io.StringIO(attendees.written([one])))

    assert row == ["Ada", "Standard", "1", "ra-1", "void: refunded", "", ""]
    assert len(head) == len(row)


async def test_how_many_came_by_which_door(door):
    keepers = [Keeper("x", name) for name in ("Main door", "Side door", "Main door")]
    for number, keeper in enumerate(keepers, 1):
        seat = await door.sold(number)
        await door.scan(seat["code"], keeper=keeper)
    await door.sold(4)

    assert attendees.by_door(await listed(door)) == {"Main door": 2, "Side door": 1}


async def test_a_long_list_is_whole_and_lets_others_in_between(door):
    for number in range(1, 6):
        await door.sold(number)
    turns = []

    async def others():
        while True:
            turns.append(len(turns))
            await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(attendees, "_PAGE", 2)
        meanwhile = asyncio.create_task(others())
        found = await listed(door)
        meanwhile.cancel()

    assert sorted(each.number for each in found) == [1, 2, 3, 4, 5]
    assert len(turns) >= 5


@pytest.mark.parametrize("asked", ["HHFZ-ICSQ", "hhfzicsq"])
async def test_an_order_is_called_as_its_buyer_calls_it(door, asked):
    await door.sold(1, order="https://shop.example/orders/dlxstd62hhfzicsq")
    await door.sold(2, holder="Bob")

    found = attendees.called(await listed(door), asked)

    assert [each.order for each in found] == ["HHFZ-ICSQ"]
