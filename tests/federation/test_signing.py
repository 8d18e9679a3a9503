"""Signatures on both sides: which are understood, whose keys hold, who may read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from peer.node.moderation.severing import block
from tests.federation.fediverse import handwriting, wording
from tests.federation.fediverse.actor import rsa_key
from tests.federation.fediverse.dialects import CAVAGE, RFC9421, Dialect
from tests.federation.fediverse.handwriting import Letter
from tests.federation.fediverse.server import Server
from tests.federation.ways import everywhere


@pytest.fixture
async def kind_of(way, caller, start):
    """``async with kind_of(takes=...)``: a server of a kind that is made up."""

    def make(**unlike) -> Server:
        dialect = Dialect("mastodon", **unlike)
        return Server(dialect, way.base("mastodon"), way.ports["mastodon"], caller)

    return make


# -- they sign --------------------------------------------------------------------


@pytest.mark.parametrize("how", [CAVAGE, RFC9421])
async def test_both_families_are_understood(kind_of, blog, how):
    async with kind_of(knocks=(how,)).serving() as server:
        await server.actor("ana").follow(blog.actor)

        await server.got("Accept")
        assert server.posts.total() >= 1


@pytest.mark.parametrize(
    "key_id", ["{actor}#main-key", "{actor}/main-key", "{actor}", "{actor}?key=1#k"]
)
async def test_keys_are_named_in_many_ways(kind_of, blog, key_id):
    async with kind_of(key_id=key_id).serving() as server:
        await server.actor("ana").follow(blog.actor)

        assert await blog.total(f"{blog.actor}/followers") == 1


async def test_an_ed25519_key_signs_as_well(mitra, blog):
    ana = mitra.actor("ana")
    body = json.dumps(ana.act("Follow", blog.actor)).encode()
    letter = Letter("POST", blog.inbox, body=body)
    handwriting.sign_rfc9421(letter, ana.proof_id, ana.ed25519)

    answer = await blog.caller.send(letter)

    assert answer.ok
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_a_proof_is_enough_whoever_brings_it(mitra, mastodon, blog):
    """FEP-8b32: zoe only hands over what ana has said."""
    ana, zoe = mitra.actor("ana"), mastodon.actor("zoe")
    follow = {**ana.act("Follow", blog.actor), "@context": wording.PROVEN}
    proven = handwriting.prove(follow, ana.proof_id, ana.ed25519)

    answer = await zoe.deliver(proven, blog.inbox)

    assert answer.ok
    assert await blog.holds(ana.id, "follows", blog.actor)


async def test_it_is_enough_where_both_are_of_one_server(mitra, blog):
    """Whoever begins a conversation passes on what others there have added."""
    ana, bea = mitra.actor("ana"), mitra.actor("bea")
    follow = {**ana.act("Follow", blog.actor), "@context": wording.PROVEN}

    bare = await bea.deliver(follow, blog.inbox)
    proven = handwriting.prove(follow, ana.proof_id, ana.ed25519)
    answer = await bea.deliver(proven, blog.inbox)

    assert bare.status == 403
    assert answer.ok
    assert await blog.holds(ana.id, "follows", blog.actor)


async def test_a_proof_of_something_else_is_none(mitra, mastodon, blog):
    ana, zoe = mitra.actor("ana"), mastodon.actor("zoe")
    like = {**ana.act("Like", blog.actor), "@context": wording.PROVEN}
    proven = handwriting.prove(like, ana.proof_id, ana.ed25519)

    await zoe.deliver({**proven, "type": "Follow"}, blog.inbox)

    assert not await blog.holds(ana.id, "follows", blog.actor)


async def test_a_new_key_is_taken_at_once_and_the_old_one_refused(mastodon, blog):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    old = ana.rsa

    ana.turns_keys()
    again = await ana.deliver(ana.act("Follow", blog.actor), blog.inbox)
    ana.forges = old
    forged = await ana.deliver(ana.act("Follow", blog.actor), blog.inbox)

    assert again.ok
    assert forged.status == 401


async def test_a_forgery_does_not_keep_a_new_key_out(mastodon, blog):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    ana.forges = rsa_key("nobody")
    forged = await ana.deliver(ana.act("Like", blog.actor), blog.inbox)
    ana.forges = None

    ana.turns_keys()
    again = await ana.deliver(ana.act("Follow", blog.actor), blog.inbox)

    assert forged.status == 401
    assert again.ok


async def test_a_wrong_signature_makes_few_requests(mastodon, blog):
    """A key is asked for again a few times, and not for every attempt."""
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    mastodon.fetches.clear()
    ana.forges = rsa_key("nobody")

    for _ in range(5):
        answer = await ana.deliver(ana.act("Like", blog.actor), blog.inbox)
        assert answer.status == 401

    assert mastodon.fetches.total() <= 4


async def test_their_key_is_asked_for_with_a_signature(gotosocial, blog):
    """Else two servers that want signatures could never speak to each other."""
    await gotosocial.actor("ana").follow(blog.actor)

    assert await blog.total(f"{blog.actor}/followers") == 1
    assert [why for why in gotosocial.refused if "GET" in why] == []


@pytest.mark.parametrize("how", ["yesterday", "tomorrow"])
async def test_what_was_signed_long_ago_is_refused(mastodon, blog, how):
    ana = mastodon.actor("ana")
    then = handwriting.now() + timedelta(hours=25 if how == "tomorrow" else -25)
    body = json.dumps(ana.act("Follow", blog.actor)).encode()
    letter = Letter("POST", blog.inbox, body=body)
    handwriting.sign_cavage(letter, ana.key_id, ana.rsa, date=then)

    assert (await blog.caller.send(letter)).status == 401


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("application/activity+json", True),
        ("application/activity+json; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json", True),
        ("text/html", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
    ],
)
async def test_what_is_posted_says_what_it_is(mastodon, blog, kind, taken):
    """A form that somebody's browser was made to send is none of it."""
    ana = mastodon.actor("ana")
    body = json.dumps(ana.act("Follow", blog.actor)).encode()
    letter = Letter("POST", blog.inbox, body=body)
    letter.headers["Content-Type"] = kind
    handwriting.sign_cavage(letter, ana.key_id, ana.rsa)

    answer = await blog.caller.send(letter)

    assert answer.ok if taken else answer.status in (400, 403, 415)
    assert await blog.total(f"{blog.actor}/followers") == int(taken)


# -- we sign --------------------------------------------------------------------------


@pytest.mark.parametrize("takes", [CAVAGE, RFC9421])
async def test_we_knock_twice_and_remember(kind_of, blog, takes):
    async with kind_of(takes=frozenset({takes})).serving() as server:
        ana = server.actor("ana")
        await ana.follow(blog.actor)
        await server.got("Accept")
        server.posts.clear()

        await blog.makes("Post", name="One", content="x")
        await server.got("Create")
        first = server.posts.total()
        id = await blog.makes("Post", name="Two", content="x")
        await server.got(lambda said: id in str(said["object"]))

    assert first == 1
    assert server.posts.total() == 2


async def test_each_actor_signs_with_a_key_of_its_own(mastodon, events):
    calendar = await events.makes("Calendar", name="City")
    await mastodon.actor("ana").follow(calendar)

    accept = await mastodon.got("Accept")

    assert handwriting.key_id_of(accept.letter) == f"{calendar}#main-key"
    assert accept.signer == calendar


async def test_what_we_ask_for_is_asked_in_the_name_of_the_peer(gotosocial, blog):
    ana = gotosocial.actor("ana")

    kept = await blog.meets(ana.id)

    assert kept.id == ana.id
    assert gotosocial.known.keys() == {f"{blog.base}/peer"}


# -- who may read --------------------------------------------------------------------


@pytest.fixture
async def closed(open_peer):
    """A peer that wants to know who reads."""
    return await open_peer("blog", authorized_fetch=True)


async def test_who_does_not_say_who_they_are_reads_nothing(closed, caller):
    id = await closed.makes("Post", name="On rye", content="Slow.")

    assert (await closed.ask(id)).status == 401
    assert (await closed.ask(f"{closed.actor}/outbox")).status == 401


async def test_who_signs_reads(server, closed):
    id = await closed.makes("Post", name="On rye", content="Slow.")

    assert (await server.read(id))["type"] == "Article"


async def test_keys_can_be_had_without_one(closed):
    """Else nobody could check the signature of the request for the other's key."""
    assert (await closed.ask("/peer")).document["publicKey"]
    assert (await closed.ask("/actor")).document["publicKey"]
    assert (await closed.ask("/.well-known/nodeinfo")).status == 200


async def test_people_still_read_pages(closed):
    assert (await closed.page("/")).status == 200


async def test_two_that_both_want_to_know_find_each_other(gotosocial, closed):
    ana = gotosocial.actor("ana")

    await ana.follow(closed.actor)

    await gotosocial.got("Accept")


async def test_who_is_blocked_reads_nothing(mastodon, closed):
    id = await closed.makes("Post", name="On rye", content="Slow.")
    host = mastodon.host.partition(":")[0]
    await block(closed.node, {host: "Enough."}, closed.actor)

    assert (await mastodon.get(id)).status in (401, 403, 404)


@everywhere
@pytest.mark.parametrize("name", ["gotosocial", "mitra"])
async def test_signed_requests_hold_however_we_are_run(open_peer, start, name):
    """Mitra signs the whole address, which is https where a proxy stands before us."""
    blog, server = await open_peer("blog"), await start(name)
    server.dialect = replace(server.dialect, knocks=server.dialect.knocks[:1])

    await server.actor("ana").follow(blog.actor)

    await server.got("Accept")
    assert server.posts.total() == 1
