from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer.model.permission import Role
from peer.node.people import accounts, membership, sessions
from peer.node.people.accounts import Account
from store import open_store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASE = "https://blog.example/people"
ADA = Account(f"{BASE}/ada", "ada@example.org", "Ada", "member", "2026-11-01")
BOB = Account(f"{BASE}/bob", "bob@example.org", "Bob", "member", "2026-11-01")


@pytest.fixture
async def people(store):
    def settle(tx):
        accounts.keep(tx, ADA)
        accounts.keep(tx, BOB)

    await store.transact(settle)


@pytest.fixture
def sign_in(store, people):
    async def begun(account=ADA, now=NOW, device="Firefox", instead_of=""):
        cookie = sessions.new_cookie(account.id)
        await store.transact(
            lambda tx: sessions.begin(
                tx, account.id, cookie, device, now, instead_of=instead_of
            )
        )
        return cookie

    return begun


@pytest.fixture
def viewer(store):
    async def seen(cookie, now=NOW):
        found = await sessions.look(store, cookie, now)
        return found and found[0]

    return seen


async def test_who_signed_in_is_known_by_the_cookie(sign_in, viewer):
    cookie = await sign_in()

    found = await viewer(cookie)

    assert (found.id, found.role, found.name) == (ADA.id, Role.MEMBER, "Ada")


async def test_the_store_does_not_know_the_cookie(sign_in, store):
    cookie = await sign_in()

    kept = await store.read(lambda read: read.recall_all("session"))

    assert len(kept) == 1
    assert cookie.partition(".")[2] not in repr(kept)


@pytest.mark.parametrize("cookie", ["", "x", "." * 60, "\0", "\ud800", "é" * 60])
async def test_another_cookie_is_nobodys(sign_in, viewer, store, cookie):
    await sign_in()

    assert await viewer(cookie) is None
    assert len(await store.read(lambda read: read.recall_all("session"))) == 1


async def test_a_cookie_under_another_account_is_nobodys(sign_in, viewer):
    secret = (await sign_in()).partition(".")[2]
    shelf = sessions.new_cookie(BOB.id).partition(".")[0]

    assert await viewer(f"{shelf}.{secret}") is None


async def test_sessions_outlive_the_program(tmp_path):
    url = f"sqlite:///{tmp_path}/again.db"
    cookie = sessions.new_cookie(ADA.id)
    async with open_store(url) as store:
        await store.transact(lambda tx: accounts.keep(tx, ADA))
        await store.transact(lambda tx: sessions.begin(tx, ADA.id, cookie, "x", NOW))

    async with open_store(url) as store:
        assert await sessions.look(store, cookie, NOW) is not None


async def test_a_session_lives_thirty_days_after_it_was_last_used(sign_in, viewer):
    cookie = await sign_in()

    assert await viewer(cookie, NOW + timedelta(days=29))
    assert await viewer(cookie, NOW + timedelta(days=58))
    assert await viewer(cookie, NOW + timedelta(days=89)) is None


async def test_reading_pages_writes_nothing_most_of_the_time(sign_in, viewer, store):
    cookie = await sign_in()
    before = await store.read(lambda read: read.recall_all("session"))

    await viewer(cookie, NOW + timedelta(minutes=9))
    same = await store.read(lambda read: read.recall_all("session"))
    await viewer(cookie, NOW + timedelta(minutes=10))
    after = await store.read(lambda read: read.recall_all("session"))

    assert same == before
    assert after[0][1]["seen"] == "2026-11-21T12:10:00.000Z"
    assert after[0][1]["created"] == before[0][1]["created"]


async def test_a_session_that_was_ended_is_not_brought_back(sign_in, viewer, store):
    cookie = await sign_in()
    key = sessions.key_of(cookie)
    await store.transact(lambda tx: sessions.end(tx, ADA.id, key))

    await store.transact(lambda tx: sessions.touch(tx, key, NOW + timedelta(hours=1)))

    assert await viewer(cookie) is None


async def test_signing_in_anew_ends_what_the_browser_had(sign_in, viewer):
    before = await sign_in()

    after = await sign_in(BOB, instead_of=before)

    assert await viewer(before) is None
    assert (await viewer(after)).id == BOB.id


async def test_one_sees_where_one_is_signed_in(sign_in, store):
    await sign_in(device="Firefox", now=NOW - timedelta(days=40))
    await sign_in(device="Safari", now=NOW - timedelta(days=2))
    await sign_in(device="Chrome", now=NOW - timedelta(days=1))
    await sign_in(BOB, device="Edge")

    found = await store.read(lambda read: sessions.all_of(read, ADA.id, NOW))

    assert [session.device for session in found] == ["Chrome", "Safari"]


async def test_one_may_sign_out_elsewhere(sign_in, viewer, store):
    here, there = await sign_in(), await sign_in()

    await store.transact(
        lambda tx: sessions.end_all(tx, ADA.id, but=sessions.key_of(here))
    )

    assert await viewer(here) and not await viewer(there)


async def test_one_may_not_sign_out_others(sign_in, viewer, store):
    hers, his = await sign_in(ADA), await sign_in(BOB)

    ended = await store.transact(
        lambda tx: sessions.end(tx, BOB.id, sessions.key_of(hers))
    )
    await store.transact(lambda tx: sessions.end_all(tx, BOB.id))

    assert not ended
    assert await viewer(hers) and not await viewer(his)


async def test_who_is_disabled_is_out_at_the_next_request(sign_in, viewer, store):
    cookie = await sign_in()

    await store.transact(lambda tx: membership.change(tx, ADA.id, disabled=True))
    out = await viewer(cookie)
    await store.transact(lambda tx: membership.change(tx, ADA.id, disabled=False))

    assert out is None
    assert await viewer(cookie) is None


async def test_another_role_counts_from_the_next_request(sign_in, viewer, store):
    cookie = await sign_in()

    await store.transact(lambda tx: membership.change(tx, ADA.id, role="guest"))

    assert (await viewer(cookie)).role is Role.ACTOR


async def test_an_account_that_is_gone_is_nobodys(sign_in, viewer, store):
    cookie = await sign_in()

    await store.transact(lambda tx: tx.drop("account", ADA.id))

    assert await viewer(cookie) is None


async def test_signing_in_is_recent_for_ten_minutes(sign_in, store):
    cookie = await sign_in()
    found = await store.read(
        lambda read: sessions.find(read, sessions.key_of(cookie), NOW)
    )

    assert found.is_recent(NOW + timedelta(minutes=9))
    assert not found.is_recent(NOW + timedelta(minutes=10))
