"""Moving, leaving for good, reporting, and having nothing to do with each other."""

from __future__ import annotations

import pytest

from peer.node.moderation import blocks
from peer.node.moderation.severing import block
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.replay import replayed
from tests.federation.peers import soon


@pytest.fixture
async def post(blog):
    return await blog.makes("Post", name="On rye", content="Slow.")


async def followed(blog, whom):
    await blog.meets(whom.id)
    await blog.does("Follow", whom.id)
    await blog.comes_to_hold(blog.actor, "follows", whom.id)


# -- moving --------------------------------------------------------------------------


async def moves(blog, person, target):
    """One of our people goes on elsewhere."""
    ask = Ask("Move", person.id, notes={"target": target})
    return await blog.node.publish(person, ask)


async def test_we_go_along_with_who_moves(mastodon, mitra, blog):
    old, new = mastodon.actor("ana"), mitra.actor("ana")
    new.more["alsoKnownAs"] = [old.id]
    await followed(blog, old)

    await old.move(new.id, [blog.actor])

    assert (await mitra.got("Follow")).object == new.id
    assert (await mastodon.got("Undo")).object["object"] == old.id
    await blog.comes_to_hold(blog.actor, "follows", new.id)


async def test_nobody_is_moved_to_who_does_not_know_them(mastodon, evil, blog):
    old, eve = mastodon.actor("ana"), evil.actor("eve")
    await followed(blog, old)
    old.more["movedTo"] = eve.id

    await old.deliver(old.act("Move", old.id, target=eve.id), blog.inbox)

    assert await blog.holds(blog.actor, "follows", old.id)
    assert evil.all("Follow") == []


async def test_nobody_moves_somebody_else(mastodon, evil, blog):
    old, eve = mastodon.actor("ana"), evil.actor("eve")
    eve.more["alsoKnownAs"] = [old.id]
    await followed(blog, old)

    answer = await eve.deliver(eve.act("Move", old.id, target=eve.id), blog.inbox)

    assert answer.status in (202, 403)
    assert await blog.holds(blog.actor, "follows", old.id)


async def test_a_stranger_moves_to_one_of_ours(mitra, mastodon, blog):
    """Those who followed the stranger follow ours: from here, and from elsewhere."""
    old, zoe = mitra.actor("ana"), mastodon.actor("zoe")
    await zoe.follow(old.id)
    await mastodon.got("Accept")
    await followed(blog, old)
    ada = await blog.person("Ada")
    await blog.does("Update", ada.id, values={"alsoKnownAs": old.id})

    await old.move(ada.id, [blog.actor, zoe.id])

    await blog.comes_to_hold(blog.actor, "follows", ada.id)
    await blog.comes_to_hold(zoe.id, "follows", ada.id)
    await soon(lambda: _is(ada.id in zoe.following), "zoe was accepted")


async def test_a_stranger_does_not_move_to_who_does_not_know_them(mitra, blog):
    old = mitra.actor("ana")
    await followed(blog, old)
    ada = await blog.person("Ada")
    old.more["movedTo"] = ada.id

    answer = await old.deliver(old.act("Move", old.id, target=ada.id), blog.inbox)

    assert answer.status == 403
    assert await blog.holds(blog.actor, "follows", old.id)
    assert not await blog.holds(blog.actor, "follows", ada.id)


@pytest.mark.parametrize("kind", ["Person", "Group"])
async def test_those_who_follow_us_come_along(mastodon, mitra, events, kind):
    """Somebody of ours, or a calendar, goes on elsewhere."""
    ada = await events.person("Ada")
    ours = ada.id if kind == "Person" else await events.makes("Calendar", name="City")
    zoe, new = mastodon.actor("zoe"), mitra.actor("ada", kind=kind)
    await zoe.follow(ours)
    await mastodon.got("Accept")
    new.more["alsoKnownAs"] = [ours]
    await events.meets(new.id)

    if kind == "Person":
        await moves(events, ada, new.id)
    else:
        await events.does("Move", ours, voice=ours, notes={"target": new.id})

    move = await mastodon.got("Move")
    assert (move.object, move.activity["target"]) == (ours, new.id)
    assert (await events.read(ours))["movedTo"] == new.id
    await soon(lambda: _is(zoe.id in new.followers), "zoe follows the new one")


async def test_nobody_of_ours_moves_to_who_does_not_know_them(mastodon, mitra, blog):
    ada, new = await blog.person("Ada"), mitra.actor("ada")
    await mastodon.actor("zoe").follow(ada.id)
    await mastodon.got("Accept")
    await blog.meets(new.id)

    with pytest.raises(Refused):
        await moves(blog, ada, new.id)

    assert mastodon.all("Move") == []


async def _is(told: bool) -> bool:
    return told


# -- leaving for good ----------------------------------------------------------------


async def test_who_is_gone_is_gone_here(server, blog, post):
    ana = server.actor("ana")
    await ana.follow(blog.actor)
    await ana.reply("Well said.", post)
    await ana.like(post)

    await ana.leave_for_good([blog.actor])

    assert await blog.total(f"{blog.actor}/followers") == 0
    assert await blog.total(f"{post}/likes") == 0
    assert "Well said." not in (await blog.page(post)).words


async def test_a_site_that_is_gone_is_gone_here_as_well(mastodon, blog):
    """Servers have an actor at the address that ours has."""
    site = mastodon.actor("site")
    site.id = f"{mastodon.base}/actor"
    mastodon.actors[site.id] = site
    await site.follow(blog.actor)
    site.turns_keys()  # their last word cannot be checked: their server is asked

    await site.leave_for_good([blog.actor])

    assert (await blog.get(site.id)).deleted
    assert await blog.total(f"{blog.actor}/followers") == 0


async def test_who_only_cannot_be_found_is_not_gone(mastodon, blog):
    """404 is no proof, and no signature that can be checked any more is none either."""
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    await mastodon.got("Accept")
    ana.turns_keys()
    mastodon.answers(ana.id.removeprefix(mastodon.base), status=404)

    answer = await ana.deliver(ana.act("Delete", ana.id), blog.inbox)

    assert answer.status in (202, 401)
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_the_farewell_of_a_stranger_is_taken_at_once(mastodon, blog):
    ana = mastodon.actor("ana")
    mastodon.gone.add(ana.id)

    answer = await ana.deliver(ana.act("Delete", ana.id), blog.inbox)

    assert answer.status == 202
    assert mastodon.fetches.total() <= 4


async def test_nobody_is_declared_gone_by_others(mastodon, evil, blog):
    ana, eve = mastodon.actor("ana"), evil.actor("eve")
    await ana.follow(blog.actor)
    await mastodon.got("Accept")

    answer = await eve.deliver(eve.act("Delete", ana.id), blog.inbox)

    assert answer.status in (202, 403)
    assert await blog.total(f"{blog.actor}/followers") == 1


async def test_who_comes_back_is_somebody(mastodon, blog):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    await ana.leave_for_good([blog.actor])
    mastodon.gone.clear()

    answer = await ana.deliver(ana.act("Follow", blog.actor), blog.inbox)

    assert answer.status < 500


# -- reports -------------------------------------------------------------------------


async def test_a_report_reaches_those_who_keep_the_peer(mastodon, blog, post):
    """Mastodon sends actor and posts in one list, in the name of the server."""
    await mastodon.itself.flag([blog.actor, post], blog.actor, "Spam, all of it.")

    page = await (await blog.owner()).get("/moderation")

    assert "Spam, all of it." in page.words
    assert "On rye" in page.words


async def test_a_report_is_told_to_nobody_else(lemmy, blog, post):
    await lemmy.actor("ana").flag([post], blog.actor, "Spam, all of it.")

    assert "Spam" not in (await blog.page(post)).words
    assert "Spam" not in (await blog.page("/activities")).words


async def test_we_report_in_the_name_of_the_peer(mastodon, blog):
    ada = await blog.person("Ada")
    note = mastodon.actor("ana").note("Buy this.")
    await blog.meets(note["id"])

    ask = {"reason": "Spam.", "forward": True}
    await blog.does("Flag", note["id"], notes=ask)

    flag = await mastodon.got("Flag")
    assert flag.activity["actor"] == f"{blog.base}/peer"
    assert ada.id not in str(flag.activity)


# -- blocks --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["actor", "host"])
async def test_who_is_blocked_is_not_heard(mastodon, blog, post, what):
    ana = mastodon.actor("ana")
    await ana.follow(blog.actor)
    await mastodon.got("Accept")
    blocked = ana.id if what == "actor" else mastodon.host.partition(":")[0]

    await block(blog.node, {blocked: "Enough."}, blog.actor)
    reply = ana.act("Create", ana.note("Still here.", inReplyTo=post))
    answer = await ana.deliver(reply, blog.inbox)

    assert answer.status == 403
    assert await blog.total(f"{blog.actor}/followers") == 0
    assert "Still here." not in (await blog.page(post)).words


async def test_who_is_blocked_is_not_heard_through_others(mastodon, mitra, blog):
    ana, bob = mastodon.actor("ana"), mitra.actor("bob")
    await followed(blog, bob)
    note = ana.note("Through the back door.")
    await block(blog.node, {ana.id: "Enough."}, blog.actor)

    await bob.say(bob.act("Announce", note["id"]), [blog.actor])

    assert await blog.get(note["id"]) is None


async def test_who_blocks_one_of_ours_is_left_alone(mastodon, blog):
    ana = mastodon.actor("ana")
    await followed(blog, ana)
    await ana.follow(blog.actor)

    await ana.block(blog.actor)

    assert not await blog.holds(blog.actor, "follows", ana.id)
    assert await blog.total(f"{blog.actor}/followers") == 0


# -- places ------------------------------------------------------------------------


@pytest.fixture
async def small(events):
    """There are places for two."""
    when = "2030-07-12T19:00:00Z"
    small = await events.makes("Event", name="Tasting", startTime=when, capacity=2)
    await soon(events.has_said_all, "it is told")
    return small


async def test_a_server_that_made_people_up_has_no_places_once_it_is_blocked(
    events, small, mobilizon, mastodon
):
    """Nor do those of them who wait get what is free again: the next one does."""
    made_up = [mobilizon.actor(name) for name in ("ida", "ola", "kim")]
    for each in made_up:
        await each.join(small)
    await events.comes_to_hold(made_up[-1].id, "waits", small)
    bea = mastodon.actor("bea")
    await bea.join(small)
    await events.comes_to_hold(bea.id, "waits", small)

    await block(events.node, {blocks.host_of(mobilizon.base): "made up"}, events.actor)

    await events.comes_to_hold(bea.id, "attending", small)
    for each in made_up:
        for relation in ("attending", "waits"):
            assert not await events.holds(each.id, relation, small)
    assert await events.node.store.read(lambda read: read.held(small)) == 1
    assert (await replayed(events.node)).different == []


async def test_who_was_at_what_is_over_stays_among_who_was_there(
    events, small, mobilizon
):
    ida = mobilizon.actor("ida")
    await ida.join(small)
    await events.comes_to_hold(ida.id, "attending", small)
    events.later(days=4000)

    await block(events.node, {ida.id: "a nuisance"}, events.actor)

    assert await events.holds(ida.id, "attending", small)
