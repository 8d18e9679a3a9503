from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.vocabulary import merged
from peer.protocol.thing import Activity, Thing

RECIPE = {
    "name": "Recipe",
    "extends": ["Post"],
    "fields": {"serves": {"kind": "count", "label": "Serves", "min": 1}},
}
FOOD = {"name": "Soup", "content": "Leeks."}


async def test_a_type_made_at_run_time_is_used_at_once(node, owner, ada):
    await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))

    soup = await node.publish(
        ada, Ask("Create", kind="Recipe", values={**FOOD, "serves": 4})
    )

    assert soup.object.id == f"{node.base}/recipes/soup"
    assert list(node.lexicon.types["Recipe"].fields)[:2] == ["serves", "name"]


async def test_it_survives_a_restart(node, owner):
    await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))
    values = {"name": "servedWith", "label": "Served with"}
    await node.publish(owner, Ask("Create", kind="Relation", values=values))

    again = await node.restarted()

    assert again.lexicon.types["Recipe"].fields["serves"].kind == "count"
    assert again.lexicon.relations["servedWith"].label == "Served with"


async def test_another_process_on_the_same_store_knows_it_at_once(node, owner, ada):
    other = await node.restarted()
    await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))

    values = {**FOOD, "serves": 4}
    soup = await other.publish(ada, Ask("Create", kind="Recipe", values=values))
    await other.keep_up()

    assert soup.thing["serves"] == 4
    assert "Recipe" in other.lexicon.types


async def test_files_and_people_speak_one_schema(node, owner):
    await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))

    made, written = [
        await node.get(f"{node.base}/types/{name}") for name in ("recipe", "post")
    ]

    assert set(made.values) <= set(
        (await node.get(f"{node.base}/types/type")).values["fields"]
    )
    assert set(written.values) <= set(
        (await node.get(f"{node.base}/types/type")).values["fields"]
    )


async def test_a_field_that_was_added_is_asked_for_at_once(node, owner, ada):
    post = await node.get(f"{node.base}/types/post")
    fields = {**post["fields"], "subtitle": {"kind": "line", "required": True}}

    await node.publish(owner, Ask("Update", id=post.id, values={"fields": fields}))

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Create", kind="Post", values=FOOD))
    assert set(refused.value.problems) == {"subtitle"}


async def test_a_declaration_that_is_none_is_refused_at_its_key(node, owner):
    wrong = {**RECIPE, "fields": {"serves": {"kind": "number"}}}

    with pytest.raises(Refused, match=r"fields\.serves\.kind") as refused:
        await node.publish(owner, Ask("Create", kind="Type", values=wrong))

    assert "fields" in refused.value.problems


@pytest.mark.parametrize("path", ["posts", "search", "sign-in"])
async def test_two_things_never_share_an_address(node, owner, path):
    with pytest.raises(Refused, match="taken by"):
        await node.publish(
            owner, Ask("Create", kind="Type", values={**RECIPE, "path": path})
        )

    assert "Recipe" not in node.lexicon.types


@pytest.mark.parametrize("name", ["Post", "POST"])
async def test_a_name_that_is_taken_is_refused_with_who_has_it(node, owner, name):
    values = {"name": name, "path": "others", "fields": {"name": {"kind": "line"}}}

    with pytest.raises(Refused, match="/types/post") as refused:
        await node.publish(owner, Ask("Create", kind="Type", values=values))

    assert "name" in refused.value.problems


async def test_a_type_keeps_its_name(node, owner):
    post = f"{node.base}/types/post"

    with pytest.raises(Refused, match="keeps its name"):
        await node.publish(owner, Ask("Update", id=post, values={"name": "Essay"}))


async def test_a_second_relation_kind_of_one_name_is_refused(node, owner):
    values = {"name": "tagged", "label": "Tags as well"}

    with pytest.raises(Refused, match="/relations/tagged"):
        await node.publish(owner, Ask("Create", kind="Relation", values=values))


async def test_extending_what_is_not_there_is_refused(node, owner):
    with pytest.raises(Refused, match="there is no Novel"):
        await node.publish(
            owner, Ask("Create", kind="Type", values={**RECIPE, "extends": ["Novel"]})
        )


async def test_a_subtype_drawn_as_an_edge_has_the_fields_too(node, owner):
    alone = {key: value for key, value in RECIPE.items() if key != "extends"}
    alone["fields"] = {**alone["fields"], "name": {"kind": "line"}}
    made = await node.publish(owner, Ask("Create", kind="Type", values=alone))

    await node.publish(
        owner,
        Ask(
            "Add",
            subject=made.object.id,
            relation="subtypeOf",
            object=f"{node.base}/types/post",
        ),
    )

    assert "content" in node.lexicon.types["Recipe"].fields


async def test_types_that_extend_each_other_in_a_circle_do_no_harm(node, owner):
    for name in ("Hen", "Egg"):
        values = {"name": name, "fields": {"name": {"kind": "line"}}}
        await node.publish(owner, Ask("Create", kind="Type", values=values))
    hen, egg = f"{node.base}/types/hen", f"{node.base}/types/egg"

    for one, other in ((hen, egg), (egg, hen)):
        await node.publish(
            owner, Ask("Add", subject=one, relation="subtypeOf", object=other)
        )

    assert set(node.lexicon.lineage(["Hen"])) == {"Hen", "Egg"}
    assert set(await node.store.read(lambda read: read.ancestors([hen]))) == {hen, egg}


async def test_a_thing_that_is_also_something_else_has_its_fields(node, owner, ada):
    await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))
    post = (await node.publish(ada, Ask("Create", kind="Post", values=FOOD))).thing
    with pytest.raises(Refused):
        await node.publish(ada, Ask("Update", id=post.id, values={"serves": 4}))

    isa = Ask(
        "Add", subject=post.id, relation="isA", object=f"{node.base}/types/recipe"
    )
    await node.publish(ada, isa)
    await node.publish(ada, Ask("Update", id=post.id, values={"serves": 4}))

    assert (await node.get(post.id))["serves"] == 4


async def test_a_type_that_is_in_use_does_not_go(node, owner, ada):
    made = await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))
    soup = await node.publish(ada, Ask("Create", kind="Recipe", values=FOOD))

    with pytest.raises(Refused, match="delete them first"):
        await node.publish(owner, Ask("Delete", id=made.object.id))

    await node.publish(ada, Ask("Delete", id=soup.object.id))
    await node.publish(owner, Ask("Delete", id=made.object.id))
    assert "Recipe" not in node.lexicon.types


async def test_a_type_that_others_have_things_of_does_not_go(node, owner):
    made = await node.publish(owner, Ask("Create", kind="Type", values=RECIPE))
    then, ana = "2026-11-21T00:00:00.000Z", "https://meadow.example/ana"
    soup = Thing(f"{ana}/soup", "Recipe", FOOD, ana, then, then)
    view = Activity(f"{ana}#seen", "View", f"{node.base}/peer", then, soup)
    await node.store.transact(lambda tx: node.door(tx).carry_out([view], tx))

    with pytest.raises(Refused, match="delete them first"):
        await node.publish(owner, Ask("Delete", id=made.object.id))


@pytest.mark.parametrize("name", ["actor", "note"])
async def test_what_others_are_read_as_does_not_go(node, owner, name):
    with pytest.raises(Refused, match="of other servers are read as"):
        await node.publish(owner, Ask("Delete", id=f"{node.base}/types/{name}"))


async def test_a_relation_kind_that_is_in_use_does_not_go(node, owner, ada):
    post = (await node.publish(ada, Ask("Create", kind="Post", values=FOOD))).thing
    tag = (
        await node.publish(ada, Ask("Create", kind="Tag", values={"name": "Food"}))
    ).thing
    await node.publish(
        ada, Ask("Add", subject=post.id, relation="tagged", object=tag.id)
    )

    with pytest.raises(Refused, match="take those edges back"):
        await node.publish(owner, Ask("Delete", id=f"{node.base}/relations/tagged"))


async def test_only_owners_change_the_vocabulary(node, ada):
    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Create", kind="Type", values=RECIPE))

    assert refused.value.status == 403


def test_what_the_file_changes_is_taken_over_and_what_people_changed_stays():
    old = {"label": "Post", "fields": {"name": {"max": 100}, "old": {}}}
    new = {"label": "Entry", "fields": {"name": {"max": 200}, "more": {}}}
    now = {
        "label": "Post",
        "about": "ours",
        "fields": {"name": {"max": 50}, "old": {}, "own": {}},
    }

    assert merged(old, new, now) == {
        "label": "Entry",
        "about": "ours",
        "fields": {"name": {"max": 50}, "more": {}, "own": {}},
    }


def test_what_the_file_no_longer_says_is_gone_unless_people_changed_it():
    assert merged({"about": "a"}, {}, {"about": "a"}) == {}
    assert merged({"about": "a"}, {}, {"about": "b"}) == {"about": "b"}
