"""What people of other servers say and do, as it is seen, answered and moderated."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect

from peer.config import Config
from peer.node.node import open_node
from peer.node.outbox import Ask
from peer.node.people import accounts
from tests.browser.test_accessible import faults_of, named
from tests.web.abroad import Stranger

POST = "/posts/sixty-chairs-and-a-piano"
ANA = "https://far.example/ana"
LONG = "https://social.a-server-with-a-rather-long-name.example/users"


def at(id: str) -> str:
    return f"/elsewhere?id={quote(id, safe='')}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talk(cooperative):
    """Below one post a conversation; people who follow the site; a report."""
    base, var = cooperative.base("blog"), cooperative.var / "blog"
    config = Config("blog", base, var, f"sqlite:///{var / 'peer.db'}")
    async with open_node(config) as node:
        await fill(node, base + POST)
        yield node


async def fill(node, post):
    summary = "I bake, and I **write** about it. See [my page](https://far.example/)."
    told = {"summary": summary, "url": f"{ANA}/about"}
    ana = await Stranger(node, ANA, "Ana Vogel", "ana@far.example", told).seen()
    ben = await Stranger(
        node,
        f"{LONG}/benedikt",
        "Benedikt von und zu Hohenstein-Weinsberg",
        "benedikt@social.a-server-with-a-rather-long-name.example",
    ).seen()
    first = await ana.says("What a **loaf**. Is it true that it takes a day?", post)
    second = await ben.says("Two, where I come from. " * 12, first.id)
    third = await ana.says("Then you wait for nothing.", second.id)
    await ben.says("Perhaps. `time` is cheap here.", third.id)
    await ana.says("It is the salt.", post, summary="How it ends")
    for number in range(40):
        fan = Stranger(node, f"https://n{number}.example/fan", f"Fan {number}")
        fan.handle = f"fan@n{number}.example"
        await fan.seen()
        await fan.does("Like", post)
        if number < 3:
            await fan.does("Announce", post)
        await fan.does("Follow", f"{node.base}/actor")
    reason = "They say this under everything."
    await ben.does("Flag", first.id, reason=reason)
    await node.publish(node.site, Ask("Flag", id=second.id, notes={"reason": reason}))
    everyone = await node.store.read(lambda read: list(accounts.everyone(read)))
    owner = next(each for each in everyone if each.keeps_peer)
    approve = Ask("Update", id=owner.id, values={"approves": True})
    await node.publish(node.site, approve)
    await ana.says("Hello, who *bakes* today?", mentions=owner.id)
    await ben.does("Follow", owner.id)


PUBLIC = (
    POST,
    f"{POST}/likes",
    f"{POST}/replies",
    "/actor/followers",
    f"/interact/away?uri={{base}}{POST}",
    at(ANA),
)
OWN = (
    "/moderation",
    "/moderation?show=all",
    "/moderation/blocks",
    "/moderation/blocks?what=evil.example",
    "/moderation/followers",
    "/moderation/people",
    "/moderation/log",
    "/notices",
    "/follow",
    f"/interact?verb=Follow&uri={ANA}",
    at(ANA),
    f"/elsewhere/do/Flag?id={quote(ANA, safe='')}",
)


@pytest.mark.parametrize("path", PUBLIC)
async def test_anybody_can_use(talk, visitor, axe, path):
    reader = await visitor()

    assert await reader.go("blog", path.format(base=talk.base)) == 200

    assert await faults_of(reader.page, axe, named("talk", path[:40])) == []


@pytest.mark.parametrize("path", OWN)
async def test_any_owner_can_use(talk, owner, axe, path):
    keeper = await owner("blog")

    assert await keeper.go("blog", path) == 200

    assert await faults_of(keeper.page, axe, named("own-talk", path[:40])) == []


async def test_an_answer_is_written_below_without_scripts(talk, owner):
    keeper = await owner("blog", scripts=False, width=390)
    await keeper.go("blog", POST)

    await keeper.page.get_by_label("Your reply").fill("Come and *taste* it.")
    await keeper.page.get_by_role("button", name="Reply").click()

    thread = keeper.page.locator(".thread")
    await expect(thread).to_contain_text("Come and taste it.")
    await expect(keeper.page.locator(".flash")).to_contain_text("published")


async def test_what_is_warned_of_opens_without_scripts(talk, visitor):
    reader = await visitor(scripts=False)
    await reader.go("blog", POST)

    await reader.page.get_by_text("How it ends").click()

    await expect(reader.page.get_by_text("It is the salt.")).to_be_visible()


async def test_a_report_is_decided_and_written_down(talk, owner, axe):
    keeper = await owner("blog")
    await keeper.go("blog", "/moderation")
    case = keeper.page.locator(".case").first

    await case.get_by_label("Why").fill("Harmless")
    await case.get_by_role("button", name="Leave it").click()
    await keeper.go("blog", "/moderation/log")

    await expect(keeper.page.locator("main")).to_contain_text("Harmless")
    assert await faults_of(keeper.page, axe, "own-talk-log-filled") == []
