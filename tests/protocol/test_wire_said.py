"""Activities as other servers write them, and what each is taken to say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from peer.protocol.terms import AS, PUBLIC
from peer.protocol.wire.loose import MOST, Unreadable
from peer.protocol.wire.said import read

ANA, BOB = "https://a.example/users/ana", "https://b.example/users/bob"
POST = "https://b.example/posts/1"


def told(**more: Any) -> dict[str, Any]:
    plain = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://a.example/activities/1",
        "type": "Like",
        "actor": ANA,
        "object": POST,
    }
    return {**plain, **more}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in told().items() if name not in names}


def test_a_plain_activity_says_who_does_what_to_what():
    said = read(told(to=[BOB], cc=[PUBLIC], published="2026-11-21T07:00:00Z"))

    assert (said.id, said.type) == ("https://a.example/activities/1", "Like")
    assert (said.actor, said.object, said.object_id) == (ANA, POST, POST)
    assert (said.to, said.cc, said.bto) == ((BOB,), (PUBLIC,), ())
    assert said.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert said.raw["object"] == POST


# -- who ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actor",
    [
        ANA,
        [ANA],
        [ANA, ANA],
        {"id": ANA},
        {"@id": ANA},
        {"id": ANA, "type": "Person", "publicKey": {"publicKeyPem": "of somebody"}},
        [None, {"id": ANA}],
        {"@list": [ANA]},
    ],
)
def test_an_actor_is_told_in_many_ways(actor):
    assert read(told(actor=actor)).actor == ANA


@pytest.mark.parametrize(
    "actor", [[ANA, BOB], [BOB, ANA], [ANA, {"id": BOB}], [ANA, {"type": "Person"}]]
)
def test_several_actors_are_none(actor):
    with pytest.raises(Unreadable, match="several"):
        read(told(actor=actor))


@pytest.mark.parametrize(
    "actor",
    [
        "",
        7,
        {},
        [],
        {"type": "Person"},
        "as:Public",
        "javascript:alert(1)",
        "http://[::1",
        "https://[v6]/x",
        "https://a.example@b.example/",
        "https://a.example\\@b.example/",
        "https://a.example:99999/",
        "https:///users/ana",
        "https://a.example/users/ana maria",
        "https://a.example/\n",
        "file:///etc/passwd",
        "https://a.example/" + "x" * 5000,
    ],
)
def test_an_actor_is_an_address(actor):
    with pytest.raises(Unreadable) as refused:
        read(told(actor=actor))

    assert refused.value.status == 400


@pytest.mark.parametrize(
    "actor",
    [
        "http://localhost:8801/people/ana",
        "HTTPS://A.Example/users/Ana",
        "https://[2001:db8::1]:8443/u/1",
        "https://żółw.example/users/ż",
        "https://a.example/?author=0",
        "https://a.example//users/ana/",
    ],
)
def test_an_address_is_kept_as_it_was_written(actor):
    assert read(told(actor=actor)).actor == actor


# -- what kind ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "Like",
        ["Like"],
        ["Thumb", "Like"],
        "as:Like",
        AS + "Like",
        ["https://x.example/ns#Thumb", "as:Like"],
    ],
)
def test_the_first_known_type_counts(kind):
    assert read(told(type=kind)).type == "Like"


def test_a_type_may_be_told_as_json_ld_does():
    assert read({**without("type"), "@type": ["Like"]}).type == "Like"


@pytest.mark.parametrize(
    "kind", ["Bite", ["Bite", "Nibble"], "https://x.example/#Bite"]
)
def test_an_unknown_type_is_kept_for_who_may_know_it(kind):
    assert "Bite" in read(told(type=kind)).type


@pytest.mark.parametrize("kind", [None, "", 5, {}, [], [5], "x" * 100_000])
def test_without_a_type_nothing_is_said(kind):
    with pytest.raises(Unreadable, match="type"):
        read(told(type=kind))


@pytest.mark.parametrize("prefix", ["vf:", "ValueFlows:", "as:"])
def test_bonfire_and_others_write_prefixes(prefix):
    said = read(told(type=f"{prefix}Offer"))

    assert said.type == "Offer"


def test_an_object_that_names_an_actor_is_still_an_object():
    event = told(type="Event", attributedTo=ANA)

    with pytest.raises(Unreadable, match="not an activity"):
        read(event)


def test_an_activity_that_is_attributed_is_still_an_activity():
    assert read(told(type="Accept", attributedTo=ANA)).type == "Accept"


@pytest.mark.parametrize("document", [None, [], "Like", 5, {}, [told()]])
def test_what_is_no_object_is_no_activity(document):
    with pytest.raises(Unreadable):
        read(document)


# -- ids ---------------------------------------------------------------------------


@pytest.mark.parametrize("id", [None, ""])
def test_an_activity_may_be_anonymous(id):
    assert read(told(id=id)).id is None
    assert read(without("id")).id is None


@pytest.mark.parametrize(
    "id", [7, ["https://a.example/1"], {"id": "x"}, "javascript:x", "urn:x", "x" * 9000]
)
def test_an_id_is_an_address_or_nothing(id):
    with pytest.raises(Unreadable, match="address"):
        read(told(id=id))


def test_an_id_may_be_a_part_of_something():
    id = f"{ANA}#likes/1"

    assert read(told(id=id)).id == id
    assert read({**without("id"), "@id": id}).id == id


# -- objects -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "object",
    [
        POST,
        [POST],
        {"id": POST},
        {"@id": POST},
        {"type": "Link", "href": POST},
        [None, POST],
        [[POST]],
    ],
)
def test_an_object_that_is_only_named_is_its_id(object):
    assert read(told(object=object)).objects == (POST,)


def test_an_object_that_is_brought_along_stays_as_it_came():
    note = {"id": POST, "type": "Note", "content": "<p>Hi"}

    said = read(told(type="Create", object=note))

    assert said.object is note and said.object_id == POST


def test_a_report_names_several():
    said = read(told(type="Flag", object=[BOB, POST, {"id": f"{POST}0"}]))

    assert said.objects == (BOB, POST, f"{POST}0")


@pytest.mark.parametrize(
    "object",
    ["bear:?t=1&u=https://a.example/1", "tag:a.example,2026:1", "did:key:z6Mk"],
)
def test_ids_of_other_kinds_are_opaque(object):
    assert read(told(object=object)).object == object


@pytest.mark.parametrize("object", [None, 5, True, [], {}, "", "two words", ["\n"]])
def test_an_object_that_is_nothing_is_left_out(object):
    assert read(told(object=object)).objects == ()


def test_target_result_and_instrument_are_read_alike():
    said = read(
        told(target=[POST], result={"id": POST}, instrument={"type": "Service"})
    )

    assert (said.target, said.target_id, said.result) == (POST, POST, POST)
    assert said.instrument == {"type": "Service"}


def test_everybody_may_be_followed_as_relays_do():
    assert read(told(type="Follow", object="as:Public")).object == PUBLIC


# -- for whom ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        BOB,
        [BOB],
        [BOB, BOB, None],
        [[BOB]],
        {"id": BOB},
        [{"id": BOB, "type": "Person", "name": "Bob"}],
        {"@set": [BOB]},
    ],
)
def test_recipients_are_told_in_many_ways(to):
    assert read(told(to=to)).to == (BOB,)


@pytest.mark.parametrize("everybody", ["as:Public", "Public", PUBLIC, {"id": PUBLIC}])
def test_everybody_has_one_name(everybody):
    said = read(told(to=everybody, cc=[BOB, everybody], audience=everybody))

    assert (said.to, said.cc, said.audience) == ((PUBLIC,), (BOB, PUBLIC), (PUBLIC,))


def test_nonsense_among_recipients_is_left_out():
    assert read(told(to=[5, "", {}, "a b", BOB, ["\0"]], cc=None)).to == (BOB,)


def test_lists_end_somewhere():
    many = [f"https://x.example/{n}" for n in range(100_000)]

    said = read(told(to=many, object=many, bcc=[many, many]))

    assert len(said.to) == len(said.objects) == len(said.bcc) == MOST
