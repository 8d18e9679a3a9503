from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from peer.model.permission import Role
from peer.node.letters import mail
from peer.node.people import accounts, links, membership, sessions
from peer.node.people.attempts import TooOften
from peer.node.people.links import ask_link, owner_link, use_link
from peer.node.people.membership import admit
from peer.node.refusal import Refused

ADA = "ada@example.org"


@pytest.fixture
async def ada(node):
    return await admit(node, ADA, "Ada")


@pytest.fixture
def letters(node):
    async def posted():
        return await node.store.read(mail.mailbox)

    return posted


@pytest.fixture
def asked(node, letters):
    """The secret in the link that was sent."""

    async def secret(email=ADA, next="/", ip="192.0.2.1"):
        await ask_link(node, email, next=next, ip=ip)
        link = re.search(r"http\S+/sign-in/link/(\S+)", (await letters())[0].text)
        return link.group(1)

    return secret


@pytest.fixture
def used(node):
    async def signed_in(secret, name="", cookie=""):
        return await use_link(node, secret, name=name, device="Firefox", cookie=cookie)

    return signed_in


def later(node, **time):
    moment = node.now() + timedelta(**time)
    node.now = lambda: moment


async def test_a_link_signs_in_whom_it_was_sent_to(node, ada, asked, used):
    done = await used(await asked(next="/posts/new"))

    viewer, session = await sessions.look(node.store, done.cookie, node.now())
    assert (viewer.id, viewer.role, done.next) == (ada.id, Role.MEMBER, "/posts/new")
    assert session.device == "Firefox"


async def test_the_letter_says_who_writes_and_to_whom(node, ada, asked, letters):
    secret = await asked(" Ada@EXAMPLE.org")

    (letter,) = await letters()
    assert letter.to == ADA
    assert letter.subject == f"Sign in to {node.domain.title}"
    assert "Hello Ada," in letter.text and "15 minutes" in letter.text
    assert f"{node.base}/sign-in/link/{secret}\n" in letter.text


async def test_the_secret_is_in_the_letter_only(node, ada, asked):
    secret = await asked()

    kept = await node.store.read(lambda read: read.recall_all("link"))
    assert secret not in repr(kept)
    assert secret not in [key for key, _ in await node.store.read(
        lambda read: read.recall_all("mail")
    )]  # fmt: skip


async def test_following_a_link_changes_nothing(node, ada, asked, used):
    secret = await asked()

    for _ in range(3):
        found = await node.store.read(lambda r: links.find(r, secret, node.now()))
        assert (found.email, found.is_new) == (ADA, False)

    assert await used(secret)


async def test_a_link_works_once(ada, asked, used):
    secret = await asked()
    await used(secret)

    with pytest.raises(Refused, match="has been used") as refused:
        await used(secret)

    assert refused.value.status == 410


async def test_of_ten_who_try_at_once_one_gets_in(node, ada, asked, used):
    secret = await asked()

    answers = await asyncio.gather(
        *(used(secret) for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(each, links.SignedIn) for each in answers) == 1
    assert sum(isinstance(each, Refused) for each in answers) == 9
    everywhere = await node.store.read(
        lambda read: sessions.all_of(read, ada.id, node.now())
    )
    assert len(everywhere) == 1


async def test_a_link_lasts_a_quarter_of_an_hour(node, ada, asked, used):
    secret = await asked()
    later(node, minutes=15)

    with pytest.raises(Refused, match="too old"):
        await used(secret)


@pytest.mark.parametrize("secret", ["", "x", "\0", "\ud800", "é" * 5000, "../../x"])
async def test_what_is_no_link_opens_nothing(ada, asked, used, secret):
    await asked()

    with pytest.raises(Refused):
        await used(secret)


async def test_a_link_leads_nowhere_else(ada, asked, used):
    assert (await used(await asked(next="//evil.example"))).next == "/"


async def test_a_stranger_becomes_a_guest_with_a_name(node, asked, used):
    secret = await asked("new@example.org")
    found = await node.store.read(lambda read: links.find(read, secret, node.now()))

    done = await used(secret, name="Newcomer")

    viewer, _ = await sessions.look(node.store, done.cookie, node.now())
    person = await node.store.read(lambda read: read.get(viewer.id))
    assert found.is_new
    assert (viewer.role, viewer.name) == (Role.ACTOR, "Newcomer")
    assert (person.kind, person["name"]) == ("Person", "Newcomer")


async def test_a_link_still_works_after_a_name_was_forgotten(asked, used):
    secret = await asked("new@example.org")

    with pytest.raises(Refused) as refused:
        await used(secret, name=" ")

    assert "name" in refused.value.problems
    assert await used(secret, name="Newcomer")


async def test_asking_alone_makes_no_account(node, asked):
    await asked("new@example.org")

    assert "new@example.org" not in await node.store.read(
        lambda read: [each.email for each in accounts.everyone(read)]
    )


async def test_where_strangers_may_not_join_they_get_no_letter_and_no_other_answer(
    node, ada, letters, monkeypatch
):
    monkeypatch.setattr(links, "NEWCOMERS", None)

    answer = await ask_link(node, "new@example.org", next="/", ip=None)

    assert answer is None and await letters() == []
    assert await ask_link(node, ADA, next="/", ip=None) is answer
    assert len(await letters()) == 1


async def test_who_is_disabled_gets_no_letter_and_no_other_answer(node, ada, letters):
    await node.store.transact(lambda tx: membership.change(tx, ada.id, disabled=True))

    await ask_link(node, ADA, next="/", ip=None)

    assert await letters() == []


async def test_a_link_does_not_outlive_its_account(node, ada, asked, used):
    secret = await asked()
    await node.store.transact(lambda tx: membership.change(tx, ada.id, disabled=True))

    with pytest.raises(Refused, match="closed"):
        await used(secret)


@pytest.mark.parametrize("email", [ADA, "unknown@example.org"])
async def test_an_address_is_not_flooded_whoever_has_it(node, ada, letters, email):
    for n in range(5):
        await ask_link(node, email, next="/", ip=f"192.0.2.{n}")

    with pytest.raises(TooOften):
        await ask_link(node, email.upper(), next="/", ip="192.0.2.99")

    assert len(await letters()) == 5
    later(node, minutes=15)
    await ask_link(node, email, next="/", ip="192.0.2.99")


async def test_one_network_does_not_flood_many(node, letters):
    for n in range(20):
        await ask_link(node, f"u{n}@example.org", next="/", ip=f"2001:db8::{n}")

    with pytest.raises(TooOften):
        await ask_link(node, "u20@example.org", next="/", ip="2001:db8::20")

    assert len(await letters()) == 20


@pytest.mark.parametrize("email", ["", "x\r\nBcc: all@example.org", "a@b,c@d"])
async def test_what_is_no_address_is_not_written_to(node, letters, email):
    with pytest.raises(Refused) as refused:
        await ask_link(node, email, next="/", ip=None)

    assert "email" in refused.value.problems
    assert await letters() == []


async def test_signing_in_ends_the_session_that_the_browser_had(node, ada, asked, used):
    before = await used(await asked())

    after = await used(await asked(), cookie=before.cookie)

    assert await sessions.look(node.store, before.cookie, node.now()) is None
    assert await sessions.look(node.store, after.cookie, node.now()) is not None


async def test_the_console_has_a_link_for_the_owner(node, used):
    url = await owner_link(node)
    later(node, hours=23)

    done = await used(url.removeprefix(f"{node.base}/sign-in/link/"))

    assert done.account.id == f"{node.base}/people/owner"
    assert done.account.viewer.role is Role.OWNER
    assert done.account.email == node.config.owner


async def test_the_owners_link_lasts_a_day_and_works_once(node, used):
    one, other = [
        (await owner_link(node)).rpartition("/")[2],
        (await owner_link(node)).rpartition("/")[2],
    ]
    await used(one)

    with pytest.raises(Refused):
        await used(one)
    later(node, hours=24)
    with pytest.raises(Refused):
        await used(other)


async def test_a_link_can_be_handed_over_to_who_gets_no_mail(node, ada, used, letters):
    url = await links.link_for(node, ada)

    done = await used(url.rpartition("/")[2])

    assert (done.account.id, await letters()) == (ada.id, [])
