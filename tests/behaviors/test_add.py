from __future__ import annotations

from dataclasses import replace

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Refused


@pytest.fixture
async def post(node, ada):
    values = {"name": "Bread", "content": "Flour."}
    return (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing


@pytest.fixture
async def other(node, ada):
    values = {"name": "Butter", "content": "Milk."}
    return (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing


@pytest.fixture
async def tag(node, ada):
    values = {"name": "Baking"}
    return (await node.publish(ada, Ask("Create", kind="Tag", values=values))).thing


def tagging(post, tag, verb="Add"):
    return Ask(verb, subject=post.id, relation="tagged", object=tag.id)


async def test_an_edge_says_who_said_it_and_by_what(node, ada, post, tag):
    done = await node.publish(ada, tagging(post, tag))

    [edge] = await node.edges(subject=post.id, relation="tagged")
    assert (edge.object, edge.by, edge.activity) == (tag.id, ada.id, done.id)


async def test_saying_it_twice_is_saying_it_once(node, ada, post, tag):
    await node.publish(ada, tagging(post, tag))
    await node.publish(ada, tagging(post, tag))

    assert len(await node.edges(subject=post.id, relation="tagged")) == 1


async def test_add_remove_add_are_three_activities(node, ada, post, tag):
    before = len(await node.log())

    for verb in ("Add", "Remove", "Add"):
        await node.publish(ada, tagging(post, tag, verb))

    assert len(await node.log()) == before + 3
    assert len(await node.edges(subject=post.id, relation="tagged")) == 1


async def test_a_symmetric_edge_is_stored_once_and_removed_from_either_end(
    node, ada, post, other
):
    there = Ask("Add", subject=post.id, relation="related", object=other.id)
    back = Ask("Add", subject=other.id, relation="related", object=post.id)
    await node.publish(ada, there)
    await node.publish(ada, back)
    assert len(await node.edges(relation="related")) == 1

    await node.publish(
        ada, Ask("Remove", subject=other.id, relation="related", object=post.id)
    )

    assert await node.edges(relation="related") == []


async def test_where_there_is_room_for_one_the_last_one_stays(node, owner, post, other):
    values = {"name": "cover", "label": "Cover", "many": False}
    await node.publish(owner, Ask("Create", kind="Relation", values=values))
    third = {"name": "Jam", "content": "Fruit."}
    jam = (await node.publish(owner, Ask("Create", kind="Post", values=third))).thing

    for chosen in (post, other):
        ask = Ask("Add", subject=jam.id, relation="cover", object=chosen.id)
        await node.publish(owner, ask)

    assert [e.object for e in await node.edges(subject=jam.id, relation="cover")] == [
        other.id
    ]


async def test_an_edge_to_another_peer_is_kept_and_counted(node, ada, post):
    foreign = "https://elsewhere.example/posts/7"

    await node.publish(
        ada, Ask("Add", subject=post.id, relation="related", object=foreign)
    )

    [edge] = await node.edges(subject=post.id, relation="related")
    assert edge.object == foreign
    assert await node.degree(relation="related", subject=post.id) == 1


async def test_a_post_is_tagged_with_tags_only(node, ada, post, other):
    with pytest.raises(Refused, match="can only be a tag"):
        await node.publish(ada, tagging(post, other))


async def test_the_root_is_a_candidate_as_well(node, ada, post):
    root = f"{node.base}/types/tag"

    await node.publish(ada, Ask("Add", subject=post.id, relation="tagged", object=root))

    assert await node.degree(relation="tagged", subject=post.id) == 1


async def test_an_instance_of_a_subtype_is_one_of_the_type(node, owner, ada, post):
    values = {"name": "Season", "extends": ["Tag"]}
    await node.publish(owner, Ask("Create", kind="Type", values=values))
    spring = await node.publish(
        ada, Ask("Create", kind="Season", values={"name": "Spring"})
    )

    await node.publish(
        ada, Ask("Add", subject=post.id, relation="tagged", object=spring.object.id)
    )

    assert await node.degree(relation="tagged", subject=post.id) == 1


async def test_a_thing_is_not_related_to_itself(node, ada, post):
    with pytest.raises(Refused, match="not related to itself"):
        await node.publish(
            ada, Ask("Add", subject=post.id, relation="related", object=post.id)
        )


async def test_a_relation_that_nobody_knows_is_refused_by_name(node, ada, post, other):
    with pytest.raises(Refused, match="no relation 'admires'"):
        await node.publish(
            ada, Ask("Add", subject=post.id, relation="admires", object=other.id)
        )


async def test_an_end_that_is_not_there_is_refused(node, ada, post):
    missing = f"{node.base}/tags/nothing"

    with pytest.raises(Refused) as refused:
        await node.publish(
            ada, Ask("Add", subject=post.id, relation="tagged", object=missing)
        )

    assert refused.value.status == 404


async def test_nobody_else_may_say_it_or_take_it_back(node, ada, bob, post, tag):
    with pytest.raises(Refused):
        await node.publish(bob, tagging(post, tag))
    await node.publish(ada, tagging(post, tag))

    with pytest.raises(Refused):
        await node.publish(bob, tagging(post, tag, "Remove"))

    assert await node.degree(relation="tagged", subject=post.id) == 1


async def test_a_new_post_and_its_tags_are_one_transaction(node, ada, tag):
    new = Ask("Create", kind="Post", values={"name": "Soup", "content": "Leeks."})
    good = Ask("Add", subject="@0", relation="tagged", object=tag.id)
    bad = Ask(
        "Add", subject="@0", relation="tagged", object=f"{node.base}/tags/nothing"
    )

    with pytest.raises(Refused):
        await node.publish_all(ada, [new, good, bad])
    assert await node.all("Post") == []

    created, *_ = await node.publish_all(ada, [new, good])
    assert await node.degree(relation="tagged", subject=created.object.id) == 1


async def test_who_follows_is_told_once_of_what_a_thing_is_filed_under(node, ada):
    person = Ask("Create", id=ada.id, kind="Person", values={"name": "Ada"})
    await node.publish(node.site, person)
    asks = [Ask("Create", kind="Tag", values={"name": n}) for n in ("Rye", "Oats")]
    tags = [each.object.id for each in await node.publish_all(ada, asks)]
    values = {"name": "Bread", "content": "Flour."}
    post = (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing
    file = [
        Ask("Add", subject=post.id, relation="tagged", object=each) for each in tags
    ]

    await node.publish_all(ada, file[:1])
    unheard = [e.activity.type for e in await node.log() if e.activity.type == "Update"]
    await node.publish(node.site, Ask("Follow", id=ada.id))
    await node.publish_all(ada, [*file[1:], replace(file[0], verb="Remove")])

    told = [e.activity for e in await node.log() if e.activity.type == "Update"]
    assert (unheard, [each.thing.id for each in told]) == ([], [post.id])
