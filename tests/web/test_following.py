"""Who follows whom, who waits to be let, what happened: and people of other servers."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from peer.node.outbox import Ask
from tests.web.abroad import stranger

ADA = "/people/ada"


def at(id):
    return f"/elsewhere?id={quote(id, safe='')}"


async def approving(blog, path=ADA):
    """Ada wants to be asked."""
    ask = Ask("Update", id=blog.base + path, values={"approves": True})
    await blog.node.publish(blog.node.site, ask)


# -- followers ---------------------------------------------------------------------


async def test_who_follows_is_seen_with_their_server_and_can_be_removed(blog):
    ada, ana = await blog.signed_in("Ada"), await stranger(blog)
    await ana.does("Follow", blog.base + ADA)
    visitor = await blog.visitor()

    theirs = await visitor.get(f"{ADA}/followers")
    hers = await ada.get(f"{ADA}/followers")
    after = await ada.send(hers, "/notices/answer", verb="Reject")

    assert theirs.location == ADA  # who follows a person is for that person to see
    assert "@ana@far.example" in hers.words
    assert "They do not follow you." in after.words
    assert "Nobody, so far." in after.words


async def test_who_asks_to_follow_waits_until_they_are_let(blog):
    ada, ana = await blog.signed_in("Ada"), await stranger(blog)
    await approving(blog)
    await ana.does("Follow", blog.base + ADA)

    notices = await ada.get("/notices")
    asked = await ada.get(f"{ADA}/followers")
    theirs = await (await blog.visitor()).get(f"{ADA}/followers")
    after = await ada.send(notices, "/notices/answer", verb="Accept")
    followers = await ada.get(f"{ADA}/followers")

    assert "wants to follow you" in notices.words
    assert "Want to follow" in asked.words
    assert "far.example" not in theirs.words
    assert "They follow you from now on." in after.words
    assert "1 follows Ada" in followers.words


async def test_nobody_answers_for_somebody_else(blog):
    await blog.signed_in("Ada")
    bea, ana = await blog.signed_in("Bea"), await stranger(blog)
    await approving(blog)
    asked = await ana.does("Follow", blog.base + ADA)

    page = await bea.post("/notices/answer", activity=asked.id, verb="Accept")

    assert page.status == 403


async def test_who_keeps_the_site_is_told_what_the_site_is(blog):
    ada, owner = await blog.signed_in("Ada"), await blog.signed_in("Olga", role="owner")
    await (await stranger(blog)).does("Follow", f"{blog.base}/actor")

    assert "@ana@far.example" in (await owner.get("/notices")).words
    assert "@ana@far.example" not in (await ada.get("/notices")).words


async def test_the_site_is_followed_like_anybody(blog):
    ana, visitor = await stranger(blog), await blog.visitor()
    await ana.does("Follow", f"{blog.base}/actor")

    page, site = await visitor.get("/actor/followers"), await visitor.get("/actor")

    assert "@ana@far.example" in page.words
    assert "1 follower" in site.words
    assert ("/interact/away", "Follow") in [
        (href.partition("?")[0], text.partition(" from")[0])
        for href, text in site.links
    ]


async def test_an_owner_sees_everybody_who_follows_anything(blog):
    owner, ana = await blog.owner(), await stranger(blog)
    await blog.signed_in("Ada")
    for path in ("/actor", ADA):
        await ana.does("Follow", blog.base + path)

    page = await owner.get("/moderation/followers")
    after = await owner.send(page, "/notices/answer", verb="Reject")

    assert "2 ties" in page.words
    assert "1 tie in all" in after.words


# -- following ---------------------------------------------------------------------


async def test_a_member_follows_somebody_elsewhere_and_thinks_better_of_it(blog):
    ada, ana = await blog.signed_in("Ada"), await stranger(blog)
    page = await ada.get(at(ana.id))

    asked = await ada.send(page, f"/elsewhere/do/Follow?id={quote(ana.id, safe='')}")
    waiting = await ada.get(f"{ADA}/following")
    back = await ada.send(asked, f"/elsewhere/undo/Follow?id={quote(ana.id, safe='')}")

    assert "Asked to follow" in asked.words
    assert "waiting for an answer" in waiting.words
    assert "Taken back." in back.words


# -- people elsewhere --------------------------------------------------------------


async def test_somebody_elsewhere_has_a_page_with_what_they_wrote(blog):
    ana = await stranger(blog)
    for number in range(25):
        await ana.says(f"Thought number {number}.")
    visitor = await blog.visitor()

    page = await visitor.get(at(ana.id))
    onward = next(href for href, text in page.links if text == "Further")
    more = await visitor.get(onward)

    assert page.status == more.status == 200
    assert "@ana@far.example" in page.words
    assert "Thought number 24." in page.words
    assert "Thought number 0." in more.words
    assert page.queries <= 10
    assert ("meta", {"name": "robots", "content": "noindex"}) in page.tags


async def test_who_has_a_handle_is_found_by_it(blog):
    ana, ada = await stranger(blog), await blog.signed_in("Ada")
    visitor = await blog.visitor()

    known = await visitor.get("/@Ana@Far.example")
    unknown = await visitor.get("/@nobody@far.example")
    own = await ada.get("/@ada")

    assert known.location == at(ana.id)
    assert unknown.location == "/follow?uri=%40nobody%40far.example"
    assert own.location == ADA


async def test_whoever_calls_themselves_of_another_host_is_shown_with_their_own(blog):
    eve = await stranger(blog, "Ada", "evil.example")
    eve.handle = "ada@good.example"
    blog.clock.tick(seconds=1)
    await eve.seen()
    visitor = await blog.visitor()

    page = await visitor.get(at(eve.id))

    assert "@ada@good.example (evil.example)" in page.words


@pytest.mark.parametrize(
    "id",
    [
        "",
        "x",
        "javascript:alert(1)",
        "https://far.example/nobody",
        "https://[x",
        "a" * 3000,
    ],
)
async def test_what_is_not_known_is_not_looked_up_by_reading(blog, id):
    visitor = await blog.visitor()

    assert (await visitor.get(at(id))).status == 404


async def test_a_thing_of_ours_is_at_its_own_address(blog):
    visitor = await blog.visitor()

    page = await visitor.get(at(f"{blog.base}/posts/welcome"))

    assert (page.status, page.location) == (303, "/posts/welcome")


async def test_what_is_elsewhere_says_so_and_is_liked_from_here(blog):
    ana, ada = await stranger(blog), await blog.signed_in("Ada")
    said = await ana.says("A thought.")
    page = await ada.get(at(said.id))

    liked = await ada.send(page, f"/elsewhere/do/Like?id={quote(said.id, safe='')}")

    assert "This is a copy" in page.words
    assert (f"{said.id}.html", "read it there") in page.links
    assert not [h for h, _ in page.links if h.endswith(("/edit", ".jsonld"))]
    assert "You like this." in liked.words


# -- what happened -----------------------------------------------------------------


async def test_everything_that_happened_to_somebody_is_told(blog):
    ada, ana = await blog.signed_in("Ada"), await stranger(blog)
    hers = await blog.node.publish(
        ada.viewer, Ask("Create", kind="Note", values={"content": "Bread at four."})
    )
    await ana.does("Follow", blog.base + ADA)
    await ana.does("Like", hers.object.id)
    await ana.does("Announce", hers.object.id)
    await ana.says("Keep me one!", hers.object.id)
    await ana.says("Hello Ada!", mentions=blog.base + ADA)

    page = await ada.get("/notices")

    for words in ("follows you", "likes Bread", "passed on Bread", "replied to Bread"):
        assert words in page.words
    assert "Keep me one!" in page.words
    assert "mentioned you." in page.words
    assert page.queries <= 10


async def test_an_answer_from_here_is_told_too_and_blocked_people_are_not(blog):
    ada, bea = await blog.signed_in("Ada"), await blog.signed_in("Bea")
    note = Ask("Create", kind="Note", values={"content": "Bread at four."})
    hers = await blog.node.publish(ada.viewer, note)
    path = hers.object.id.removeprefix(blog.base)

    await bea.send(await bea.get(path), "/reply", text="Keep me one!")

    page = await ada.get("/notices")
    assert "replied to Bread at four." in page.words
    assert "Keep me one!" in page.words
