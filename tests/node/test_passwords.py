from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from peer.node.people import accounts, membership, sessions
from peer.node.people.accounts import Account
from peer.node.people.attempts import TooOften
from peer.node.people.links import SignedIn
from peer.node.people.passwords import NOBODYS, set_password, sign_in
from peer.node.refusal import Refused

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GOOD = "correct horse battery"
ADA = Account("https://blog.example/people/ada", "ada@example.org", "Ada", "member", "")


@pytest.fixture
async def session(store):
    """Ada, who has just signed in and has set a password."""
    cookie = sessions.new_cookie(ADA.id)

    def begin(tx):
        accounts.keep(tx, ADA)
        sessions.begin(tx, ADA.id, cookie, "Firefox", NOW)
        return sessions.find(tx, sessions.key_of(cookie), NOW)

    session = await store.transact(begin)
    await set_password(store, session, GOOD, now=NOW)
    return session


@pytest.fixture
def signed_in(store, session):
    async def tried(password=GOOD, email="ada@example.org", **told):
        told = {"next": "/", "ip": "192.0.2.1", "device": "Safari", "now": NOW, **told}
        return await sign_in(store, email, password, **told)

    return tried


async def account(store):
    return await store.read(lambda read: accounts.find(read, ADA.id))


async def test_who_knows_the_password_is_signed_in(signed_in, store):
    done = await signed_in(next="/account")

    found = await sessions.look(store, done.cookie, NOW)
    assert (found[0].id, done.next) == (ADA.id, "/account")


async def test_a_password_is_kept_as_argon2id_and_as_owasp_says(store, session):
    kept = (await account(store)).password

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in kept


async def test_every_wrong_answer_is_the_same(signed_in, store):
    tries = [
        {"password": "wrong horse battery"},
        {"password": ""},
        {"password": "x" * 100_000},
        {"password": "\ud800\0"},
        {"email": "nobody@example.org"},
        {"email": "no address"},
    ]

    answers = []
    for each in tries:
        with pytest.raises(Refused) as refused:
            await signed_in(**{"ip": repr(each)[:20], **each})
        answers.append((refused.value.reason, refused.value.status))

    assert len(set(answers)) == 1


async def test_nobodys_password_takes_as_long_as_anybodys():
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    assert not hasher.check_needs_rehash(NOBODYS)


async def test_an_account_without_a_password_has_no_password(store):
    await store.transact(lambda tx: accounts.keep(tx, ADA))

    for password in ("", NOBODYS):
        with pytest.raises(Refused):
            await sign_in(
                store, ADA.email, password, next="/", ip=None, device="", now=NOW
            )


async def test_who_is_disabled_does_not_get_in(signed_in, store):
    await store.transact(lambda tx: membership.change(tx, ADA.id, disabled=True))

    with pytest.raises(Refused, match="not right"):
        await signed_in()


async def test_guessing_ends_after_five_wherever_it_comes_from(signed_in):
    for n in range(5):
        with pytest.raises(Refused, match="not right"):
            await signed_in("a wrong password", ip=f"192.0.2.{n}")

    with pytest.raises(TooOften):
        await signed_in(GOOD, ip="192.0.2.9")

    assert await signed_in(GOOD, now=NOW + timedelta(minutes=15))


async def test_guessing_for_many_ends_after_twenty_from_one_network(signed_in):
    for n in range(20):
        with pytest.raises(Refused, match="not right"):
            await signed_in(email=f"u{n}@example.org")

    with pytest.raises(TooOften):
        await signed_in()


async def test_who_gets_in_has_new_attempts(signed_in):
    for n in range(3):
        for _ in range(4):
            with pytest.raises(Refused, match="not right"):
                await signed_in("a wrong password", ip=f"192.0.2.{n}")
        await signed_in(ip=f"192.0.2.{n}")


async def test_the_same_letters_are_the_same_password(store, session, signed_in):
    await set_password(store, session, "cafe\u0301 au lait", now=NOW)

    assert await signed_in("caf\u00e9 au lait")


async def test_an_old_hash_becomes_a_new_one_and_nobody_is_signed_out(
    store, session, signed_in
):
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    await store.transact(
        lambda tx: membership.change(tx, ADA.id, password=old, but=session.key)
    )

    await signed_in()

    assert "m=19456" in (await account(store)).password
    assert await store.read(lambda read: sessions.find(read, session.key, NOW))
    assert await signed_in()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 10"),
        ("x" * 1001, "at most 1000"),
        ("Ada@Example.org", "first thing"),
    ],
)
async def test_a_bad_password_is_refused_in_words(store, session, password, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        await set_password(store, session, password, now=NOW)

    assert "new" in refused.value.problems


async def test_changing_a_password_takes_the_one_there_is(store, session, signed_in):
    later = NOW + timedelta(hours=1)

    with pytest.raises(Refused) as refused:
        await set_password(store, session, "another good one", now=later)
    with pytest.raises(Refused):
        await set_password(store, session, "another good one", current="x", now=later)
    await set_password(store, session, "another good one", current=GOOD, now=later)

    assert "current" in refused.value.problems
    assert await signed_in("another good one")
    with pytest.raises(Refused):
        await signed_in(GOOD)


async def test_the_password_is_not_to_be_guessed_there_either(store, session):
    later = NOW + timedelta(hours=1)
    for _ in range(5):
        with pytest.raises(Refused, match="the one you have"):
            await set_password(store, session, GOOD, current="x" * 10, now=later)

    with pytest.raises(TooOften):
        await set_password(store, session, GOOD, current=GOOD, now=later)


async def test_another_password_ends_all_other_sessions(store, session, signed_in):
    other = await signed_in()

    await set_password(store, session, "another good one", now=NOW)

    assert await sessions.look(store, other.cookie, NOW) is None
    assert await store.read(lambda read: sessions.find(read, session.key, NOW))


async def test_who_signs_in_while_the_password_changes_is_not_left_in(
    store, session, signed_in
):
    tried, _ = await asyncio.gather(
        signed_in(),
        set_password(store, session, "another good one", now=NOW),
        return_exceptions=True,
    )

    live = await store.read(lambda read: sessions.all_of(read, ADA.id, NOW))
    assert [each.key for each in live] == [session.key]
    assert isinstance(tried, Refused | SignedIn)
