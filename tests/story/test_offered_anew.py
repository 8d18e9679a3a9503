"""Withdrawn and offered anew, agreed and taken back: some of it may be heard last."""

from __future__ import annotations

import pytest

from peer.model import consent
from peer.node.outgoing import office
from tests.federation.peers import Near
from tests.story.cranking import Crank, Letter


@pytest.fixture
async def blog(open_peer):
    return await open_peer("blog", busy=office.opened)


@pytest.fixture
async def events(open_peer):
    return await open_peer("events", busy=office.opened)


@pytest.fixture
async def crank(blog, events):
    return Crank({peer.base: peer for peer in (blog, events)})


@pytest.mark.parametrize("before", ["nothing", "mutual", "declined"])
@pytest.mark.parametrize("times", [1, 2])
async def test_both_agree_on_what_stands(blog, events, crank, before, times):
    calendar, post = f"{events.base}/calendars/main", f"{blog.base}/posts/welcome"
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    if before != "nothing":
        await crank.settle()
    if before == "declined":
        [edge] = await events.edges(**ends)
        told = {"subject": calendar, "relation": "consents", "object": edge.id}
        await events.does("Remove", **told)
    for _ in range(times):
        await all_are_lost(crank)
        await blog.does("Remove", **ends)
        await all_are_lost(crank)
        await blog.does("Add", **ends)

    await all_arrive(crank)
    await crank.settle()

    assert await stands(blog, events, **ends) == ["mutual"]


@pytest.mark.parametrize("how", ["Remove", "Reject"])
@pytest.mark.parametrize("last", ["the yes", "its end"])
async def test_what_was_taken_back_before_it_was_heard_was_declined(
    blog, events, crank, last, how
):
    calendar, post = f"{events.base}/calendars/main", f"{blog.base}/posts/welcome"
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    await all_arrive(crank)
    await crank.collect()
    await thinks_better_of_it(events, calendar, how, **ends)
    await crank.collect()

    for letter in sorted(crank.bag, key=is_a_yes, reverse=last == "its end"):
        await crank.arrive(letter)
    await crank.settle()

    assert await stands(blog, events, **ends) == ["declined"]
    assert crank.refused == []
    assert "Undo" in {entry.activity.type for entry in await events.log()}


async def test_a_yes_to_what_was_taken_back_is_none_to_what_was_offered_anew(
    blog, events, crank
):
    calendar, post = f"{events.base}/calendars/main", f"{blog.base}/posts/welcome"
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    await all_arrive(crank)
    await blog.does("Remove", **ends)
    await blog.does("Add", **ends)
    await crank.collect()

    for letter in [each for each in crank.bag if each.sender is events]:
        await crank.arrive(letter)

    assert await stands(blog, **ends) == ["asserted"]
    await crank.settle()
    assert crank.refused == []
    assert await stands(blog, events, **ends) == ["mutual"]


@pytest.mark.parametrize("last", ["the yes", "the no"])
async def test_who_agrees_and_then_refuses_has_refused(blog, events, crank, last):
    post = f"{blog.base}/posts/welcome"
    event = await events.makes("Event", name="Gig", startTime="2030-07-12T19:00:00Z")
    ends = {"subject": event, "relation": "features", "object": post}
    await events.meets(post)
    await events.does("Add", **ends)
    await all_arrive(crank)
    for verb in ("Accept", "Reject"):
        log = await blog.log()
        [offer] = {e.activity.id for e in log if e.activity.type == "Offer"}
        await blog.does(verb, offer)
    await crank.collect()

    for letter in sorted(crank.bag, key=is_a_yes, reverse=last == "the no"):
        await crank.arrive(letter)
    await crank.settle()

    assert await stands(events, blog, **ends) == ["declined"]
    assert crank.refused == []


async def test_what_is_gone_before_it_was_offered_is_no_more(blog, events, crank):
    calendar = f"{events.base}/calendars/main"
    post = await blog.makes("Post", name="Short-lived", content="x")
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    await crank.collect()
    offers = [each for each in crank.bag if b'"type":"Offer"' in each.parcel.body]
    await blog.does("Delete", post)

    for letter in offers:
        await crank.arrive(letter)

    await crank.settle()
    assert (len(offers), crank.refused) == (1, [])
    assert await stands(blog, events, **ends) == []


async def thinks_better_of_it(events: Near, calendar: str, how: str, **ends: str):
    """Whoever keeps the calendar has said yes to what stands between the ends."""
    [edge] = await events.edges(**ends)
    if how == "Remove":
        told = {"subject": calendar, "relation": "consents", "object": edge.id}
        await events.does("Remove", **told)
    else:
        log = await events.log()
        [offer] = {e.activity.id for e in log if e.activity.type == "Offer"}
        await events.does("Reject", offer)


def is_a_yes(letter: Letter) -> bool:
    return b'"type":"Accept"' in letter.parcel.body


async def stands(*peers: Near, **ends: str) -> list[str]:
    """What stands between the ends, on which all agree."""

    def states(read):
        return dict(consent.states(read.edges(**ends), read))

    known = [await peer.node.store.read(states) for peer in peers]
    assert all(each == known[0] for each in known)
    return list(known[0].values())


async def all_arrive(crank: Crank) -> None:
    """What is on its way by now, and not what follows from it."""
    await crank.collect()
    for letter in list(crank.bag):
        await crank.arrive(letter)


async def all_are_lost(crank: Crank) -> None:
    """For now: they will be sent again."""
    await crank.collect()
    for letter in list(crank.bag):
        await crank.lose(letter)
