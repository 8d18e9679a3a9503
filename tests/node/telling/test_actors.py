"""Actors as strangers read them."""

from __future__ import annotations

from typing import Any

import pytest

from peer.model.indexing import Index
from peer.node.keys import keys_of, settle_keys
from peer.node.outbox import Ask
from peer.node.rekeying import rotate
from peer.node.telling import activities, actors
from peer.protocol.keys import read_public_pem
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import Edge, Thing
from peer.protocol.wire import somebody
from tests.house import BASE

NOW = "2026-11-21T09:00:00.000Z"
IMAGE = {"url": f"{BASE}/media/a.webp", "alt": "Ada", "mediaType": "image/webp"}


async def made(node, kind: str, slug: str, **values: Any) -> str:
    ask = Ask("Create", kind=kind, slug=slug, values={"name": slug, **values})
    id = (await node.publish(node.site, ask)).object.id
    await actors.ready(node.store, await node.get(id))
    return id


async def told(node, id: str) -> dict[str, Any]:
    return await node.store.read(
        lambda read: actors.document(read.get(id), read, node.lexicon)
    )


@pytest.mark.parametrize(
    ("kind", "type"),
    [("Person", "Person"), ("Organization", "Organization"), ("Calendar", "Group")],
)
async def test_an_actor_is_what_others_can_follow(node, kind, type):
    id = await made(node, kind, "ada")

    document = await told(node, id)

    assert document["@context"][0] == AS_CONTEXT
    assert (document["id"], document["type"]) == (id, type)
    assert document["preferredUsername"] == "ada"
    assert document["inbox"] == f"{id}/inbox"
    assert document["publicKey"]["owner"] == id
    assert read_public_pem(document["publicKey"]["publicKeyPem"])
    assert ("upcomingEvents" in document) == (kind == "Calendar")
    assert document["generator"]["id"] == f"{BASE}/peer"


async def test_we_can_read_what_we_tell(node):
    id = await made(node, "Person", "ada", summary="I *bake*", icon=IMAGE)

    read = somebody.read(await told(node, id))

    assert read.id == id
    assert read.inbox == f"{id}/inbox"


async def test_about_somebody_is_html_and_one_picture(node):
    id = await made(node, "Person", "ada", summary="I *bake*", icon=IMAGE)

    document = await told(node, id)

    assert "<em>bake</em>" in document["summary"]
    assert document["icon"]["type"] == "Image"
    assert document["icon"]["mediaType"] == "image/webp"


async def test_links_are_shown_as_others_show_them(node):
    id = await made(node, "Person", "ada", website="https://ada.example/?a=1&b=2")

    [field] = (await told(node, id))["attachment"]

    assert (field["type"], field["name"]) == ("PropertyValue", "Website")
    assert 'href="https://ada.example/?a=1&amp;b=2"' in field["value"]


async def test_an_actor_decides_how_it_is_found_and_followed(node):
    plain = await told(node, await made(node, "Person", "ada"))
    shy = await told(
        node,
        await made(
            node,
            "Person",
            "eve",
            approves=True,
            undiscoverable=True,
            unindexed=True,
            alsoKnownAs="https://a.example/eve https://b.example/eve",
        ),
    )

    names = ("manuallyApprovesFollowers", "discoverable", "indexable")
    assert [plain[name] for name in names] == [False, True, True]
    assert [shy[name] for name in names] == [True, False, False]
    assert shy["alsoKnownAs"] == ["https://a.example/eve", "https://b.example/eve"]


async def test_who_has_no_keys_yet_is_told_as_a_thing(node):
    ask = Ask("Create", kind="Person", slug="ada", values={"name": "Ada"})
    done = await node.publish(node.site, ask)

    document = await told(node, done.object.id)

    assert "publicKey" not in document and document["name"] == "Ada"


async def test_new_keys_are_shown_and_the_old_not_forgotten(node):
    id = await made(node, "Person", "ada")
    before = await told(node, id)

    keys, count = await rotate(node, id)

    after = await told(node, id)
    assert count == 0
    assert after["publicKey"]["id"] == f"{id}#main-key-2" == keys.rsa_id
    assert after["publicKey"] != before["publicKey"]
    shown = {each["id"] for each in after["assertionMethod"]}
    assert shown == {
        f"{id}#main-key",
        f"{id}#ed25519-key",
        f"{id}#main-key-2",
        f"{id}#ed25519-key-2",
    }


async def test_the_old_keys_are_not_shown_for_ever(node, clock):
    id = await made(node, "Person", "ada")
    await rotate(node, id)
    clock.tick(days=31)

    await node.store.transact(lambda tx: tx.tidy(node.now().isoformat()))

    shown = {each["id"] for each in (await told(node, id))["assertionMethod"]}
    assert shown == {f"{id}#main-key-2", f"{id}#ed25519-key-2"}


async def test_nobody_can_sign_with_an_old_key(node):
    id = await made(node, "Person", "ada")
    old = await node.store.read(lambda read: keys_of(read, id))

    await rotate(node, id)

    async for _, _, document in node.store.every_record():
        assert old.public_key_pem not in str(document)
        assert "PRIVATE" not in str(document.get(f"{id}#main-key", ""))


async def test_word_of_new_keys_is_in_the_log(node):
    id = await made(node, "Person", "ada")

    await rotate(node, id)

    newest = (await node.log())[0].activity
    assert (newest.type, newest.object.id) == ("Update", id)


async def test_who_follows_is_sent_the_actor_with_its_new_keys(node):
    id = await made(node, "Calendar", "city")
    fan, inbox = "https://social.example/ana", "https://social.example/inbox"
    values = {"name": "Ana", "kind": "Person", "inbox": inbox}
    ana = Thing(fan, "Actor", values, fan, NOW, NOW)
    edge = Edge(f"{fan}#follows", fan, "follows", id, fan, NOW, f"{fan}#follow")
    await node.store.transact(lambda tx: (tx.put(ana, Index("", "")), tx.relate(edge)))

    _, count = await rotate(node, id)

    [delivery] = await node.store.read(lambda read: read.deliveries())
    assert (count, delivery.inbox, delivery.sender) == (1, inbox, id)
    update = await node.store.read(
        lambda read: activities.document(
            read.activity(delivery.activity), read, node.lexicon
        )
    )
    assert (update["type"], update["actor"]) == ("Update", id)
    assert update["object"]["publicKey"]["id"] == f"{id}#main-key-2"


async def test_the_peer_itself_is_an_application(node):
    peer = f"{BASE}/peer"
    assert await node.store.read(lambda r: actors.application(peer, r, "Test")) is None

    await settle_keys(node.store, peer)
    document = await node.store.read(lambda r: actors.application(peer, r, "Test"))

    assert (document["id"], document["type"]) == (peer, "Application")
    assert document["preferredUsername"] == "test.example"
