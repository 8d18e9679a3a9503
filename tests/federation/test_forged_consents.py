"""Consents that somebody else's server gives: the true, the forged, the taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer.node import examining
from peer.node.outgoing.line import Budget
from tests.federation.fediverse import handwriting
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.stating import (
    accepts,
    allocated,
    mitra_like,
    stamp_of,
    standing,
)


@pytest.fixture
async def eve(evil):
    evil.dialect = mitra_like(evil.dialect)
    return evil.actor("eve")


@pytest.fixture
async def group(mitra):
    return mitra.actor("group", "Group")


@pytest.fixture
async def post(blog):
    return f"{blog.base}/posts/welcome"


async def test_what_we_offer_elsewhere_is_signed_and_their_consent_is_kept(
    mitra, group, blog, post
):
    offer = await allocated(blog, mitra, post, group)
    edge = offer["object"]
    key = handwriting.proof_key(
        await mitra.read(blog.actor), edge["proof"]["verificationMethod"]
    )
    handwriting.check_proof(edge, key)
    stamp = stamp_of(group, offer)

    assert (await accepts(group, blog, offer, stamp["id"])).ok

    assert await standing(blog, post) == "mutual"
    update = await mitra.got("Update")
    assert update.object["relationshipAuthorization"] == stamp["id"]


@pytest.mark.parametrize(
    "changed",
    [
        {"interactingObject": "https://blog.example/edges/other"},
        {"interactionTarget": "https://elsewhere.example/calendar"},
        {"attributedTo": "https://elsewhere.example/calendar"},
        {"type": "QuoteAuthorization"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_a_consent_to_something_else_is_none(mitra, group, blog, post, changed):
    offer = await allocated(blog, mitra, post, group)
    stamp = stamp_of(group, offer, **changed)

    answer = await accepts(group, blog, offer, stamp["id"])

    assert answer.status == 403
    assert await standing(blog, post) == "asserted"


async def test_a_consent_that_is_only_brought_along_or_badly_signed_is_none(
    mitra, eve, group, blog, post
):
    offer = await allocated(blog, mitra, post, group)
    forged = stamp_of(group, offer)
    group.server.serve({**forged, "published": "2025-08-01T09:00:00Z"})
    missing = {**stamp_of(group, offer), "id": f"{mitra.base}/stamps/none"}

    for stamp in (forged["id"], missing):
        assert (await accepts(group, blog, offer, stamp)).status == 403

    by_eve = stamp_of(eve, offer, interactionTarget=group.id)
    assert (await accepts(eve, blog, offer, by_eve["id"])).status == 403
    assert await standing(blog, post) == "asserted"


async def test_a_no_is_a_no_and_a_consent_is_taken_back(mitra, group, blog, post):
    offer = await allocated(blog, mitra, post, group)
    stamp = stamp_of(group, offer)
    await accepts(group, blog, offer, stamp["id"])

    await group.say(group.act("Delete", stamp["id"], to=[PUBLIC]), [blog.actor])

    assert await standing(blog, post) == "declined"


@pytest.mark.parametrize(
    ("published", "how"),
    [("2025-08-01T08:29:00Z", "mutual"), ("2025-08-01T08:31:00Z", "declined")],
)
async def test_a_no_that_comes_late_does_not_undo_the_yes_after_it(
    mitra, group, blog, post, published, how
):
    offer = await allocated(blog, mitra, post, group)
    await accepts(group, blog, offer, stamp_of(group, offer)["id"])
    inner = {"type": "Offer", "id": offer["id"], "actor": offer["actor"]}

    await group.deliver(group.act("Reject", inner, published=published), blog.inbox)

    assert await standing(blog, post) == how


async def test_nobody_else_makes_a_yes_a_no(mitra, eve, group, blog, post):
    """Neither by an Accept that shows what is gone, nor by where they lead us."""
    offer = await allocated(blog, mitra, post, group)
    gone = stamp_of(eve, offer)["id"]
    eve.server.objects.pop(gone)
    eve.server.gone.add(gone)

    assert (await accepts(eve, blog, offer, gone)).status == 403
    assert (await accepts(group, blog, offer, gone)).status == 403

    assert await standing(blog, post) == "asserted"


async def test_a_consent_that_is_no_longer_there_is_found_out(mitra, group, blog, post):
    offer = await allocated(blog, mitra, post, group)
    stamp = stamp_of(group, offer)
    await accepts(group, blog, offer, stamp["id"])
    [edge] = await blog.edges(subject=post, relation="allocatedTo")
    assert (await examining.reverify(blog.node, edge)).state == "mutual"

    mitra.objects.pop(stamp["id"])
    kept = await examining.reverify(blog.node, edge, older=timedelta(hours=6))
    assert kept.state == "mutual"
    blog.clock.tick(hours=7)
    await examining.reverify_due(blog.node)

    assert await standing(blog, post) == "declined"


async def test_where_nobody_answers_a_consent_stays_as_it_was(mitra, group, blog, post):
    offer = await allocated(blog, mitra, post, group)
    await accepts(group, blog, offer, stamp_of(group, offer)["id"])
    [edge] = await blog.edges(subject=post, relation="allocatedTo")

    await mitra.down()
    found = await examining.reverify(blog.node, edge)

    assert (found.state, found.asked) == ("mutual", False)
    await mitra.up()


async def test_what_was_signed_can_be_verified_when_they_have_other_keys(
    mitra, group, blog, post
):
    offer = await allocated(blog, mitra, post, group)
    await accepts(group, blog, offer, stamp_of(group, offer)["id"])
    [edge] = await blog.edges(subject=post, relation="allocatedTo")
    group.turns_keys()
    await mitra.down()
    blog.clock.tick(days=90)
    blog.node.incoming.authentic.keyring._held.clear()

    _, consent = await examining.exhibits(blog.node, edge, Budget())

    assert consent.holds, consent.wrong
    assert not consent.now
    await mitra.up()
