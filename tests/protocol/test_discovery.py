"""How a peer and its people are found."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from bovine.types.jrd import JrdData
from bovine.types.nodeinfo import NodeInfo

from peer.protocol.discovery import (
    VERSIONS,
    About,
    Asked,
    NotAsked,
    account,
    asked,
    host_meta,
    host_meta_json,
    nodeinfo,
    nodeinfo_links,
    nodeinfo_type,
    only,
    service,
)
from peer.protocol.wire import fingered

BASE = "https://blog.example"
LOCAL = "http://blog.localhost:8801"
ANA = f"{BASE}/people/ana"
ABOUT = About("Blog", "What we write", "1.2.3", staff=[ANA])


# -- whom they ask for -------------------------------------------------------------


@pytest.mark.parametrize(
    "resource",
    [
        "acct:ana@blog.example",
        "acct:ANA@Blog.Example",
        "ACCT:ana@blog.example",
        "acct:@ana@blog.example",
        "ana@blog.example",
        "@ana@blog.example",
    ],
)
def test_an_account_is_asked_for_in_small_letters_or_large(resource):
    assert asked(resource, BASE) == Asked(user="ana")


@pytest.mark.parametrize(
    "resource",
    [
        "acct:ana@blog.localhost:8801",
        "ana@blog.localhost:8801",
        "acct:ana@blog.localhost",
    ],
)
def test_a_port_is_part_of_the_address_or_not(resource):
    assert asked(resource, LOCAL) == Asked(user="ana")


def test_an_actor_or_a_page_is_asked_for_by_its_address():
    assert asked(ANA, BASE) == Asked(iri=ANA)
    assert asked("https://BLOG.example:443/@ana", BASE).iri == (
        "https://BLOG.example:443/@ana"
    )


@pytest.mark.parametrize("resource", [BASE, f"{BASE}/", "https://Blog.example:443/"])
def test_the_peer_itself_is_asked_for_by_its_origin(resource):
    assert asked(resource, BASE).is_peer


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        (None, 400),
        ("", 400),
        ("ana", 400),
        ("acct:", 400),
        ("acct:ana", 400),
        ("acct:ana@b@blog.example", 400),
        ("x" * 5000, 400),
        ("acct:ana@other.example", 404),
        ("acct:ana@", 404),
        ("acct:@blog.example", 400),
        ("acct:ana' or 1=1--@blog.example", 404),
        ("acct:{{7*7}}@blog.example", 404),
        ("acct:żółw@blog.example", 404),
        ("acct:ana@blog.example:8443", 404),
        ("mailto:ana@blog.example", 404),
        ("did:key:z6Mk", 404),
        ("https://other.example/people/ana", 404),
        ("http://blog.example/people/ana", 404),
        ("https://blog.example@other.example/", 404),
        ("https://[::1", 404),
        ("https:", 404),
    ],
)
def test_nobody_is_asked_for_and_why(resource, status):
    with pytest.raises(NotAsked) as refused:
        asked(resource, BASE)

    assert refused.value.status == status and str(refused.value)


# -- WebFinger ---------------------------------------------------------------------


def ana() -> dict:
    intents = {"Follow": f"{BASE}/do/Follow?id={{object}}"}
    return account("ana", BASE, ANA, f"{ANA}.html", f"{BASE}/do?uri={{uri}}", intents)


def test_an_address_leads_to_its_actor_and_back():
    told = ana()

    assert told["subject"] == "acct:ana@blog.example"
    assert told["aliases"] == [ANA, f"{ANA}.html"]
    assert told["links"][0] == {
        "rel": "self",
        "type": "application/activity+json",
        "href": ANA,
    }
    assert account("ana", LOCAL, ANA, ANA)["subject"] == "acct:ana@blog.localhost:8801"
    assert account("ana", LOCAL, ANA, ANA)["aliases"] == [ANA]


def test_what_we_say_is_what_we_would_read():
    found = fingered.read(ana())

    assert found.actor == ANA
    assert found.page_for("Follow", "https://x.example/") == (
        f"{BASE}/do/Follow?id=https%3A%2F%2Fx.example%2F"
    )
    assert found.page_for("Like", "x") == f"{BASE}/do?uri=x"


def test_the_peer_itself_is_a_service():
    told = service(BASE, f"{BASE}/actor")

    assert told["subject"] == f"{BASE}/"
    assert told["links"][0]["rel"] == "https://www.w3.org/ns/activitystreams#Service"
    assert told["links"][0]["href"] == f"{BASE}/actor"


def test_links_are_told_by_what_they_are_asked_for():
    told = ana()

    assert [link["rel"] for link in only(told, ["self", "x"])["links"]] == ["self"]
    assert only(told, []) == told


def test_host_meta_says_where_to_ask():
    (link,) = ElementTree.fromstring(host_meta(BASE))

    assert link.attrib["rel"] == "lrdd"
    assert link.attrib["template"] == (f"{BASE}/.well-known/webfinger?resource={{uri}}")
    assert host_meta_json(BASE)["links"][0]["template"] == link.attrib["template"]


# -- NodeInfo ----------------------------------------------------------------------


def test_each_version_is_found_and_so_is_the_peers_own_actor():
    links = nodeinfo_links(BASE, f"{BASE}/actor")["links"]

    assert {link["href"] for link in links} == {
        f"{BASE}/nodeinfo/2.1",
        f"{BASE}/nodeinfo/2.0",
        f"{BASE}/actor",
    }
    assert links[-1]["rel"] == "https://www.w3.org/ns/activitystreams#Application"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_peer_says_what_runs_here(version):
    told = nodeinfo(version, ABOUT)

    assert told["version"] == version
    assert re.fullmatch("[a-z0-9-]+", told["software"]["name"])
    assert told["protocols"] == ["activitypub"]
    assert told["metadata"]["staffAccounts"] == [ANA]
    assert version in nodeinfo_type(version)


def test_what_is_not_counted_is_not_told():
    assert nodeinfo("2.1", ABOUT)["usage"] == {"users": {}}

    counted = About("Blog", "", "1", users={"total": 0}, posts=0)
    assert nodeinfo("2.1", counted)["usage"] == {"users": {"total": 0}, "localPosts": 0}


# -- a second opinion --------------------------------------------------------------


def test_bovine_reads_what_we_say():
    assert NodeInfo(**nodeinfo("2.0", ABOUT)).software.version == "1.2.3"

    for told in (ana(), service(BASE, ANA), nodeinfo_links(BASE, ANA)):
        read = JrdData(**told).model_dump(exclude_none=True)
        assert read == told
