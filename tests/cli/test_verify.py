"""``sx verify``: what was signed, by whom, and that what was changed is found out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.protocol import credential, proof
from peer.protocol.keys import multikey

ANA = "https://blog.example/people/ana"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
METHOD = f"{ANA}#ed25519-key"
EDGE = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://blog.example/edges/7",
    "type": "Relationship",
    "attributedTo": ANA,
    "subject": "https://blog.example/posts/1",
    "relationship": "https://rose-ash.com/ns/sx#allocatedTo",
    "object": "https://events.example/calendars/main",
}
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def signed(tmp_path):
    def write(document=EDGE, name="edge.json", **changed):
        told = proof.proven(document, METHOD, KEY, NOW)
        (tmp_path / name).write_text(json.dumps({**told, **changed}))
        return name

    return write


@pytest.fixture
def ana(tmp_path):
    """The actor, as anybody may have saved it."""
    key = {
        "id": METHOD,
        "type": "Multikey",
        "controller": ANA,
        "publicKeyMultibase": multikey(KEY.public_key()),
    }
    told = {"id": ANA, "type": "Person", "inbox": f"{ANA}/inbox"}
    (tmp_path / "ana.json").write_text(json.dumps({**told, "assertionMethod": [key]}))
    return "ana.json"


def test_a_file_is_verified_with_an_actor_and_says_whose_key_it_was(sx, signed, ana):
    done = sx("verify", signed(), "--with", ana)

    assert done.exit_code == 0, done.output
    assert "holds" in done.stdout
    assert f"signed by {ANA}" in done.stdout
    assert METHOD in done.stdout


def test_what_was_changed_does_not_hold(sx, signed, ana):
    done = sx("verify", signed(object="https://evil.example/"), "--with", ana)

    assert done.exit_code == 1
    assert "does not hold: the proof does not fit the document" in done.stdout


def test_who_signs_for_somebody_else_is_found_out(sx, signed, ana):
    other = {**EDGE, "attributedTo": "https://blog.example/people/zoe"}

    done = sx("verify", signed(other), "--with", ana)

    assert done.exit_code == 1
    assert "signed what https://blog.example/people/zoe is to have said" in done.stdout


def test_keys_may_be_given_as_a_list(sx, signed, tmp_path):
    told = {"publicKeyMultibase": {METHOD: multikey(KEY.public_key())}}
    (tmp_path / "keys.json").write_text(json.dumps(told))

    done = sx("verify", signed(), "--with", "keys.json", "--json")

    assert json.loads(done.stdout)[0]["holds"] is True


def test_without_its_key_nothing_holds(sx, signed, tmp_path):
    told = {
        "id": "https://c.example/",
        "type": "Person",
        "inbox": "https://c.example/i",
    }
    (tmp_path / "other.json").write_text(json.dumps(told))

    done = sx("verify", signed(), "--with", "other.json")

    assert done.exit_code == 1
    assert "none of the actors that were given has the key" in done.stdout


def test_what_is_not_signed_is_said_to_be_so(sx, tmp_path, ana):
    (tmp_path / "bare.json").write_text(json.dumps(EDGE))

    done = sx("verify", "bare.json", "--with", ana)

    assert done.exit_code == 1
    assert done.stderr == "sx: nothing in bare.json is signed\n"


def test_what_is_signed_inside_is_verified_as_well(sx, signed, ana):
    inner = proof.proven(EDGE, METHOD, KEY, NOW)
    offer = {"id": f"{ANA}/offers/1", "type": "Offer", "actor": ANA, "object": inner}

    done = sx("verify", signed(offer), "--with", ana, "--json")

    assert [each["what"] for each in json.loads(done.stdout)] == [
        "Offer",
        "Relationship",
    ]


def test_a_ticket_is_verified_by_its_token(sx, tmp_path):
    slip = credential.Slip("1", 1, "7K3M-Q2XD-0TVB", credential.mark_of("e"), 1)
    token = credential.token(slip, ANA, KEY)
    told = {"publicKeyMultibase": {METHOD: multikey(KEY.public_key())}}
    (tmp_path / "keys.json").write_text(json.dumps(told))

    done = sx("verify", token, "--with", "keys.json")

    assert done.exit_code == 0, done.output
    assert "ticket 1-1" in done.stdout


def test_a_ticket_is_verified_with_the_actor_whose_desk_it_is(sx, ana):
    slip = credential.Slip("1", 1, "7K3M-Q2XD-0TVB", credential.mark_of("e"), 1)
    token = credential.token(slip, ANA, KEY)

    done = sx("verify", token, "--with", ana)

    assert done.exit_code == 0, done.output
    assert f"signed by {ANA}" in done.stdout


def test_of_a_ticket_whose_key_is_missing_nothing_else_is_said(sx, tmp_path):
    slip = credential.Slip("1", 1, "7K3M-Q2XD-0TVB", credential.mark_of("e"), 1)
    (tmp_path / "keys.json").write_text(json.dumps({"publicKeyMultibase": {}}))

    done = sx("verify", credential.token(slip, ANA, KEY), "--with", "keys.json")

    assert done.exit_code == 1
    assert "none of the keys that are known here, or were given" in done.stdout


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"endTime": "2026-11-20T00:00:00Z"}, "it was for a time, which was over at"),
        (
            {"subject": "https://other.example/posts/1"},
            f"{ANA} does not speak for https://other.example/posts/1",
        ),
    ],
)
def test_whoever_signed_it_well_may_say_only_so_much(sx, signed, ana, changed, why):
    done = sx("verify", signed({**EDGE, **changed}), "--with", ana)

    assert done.exit_code == 1
    assert f"does not hold: {why}" in done.stdout
    assert f"signed by {ANA}" in done.stdout


def test_a_consent_is_for_what_is_ones_own(sx, signed, ana):
    yes = {
        "@context": EDGE["@context"],
        "id": "https://blog.example/stamps/1",
        "type": "RelationshipAuthorization",
        "attributedTo": ANA,
        "interactingObject": "https://other.example/edges/1",
        "interactionTarget": "https://other.example/calendars/main",
    }

    wrong = sx("verify", signed(yes), "--with", ana)
    right = sx("verify", signed({**yes, "interactionTarget": ANA}), "--with", ana)

    assert "does not speak for https://other.example/calendars/main" in wrong.stdout
    assert (wrong.exit_code, right.exit_code) == (1, 0)


@pytest.mark.parametrize("text", [None, "{", "\x00"])
def test_a_file_that_cannot_be_read_is_to_be_put_right_first(sx, tmp_path, ana, text):
    if text is not None:
        (tmp_path / "edge.json").write_text(text)

    done = sx("verify", "edge.json", "--with", ana)

    assert done.exit_code == 2
    assert done.stderr.startswith("sx: edge.json: ")


def test_an_edge_of_a_peer_is_verified_offline(blog):
    event = typed(blog, "Create", "Event", "name=Gig", "startTime=2027-07-12T19:00")
    edge = typed(blog, "Add", event, "features", "/posts/welcome")

    done = blog("verify", "--offline", edge)

    assert done.exit_code == 0, done.output
    assert f"edge {edge}" in done.stdout
    assert "signed by http://blog.localhost:8801/actor" in done.stdout


def test_what_was_taken_back_is_said_to_be_so(blog):
    event = typed(blog, "Create", "Event", "name=Gig", "startTime=2027-07-12T19:00")
    edge = typed(blog, "Add", event, "features", "/posts/welcome")
    typed(blog, "Remove", event, "features", "/posts/welcome")

    done = blog("verify", "--offline", edge)

    assert done.exit_code == 1
    assert f"{edge} does not stand: it was taken back on 20" in done.stderr


def typed(blog, *words):
    done = blog("do", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["object"]["id"]
