"""What attackers send is answered as it should be, and changes nothing.

The rows are those of a corpus of real vulnerabilities; each is in
``tests/federation/attacks`` under its number.
"""

from __future__ import annotations

import inspect
import json

import pytest

from peer.node.refusal import Refused
from tests.federation.attacks import owning, reaching, speaking, spelling
from tests.federation.attacks.world import Canary, World
from tests.federation.peers import Near

NOTHING: dict[str, list[str]] = {"gone": [], "new": []}
CORPUS = (*speaking.ROWS, *owning.ROWS, *reaching.ROWS, *spelling.ROWS)


@pytest.fixture
async def world(blog: Near, evil, victim, way):
    canary = Canary(way.ports["canary"])
    async with canary.singing(way.ports["canary"]):
        post = await blog.makes("Post", name="On rye", content="Slow.")
        yield World(blog, evil, victim, canary, post)


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
async def test_an_attack_is_answered_rightly_and_in_vain(attack, world):
    await world.seen()
    sent = attack.craft(world)
    if inspect.isawaitable(sent):
        sent = await sent

    letters = sent if isinstance(sent, list) else [sent]
    statuses = [(await world.send(letter)).status for letter in letters]

    assert [told for told in statuses if told not in attack.right] == []
    assert attack.harmless or await world.changes() == NOTHING
    assert world.canary.visits == 0
    assert await world.misled() == []
    assert (await world.blog.ask("/actor")).status == 200


# -- those that take more than one step ---------------------------------------------


async def test_what_all_attacks_are_made_of_is_right_in_itself(world):
    answer = await world.send(world.signed(world.legit()))

    assert answer.ok
    assert await world.changes() != NOTHING
    assert await world.blog.total(f"{world.post}/likes") == 1


async def test_B01_an_id_is_not_taken_by_who_may_not_have_it(world):
    genuine = world.vic.act("Like", world.post)
    squatted = {**world.eve.act("Listen", world.post), "id": genuine["id"]}

    await world.send(world.says(squatted))
    assert (await world.send(world.says(genuine, world.vic))).ok

    assert await world.blog.total(f"{world.post}/likes") == 1


async def test_B14_who_did_it_takes_it_back(world):
    follow = world.vic.act("Follow", world.blog.actor)
    await world.send(world.says(follow, world.vic))

    answer = await world.send(world.says(world.vic.act("Undo", follow), world.vic))

    assert answer.ok
    assert await world.blog.total(f"{world.blog.actor}/followers") == 0


async def test_B42_the_real_thing_takes_the_place_of_a_false_one(world):
    note = world.vic.note("Mine.", inReplyTo=world.post)
    false = {**note, "content": "<p>Other words.</p>"}
    await world.send(world.claims("Create", false, cc=[world.blog.actor]))
    await world.send(world.claims("Announce", false, to=[world.blog.actor]))

    create = world.vic.act("Create", note, to=note["to"], cc=[world.blog.actor])
    await world.send(world.says(create, world.vic))

    assert (await world.blog.get(note["id"])).get("content") == "Mine."


async def test_A38_farewells_of_strangers_cost_next_to_nothing(world):
    world.evil.gone.add(world.eve.id)

    answer = await world.send(world.claims("Delete", world.eve.id))

    assert answer.status in (202, 401)
    assert world.evil.fetches.total() <= 4


async def test_D16_eleven_megabytes_piece_by_piece(world):
    letter = world.signed(world.legit())

    async def pieces():
        for _ in range(11 * 16):
            yield b" " * 65536

    async with world.blog.caller.session.post(
        letter.url, data=pieces(), headers=letter.headers
    ) as answer:
        assert answer.status == 413


async def test_F03_a_thousand_names_are_not_asked_for(world):
    people = [f"{world.evil.base}/users/m{n}" for n in range(1000)]
    tags = [{"type": "Mention", "href": id, "name": "@m"} for id in people]
    note = world.eve.note("Hey!", tags=tags, inReplyTo=world.post, cc=people)

    await world.send(world.claims("Create", note, to=people))

    assert world.evil.fetches.total() <= 20


async def test_F02_an_endless_thread_is_not_followed_to_its_end(world):
    answered = world.post
    notes = []
    for n in range(200):
        notes.append(world.eve.note(f"{n}", inReplyTo=answered))
        answered = notes[-1]["id"]
    last = world.eve.note("Last.", inReplyTo=answered, cc=[world.blog.actor])

    await world.send(world.claims("Create", last))

    assert world.evil.fetches.total() <= 100


async def test_F05_keys_that_lead_in_circles(world):
    path = world.eve.id.removeprefix(world.evil.base)
    world.evil.answers(path, status=302, headers={"Location": world.eve.id})

    answer = await world.send(world.claims("Like", world.post))

    assert answer.status == 401
    assert world.evil.fetches.total() <= 12


async def test_C20_a_name_that_leads_to_the_canary(world):
    link = {"rel": "self", "type": "application/activity+json"}
    told = {"subject": "acct:x@y", "links": [{**link, "href": world.canary.url}]}
    world.evil.answers(
        "/.well-known/webfinger",
        body=json.dumps(told).encode(),
        headers={"Content-Type": "application/jrd+json"},
    )

    with pytest.raises(Refused):
        await world.blog.meets(f"@x@{world.evil.host}")

    assert world.canary.visits == 0
