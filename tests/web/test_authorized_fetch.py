"""Who has to sign what they ask for, and who is then told nothing all the same."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from peer.node.moderation.blocks import block
from peer.protocol import cavage
from peer.protocol.keys import multikey
from peer.protocol.moment import wire
from peer.protocol.signature import Message
from peer.protocol.thing import Edge

AP = "application/activity+json"
KEY = rsa.generate_private_key(65537, 2048)
ANA = "https://social.example/users/ana"
DOCUMENTS = (
    "/posts/welcome",
    "/posts/welcome.jsonld",
    "/posts/welcome/replies",
    "/actor/outbox",
    "/activities/actor",
)


class Ana:
    """Somebody on another server, whose key a peer knows."""

    key_id = f"{ANA}#main-key"

    async def known_to(self, peer) -> Ana:
        now = peer.node.now()
        kept = {
            "owner": ANA,
            "multikey": multikey(KEY.public_key()),
            "since": wire(now),
        }
        until = wire(now + timedelta(days=1))
        await peer.node.store.transact(
            lambda tx: tx.keep("stranger-key", self.key_id, kept, until)
        )
        return self

    async def get(self, peer, path: str):
        headers = {"host": peer.base.partition("://")[2]}
        message = Message("GET", path, peer.base, headers)
        signed = cavage.signed(message, self.key_id, KEY, peer.node.now())
        visitor = await peer.visitor()
        return await visitor.ask("GET", path, headers={**signed, "Accept": AP})


@pytest.fixture
async def strict(make_peer):
    return await make_peer("blog", authorized_fetch=True)


@pytest.fixture
async def ana(strict):
    return await Ana().known_to(strict)


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_without_a_signature_nothing_is_told(strict, path):
    page = await (await strict.visitor()).get(path, Accept=AP)

    assert page.status == 401
    assert "sign" in json.loads(page.text)["detail"]


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_with_one_all_is_told_and_kept_by_nobody_between(strict, ana, path):
    page = await ana.get(strict, path)

    assert page.status == 200
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_who_is_blocked_is_refused(strict, ana, path):
    now = strict.node.now()
    await strict.node.store.transact(
        lambda tx: block(tx, "social.example", strict.node.site.id, "spam", now)
    )

    assert (await ana.get(strict, path)).status == 403


async def test_a_key_is_shown_to_everybody_but_not_what_belongs_to_it(strict, ana):
    visitor = await strict.visitor()

    stub = json.loads((await visitor.get("/actor", Accept=AP)).text)
    whole = json.loads((await ana.get(strict, "/actor")).text)

    assert stub["publicKey"] == whole["publicKey"]
    assert "summary" not in stub and "summary" in whole
    assert stub["inbox"]


@pytest.mark.parametrize(
    "path",
    ["/peer", "/.well-known/nodeinfo", "/nodeinfo/2.1", "/.well-known/host-meta"],
)
async def test_whoever_wants_to_check_a_signature_can_begin(strict, path):
    assert (await (await strict.visitor()).get(path, Accept=AP)).status == 200


async def test_people_read_on(strict):
    assert (await (await strict.visitor()).get("/posts/welcome")).status == 200


async def test_somebody_who_has_signed_in_reads_data_as_well(strict):
    ada = await strict.signed_in("Ada")

    assert (await ada.get("/posts/welcome", Accept=AP)).status == 200


async def test_otherwise_everybody_reads(blog):
    for path in DOCUMENTS:
        assert (await (await blog.visitor()).get(path, Accept=AP)).status == 200


# -- who follows from where --------------------------------------------------------


async def test_a_server_is_told_who_of_its_own_follows(blog):
    ana = await Ana().known_to(blog)
    site = f"{blog.base}/actor"
    for fan in (ANA, "https://social.example/users/bo", "https://other.example/cy"):
        id = f"{fan}#follows"
        edge = Edge(id, fan, "follows", site, fan, wire(blog.node.now()), id)
        await blog.node.store.transact(lambda tx, edge=edge: tx.relate(edge))

    page = await ana.get(blog, "/actor/followers_synchronization")

    told = json.loads(page.text)
    assert sorted(told["orderedItems"]) == [ANA, "https://social.example/users/bo"]
    assert page.headers["Cache-Control"] == "private, no-store"


async def test_nobody_else_is_told(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/actor/followers_synchronization", Accept=AP)

    assert page.status == 401


async def test_of_what_does_not_act_there_is_nothing_to_tell(blog):
    ana = await Ana().known_to(blog)

    page = await ana.get(blog, "/posts/welcome/followers_synchronization")

    assert page.status == 404
