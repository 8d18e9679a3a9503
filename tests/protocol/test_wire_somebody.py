"""Actors and collections as other servers write them, and what WebFinger says."""

from __future__ import annotations

from typing import Any

import pytest

from peer.protocol.wire import fingered, gathered
from peer.protocol.wire.loose import MOST, Unreadable
from peer.protocol.wire.somebody import Somebody, read

ANA = "https://a.example/users/ana"
BARE = {"id": ANA, "type": "Person", "inbox": f"{ANA}/inbox"}


def somebody(**more: Any) -> Somebody:
    return read({**BARE, **more})


def test_an_id_a_type_and_an_inbox_are_all_it_takes():
    said = read(BARE)

    assert (said.id, said.type, said.inbox) == (ANA, "Person", f"{ANA}/inbox")
    assert said.username is said.name is said.followers is said.outbox is None
    assert said.delivered_at == said.inbox


@pytest.mark.parametrize("missing", ["id", "type", "inbox"])
def test_less_is_nobody(missing):
    with pytest.raises(Unreadable, match="an actor has"):
        read({name: value for name, value in BARE.items() if name != missing})


@pytest.mark.parametrize("document", [None, [], "x", 5, {}])
def test_what_is_no_object_is_nobody(document):
    with pytest.raises(Unreadable):
        read(document)


def test_what_a_server_shares_is_where_to_deliver():
    shared = "https://a.example/inbox"

    assert somebody(endpoints={"sharedInbox": shared}).delivered_at == shared


@pytest.mark.parametrize("endpoints", ["https://a.example/endpoints", None, {}, [], 5])
def test_without_endpoints_there_is_the_inbox(endpoints):
    assert somebody(endpoints=endpoints).shared_inbox is None


def test_the_names_of_an_actor():
    said = somebody(
        preferredUsername="dbzer0.com",
        webfinger="acct:ana@a.example",
        name="Ana",
        summary="<p>Hi",
        url=[{"type": "Link", "href": f"{ANA}.html", "mediaType": "text/html"}],
        icon=["https://a.example/1.png"],
        attachment=[
            {"type": "PropertyValue", "name": "Web", "value": "<a>"},
            {"type": "PropertyValue", "name": "x"},
            "x",
        ],
    )

    assert (said.username, said.handle, said.name) == (
        "dbzer0.com",
        "ana@a.example",
        "Ana",
    )
    assert said.url == f"{ANA}.html"
    assert said.icon is not None and said.icon.url.endswith("1.png")
    assert said.fields == (("Web", "<a>"),)


@pytest.mark.parametrize("told", [True, "true", {"@value": "True"}])
def test_wishes_are_read_also_under_their_prefix(told):
    said = somebody(**{"as:manuallyApprovesFollowers": told, "toot:discoverable": told})

    assert said.manually_approves and said.discoverable and not said.indexable


def test_other_addresses_are_addresses():
    other = "https://b.example/ana"

    assert somebody(alsoKnownAs=other).also_known_as == (other,)
    assert somebody(alsoKnownAs=["@ana@b", None, other]).also_known_as == (other,)
    assert somebody(movedTo={"id": other}).moved_to == other


@pytest.mark.parametrize(
    "more",
    [
        {"generator": {"implements": [{"href": "https://x.example/1", "name": "x"}]}},
        {"generator": {"implements": "https://x.example/1"}},
        {"implements": [{"id": "https://x.example/1"}]},
        {"generator": "https://a.example", "implements": ["https://x.example/1", 5]},
    ],
)
def test_capabilities_are_told_by_the_generator_or_by_itself(more):
    assert somebody(**more).implements == ("https://x.example/1",)


# -- collections -------------------------------------------------------------------

PAGE = {"id": f"{ANA}/outbox?page=1", "type": "OrderedCollectionPage"}


@pytest.mark.parametrize(
    ("told", "items"),
    [
        ({"orderedItems": [ANA, {"id": ANA}]}, (ANA, ANA)),
        ({"items": [ANA]}, (ANA,)),
        ({"items": ANA}, (ANA,)),
        ({"orderedItems": None, "items": [None, 5, ANA]}, (ANA,)),
        ({}, ()),
    ],
)
def test_items_are_told_in_many_ways(told, items):
    assert gathered.read({**PAGE, **told}).items == items


def test_a_page_says_what_it_is_of_and_what_comes_next():
    said = gathered.read(
        {**PAGE, "partOf": f"{ANA}/outbox", "next": {"id": f"{ANA}/2"}}
    )

    assert (said.part_of, said.next) == (f"{ANA}/outbox", f"{ANA}/2")


@pytest.mark.parametrize(
    ("told", "total"),
    [(5, 5), ("5", 5), (5.0, 5), (-1, None), ("many", None), (None, None)],
)
def test_how_many_there_are_is_told_as_text_too(told, total):
    assert gathered.read({**PAGE, "totalItems": told}).total == total


def test_a_first_page_is_named_or_brought_along():
    whole = {"id": f"{ANA}/outbox", "type": "OrderedCollection", "totalItems": 2}

    assert gathered.read({**whole, "first": PAGE["id"]}).first == PAGE["id"]
    assert gathered.read({**whole, "first": PAGE}).first == PAGE
    assert gathered.read(whole).is_hidden


def test_items_end_somewhere():
    assert len(gathered.read({**PAGE, "items": [ANA] * 100_000}).items) == MOST


@pytest.mark.parametrize("document", [None, [], {}, BARE, {"type": "Collectible"}])
def test_what_is_no_collection_is_refused(document):
    with pytest.raises(Unreadable):
        gathered.read(document)


# -- WebFinger ---------------------------------------------------------------------


def finger(*links: Any) -> fingered.Fingered:
    return fingered.read({"subject": "acct:ana@a.example", "links": list(links)})


@pytest.mark.parametrize(
    "type",
    [
        "application/activity+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    ],
)
def test_an_actor_is_the_self_of_an_address(type):
    page = {"rel": "self", "type": "text/html", "href": "https://a.example/@ana"}

    assert finger(page, {"rel": "self", "type": type, "href": ANA}).actor == ANA
    assert finger(page).actor is None


def test_people_are_sent_home_to_do_what_they_want():
    follow = {
        "rel": "https://w3id.org/fep/3b86/Follow",
        "template": "https://a.example/follow?who={object}&then={on-success}",
    }
    subscribe = {
        "rel": "http://ostatus.org/schema/1.0/subscribe",
        "template": "https://a.example/do?uri={uri}",
    }

    found = finger(follow, subscribe)

    assert found.page_for("Follow", "https://b.example/?x&y") == (
        "https://a.example/follow?who=https%3A%2F%2Fb.example%2F%3Fx%26y&then="
    )
    assert found.page_for("Like", "x") == "https://a.example/do?uri=x"
    assert finger().page_for("Like", "x") is None


def test_nobody_is_sent_to_a_script():
    script = {
        "rel": "https://w3id.org/fep/3b86/Follow",
        "template": "javascript:{object}",
    }

    assert finger(script).page_for("Follow", "alert(1)") is None


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("@ana@A.example", ("ana", "a.example")),
        ("acct:ana@a.example", ("ana", "a.example")),
        (" ana@blog.localhost:8801 ", ("ana", "blog.localhost:8801")),
        ("ana", None),
        ("ana@a@b", None),
        ("<b>@a.example", None),
        ("ana@a.example/x", None),
    ],
)
def test_people_write_addresses_in_a_few_ways(told, found):
    assert fingered.handle(told) == found
