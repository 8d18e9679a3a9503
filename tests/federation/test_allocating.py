"""A post is allocated to a calendar of another peer: offered, agreed to, taken back."""

from __future__ import annotations

import pytest

from peer.cli import located
from peer.cli.stopping import NotDone
from peer.node.replay import replayed
from tests.federation.cooperating import (
    allocate,
    allocated,
    comes_to_stand,
    of_all,
    says,
    schedule,
    standing,
)
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.peers import soon


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def calendar(events):
    return f"{events.base}/calendars/main"


@pytest.fixture
async def post(blog):
    return f"{blog.base}/posts/welcome"


async def test_what_a_peer_offers_to_a_calendar_comes_to_stand_on_both(
    blog, events, post, calendar
):
    await allocate(blog, post, calendar)

    await comes_to_stand(events, "mutual", post, "allocatedTo", calendar)
    await comes_to_stand(blog, "mutual", post, "allocatedTo", calendar)


async def test_both_peers_show_the_signed_documents_and_410_once_they_are_revoked(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    [edge] = await events.edges(subject=post, relation="allocatedTo")
    [yes] = await blog.edges(relation="consents", object=edge.id)

    shown, stamp = await blog.read(edge.id), await events.read(yes.id)

    assert shown["type"] == "Relationship"
    assert shown["attributedTo"] == blog.actor
    assert shown["relationshipAuthorization"] == yes.id
    assert stamp["type"] == "RelationshipAuthorization"
    assert stamp["interactingObject"] == edge.id
    assert stamp["interactionTarget"] == stamp["attributedTo"] == calendar
    for document in (shown, stamp):
        assert document["proof"]["cryptosuite"] == "eddsa-jcs-2022"

    await blog.does("Remove", subject=post, relation="allocatedTo", object=calendar)
    await comes_to_stand(events, "", post, "allocatedTo", calendar)

    for id in (edge.id, yes.id):
        assert (await blog.caller.get(id)).status == 410


async def test_what_is_allocated_is_passed_on_to_those_who_follow_the_calendar(
    mastodon, blog, events, post, calendar
):
    await mastodon.actor("ana").follow(calendar)
    await mastodon.got("Accept")

    await allocated(blog, events, post, calendar)

    announce = await mastodon.got("Announce")
    added = await mastodon.got("Add")
    assert announce.activity["object"] == post
    assert added.activity["object"] == post
    assert added.activity["target"]["attributedTo"] == calendar

    await events.does(
        "Remove",
        subject=calendar,
        relation="consents",
        object=(await events.edges(subject=post, relation="allocatedTo"))[0].id,
    )

    await mastodon.got("Undo")
    removed = await mastodon.got("Remove")
    assert removed.activity["object"] == post


async def test_servers_that_know_groups_are_told_whose_the_post_is_as_well(
    blog, events, post, calendar
):
    before = await blog.read(post)
    assert before.keys().isdisjoint(("audience", "target"))

    await allocated(blog, events, post, calendar)

    told = await blog.read(post)
    assert told["audience"] == calendar
    assert calendar in told["cc"]
    assert told["target"]["attributedTo"] == calendar
    assert post in await events.items(told["target"]["id"])
    await blog.does("Remove", subject=post, relation="allocatedTo", object=calendar)
    assert (await blog.read(post)).keys().isdisjoint(("audience", "target"))


async def test_what_is_only_offered_names_no_group(blog, events, post, calendar):
    await events.does("Update", calendar, values={"admits": "ask"})
    await allocate(blog, post, calendar)
    await comes_to_stand(events, "asserted", post, "allocatedTo", calendar)

    assert "audience" not in await blog.read(post)


@pytest.mark.parametrize(
    ("admits", "unasked", "asked"),
    [("everyone", [PUBLIC], []), ("ask", [], [PUBLIC]), ("peers", None, [PUBLIC])],
)
async def test_a_calendar_says_whose_posts_it_takes_unasked(
    way, events, calendar, admits, unasked, asked
):
    await events.does("Update", calendar, values={"admits": admits, "summary": "x"})

    said = (await events.read(calendar))["interactionPolicy"]["canAllocate"]

    peers = sorted(f"{base}/peer" for base in of_all(way).values())
    assert said["automaticApproval"] == (peers if unasked is None else unasked)
    assert said["manualApproval"] == asked


async def test_the_calendar_takes_its_consent_back(blog, events, post, calendar):
    await allocated(blog, events, post, calendar)
    [edge] = await events.edges(subject=post, relation="allocatedTo")

    await events.does("Remove", subject=calendar, relation="consents", object=edge.id)

    ends = (post, "allocatedTo", calendar)
    await comes_to_stand(blog, "declined", *ends)
    assert await standing(events, *ends) == "declined"


async def test_allocating_withdrawing_and_allocating_again_are_three_activities(
    blog, events, post, calendar
):
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await allocated(blog, events, post, calendar)
    [first] = await events.edges(**ends)
    await blog.does("Remove", **ends)
    await comes_to_stand(events, "", *ends.values())

    await allocated(blog, events, post, calendar)

    [second] = await events.edges(**ends)
    assert second.id != first.id
    done = [entry.activity for entry in await blog.log()]
    by_hand = [a for a in done if a.type in ("Add", "Remove") and not a.is_received]
    stated = [a for a in by_hand if getattr(a.object, "subject", "") == post]
    assert [a.type for a in stated[:3]] == ["Add", "Remove", "Add"]
    assert len({a.id for a in stated[:3]}) == 3


async def test_whoever_is_asked_says_yes_or_no_when_they_like(
    blog, events, post, calendar
):
    await events.does("Update", calendar, values={"admits": "ask"})
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await allocate(blog, post, calendar)
    await comes_to_stand(events, "asserted", *ends.values())
    assert await standing(blog, *ends.values()) == "asserted"
    [edge] = await events.edges(**ends)

    await events.does("Reject", edge.activity)
    await comes_to_stand(blog, "declined", *ends.values())
    await events.does("Accept", edge.activity)

    await comes_to_stand(blog, "mutual", *ends.values())


async def test_an_event_about_an_allocated_post_is_shown_with_the_post(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)

    gig = await schedule(events, calendar, post)

    await comes_to_stand(blog, "mutual", gig, "features", post)
    await comes_to_stand(events, "mutual", gig, "features", post)
    assert (await blog.get(gig))["name"] == "Summer Gig"


async def test_the_author_is_asked_about_an_event_where_nothing_was_allocated(
    blog, events, post, calendar
):
    await events.meets(post)

    gig = await schedule(events, calendar, post)

    await comes_to_stand(blog, "asserted", gig, "features", post)


async def test_a_change_of_either_end_reaches_whoever_shows_it(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    gig = await schedule(events, calendar, post)
    await comes_to_stand(events, "mutual", gig, "features", post)

    await blog.does("Update", post, values={"name": "Welcome, all"})
    await events.does("Update", gig, values={"status": "CANCELLED"})

    await soon(lambda: says(events, post, name="Welcome, all"), "the card is new")
    await soon(lambda: says(blog, gig, status="CANCELLED"), "the post says so")


async def test_with_an_end_the_edge_is_gone_on_both_peers(blog, events, post, calendar):
    await allocated(blog, events, post, calendar)
    gig = await schedule(events, calendar, post)
    await comes_to_stand(events, "mutual", gig, "features", post)

    await events.does("Delete", gig)
    await comes_to_stand(blog, "", gig, "features", post)
    await blog.does("Delete", post)
    await comes_to_stand(events, "", post, "allocatedTo", calendar)

    for peer in (blog, events):
        assert await peer.edges(relation="consents") == []


async def test_the_log_alone_gives_the_same_edges_and_consents(
    blog, events, post, calendar
):
    await allocated(blog, events, post, calendar)
    gig = await schedule(events, calendar, post)
    await comes_to_stand(blog, "mutual", gig, "features", post)
    [edge] = await events.edges(subject=post, relation="allocatedTo")
    await events.does("Remove", subject=calendar, relation="consents", object=edge.id)
    await comes_to_stand(blog, "declined", post, "allocatedTo", calendar)
    await soon(blog.has_said_all, "all is said")
    await soon(events.has_said_all, "and answered")

    for peer in (blog, events):
        assert (await replayed(peer.node)).different == []


async def test_what_is_a_draft_again_is_on_no_calendar(blog, events, post, calendar):
    await allocated(blog, events, post, calendar)

    await blog.does("Update", post, audience="draft")
    await comes_to_stand(events, "", post, "allocatedTo", calendar)
    await comes_to_stand(blog, "", post, "allocatedTo", calendar)

    assert (await events.get(post)).deleted


async def test_anybody_can_verify_it_who_has_nothing_to_do_with_either(
    blog, events, open_peer, post, calendar
):
    await allocated(blog, events, post, calendar)
    [edge] = await events.edges(subject=post, relation="allocatedTo")
    [yes] = await events.edges(relation="consents", object=edge.id)
    shop = await open_peer("shop")

    both = await located.at(shop.node, edge.id, ask=True)
    assert [(each.id, each.wrong) for each in both] == [(edge.id, ""), (yes.id, "")]
    assert [each.signer.owner for each in both] == [blog.actor, calendar]
    for id in (edge.id, yes.id):
        known = await located.at(events.node, id, ask=True)
        assert [each.id for each in known] == [edge.id, yes.id]
        assert [each.wrong for each in known] == ["", ""]


async def test_what_was_taken_back_is_said_to_be_so(
    blog, events, open_peer, post, calendar
):
    await allocated(blog, events, post, calendar)
    [edge] = await events.edges(subject=post, relation="allocatedTo")
    await events.does("Remove", subject=calendar, relation="consents", object=edge.id)
    await comes_to_stand(blog, "declined", post, "allocatedTo", calendar)

    [told] = await located.at(blog.node, edge.id, ask=True)
    assert "does not agree" in told.wrong
    shop = await open_peer("shop")
    [seen] = await located.at(shop.node, edge.id, ask=True)
    assert (seen.wrong, seen.beside) == ("", "it shows no consent of the other side")

    await blog.does("Remove", subject=post, relation="allocatedTo", object=calendar)
    await comes_to_stand(events, "", post, "allocatedTo", calendar)
    for ask in (True, False):
        [told] = await located.at(events.node, edge.id, ask=ask)
        assert "taken back" in told.wrong
        assert told.signer.owner == blog.actor
        with pytest.raises(NotDone, match="taken back"):
            await located.at(blog.node, edge.id, ask=ask)
