"""Things as strangers read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from peer.model.indexing import Index
from peer.node.outbox import Ask
from peer.node.telling import actors, things
from peer.protocol import linked
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.terms import expand
from peer.protocol.thing import DRAFT, PUBLIC, Edge, Thing
from peer.web.exchange.counted import Counted
from tests.house import BASE

NOW = "2026-11-21T09:00:00.000Z"
IMAGE = {
    "url": f"{BASE}/media/a.webp",
    "mediaType": "image/webp",
    "width": 800,
    "height": 600,
    "alt": "A loaf",
}
REMOTE = "https://social.example/users/ana"


async def made(
    node, kind: str, slug: str, audience: str = PUBLIC, **values: Any
) -> str:
    ask = Ask("Create", kind=kind, slug=slug, values=values, audience=audience)
    done = await node.publish(node.site, ask)
    return done.object.id


async def related(node, subject: str, relation: str, object: str) -> None:
    id = f"{subject}#{relation}-{object}"
    edge = Edge(id, subject, relation, object, subject, NOW, f"{id}/activity")
    await node.store.transact(lambda tx: tx.relate(edge))


async def told(node, id: str) -> dict[str, Any]:
    def ask(read):
        return things.document(read.get(id), read, node.lexicon)

    return await node.store.read(ask)


async def questions(node, id: str) -> int:
    thing = await node.get(id)
    counted = Counted()
    await node.store.read(
        lambda read: things.document(thing, counted.of(read), node.lexicon)
    )
    return counted.count


async def post(node, slug: str = "bread", **more: Any) -> str:
    values = {"name": "Bread & <b>", "summary": "Of <it>", "content": "To *eat*"}
    return await made(node, "Post", slug, **{**values, **more})


def names(document: Any) -> set[str]:
    """Every key in ``document``, however deep, but what a context says."""
    if isinstance(document, Mapping):
        inside = {k: v for k, v in document.items() if k != "@context"}
        found = set(inside)
        return found.union(*map(names, inside.values())) if inside else found
    if isinstance(document, list):
        return set().union(*map(names, document)) if document else set()
    return set()


def empty(document: Any, path: str = "") -> list[str]:
    """Where ``document`` says nothing, in so many words."""
    match document:
        case None | "":
            return [path]
        case dict():
            return [p for k, v in document.items() for p in empty(v, f"{path}/{k}")]
        case list():
            return [p for each in document for p in empty(each, f"{path}[]")]
    return []


def check_linked(document: dict[str, Any]) -> None:
    """Nothing that is said gets lost where it is read as JSON-LD."""
    assert linked.expanded(document)
    context = document["@context"]
    for name in names(document) - {"id", "type", "@id"}:
        probe = {"@context": context, "id": document["id"], name: "urn:probe"}
        expanded = linked.expanded(probe)
        said = (
            [key for key in expanded[0] if key.startswith("http")] if expanded else []
        )
        assert said, f"{name} has no meaning"


@pytest.mark.parametrize("kind", ["Post", "Note", "Event", "Calendar", "Person"])
async def test_whatever_is_said_is_in_the_context(node, kind):
    values = {"name": "N", "content": "x", "summary": "s"}
    fields = node.lexicon.types[kind].fields
    given = {term: v for term, v in values.items() if term in fields}
    if kind == "Event":
        given |= {"startTime": "2027-01-01T10:00:00Z", "capacity": 5, "image": IMAGE}
    id = await made(node, kind, "one", **given)
    await related(node, id, "mentions", REMOTE)
    await related(node, id, "inReplyTo", "https://social.example/notes/1")
    await related(node, id, "quotes", "https://social.example/notes/2")
    if node.lexicon.is_actor(kind):
        await actors.ready(node.store, await node.get(id))

    document = await told(node, id)

    check_linked(document)
    assert empty(document) == []


async def test_a_post_is_an_article_with_a_note_for_who_shows_nothing_longer(node):
    document = await told(node, await post(node, image=IMAGE))

    assert (document["type"], document["name"]) == ("Article", "Bread & <b>")
    assert document["attachment"][0]["url"] == IMAGE["url"]
    assert document["attachment"][0]["mediaType"] == "image/webp"
    note = document["preview"]
    assert note["type"] == "Note"
    assert "Bread &amp; &lt;b&gt;" in note["content"]
    assert "Of &lt;it&gt;" in note["content"]
    assert f'<a href="{BASE}/posts/bread">' in note["content"]


async def test_a_post_without_a_summary_is_previewed_by_its_first_words(node):
    document = await told(node, await post(node, summary=None))

    assert "<p>To eat</p>" in document["preview"]["content"]
    assert "summary" not in document


async def test_what_is_public_says_where_its_answers_are(node):
    id = await post(node)
    await related(node, f"{BASE}/people/ada", "likes", id)

    document = await told(node, id)

    assert document["replies"]["id"] == f"{id}/replies"
    assert document["replies"]["first"] == f"{id}/replies?page=first"
    assert document["context"] == f"{id}/context"
    assert document["likes"]["totalItems"] == 1
    assert document["shares"]["totalItems"] == 0
    assert document["interactionPolicy"] == {
        "canQuote": {"automaticApproval": [EVERYBODY]}
    }


async def test_links_to_this_peer_lead_here_from_wherever_they_are_read(node):
    text = 'See [this](/posts/a), ![b](/media/b.webp), `<a href="/x">` and [c](//d.e/)'

    document = await told(node, await post(node, content=text))

    content = document["content"]
    assert f'href="{BASE}/posts/a"' in content
    assert f'src="{BASE}/media/b.webp"' in content
    assert '&lt;a href="/x"&gt;' in content


async def test_a_reply_says_what_it_answers_and_whose_conversation_it_is(node):
    root, reply = await post(node, "root"), await made(node, "Note", "r", content="Yes")
    deeper = await made(node, "Note", "d", content="No")
    await related(node, reply, "inReplyTo", root)
    await related(node, deeper, "inReplyTo", reply)

    document = await told(node, deeper)

    assert document["inReplyTo"] == reply
    assert document["context"] == f"{root}/context"


async def test_a_conversation_elsewhere_is_not_ours_to_name(node):
    note = await made(node, "Note", "r", content="Yes")
    await related(node, note, "inReplyTo", "https://social.example/notes/1")

    assert "context" not in await told(node, note)


async def test_whoever_is_mentioned_is_told_and_named(node):
    id = await made(node, "Note", "r", content="Hello Ana")
    values = {"name": "Ana", "handle": "ana@social.example", "kind": "Person"}
    ana = Thing(REMOTE, "Actor", values, REMOTE, NOW, NOW)
    await node.store.transact(lambda tx: tx.put(ana, Index("", "")))
    await related(node, id, "mentions", REMOTE)
    await related(node, id, "mentions", f"{BASE}/actor")

    document = await told(node, id)

    assert {"type": "Mention", "href": REMOTE, "name": "@ana@social.example"} in (
        document["tag"]
    )
    assert {
        "type": "Mention",
        "href": f"{BASE}/actor",
        "name": "@test@test.example",
    } in (document["tag"])
    assert REMOTE in document["cc"]


async def test_what_is_not_public_is_not_even_named(node):
    id = await post(node)
    draft = await post(node, "hush", audience=DRAFT)
    await related(node, id, "related", draft)
    await related(node, id, "inReplyTo", draft)

    document = await told(node, id)

    assert draft not in str(document)


async def test_what_people_did_is_not_told_with_them(node):
    ada = await made(node, "Person", "ada", name="Ada")
    for relation in ("likes", "blocks", "follows", "requested", "attending"):
        await related(node, ada, relation, REMOTE)

    assert REMOTE not in str(await told(node, ada))


async def test_a_thing_without_social_life_is_told_as_its_type_says(node):
    document = await told(node, await made(node, "Tag", "bread", name="Bread"))

    assert document.keys().isdisjoint(("likes", "replies", "interactionPolicy"))
    assert document["to"] == [EVERYBODY]


async def test_what_was_taken_away_leaves_a_tombstone(node):
    id = await post(node)
    thing = await node.get(id)

    gone = replace(thing, deleted=NOW, values={})
    document = await node.store.read(
        lambda read: things.document(gone, read, node.lexicon)
    )

    assert (document["type"], document["formerType"]) == ("Tombstone", "Article")
    assert document["deleted"] == NOW


async def test_a_document_takes_few_questions(node):
    id = await made(node, "Event", "e", name="E", startTime=NOW, capacity=3)
    reply = await made(node, "Note", "n", content="x")
    await related(node, reply, "inReplyTo", id)
    await related(node, reply, "mentions", f"{BASE}/actor")
    calendar = await made(node, "Calendar", "c", name="C")
    await actors.ready(node.store, await node.get(calendar))

    for each in (id, reply, calendar, await post(node)):
        assert await questions(node, each) <= 8


async def test_types_of_ones_own_are_told_with_their_own_words(node):
    document = await told(
        node, await made(node, "Place", "p", name="P", location={"name": "P"})
    )

    assert document["sx:kind"] == "Place"
    assert expand("as:Place").endswith(document["type"])
