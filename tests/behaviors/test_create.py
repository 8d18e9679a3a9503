from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Refused


async def test_what_is_created_lives_at_an_address_made_of_its_title(node, ada):
    done = await node.publish(ada, Ask("Create", kind="Post", values=NOTE))

    assert done.object.id == f"{node.base}/posts/back-at-four"
    assert (await node.get(done.object.id))["content"] == NOTE["content"]


NOTE = {"name": "Back at four", "content": "The oven is *on*."}


async def test_who_creates_it_owns_it(node, ada):
    done = await node.publish(ada, Ask("Create", kind="Post", values=NOTE))

    assert done.thing.owner == ada.id


async def test_two_of_one_title_have_two_addresses(node, ada):
    ask = Ask("Create", kind="Post", values=NOTE)

    first, second = await node.publish(ada, ask), await node.publish(ada, ask)

    assert second.object.id == first.object.id + "-2"


async def test_a_title_without_letters_gets_an_address_too(node, ada):
    ask = Ask("Create", kind="Post", values={**NOTE, "name": "你好 !!"})

    done = await node.publish(ada, ask)

    assert done.object.slug


async def test_nothing_is_created_where_the_form_of_a_new_one_is(node, ada):
    done = await node.publish(ada, Ask("Create", kind="Post", values=NOTE, slug="new"))

    assert done.object.slug == "new-2"


async def test_a_wrong_value_is_told_at_its_field_and_nothing_is_kept(node, ada):
    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Create", kind="Post", values={"name": "x" * 999}))

    assert refused.value.status == 422
    assert set(refused.value.problems) == {"name", "content"}
    assert await node.all("Post") == []


async def test_a_type_that_nobody_knows_is_refused_by_name(node, ada):
    with pytest.raises(Refused, match="no type 'Spaceship'"):
        await node.publish(ada, Ask("Create", kind="Spaceship"))


async def test_a_stranger_creates_nothing(node, stranger):
    with pytest.raises(Refused) as refused:
        await node.publish(stranger, Ask("Create", kind="Post", values=NOTE))

    assert refused.value.status == 401


async def test_a_member_does_not_create_what_is_for_owners(node, ada):
    values = {"name": "Jam", "price": {"amount": 400, "currency": "EUR"}}

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Create", kind="Product", values=values))

    assert refused.value.status == 403
