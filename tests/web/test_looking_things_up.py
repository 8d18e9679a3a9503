"""Searching, the log, and questions in SPARQL."""

from __future__ import annotations

import json

import pytest

from peer.node.outbox import Ask

# -- searching -------------------------------------------------------------------------


async def test_words_are_found_and_marked(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/search?q=sourdough")

    assert "A first loaf" in {text for _, text in page.links}
    assert "<mark>" in page.text


async def test_the_beginning_of_a_word_is_enough(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/search?q=sourd")

    assert "A first loaf" in {text for _, text in page.links}


async def test_a_search_is_narrowed_to_one_kind(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/search?q=bread&kind=Tag")

    found = {href for href, _ in page.links}
    assert "/tags/bread" in found
    assert not [href for href in found if href.startswith("/posts/")]


async def test_nothing_found_says_so(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/search?q=zzyzx")

    assert page.status == 200
    assert "Nothing was found for “zzyzx”." in page.words


async def test_a_search_goes_on(blog):
    asks = [
        Ask("Create", kind="Tag", values={"name": f"Zebra {n:02}"}) for n in range(30)
    ]
    await blog.node.publish_all(blog.node.site, asks)
    visitor = await blog.visitor()
    seen, path = [], "/search?q=zebra"
    while path:
        page = await visitor.get(path)
        seen += [text for _, text in page.links if text.startswith("Zebra")]
        path = next((href for href, text in page.links if text == "Further"), "")

    assert len(seen) == len(set(seen)) == 30


async def test_drafts_are_not_found_by_others(blog):
    ada, stranger = await blog.signed_in("Ada"), await blog.visitor()
    values = {"name": "Quagga", "content": "quagga"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    await blog.node.publish(ada.viewer, ask)

    page = await stranger.get("/search?q=quagga")

    assert "Nothing was found" in page.words


# -- the log ---------------------------------------------------------------------------


async def test_the_log_is_read_in_words(blog):
    ada = await blog.signed_in("Ada")
    await ada.post("/posts/welcome/do/Like")

    page = await ada.get("/activities")

    assert "Ada likes Welcome" in page.words


async def test_the_log_is_narrowed_to_a_verb(blog):
    ada = await blog.signed_in("Ada")
    await ada.post("/posts/welcome/do/Like")

    page = await ada.get("/activities?verb=Like")

    assert "Ada likes Welcome" in page.words
    assert " made " not in page.words


async def test_the_log_goes_back_to_the_beginning(blog):
    visitor = await blog.visitor()
    seen, path = 0, "/activities"
    while path:
        page = await visitor.get(path)
        seen += sum(href.startswith("/activities/") for href, _ in page.links)
        path = next((href for href, text in page.links if text == "Further"), "")

    public = await blog.node.store.read(lambda read: read.log(limit=10_000))
    assert len(public) >= seen > 50


async def test_an_activity_has_an_address_of_its_own(blog):
    ada = await blog.signed_in("Ada")
    await ada.post("/posts/welcome/do/Like")
    log = await ada.get("/activities?verb=Like")
    path = next(href for href, _ in log.links if href.startswith("/activities/"))

    page = await ada.get(path)
    data = await ada.get(path, Accept="application/activity+json")

    told = json.loads(data.text)
    assert "Ada likes Welcome" in page.words
    assert (told["type"], told["actor"]) == ("Like", f"{blog.base}/people/ada")
    assert told["object"] == f"{blog.base}/posts/welcome"


async def test_what_was_done_to_a_draft_is_not_told(blog):
    ada, stranger = await blog.signed_in("Ada"), await blog.visitor()
    values = {"name": "Quagga", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience="draft")
    done = await blog.node.publish(ada.viewer, ask)
    path = done.id.removeprefix(blog.base)

    hers, theirs = await ada.get("/activities"), await stranger.get("/activities")

    assert ("Quagga" in hers.words, "Quagga" in theirs.words) == (True, False)
    assert ((await ada.get(path)).status, (await stranger.get(path)).status) == (
        200,
        404,
    )


# -- SPARQL ----------------------------------------------------------------------------


@pytest.fixture
async def ask(blog):
    owner = await blog.owner()

    async def asked(question, **headers):
        page = await owner.get("/sparql")
        if not headers:
            return await owner.send(page, query=question)
        data = dict(page.form("").fields) | {"query": question}
        return await owner.ask("POST", "/sparql", data=data, headers=headers)

    return asked


async def test_a_question_is_answered_with_a_table(blog, ask):
    page = await ask(
        f"SELECT ?name WHERE {{ <{blog.base}/posts/welcome> as:name ?name }}"
    )

    assert page.status == 200
    assert "Welcome" in page.words
    assert "1 row" in page.words


async def test_a_program_is_answered_in_json(blog, ask):
    page = await ask(
        f"ASK {{ <{blog.base}/posts/welcome> as:name 'Welcome' }}",
        Accept="application/sparql-results+json",
    )

    assert json.loads(page.text)["boolean"] is True


async def test_a_question_that_builds_a_graph_is_answered_in_turtle(blog, ask):
    page = await ask(
        f"CONSTRUCT {{ ?s as:name ?o }} WHERE {{ ?s as:name ?o "
        f"FILTER(?s = <{blog.base}/posts/welcome>) }}"
    )

    assert '"Welcome"' in page.words


async def test_drafts_are_no_part_of_the_answer(blog, ask):
    values = {"name": "Quagga", "content": "…"}
    draft = Ask("Create", kind="Post", values=values, audience="draft")
    await blog.node.publish(blog.node.site, draft)

    page = await ask("SELECT ?s WHERE { ?s as:name 'Quagga' }")

    assert "Nothing fits this question." in page.words


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("SELECT * WHERE { SERVICE <http://evil.example> { ?s ?p ?o } }", "SERVICE"),
        ("LOAD <http://evil.example/x.ttl>", "no question"),
        ("SELECT * FROM <http://evil.example> WHERE { ?s ?p ?o }", "FROM"),
        ("DELETE WHERE { ?s ?p ?o }", "no question"),
        ("this is no SPARQL", "no question"),
        ("", "no question"),
    ],
)
async def test_what_is_not_answered_is_refused_with_the_reason(ask, question, why):
    page = await ask(question)

    assert page.status == 422
    assert why in page.words
    assert dict(page.form("").fields)["query"] == question


async def test_a_question_without_end_is_ended(ask):
    page = await ask(
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    )

    assert page.status == 422
    assert "longer than 5 seconds" in page.words
