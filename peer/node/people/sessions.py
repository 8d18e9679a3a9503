"""Sessions: who a browser is signed in as.

A session begins by signing in and never before, so nobody can be handed one.
The store has only a digest of what the cookie says.  A cookie's first part is
a digest of the account's id: all the sessions of one account lie together.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from peer.model.permission import Viewer
from peer.model.reading import Read
from peer.node.people import accounts
from peer.node.people.accounts import Account
from peer.node.records import digest, each
from peer.protocol import moment
from store.interface import Store, Transaction

_SPACE = "session"
LIVES = timedelta(days=30)  # since the browser was last seen
_SEEN_EVERY = timedelta(minutes=10)  # so that reading pages is not writing records
_RECENT = timedelta(minutes=10)
_COOKIE = re.compile(r"[0-9a-f]{16}\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    key: str
    account: str
    created: str
    seen: str
    expires: str
    device: str

    def is_recent(self, now: datetime) -> bool:
        """Was it just now that they showed who they are?"""
        return now - moment.read(self.created) < _RECENT

    def is_overdue(self, now: datetime) -> bool:
        """Is it to be said again when they were last seen?"""
        return now - moment.read(self.seen) >= _SEEN_EVERY


def new_cookie(account: str) -> str:
    """256 bits that nobody can guess, for a session of ``account``."""
    return _shelf(account) + secrets.token_urlsafe(32)


def _shelf(account: str) -> str:
    return digest(account)[:16] + "."


def key_of(cookie: str) -> str:
    """What a session is kept under; what is no cookie of ours leads nowhere."""
    if not _COOKIE.fullmatch(cookie):
        return ""
    return cookie.partition(".")[0] + "." + digest(cookie)


def begin(
    tx: Transaction,
    account: str,
    cookie: str,
    device: str,
    now: datetime,
    *,
    instead_of: str = "",
) -> None:
    """Sign in: ``cookie`` is a new one, and takes the place of the browser's last."""
    tx.drop(_SPACE, key_of(instead_of))
    told = moment.wire(now)
    expires = moment.wire(now + LIVES)
    _keep(tx, Session(key_of(cookie), account, told, told, expires, device))


def _keep(tx: Transaction, session: Session) -> None:
    tx.keep(_SPACE, session.key, asdict(session), expires=session.expires)


def find(read: Read, key: str, now: datetime) -> Session | None:
    told = read.recall(_SPACE, key, now=moment.wire(now)) if key else None
    return Session(**told) if told else None


def viewer_of(read: Read, cookie: str, now: datetime) -> tuple[Viewer, Session] | None:
    """Who is looking.  The account is read each time: what it lost, it has lost now."""
    key, at = key_of(cookie), moment.wire(now)
    if not key:
        return None
    whose = {"field": "account", "other": accounts.SPACE}
    session, account = read.recall_with(_SPACE, key, **whose, now=at) or (None, None)
    if session is None or account is None:
        return None
    found = Account(**account)
    return None if found.disabled else (found.viewer, Session(**session))


async def look(
    store: Store, cookie: str, now: datetime
) -> tuple[Viewer, Session] | None:
    """Like ``viewer_of``, and from time to time note that they were here."""
    found = await store.read(partial(viewer_of, cookie=cookie, now=now))
    if found and found[1].is_overdue(now):
        await store.transact(partial(touch, key=found[1].key, now=now))
    return found


def touch(tx: Transaction, key: str, now: datetime) -> None:
    """Note that a session is in use, unless it has been ended in the meantime."""
    session = find(tx, key, now)
    if session and session.is_overdue(now):
        told, expires = moment.wire(now), moment.wire(now + LIVES)
        _keep(tx, replace(session, seen=told, expires=expires))


def all_of(read: Read, account: str, now: datetime) -> Sequence[Session]:
    """Where ``account`` is signed in, the last seen first."""
    kept = [Session(**told) for _, told in each(read, _SPACE, _shelf(account))]
    live = [each for each in kept if each.expires > moment.wire(now)]
    return sorted(live, key=lambda session: session.seen, reverse=True)


def end(tx: Transaction, account: str, key: str) -> bool:
    """Sign out one browser of ``account``; somebody else's is not theirs to end."""
    return key.startswith(_shelf(account)) and tx.drop(_SPACE, key)


def end_all(tx: Transaction, account: str, *, but: str = "") -> int:
    """Sign ``account`` out everywhere, or everywhere ``but`` here."""
    keys = [key for key, _ in each(tx, _SPACE, _shelf(account)) if key != but]
    return sum(tx.drop(_SPACE, key) for key in keys)
