"""The servers of these tests among themselves: what they say, they understand."""

from __future__ import annotations

import json

import pytest

from tests.federation.fediverse import rules
from tests.federation.fediverse.calling import Unreadable
from tests.federation.fediverse.dialects import DIALECTS
from tests.federation.fediverse.handwriting import Letter


@pytest.fixture
def heard(mastodon):
    """A server whose dialect is no stranger's: complaints of it do not count here."""
    yield mastodon
    mastodon.complaints.clear()


async def test_every_dialect_follows_and_is_accepted(server, heard):
    other = heard.actor("zoe")
    ana = server.actor("ana")

    await ana.follow(other.id)

    assert await server.got("Accept")
    assert other.followers == {ana.id}
    assert ana.following == {other.id}
    server.complaints.clear()


async def test_every_dialect_posts_answers_and_takes_it_back(server, heard):
    zoe, ana = heard.actor("zoe"), server.actor("ana")
    thing = zoe.note("Good morning.")

    note = await ana.reply("To you too.", thing["id"])
    await ana.react(thing["id"])
    await ana.announce(thing["id"])
    await ana.delete(note["object"], [zoe.id])

    create = await heard.got("Create")
    assert create.object["inReplyTo"] == thing["id"]
    assert await heard.got("Announce")
    assert await heard.got("Delete")
    assert await heard.got(lambda said: said["type"] in ("Like", "EmojiReact"))


@pytest.mark.parametrize("name", DIALECTS)
async def test_a_server_is_down_and_up_again(start, name):
    server = await start(name)
    other = await start("victim")

    await server.down()
    with pytest.raises(OSError):
        await other.get(server.itself.id)
    await server.up()

    assert (await other.get(server.itself.id)).ok


async def test_what_is_not_signed_is_not_taken(mastodon, victim):
    letter_to = mastodon.actor("zoe").inbox
    said = victim.actor("ana").act("Like", mastodon.itself.id)

    answer = await victim.caller.send(
        Letter("POST", letter_to, body=json.dumps(said).encode())
    )

    assert answer.status == 401
    assert mastodon.received == []


async def test_gotosocial_wants_to_know_who_asks(gotosocial, victim):
    ana = gotosocial.actor("ana")

    unsigned = await victim.caller.get(ana.id)
    stub = await victim.caller.get(ana.key_id)

    assert unsigned.status == 401
    assert stub.document["publicKey"]["id"] == ana.key_id
    assert (await victim.read(ana.id))["id"] == ana.id


async def test_mastodon_finds_people_by_name(mastodon, mitra):
    ana = mitra.actor("ana")

    assert (await mastodon.find(ana.handle))["id"] == ana.id
    ana.more["preferredUsername"] = "eve"
    mastodon.known.clear()
    with pytest.raises(Unreadable):
        await mastodon.find(ana.handle)


AS2 = rules.AS2
NOTE = {"type": "Note", "to": [rules.PUBLIC], "cc": []}
PROVEN = {
    "@context": [AS2, "https://w3id.org/security/data-integrity/v1"],
    "proof": {"created": "2026-11-21T09:00:00Z"},
}


@pytest.mark.parametrize(
    ("unlike", "complaint"),
    [
        ({}, None),
        (
            {"object": {**NOTE, "type": "ResourceSpecification"}},
            "nothing that is known",
        ),
        ({"object": {**NOTE, "type": ["Page", "ResourceSpecification"]}}, None),
        ({"type": "Accept", "result": {"type": "Link"}}, "no object"),
        (PROVEN, None),
        ({**PROVEN, "@context": AS2}, "no context says"),
        ({**PROVEN, "proof": {"created": "2026-11-21T09:00:00.590Z"}}, "written so"),
    ],
)
def test_everybody_minds_what_ghost_cannot_read(unlike, complaint):
    a, home = "https://a.example/users/ana", "https://a.example/1"
    said = {"@context": AS2, "id": home, "type": "Create", "actor": a, "object": NOTE}

    minded = list(rules.everybody({**said, **unlike}, b""))

    assert len(minded) == (complaint is not None)
    assert all(complaint in each for each in minded)
