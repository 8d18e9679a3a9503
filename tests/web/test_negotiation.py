"""One address, many forms: whatever somebody asks for that we have."""

from __future__ import annotations

import json

import pyoxigraph
import pytest

from peer.node.outbox import Ask
from peer.protocol.terms import AS
from peer.protocol.thing import PUBLIC
from peer.web.exchange.negotiation import (
    ACTIVITY,
    EXPANDED,
    HTML,
    LINKED,
    TURTLE,
    chosen,
)

PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/activity+json", ACTIVITY),
        ("application/activity+json, text/html;q=0.1", ACTIVITY),
        ("text/html;q=0.1, text/turtle;q=0.2", TURTLE),
        ("text/html;q=0, */*", ACTIVITY),
        ("text/*", HTML),
        ("application/*", ACTIVITY),
        ("TEXT/TURTLE", TURTLE),
        ("application/ld+json", LINKED),
        (PROFILE, ACTIVITY),
        (EXPANDED, EXPANDED),
        (f"text/html;q=0.1, {EXPANDED}", EXPANDED),
        ("image/png", None),
        ("text/html;q=0", None),
        ("text/turtle;q=nonsense, text/html", HTML),
        ("nonsense", HTML),
        (",,;;==", HTML),
    ],
)
def test_the_best_is_chosen(accept, media):
    assert chosen(accept) == media


def test_a_profile_that_is_not_to_be_had_is_left_out():
    assert chosen(EXPANDED, (HTML, ACTIVITY, LINKED)) == LINKED
    assert chosen(f"text/html;q=0.1, {EXPANDED}", (HTML, LINKED)) == LINKED


async def test_collections_are_read_by_who_asks_for_another_profile(blog):
    guest = await blog.visitor()

    answer = await guest.get("/actor/outbox", Accept=EXPANDED)

    assert answer.status == 200
    assert json.loads(answer.content)["type"] == "OrderedCollection"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/activity+json", "application/activity+json"),
        (PROFILE, "application/activity+json"),
        ("application/ld+json", PROFILE),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-quads", "application/n-quads"),
        ("application/n-triples", "application/n-triples"),
        ("application/json", "application/json"),
    ],
)
async def test_a_thing_comes_as_it_is_asked_for(blog, accept, kind):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome", Accept=accept)

    assert (page.status, page.headers["Content-Type"]) == (200, kind)
    assert {"Accept", "Cookie"} <= set(page.headers["Vary"].split(", "))


async def test_who_reads_no_contexts_gets_every_name_in_full(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome", Accept=EXPANDED)

    assert (page.status, page.headers["Content-Type"]) == (200, EXPANDED)
    [told] = json.loads(page.text)
    assert told["@id"] == f"{blog.base}/posts/welcome"
    assert told[f"{AS}name"] == [{"@value": "Welcome"}]
    assert all(":" in name or name.startswith("@") for name in told)


@pytest.mark.parametrize(
    ("domain", "path"),
    [
        ("events", "/actor"),
        ("events", "/calendars/main"),
        ("events", "/events/candlelit-strings"),
        ("shop", "/products/linen-bread-bag"),
    ],
)
async def test_all_that_others_read_has_names_in_full(make_peer, domain, path):
    peer = await make_peer(domain)
    visitor = await peer.visitor()

    page = await visitor.get(path, Accept=EXPANDED)

    [told] = json.loads(page.text)
    assert told["@id"] == f"{peer.base}{path}"
    assert all(":" in name or name.startswith("@") for name in told)


async def test_what_cannot_be_had_is_refused_with_what_can(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome", Accept="image/png")

    assert page.status == 406
    assert "text/turtle" in page.words


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("nq", "application/n-quads"),
    ],
)
async def test_a_link_names_a_form(blog, suffix, kind):
    visitor = await blog.visitor()

    page = await visitor.get(f"/posts/welcome.{suffix}")

    assert page.headers["Content-Type"].startswith(kind)


async def test_all_forms_say_the_same(blog):
    visitor = await blog.visitor()
    formats = {
        "ttl": pyoxigraph.RdfFormat.TURTLE,
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "nq": pyoxigraph.RdfFormat.N_QUADS,
    }
    pages = {each: await visitor.get(f"/posts/welcome.{each}") for each in formats}

    said = [
        {
            (quad.subject, quad.predicate, quad.object)
            for quad in pyoxigraph.parse(pages[each].content, format)
            if not isinstance(quad.subject, pyoxigraph.BlankNode)
            and not isinstance(quad.object, pyoxigraph.BlankNode)
        }
        for each, format in formats.items()
    ]

    assert said[0] == said[1] == said[2] != set()


async def test_a_document_says_who_and_what(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome", Accept="application/activity+json")

    told = json.loads(page.text)
    assert told["id"] == f"{blog.base}/posts/welcome"
    assert (told["type"], told["sx:kind"]) == ("Article", "Post")
    assert told["attributedTo"] == f"{blog.base}/actor"


async def test_a_draft_is_not_told_as_data_either(blog):
    ada, stranger = await blog.signed_in("Ada"), await blog.visitor()
    values = {"name": "Hush", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    await blog.node.publish(ada.viewer, ask)

    for suffix in ("", ".ttl", ".jsonld", ".nq"):
        page = await stranger.get(f"/posts/hush{suffix}", Accept="application/json")

        assert page.status == 404
    assert "Hush" not in (await stranger.get("/dataset.trig")).text


async def test_a_type_explains_itself_to_programs(blog):
    visitor = await blog.visitor()

    shape = await visitor.get("/types/post", Accept="text/turtle")
    toml = await visitor.get("/types/post.toml")

    assert "sh:NodeShape" in shape.text
    assert 'name = "Post"' in toml.text


async def test_a_type_explains_itself_to_people(any_peer):
    visitor = await any_peer.visitor()
    for name, kind in any_peer.node.lexicon.types.items():
        page = await visitor.get(f"/types/{name.lower()}")

        assert page.status == 200
        for field in kind.fields.values():
            assert field.label in page.words
        assert '"type"' in page.words.partition("For example")[2]


async def test_the_vocabulary_is_read_by_people_and_programs(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/ns")
    turtle = await visitor.get("/ns", Accept="text/turtle")
    context = await visitor.get("/context.jsonld")

    assert "Vocabulary" in page.words
    assert len(list(pyoxigraph.parse(turtle.content, pyoxigraph.RdfFormat.TURTLE))) > 10
    assert json.loads(context.text)["@context"]["sx"]


async def test_the_dataset_is_all_that_is_public(any_peer):
    visitor = await any_peer.visitor()

    page = await visitor.get("/dataset.trig")

    graph = pyoxigraph.parse(page.content, pyoxigraph.RdfFormat.TRIG)
    subjects = {quad.subject.value for quad in graph}
    assert page.headers["Content-Type"] == "application/trig"
    async for thing in any_peer.node.store.things():
        assert (thing.id in subjects) == (thing.audience == PUBLIC)


async def test_json_inside_a_page_cannot_end_its_element(blog):
    values = {"name": "</script><script>alert(1)</script>", "content": "<!--"}
    await blog.node.publish(
        blog.node.site, Ask("Create", kind="Post", values=values, slug="x")
    )
    visitor = await blog.visitor()

    page = await visitor.get("/posts/x")

    data = page.text.partition('<script type="application/ld+json">')[2]
    told = json.loads(data.partition("</script>")[0])
    assert "alert(1)" in told["name"]
    assert "<script>alert" not in page.text
