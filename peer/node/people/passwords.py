"""Passwords, for those who want one: argon2id, off the loop."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from peer.model.reading import Read
from peer.node.people import accounts, attempts, membership, sessions
from peer.node.people.accounts import Account, bad
from peer.node.people.browser import safe_next
from peer.node.people.links import SignedIn
from peer.node.people.sessions import Session
from peer.node.refusal import Refused
from store.interface import Store, Transaction

_SHORTEST, _LONGEST = 10, 1000

#: OWASP, Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: What is compared where there is no password, so that it takes as long as one:
#: random bytes, hashed as above, that nobody has kept.
NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$SC/3tgBAPv6Fo+8iuLkNCQ"
    "$gKJSa8d+UvkoVRY+IiZNJdcWvBNPTqBc71kTN7GU3BE"
)


# -- signing in --------------------------------------------------------------------


async def sign_in(
    store: Store,
    email: str,
    password: str,
    *,
    next: str,
    ip: str | None,
    device: str,
    cookie: str = "",
    now: datetime,
) -> SignedIn:
    """Refused in the same words and after the same work, whatever was wrong."""
    address = _lenient(email)
    limits = {
        _tries(address): attempts.BY_ADDRESS,
        f"passwords from {attempts.network(ip)}": attempts.BY_NETWORK,
    }
    account = await store.transact(partial(_attempt, address, limits, now))
    right = await _is_right(account, password)
    if account is None or not right:
        raise Refused("The address or the password is not right.", 403)
    newer = await _newer(account, password)
    begin = partial(_begin, account, newer, device, cookie, now)
    return SignedIn(*await store.transact(begin), safe_next(next))


def _lenient(email: str) -> str:
    """What is no address is nobody's, and no news to who types it."""
    try:
        return accounts.address_in(email)
    except Refused:
        return ""


def _tries(address: str) -> str:
    return f"password of {address}"


def _attempt(
    address: str,
    limits: Mapping[str, attempts.Limit],
    now: datetime,
    tx: Transaction,
) -> Account | None:
    attempts.spend(tx, limits, now)
    account = accounts.find_by_email(tx, address)
    return None if account is None or account.disabled else account


def _begin(
    known: Account,
    newer: str,
    device: str,
    cookie: str,
    now: datetime,
    tx: Transaction,
) -> tuple[str, Account]:
    account = _unchanged(tx, known)
    if newer:
        account = membership.rehash(tx, account, newer)
    attempts.forget(tx, _tries(account.email))
    fresh = sessions.new_cookie(account.id)
    sessions.begin(tx, account.id, fresh, device, now, instead_of=cookie)
    return fresh, account


def _unchanged(read: Read, known: Account) -> Account:
    """The account whose password was just compared, if that is still its password."""
    account = accounts.find(read, known.id)
    if account is None or account.disabled or account.password != known.password:
        raise Refused("The address or the password is not right.", 403)
    return account


# -- setting one -------------------------------------------------------------------


async def set_password(
    store: Store, session: Session, new: str, *, current: str = "", now: datetime
) -> None:
    """Give the account of ``session`` a password, and end its other sessions.

    It takes the current one, or having signed in just now.
    """
    account = await store.read(lambda read: accounts.find(read, session.account))
    if account is None:
        raise Refused("There is no such account.", 404)
    _check(new, account)
    if not session.is_recent(now):
        await _prove(store, account, current, now)
    fresh = await asyncio.to_thread(_HASHER.hash, _bytes(new))
    await store.transact(partial(_set, account, session, fresh))


def _check(new: str, account: Account) -> None:
    if len(new) < _SHORTEST:
        raise bad("new", f"A password has at least {_SHORTEST} characters.")
    if len(new) > _LONGEST:
        raise bad("new", f"A password has at most {_LONGEST} characters here.")
    if new.strip().lower() == account.email:
        raise bad("new", "Your address is the first thing that others would try.")


async def _prove(store: Store, account: Account, current: str, now: datetime) -> None:
    limits = {_tries(account.email): attempts.BY_ADDRESS}
    await store.transact(partial(attempts.spend, limits=limits, now=now))
    if not await _is_right(account, current):
        raise Refused(
            "To change your password, give the one you have; or sign in anew with a"
            " link, and do it within ten minutes.",
            403,
            {"current": "This is not your password."},
        )


def _set(known: Account, session: Session, fresh: str, tx: Transaction) -> None:
    account = _unchanged(tx, known)
    membership.change(tx, account.id, password=fresh, but=session.key)
    attempts.forget(tx, _tries(account.email))


# -- comparing ---------------------------------------------------------------------


async def _is_right(account: Account | None, password: str) -> bool:
    """Is it the password of ``account``?  The answer takes as long if there is none."""
    kept = account.password if account and account.password else NOBODYS
    return await asyncio.to_thread(_matches, kept, password) and kept != NOBODYS


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, _bytes(password[:_LONGEST]))
    except VerifyMismatchError:
        return False


async def _newer(account: Account, password: str) -> str:
    """The password hashed as we do today, where that is not how it was."""
    if not _HASHER.check_needs_rehash(account.password):
        return ""
    return await asyncio.to_thread(_HASHER.hash, _bytes(password))


def _bytes(password: str) -> bytes:
    """The same letters are the same password, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
