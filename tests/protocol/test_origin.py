"""Who may speak for whom."""

from __future__ import annotations

from typing import Any

import pytest

from peer.protocol import origin
from peer.protocol.origin import NotTheirs
from peer.protocol.wire import loose
from peer.protocol.wire.said import Said, read

OWN = "https://here.example"
ANA, SIBLING = "https://a.example/users/ana", "https://a.example/users/eve"
VICTIM = "https://v.example/users/vic"
NOTE = {"id": "https://a.example/notes/1", "type": "Note", "attributedTo": ANA}


def said(**more: Any) -> Said:
    plain = {
        "id": "https://a.example/1",
        "type": "Create",
        "actor": ANA,
        "object": NOTE,
    }
    return read({**plain, **more})


# -- ids ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (ANA, ANA, True),
        ("HTTPS://A.Example/users/ana", ANA, True),
        (ANA, "https://a.example/users/Ana", False),
        (ANA, f"{ANA}/", False),
        (ANA, f"{ANA}#main-key", False),
        (ANA, ANA.replace("https", "http"), False),
        ("did:key:z6Mk", "did:key:z6mk", False),
        (None, None, False),
        (ANA, None, False),
    ],
)
def test_an_id_names_one_thing(one, other, alike):
    assert origin.same(one, other) is alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (ANA, "https://a.example", True),
        (ANA, "https://A.EXAMPLE:443/x", True),
        (ANA, "http://a.example/", False),
        (ANA, "https://a.example:8443/", False),
        (ANA, "https://b.a.example/", False),
        (ANA, "https://a.example@b.example/", False),
        (ANA, "https://b.example\\@a.example/", False),
        (ANA, "https://b.example/https://a.example", False),
        ("urn:x", "urn:y", False),
        ("did:key:x", "did:key:x", False),
        ("https://[::1", "https://[::1", False),
        (ANA, None, False),
        (None, None, False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, alike):
    assert origin.same_origin(one, other) is alike


def test_of_what_is_too_long_to_be_an_address_nothing_is_remembered():
    """Anybody may send it, before anybody knows who they are."""
    remembered = loose._is_address.cache_info, origin._origin.cache_info
    before = [each().misses for each in remembered]

    endless = ANA + "/" * 1_000_000

    assert not loose.is_address(endless)
    assert not origin.same_origin(endless, ANA)
    assert [each().misses for each in remembered] == before


@pytest.mark.parametrize(
    ("served_as", "is_read"),
    [
        ("application/activity+json", True),
        ("Application/Activity+JSON; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json;profile=https://www.w3.org/ns/activitystreams", True),
        (
            'application/ld+json; profile="x https://www.w3.org/ns/activitystreams"',
            True,
        ),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://x.example"', False),
        ("application/json", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_an_upload_is_no_document(served_as, is_read):
    assert origin.is_activitystreams(served_as) is is_read


# -- owners ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "owner"),
    [
        ({"id": ANA, "type": "Person", "attributedTo": SIBLING}, ANA),
        ({"id": ANA, "type": "Bot", "inbox": f"{ANA}/i", "outbox": f"{ANA}/o"}, ANA),
        ({"id": "https://a.example/1", "type": "Like", "actor": ANA}, ANA),
        (NOTE, ANA),
        ({**NOTE, "actor": SIBLING}, ANA),
        ({**NOTE, "attributedTo": [{"id": ANA, "type": "Person"}, SIBLING]}, ANA),
        ({**NOTE, "attributedTo": [VICTIM, ANA]}, ANA),
        ({**NOTE, "attributedTo": VICTIM}, None),
        ({**NOTE, "attributedTo": None}, None),
        ({"id": VICTIM, "type": "Note", "attributedTo": ANA}, None),
        ({"type": "Note", "attributedTo": ANA}, ANA),
        ({"id": f"{ANA}#k", "owner": ANA, "publicKeyPem": "x"}, ANA),
        ({"id": f"{ANA}#k", "controller": ANA, "publicKeyMultibase": "x"}, ANA),
        ({"id": f"{ANA}#k", "owner": VICTIM, "publicKeyPem": "x"}, None),
        ({}, None),
    ],
)
def test_an_owner_is_on_the_origin_of_what_it_owns(document, owner):
    assert origin.owner_of(document) == owner


# -- what comes in -----------------------------------------------------------------


def test_who_signs_speaks_for_itself():
    origin.check_said(said(), ANA, OWN)
    origin.check_said(said(id=None), "https://A.example/users/ana", OWN)


@pytest.mark.parametrize("signer", [SIBLING, VICTIM, f"{ANA}/", "https://a.example"])
def test_nobody_signs_for_another_be_they_neighbors(signer):
    with pytest.raises(NotTheirs) as refused:
        origin.check_said(said(), signer, OWN)

    assert refused.value.status == 403


def test_the_id_of_an_activity_is_its_actors_to_give():
    with pytest.raises(NotTheirs, match="not on the origin"):
        origin.check_said(said(id="https://v.example/activities/1"), ANA, OWN)


def test_our_own_do_not_come_in_from_outside():
    ours = f"{OWN}/people/owner"

    with pytest.raises(NotTheirs, match="ours"):
        origin.check_said(said(actor=ours, id=f"{OWN}/activities/1"), ours, OWN)


def test_what_another_server_hands_over_is_told_apart():
    assert origin.is_forwarded(said(), "https://relay.example/actor")
    assert not origin.is_forwarded(said(), SIBLING)


@pytest.mark.parametrize("signature", ["proof", "signature"])
def test_so_is_what_one_of_a_server_hands_over_of_another_who_signed_it(signature):
    told = said(**{signature: {"type": "DataIntegrityProof"}})

    assert origin.is_forwarded(told, SIBLING)
    assert not origin.is_forwarded(told, ANA)


@pytest.mark.parametrize(
    ("brought", "is_believed"),
    [
        (NOTE, True),
        ({**NOTE, "attributedTo": [SIBLING, ANA]}, True),
        ({**NOTE, "id": None}, True),
        ({"type": "Note", "content": "x"}, True),
        ({"id": "https://a.example/1#note", "type": "Note"}, True),
        ({"id": ANA, "type": "Person"}, True),
        ({**NOTE, "attributedTo": SIBLING}, False),
        ({**NOTE, "attributedTo": None}, False),
        ({**NOTE, "attributedTo": VICTIM}, False),
        ({**NOTE, "id": "https://v.example/notes/1"}, False),
        ({**NOTE, "id": f"{OWN}/posts/1"}, False),
        ({**NOTE, "id": "https://a.example:8443/notes/1"}, False),
        ({**NOTE, "id": 5}, False),
        ({**NOTE, "id": ["https://a.example/notes/1"]}, False),
        ({"type": "Note", "attributedTo": VICTIM}, False),
        ({"id": "https://a.example/1#note", "attributedTo": VICTIM}, False),
        ({"id": SIBLING, "type": "Person"}, False),
        ({"id": VICTIM, "type": "Person", "attributedTo": ANA}, False),
        ({"id": "https://a.example/2", "type": "Like", "actor": VICTIM}, False),
        ({"id": NOTE["id"], "type": "Tombstone"}, False),
    ],
)
def test_what_is_brought_along_is_believed_of_its_owner_alone(brought, is_believed):
    assert origin.believed(brought, said(object=brought)) is is_believed


def test_a_boost_is_no_reason_to_believe():
    assert not origin.believed(NOTE, said(type="Announce", actor=VICTIM, id=None))


# -- what is fetched ---------------------------------------------------------------


@pytest.mark.parametrize("url", [ANA, "https://A.example/users/ana", f"{ANA}#main-key"])
def test_a_document_is_what_was_asked_for(url):
    assert origin.elsewhere({"id": ANA}, url) is None


def test_a_key_is_a_part_of_the_document_that_was_asked_for():
    assert origin.elsewhere({"id": f"{ANA}#main-key"}, ANA) is None


def test_a_document_with_another_id_is_asked_for_again_at_its_own():
    assert origin.elsewhere({"id": ANA}, "https://a.example/@ana") == ANA


@pytest.mark.parametrize("id", [VICTIM, None, 5, "javascript:x", "urn:x"])
def test_a_document_that_says_it_were_another_origins_is_not_believed(id):
    with pytest.raises(NotTheirs):
        origin.elsewhere({"id": id, "type": "Person"}, ANA)


# -- who may do what ---------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Update", "Delete", "Undo", "Add", "Remove"])
def test_what_is_changed_is_the_actors_own(kind):
    origin.check_owner(said(type=kind), ANA, NOTE["id"])

    for other in (SIBLING, VICTIM, None):
        with pytest.raises(NotTheirs, match=kind):
            origin.check_owner(said(type=kind), other, NOTE["id"])


def test_who_moves_is_who_was_and_both_ends_say_so():
    old, new = {"id": ANA, "movedTo": VICTIM}, {"id": VICTIM, "alsoKnownAs": [ANA]}

    origin.check_move(said(type="Move", object=ANA, target=VICTIM), old, new)
    origin.check_move(said(type="Move", actor=VICTIM, id=None), old, new)


@pytest.mark.parametrize(
    ("actor", "old", "new"),
    [
        (ANA, {"id": ANA}, {"id": VICTIM}),
        (ANA, {"id": ANA}, {"id": VICTIM, "alsoKnownAs": SIBLING}),
        (VICTIM, {"id": ANA}, {"id": VICTIM, "alsoKnownAs": [ANA]}),
        (SIBLING, {"id": ANA, "movedTo": VICTIM}, {"id": VICTIM, "alsoKnownAs": [ANA]}),
        (ANA, {}, {"id": VICTIM, "alsoKnownAs": [ANA]}),
    ],
)
def test_nobody_is_moved_by_others(actor, old, new):
    with pytest.raises(NotTheirs):
        origin.check_move(said(type="Move", actor=actor, id=None), old, new)
