"""Reports, blocks, roles: what owners decide, and the record of it."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest

from peer.node.outbox import Ask
from peer.node.replay import replayed
from tests.web.abroad import stranger

WELCOME = "/posts/welcome"
ROOMS = (
    "/moderation",
    "/moderation/blocks",
    "/moderation/blocks.csv",
    "/moderation/followers",
    "/moderation/people",
    "/moderation/log",
)


def waiting(page):
    return [f.action for f in page.forms if "/moderation/reports/" in f.action]


async def reported(blog, reason="It is spam."):
    """Eve of elsewhere wrote something, and Ada has reported it."""
    eve, ada = await stranger(blog, "Eve", "evil.example"), await blog.signed_in("Ada")
    said = await eve.says("Buy my pills.", blog.base + WELCOME)
    await blog.node.publish(
        ada.viewer, Ask("Flag", id=said.id, notes={"reason": reason})
    )
    blog.clock.tick(seconds=2)
    return eve, said


# -- who gets in -------------------------------------------------------------------


@pytest.mark.parametrize("path", ROOMS)
async def test_what_owners_decide_is_for_owners(blog, path):
    owner, ada, visitor = (
        await blog.owner(),
        await blog.signed_in("Ada"),
        await blog.visitor(),
    )

    assert (await owner.get(path)).status == 200
    assert (await ada.get(path)).status == 403
    assert (await visitor.get(path)).location.startswith("/sign-in")


# -- reports -----------------------------------------------------------------------


async def test_a_report_waits_for_an_owner_who_is_told_how_many_there_are(blog):
    await reported(blog)
    owner = await blog.owner()

    page = await owner.get("/moderation")
    front = await owner.get("/")

    assert "It is spam." in page.words
    assert "Buy my pills." in page.words
    assert "@eve@evil.example" in page.words
    assert "Reports and blocks (1)" in front.words
    assert page.queries <= 10


async def test_a_report_that_is_left_alone_waits_no_more(blog):
    await reported(blog)
    owner = await blog.owner()

    page = await owner.get("/moderation")
    [case] = waiting(page)
    after = await owner.send(page, case, did="dismiss", why="She is harmless")
    all_ = await owner.get("/moderation?show=all")

    assert "Nothing waits for you." in after.words
    assert "left alone what was reported" in (await owner.get("/moderation/log")).words
    assert "She is harmless" in all_.words
    assert "Reports and blocks (" not in after.words


async def test_what_was_reported_is_deleted_here(blog):
    await reported(blog)
    owner = await blog.owner()
    page = await owner.get("/moderation")

    await owner.send(page, waiting(page)[0], did="delete", why="")

    assert "pills" not in (await owner.get(WELCOME)).words


@pytest.mark.parametrize("did", ["block", "block-domain"])
async def test_who_was_reported_is_blocked_and_nobody_follows_anybody_across(blog, did):
    eve, _ = await reported(blog)
    ada, bea = await blog.signed_in("Ada"), await stranger(blog, "Bea", "good.example")
    await eve.does("Follow", f"{blog.base}/actor")
    await bea.does("Follow", f"{blog.base}/actor")
    await blog.node.publish(ada.viewer, Ask("Follow", id=eve.id))
    owner = await blog.owner()
    page = await owner.get("/moderation")

    after = await owner.send(page, waiting(page)[0], did=did, why="pills")

    assert "Done, and written down." in after.words
    edges = await blog.node.store.read(
        lambda read: [
            *read.edges(relation="follows"),
            *read.edges(relation="requested"),
        ]
    )
    assert [edge.subject for edge in edges] == [bea.id]
    assert "pills" not in (await ada.get(WELCOME)).words
    assert "evil.example" in (await owner.get("/moderation/blocks")).words
    assert (await replayed(blog.node)).different == []


async def test_a_report_is_decided_once(blog):
    await reported(blog)
    owner = await blog.owner()
    page = await owner.get("/moderation")
    [case] = waiting(page)

    first = await owner.send(page, case, follow=False, did="dismiss", why="")
    second = await owner.send(page, case, follow=False, did="block", why="")

    assert (first.status, second.status) == (303, 409)
    assert "Nobody is blocked." in (await owner.get("/moderation/blocks")).words


async def test_nobody_of_ours_is_blocked_from_a_report(blog):
    ada, bea = await blog.signed_in("Ada"), await blog.signed_in("Bea")
    note = Ask("Create", kind="Note", values={"content": "Bread at four."})
    hers = await blog.node.publish(bea.viewer, note)
    await blog.node.publish(ada.viewer, Ask("Flag", id=hers.object.id))
    owner = await blog.owner()
    page = await owner.get("/moderation")

    refused = await owner.send(page, waiting(page)[0], did="block", why="")

    assert refused.status == 422


async def test_reports_from_elsewhere_wait_as_well(blog):
    ana = await stranger(blog)
    await ana.does("Flag", blog.base + WELCOME, reason="I do not like it.")
    owner = await blog.owner()

    page = await owner.get("/moderation")

    assert "I do not like it." in page.words
    assert "@ana@far.example" in page.words


async def test_a_report_of_somebody_elsewhere_may_be_sent_on(blog):
    _, said = await reported(blog)
    ada = await blog.signed_in("Ada")
    to = f"/elsewhere/do/Flag?id={quote(said.id, safe='')}"

    form = await ada.get(to)
    await ada.send(form, reason="Pills.", forward="yes")

    [entry] = await blog.node.store.read(lambda read: read.log(type="Flag", limit=1))
    assert "Also tell those who keep evil.example" in form.words
    assert entry.activity.notes == {"reason": "Pills.", "forward": True}
    assert "Also tell" not in (await ada.get(f"{WELCOME}/do/Flag")).words


# -- blocks ------------------------------------------------------------------------


async def test_a_domain_is_blocked_with_a_reason_and_freed_again(blog):
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")

    blocked = await owner.send(
        page, "/moderation/blocks", what="*.Evil.Example", why="spam"
    )
    freed = await owner.send(blocked, "/moderation/blocks/end")
    log = await owner.get("/moderation/log")

    assert "evil.example and all below it" in blocked.words
    assert "spam" in blocked.words
    assert "Nobody is blocked." in freed.words
    assert log.words.index("no longer blocks") < log.words.index("blocked")


async def test_somebody_is_blocked_by_their_handle(blog):
    await stranger(blog, "Eve", "evil.example")
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")

    blocked = await owner.send(page, "/moderation/blocks", what="@eve@evil.example")

    assert "https://evil.example/eve alone" in blocked.words


@pytest.mark.parametrize("what", ["evil", "localhost", "=cmd", "@no@body.example"])
async def test_what_cannot_be_blocked_comes_back_with_a_sentence(blog, what):
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")

    back = await owner.send(page, "/moderation/blocks", what=what, why="spam")

    form = dict(back.form("/moderation/blocks").fields)
    assert (back.status, form["what"], form["why"]) == (422, what, "spam")
    assert any(told.get("aria-invalid") for _, told in back.tags)


async def test_nobody_blocks_their_own_peer(blog):
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")

    for what in ("blog.localhost", blog.base + "/people/owner"):
        back = await owner.send(page, "/moderation/blocks", what=what)

        assert (back.status, "This is us." in back.words) == (422, True)


async def test_a_list_that_was_saved_is_taken_over_elsewhere(blog, make_peer):
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")
    for what, why in (("evil.example", "=1+1"), ("https://b.example/eve", 'a "b", c')):
        await owner.send(page, "/moderation/blocks", what=what, why=why)
    other = await (await make_peer("events")).owner()

    saved = await owner.get("/moderation/blocks.csv")
    there = await other.send(
        await other.get("/moderation/blocks"), "/blocks/list", file=saved.content
    )

    rows = list(csv.reader(io.StringIO(saved.text)))
    assert rows[1] == ["evil.example", "suspend", "'=1+1"]
    assert "attachment" in saved.headers["Content-Disposition"]
    assert "The list was taken over." in there.words
    for words in ("evil.example", "https://b.example/eve", "=1+1", 'a "b", c'):
        assert words in there.words


async def test_a_list_as_mastodon_writes_it_is_understood(blog):
    owner = await blog.owner()
    content = (
        b"\xef\xbb\xbf#domain,#severity,#reject_media,#public_comment,#obfuscate\r\n"
        b"evil.example,suspend,FALSE,Spam,FALSE\r\n"
        b"quiet.example,silence,FALSE,Loud,FALSE\r\n"
        b"*.e***l.example,suspend,FALSE,Hidden,TRUE\r\n"
    )

    page = await owner.send(
        await owner.get("/moderation/blocks"), "/blocks/list", file=content
    )

    assert "evil.example and all below it" in page.words
    assert "quiet.example" not in page.words
    assert "1 line of the list named nobody" in page.words


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"hello\nworld", b'"'])
async def test_what_is_no_list_is_refused_in_words(blog, content):
    owner = await blog.owner()
    page = await owner.get("/moderation/blocks")

    back = await owner.send(page, "/blocks/list", file=content or b" ")

    assert back.status == 422
    assert any(told.get("role") == "alert" for _, told in back.tags)


# -- people ------------------------------------------------------------------------


async def test_a_guest_becomes_a_member(blog):
    guest, owner = await blog.signed_in("Gus", "guest"), await blog.owner()

    page = await owner.post(
        "/moderation/people", account=f"{blog.base}/people/gus", role="member"
    )

    assert page.location == "/moderation/people"
    assert (await guest.get("/posts/new")).status == 200
    assert "now member" in (await owner.get("/moderation/log")).words


async def test_the_last_owner_stays_one(blog):
    owner = await blog.owner()
    [form] = [f for f in (await owner.get("/moderation/people")).forms if not f.action]

    page = await owner.post(
        "/moderation/people", account=dict(form.fields)["account"], role="guest"
    )

    assert page.status == 409
    assert "now guest" not in (await owner.get("/moderation/log")).words
