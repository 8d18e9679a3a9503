"""The page of what has not arrived: seen by owners, tried again, and dropped."""

from __future__ import annotations

import pytest

from peer.node.moderation import audit

NOON, LATER = "2026-01-01T12:00:00.000Z", "2099-01-01T12:00:00.000Z"
DEAD, FAILING = "https://dead.example", "https://failing.example"


@pytest.fixture
async def troubled(blog):
    """One delivery given up, one failing, and one not yet tried."""
    hosts = (DEAD, FAILING, "https://waiting.example")
    activity = f"{blog.base}/activities/1"
    told = [(activity, f"{blog.base}/actor", f"{h}/in", NOON, "") for h in hosts]

    def work(tx):
        tx.enqueue_all(told)
        dead, failing = tx.claim("w", NOON, LATER, 2)
        tx.failed(dead.id, None, "They answered 410: <b>gone</b>")
        tx.failed(failing.id, LATER, "They answered 500.")

    await blog.node.store.transact(work)
    return blog


async def queue(peer):
    found = await peer.node.store.read(lambda read: read.queued())
    return {each.host.partition("://")[2].split(".")[0]: each for each in found}


async def test_an_empty_queue_says_so(blog):
    owner = await blog.owner()

    page = await owner.get("/queue")

    assert page.status == 200 and "Everything has been delivered" in page.text
    assert "/queue" in (await owner.get("/")).text


async def test_it_is_for_owners_alone(troubled):
    member, stranger = await troubled.signed_in("Ana"), await troubled.visitor()

    assert (await member.get("/queue")).status == 403
    assert (await stranger.get("/queue")).status in (303, 401)
    assert (await member.post("/queue/drop", host=DEAD)).status == 403
    assert (await member.post("/queue/retry")).status == 403
    assert "/queue" not in (await member.get("/")).text
    assert len(await queue(troubled)) == 3


async def test_what_went_wrong_is_shown_host_by_host(troubled):
    owner = await troubled.owner()

    page = await owner.get("/queue")

    assert "1 delivery is on its way" in page.text
    assert "They answered 410: &lt;b&gt;gone" in page.text
    assert "<b>gone" not in page.text
    assert "failing.example" in page.text and "waiting.example" not in page.text


async def test_one_host_is_tried_again(troubled):
    owner = await troubled.owner()
    page = await owner.get(f"/queue/of?host={DEAD}")

    after = await owner.send(page, "/queue/retry")

    assert "It is tried again now" in after.text
    left = await queue(troubled)
    assert left["dead"].due and not left["dead"].attempts
    assert left["failing"].due == LATER


async def test_everything_is_tried_again(troubled):
    owner = await troubled.owner()

    await owner.send(await owner.get("/queue"), "/queue/retry")

    assert not any(each.attempts for each in (await queue(troubled)).values())


@pytest.mark.parametrize("one", [True, False])
async def test_what_is_dropped_is_asked_for_first_and_written_down(troubled, one):
    owner = await troubled.owner()
    id = (await queue(troubled))["dead"].id

    page = await owner.get(
        f"/queue/drop?id={id}" if one else f"/queue/drop?host={DEAD}"
    )
    after = await owner.send(page, "/queue/drop")

    assert "dead.example" in page.text and "Dropped" in after.text
    assert set(await queue(troubled)) == {"failing", "waiting"}
    [decision], _ = await troubled.node.store.read(audit.decisions)
    assert (decision.did, decision.what[:20]) == ("drop", DEAD)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queue/of?host=https://nobody.example", 404),
        ("/queue/of?host=x&after=x", 400),
        ("/queue/drop?id=99", 404),
        ("/queue/drop?id=x", 400),
        ("/queue/drop", 404),
        ("/queue?after=%00", 400),
    ],
)
async def test_what_is_not_there_is_not_found(troubled, path, status):
    owner = await troubled.owner()

    assert (await owner.get(path)).status == status


async def test_pages_go_on(blog):
    owner = await blog.owner()
    told = [(f"a{n}", "s", f"https://h{n:03}.example/in", NOON, "") for n in range(60)]
    more = [(f"b{n}", "s", "https://h000.example/in", NOON, "") for n in range(120)]

    def work(tx):
        tx.enqueue_all([*told, *more])
        for each in tx.claim("w", NOON, LATER, 200):
            tx.failed(each.id, None, "no")

    await blog.node.store.transact(work)
    first = await owner.get("/queue")
    second = await owner.get("/queue?after=https://h049.example")
    one = await owner.get("/queue/of?host=https://h000.example")

    assert "h049.example" in first.text and "h050.example" not in first.text
    assert "h050.example" in second.text and "h059.example" in second.text
    assert 'after=https%3A%2F%2Fh049.example"' in first.text
    assert 'rel="next"' in one.text
