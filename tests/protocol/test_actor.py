"""Actors as other servers want them."""

from __future__ import annotations

from typing import Any

import pytest

from peer.protocol import linked
from peer.protocol.actor import Manners, Shown, actor, application, is_username
from peer.protocol.contexts import SECURITY_CONTEXT
from peer.protocol.terms import AS, AS_CONTEXT, PUBLIC
from peer.protocol.wire import somebody

BASE = "https://events.example"
CITY, PEER = f"{BASE}/calendars/city", f"{BASE}/peer"
KEYS = Shown(f"{CITY}#main-key", "PEM", {f"{CITY}#ed25519-key": "z6Mk"})
THING = {
    "@context": [AS_CONTEXT, {"sx": "https://x.example/#", "timezone": "sx:timezone"}],
    "id": CITY,
    "type": "Group",
    "sx:kind": "Calendar",
    "attributedTo": f"{BASE}/people/owner",
    "to": [PUBLIC],
    "cc": [f"{BASE}/people/owner/followers"],
    "published": "2026-11-21T07:00:00.000Z",
    "updated": "2026-11-21T07:00:00.000Z",
    "url": CITY,
    "name": "City",
    "summary": "",
    "timezone": "Europe/Lisbon",
}


def city(**more: Any) -> dict[str, Any]:
    return actor({**THING, **more}, "city", KEYS, PEER, upcoming=True)


def test_a_calendar_is_a_group_that_can_be_followed():
    told = city()

    assert (told["id"], told["type"]) == (CITY, "Group")
    assert told["preferredUsername"] == "city"
    assert told["webfinger"] == "city@events.example"
    assert told["upcomingEvents"] == f"{CITY}/upcoming"
    assert told["endpoints"] == {"sharedInbox": f"{BASE}/inbox"}
    for name in ("inbox", "outbox", "followers", "following", "featured"):
        assert told[name] == f"{CITY}/{name}"


def test_what_the_thing_says_of_itself_is_kept():
    told = city()

    assert (told["name"], told["timezone"]) == ("City", "Europe/Lisbon")
    assert told["sx:kind"] == "Calendar"


def test_whose_it_is_and_for_whom_is_not_said_of_actors():
    assert city().keys().isdisjoint(("attributedTo", "to", "cc"))


def test_what_is_empty_is_absent():
    told = city(name=None, icon={})

    assert told.keys().isdisjoint(("name", "summary", "icon"))


def test_the_context_begins_as_mastodon_looks_for_it():
    context = city()["@context"]

    assert context[:2] == [AS_CONTEXT, SECURITY_CONTEXT] and len(context) == 3
    assert context[2]["timezone"] == "sx:timezone"


def test_one_key_for_requests_and_a_list_for_proofs():
    told = city()

    assert told["publicKey"] == {
        "id": f"{CITY}#main-key",
        "owner": CITY,
        "publicKeyPem": "PEM",
    }
    assert told["assertionMethod"] == [
        {
            "id": f"{CITY}#ed25519-key",
            "type": "Multikey",
            "controller": CITY,
            "publicKeyMultibase": "z6Mk",
        }
    ]


def test_wishes_are_booleans():
    told = actor(
        THING, "city", KEYS, PEER, Manners(manually_approves=True, indexable=False)
    )

    assert told["manuallyApprovesFollowers"] is True
    assert told["discoverable"] is True and told["indexable"] is False
    assert told.keys().isdisjoint(("alsoKnownAs", "movedTo", "attachment"))


def test_an_actor_that_moves_says_where_from_and_to():
    manners = Manners(
        also_known_as=["https://old.example/city"],
        moved_to="https://new.example/city",
        fields=[("Web", "<a href>x</a>")],
    )

    told = actor(THING, "city", KEYS, PEER, manners)

    assert told["alsoKnownAs"] == ["https://old.example/city"]
    assert told["movedTo"] == "https://new.example/city"
    assert told["attachment"][0]["type"] == "PropertyValue"


def test_the_generator_says_what_it_can_do():
    generator = city()["generator"]

    assert (generator["type"], generator["id"]) == ("Application", PEER)
    assert all(each.keys() == {"href", "name"} for each in generator["implements"])


def test_the_peer_itself_is_an_application_named_like_its_host():
    told = application(PEER, "Events", Shown(f"{PEER}#main-key", "PEM"))

    assert (told["type"], told["preferredUsername"]) == (
        "Application",
        "events.example",
    )
    assert told["publicKey"]["owner"] == PEER and told["assertionMethod"] == []
    assert told["implements"] and "generator" not in told
    assert told["discoverable"] is False


def test_on_a_port_the_peers_name_has_none():
    told = application("http://blog.localhost:8801/peer", "Blog", Shown("x", "PEM"))

    assert told["preferredUsername"] == "blog.localhost"
    assert told["webfinger"] == "blog.localhost@blog.localhost:8801"


def test_only_actors_are_actors():
    with pytest.raises(ValueError, match="not a type of actor"):
        city(type="Event")
    with pytest.raises(ValueError, match="no user name"):
        actor(THING, "two words", KEYS, PEER)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("ana", True), ("a", True), ("ana.b-c_d", True), ("dbzer0.com", True),
     ("", False), (".ana", False), ("ana-", False), ("żółw", False), ("a b", False),
     ("a" * 129, False)],
)  # fmt: skip
def test_a_user_name_is_one_that_everybody_takes(name, is_one):
    assert is_username(name) is is_one


# -- as others read it -------------------------------------------------------------


@pytest.mark.parametrize(
    "told", [city(), application(PEER, "Events", Shown(f"{PEER}#main-key", "PEM"))]
)
def test_what_we_say_is_what_we_would_read(told):
    said = somebody.read(told)

    assert said.id == told["id"] and said.handle == told["webfinger"]
    assert said.shared_inbox == f"{BASE}/inbox"
    assert said.implements


def test_each_word_means_in_json_ld_what_it_is_called():
    (told,) = linked.expanded(city())

    sec = "https://w3id.org/security#"
    for name in (
        f"{AS}manuallyApprovesFollowers",
        "http://joinmastodon.org/ns#discoverable",
        "http://joinmastodon.org/ns#indexable",
        "http://joinmastodon.org/ns#featured",
        "https://w3id.org/fep/8a8e/upcomingEvents",
        "https://purl.archive.org/socialweb/webfinger#webfinger",
        f"{sec}publicKey",
        f"{AS}endpoints",
        "http://www.w3.org/ns/ldp#inbox",
    ):
        assert name in told
    (key,) = told[f"{sec}assertionMethod"]
    assert key["@type"] == [f"{sec}Multikey"]
    assert key[f"{sec}controller"] == [{"@id": CITY}]
    (generator,) = told[f"{AS}generator"]
    features = generator["https://w3id.org/fep/844e/implements"]
    assert f"{AS}href" in features[0] and f"{AS}name" in features[0]
