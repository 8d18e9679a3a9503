from __future__ import annotations

import pytest

from peer.model.behavior import ClashError, found_in, on
from peer.model.effect import Refuse, Relate
from peer.node.outbox import Ask
from peer.node.refusal import Refused

NOTE = {"name": "Bread", "content": "Flour."}


async def test_what_refuses_leaves_nothing_behind(node, ada):
    @on("Create", object="Post")
    def never(activity, read):
        return [Refuse("not today")]

    node.behaviors = [*node.behaviors, never]
    before = len(await node.log())

    with pytest.raises(Refused, match="not today"):
        await node.publish(ada, Ask("Create", kind="Post", values=NOTE))

    assert await node.all("Post") == []
    assert len(await node.log()) == before


async def test_what_breaks_leaves_nothing_behind_and_is_not_hidden(node, ada):
    @on("Create", object="Post")
    def broken(activity, read):
        raise ZeroDivisionError

    node.behaviors = [*node.behaviors, broken]

    with pytest.raises(ZeroDivisionError):
        await node.publish(ada, Ask("Create", kind="Post", values=NOTE))

    assert await node.all("Post") == []


@pytest.mark.parametrize("answer", [None, Refuse("no"), ["no"]])
async def test_what_answers_with_anything_else_is_named(node, ada, answer):
    @on("Create", object="Post")
    def odd(activity, read):
        return answer

    node.behaviors = [*node.behaviors, odd]

    with pytest.raises(TypeError, match=r"test_door\.odd should return a list"):
        await node.publish(ada, Ask("Create", kind="Post", values=NOTE))

    assert await node.all("Post") == []


def test_what_cannot_be_asked_is_told_where_it_is_written():
    def alone(activity):
        return []

    with pytest.raises(TypeError, match="alone should take activity and read"):
        on("Create")(alone)


async def test_who_answers_sees_what_the_same_form_has_saved(node, ada):
    seen = []

    @on("Create", object="Post")
    def look(activity, read):
        seen.append(read.get(activity.thing.id)["name"])
        seen.extend(e.object for e in read.edges(subject=activity.thing.id))
        return []

    node.behaviors = [*node.behaviors, look]
    tag = (
        await node.publish(ada, Ask("Create", kind="Tag", values={"name": "Food"}))
    ).thing

    new = Ask("Create", kind="Post", values=NOTE)
    await node.publish_all(
        ada, [new, Ask("Add", subject="@0", relation="tagged", object=tag.id)]
    )

    assert seen == ["Bread", tag.id]


async def test_who_answers_for_a_type_answers_for_its_subtypes(node, owner, ada):
    heard = []

    @on("Create", object="Post")
    def hear(activity, read):
        heard.append(activity.thing.kind)
        return []

    node.behaviors = [*node.behaviors, hear]
    await node.publish(
        owner, Ask("Create", kind="Type", values={"name": "Memo", "extends": ["Post"]})
    )

    await node.publish(ada, Ask("Create", kind="Memo", values=NOTE))

    assert heard == ["Memo"]


async def test_an_activity_is_carried_out_once_however_often_it_comes(node, ada, bob):
    note = (await node.publish(ada, Ask("Create", kind="Post", values=NOTE))).thing
    id = f"{node.base}/activities/the-same"

    for _ in range(3):
        await node.publish(bob, Ask("Like", id=note.id, activity=id))

    assert len([entry for entry in await node.log() if entry.activity.id == id]) == 1


async def test_a_verb_that_nobody_answers_to_is_refused(node, owner):
    values = {"name": "Poem", "extends": ["Post"], "permits": {"Recite": "anyone"}}
    await node.publish(owner, Ask("Create", kind="Type", values=values))
    poem = (await node.publish(owner, Ask("Create", kind="Poem", values=NOTE))).thing

    with pytest.raises(Refused, match="Nothing here answers to Recite"):
        await node.publish(owner, Ask("Recite", id=poem.id))


def test_two_answers_to_one_shape_are_an_error_at_start():
    @on("Sing", object="Post")
    def one(activity, read):
        return []

    @on("Sing", object="Post")
    def other(activity, read):
        return []

    class Module:
        first, second = one, other

    with pytest.raises(ClashError, match="both answer to Sing of Post"):
        found_in([Module])


def test_a_behavior_that_waits_is_an_error_at_start():
    with pytest.raises(TypeError, match="async"):

        @on("Sing")
        async def sing(activity, read):
            return []


async def test_effects_follow_from_what_was_asked_and_nothing_else(node, ada):
    """The same activity and store give the same effects: what replay rests on."""
    from behaviors.like import like

    note = (await node.publish(ada, Ask("Create", kind="Post", values=NOTE))).thing
    done = await node.publish(ada, Ask("Like", id=note.id))
    await node.publish(ada, Ask("Undo", id=done.id))

    once, twice = [
        await node.store.read(lambda read: like.answer(done, read)) for _ in range(2)
    ]

    assert once == twice
    assert isinstance(once[0], Relate)
