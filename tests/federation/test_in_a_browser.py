"""People of ours and people elsewhere, with nothing but pages and forms."""

from __future__ import annotations

from tests.federation.fediverse.wording import collection
from tests.federation.peers import soon
from tests.federation.ways import everywhere


def form_of(page, address):
    """Where the form is sent whose address has ``address`` in it."""
    actions = [form.action for form in page.forms]
    assert any(address in action for action in actions), actions
    return next(action for action in actions if address in action)


@everywhere
async def test_somebody_elsewhere_is_looked_up_and_followed(open_peer, mastodon):
    blog = await open_peer("blog")
    owner, ana = await blog.owner(), mastodon.actor("ana")

    page = await owner.get(f"/follow?uri=@{ana.handle}", follow=True)
    await owner.send(page, form_of(page, "do/Follow"))

    follow = await mastodon.got("Follow")
    assert follow.object == ana.id
    assert ana.followers == {follow.activity["actor"]}
    assert "Ana" in page.words


@everywhere
async def test_two_peers_of_ours_follow_each_other(open_peer):
    blog, events = await open_peer("blog"), await open_peer("events")
    owner, host = await blog.owner(), events.base.partition("//")[2]
    name = (await events.read("/actor"))["preferredUsername"]

    page = await owner.get(f"/follow?uri=@{name}@{host}", follow=True)
    await owner.send(page, form_of(page, "do/Follow"))

    async def counted() -> bool:
        return await events.total(f"{events.actor}/followers") == 1

    await soon(counted, "events has a follower")


@everywhere
async def test_what_is_posted_elsewhere_is_read_liked_and_answered(open_peer, mastodon):
    blog = await open_peer("blog")
    owner, ana = await blog.owner(), mastodon.actor("ana")
    note = ana.note("Good morning.")

    page = await owner.get(f"/follow?uri={note['id']}", follow=True)
    await owner.send(page, form_of(page, "do/Like"))
    await owner.send(page, form_of(page, "/reply"), text="To you too.")

    assert (await mastodon.got("Like")).object == note["id"]
    create = await mastodon.got("Create")
    assert create.object["inReplyTo"] == note["id"]
    assert "To you too." in create.object["content"]


async def test_the_rest_of_a_conversation_is_looked_for_there(open_peer, mastodon):
    blog = await open_peer("blog")
    owner, ana = await blog.owner(), mastodon.actor("ana")
    note = ana.note("Good morning.")
    other = ana.note("Good evening, rather.", inReplyTo=note["id"])
    note["replies"] = mastodon.serve(collection(f"{note['id']}/r", [other["id"]]))["id"]

    page = await owner.get(f"/follow?uri={note['id']}", follow=True)
    after = await owner.send(page, form_of(page, "/elsewhere/conversation"))

    assert "Good evening, rather." in after.words
