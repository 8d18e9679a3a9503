"""The same small fediverse, however it is run."""

from __future__ import annotations

from tests.federation.ways import everywhere


@everywhere
async def test_a_peer_and_a_server_answer_at_their_own_addresses(
    way, open_peer, mastodon
):
    blog = await open_peer("blog")

    page = await blog.page("/")
    answer = await mastodon.get(mastodon.itself.id)

    assert page.status == 200
    assert page.url == way.base("blog") + "/"
    assert answer.document["id"] == mastodon.itself.id


@everywhere
async def test_the_owner_writes_in_a_browser(open_peer):
    blog = await open_peer("blog")
    owner = await blog.owner()

    page = await owner.send(
        await owner.get("/posts/new"), name="On rye", content="Slow."
    )

    assert page.path == "/posts/on-rye"
