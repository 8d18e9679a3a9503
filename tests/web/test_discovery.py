"""Being found: by name, by address, and as a peer."""

from __future__ import annotations

import json

import pytest

from peer import __version__
from peer.node.outbox import Ask

AP = "application/activity+json"
SELF = "self"


async def finger(visitor, resource: str, **more: str):
    query = {"resource": resource, **more}
    return await visitor.ask("GET", "/.well-known/webfinger", params=query)


def link(told, rel):
    return next((each for each in told["links"] if each["rel"] == rel), None)


@pytest.mark.parametrize(
    ("resource", "actor"),
    [
        ("acct:events@{host}", "/actor"),
        ("acct:EVENTS@{host}", "/actor"),
        ("acct:main@{host}", "/calendars/main"),
        ("{base}/calendars/main", "/calendars/main"),
        ("{base}/actor", "/actor"),
    ],
)
async def test_whoever_is_here_is_found(events, resource, actor):
    visitor = await events.visitor()
    host = events.base.partition("://")[2]

    page = await finger(visitor, resource.format(base=events.base, host=host))

    told = json.loads(page.text)
    assert page.headers["Content-Type"] == "application/jrd+json"
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert link(told, SELF) == {
        "rel": SELF,
        "type": AP,
        "href": events.base + actor,
    }
    document = json.loads((await visitor.get(actor, Accept=AP)).text)
    assert told["subject"] == f"acct:{document['webfinger']}"


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("", 400),
        ("main", 400),
        ("acct:main", 400),
        ("acct:main@elsewhere.example", 404),
        ("acct:nobody@{host}", 404),
        ("acct:candlelit-strings@{host}", 404),
        ("{base}/events/candlelit-strings", 404),
        ("https://elsewhere.example/", 404),
        ("mailto:main@{host}", 404),
    ],
)
async def test_whoever_is_not_here_is_not_found(events, resource, status):
    visitor = await events.visitor()
    host = events.base.partition("://")[2]

    page = await finger(visitor, resource.format(base=events.base, host=host))

    assert page.status == status


async def test_nothing_asked_for_is_a_mistake(blog):
    page = await (await blog.visitor()).get("/.well-known/webfinger")

    assert page.status == 400


async def test_the_peer_itself_is_found_by_its_host(blog):
    visitor = await blog.visitor()

    told = json.loads((await finger(visitor, f"{blog.base}/")).text)
    named = json.loads(
        (await finger(visitor, f"acct:blog.localhost@{blog.base[7:]}")).text
    )

    service = "https://www.w3.org/ns/activitystreams#Service"
    assert link(told, service)["href"] == f"{blog.base}/peer"
    assert link(named, SELF)["href"] == f"{blog.base}/peer"


async def test_it_says_where_people_act_on_what_is_elsewhere(blog):
    visitor = await blog.visitor()

    told = json.loads((await finger(visitor, f"{blog.base}/actor")).text)

    subscribe = link(told, "http://ostatus.org/schema/1.0/subscribe")
    assert subscribe["template"] == f"{blog.base}/follow?uri={{uri}}"
    for verb in ("Follow", "Object", "Create", "Like", "Announce", "Join"):
        template = link(told, f"https://w3id.org/fep/3b86/{verb}")["template"]
        assert template.startswith(f"{blog.base}/interact?")


async def test_only_the_links_that_are_asked_for_are_told(blog):
    visitor = await blog.visitor()

    told = json.loads((await finger(visitor, f"{blog.base}/actor", rel=SELF)).text)

    assert [each["rel"] for each in told["links"]] == [SELF]


async def test_two_who_would_be_called_the_same_are_told_apart(events):
    owner, visitor = await events.owner(), await events.visitor()
    values = {"name": "Main"}
    ask = Ask("Create", kind="Person", values=values, slug="main")
    await events.node.publish(events.node.site, ask)
    host = events.base.partition("://")[2]
    calendar, person = f"{events.base}/calendars/main", f"{events.base}/people/main"

    first = json.loads((await finger(visitor, calendar)).text)
    second = json.loads((await finger(visitor, person)).text)
    again = json.loads((await finger(visitor, "acct:main-2@" + host)).text)

    assert owner
    assert first["subject"] == f"acct:main@{host}"
    assert second["subject"] == f"acct:main-2@{host}"
    assert link(again, SELF)["href"] == person


async def test_somebody_kept_back_is_not_found(events):
    visitor = await events.visitor()
    ask = Ask(
        "Create",
        kind="Calendar",
        values={"name": "Secret"},
        slug="secret",
        audience="draft",
    )
    await events.node.publish(events.node.site, ask)

    page = await finger(visitor, f"{events.base}/calendars/secret")

    assert page.status == 404


async def test_host_meta_points_to_webfinger(blog):
    visitor = await blog.visitor()
    template = f"{blog.base}/.well-known/webfinger?resource={{uri}}"

    xrd = await visitor.get("/.well-known/host-meta")
    jrd = await visitor.get("/.well-known/host-meta.json")

    assert xrd.headers["Content-Type"].startswith("application/xrd+xml")
    assert template in xrd.text
    assert json.loads(jrd.text)["links"][0]["template"] == template


@pytest.mark.parametrize("version", ["2.0", "2.1"])
async def test_nodeinfo_tells_what_runs_here(blog, version):
    visitor = await blog.visitor()
    links = json.loads((await visitor.get("/.well-known/nodeinfo")).text)
    address = next(x["href"] for x in links["links"] if x["rel"].endswith(version))

    page = await visitor.get(address)

    told = json.loads(page.text)
    assert f"schema/{version}#" in page.headers["Content-Type"]
    assert told["version"] == version
    assert told["software"] == {"name": "sx-peer", "version": __version__}
    assert told["protocols"] == ["activitypub"]
    assert told["metadata"]["nodeName"] == blog.node.domain.title


async def test_nodeinfo_counts_what_is_public_and_nothing_else(blog):
    visitor = await blog.visitor()
    before = json.loads((await visitor.get("/nodeinfo/2.1")).text)["usage"]
    for slug, audience in (("one", "public"), ("two", "draft")):
        values = {"name": slug, "content": "x"}
        ask = Ask("Create", kind="Post", values=values, slug=slug, audience=audience)
        await blog.node.publish(blog.node.site, ask)

    after = json.loads((await visitor.get("/nodeinfo/2.1")).text)["usage"]

    assert after["localPosts"] == before["localPosts"] + 1


async def test_nodeinfo_links_to_the_actor_of_the_peer(blog):
    told = json.loads((await (await blog.visitor()).get("/.well-known/nodeinfo")).text)

    application = link(told, "https://www.w3.org/ns/activitystreams#Application")
    assert application["href"] == f"{blog.base}/peer"


async def test_there_is_no_other_nodeinfo(blog):
    assert (await (await blog.visitor()).get("/nodeinfo/1.0")).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/host-meta",
        "/.well-known/nodeinfo",
        "/nodeinfo/2.1",
        "/peer",
        "/actor/outbox",
    ],
)
async def test_what_can_be_asked_for_can_be_asked_about(blog, path):
    visitor = await blog.visitor()

    page = await visitor.ask("HEAD", path, headers={"Accept": AP})

    assert (page.status, page.content) == (200, b"")
