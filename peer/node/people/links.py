"""Sign-in links: a letter with a secret in it, which works once and not for long.

The secret is in the letter only; what is kept is its digest.  Following a link
changes nothing (those who look through mail for viruses follow all of them):
pressing the button on the page that it shows does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from peer.model.reading import Read
from peer.node.letters import mail
from peer.node.node import Node
from peer.node.people import accounts, attempts, sessions
from peer.node.people.accounts import Account
from peer.node.people.browser import safe_next
from peer.node.people.membership import admit
from peer.node.records import digest
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from store.interface import Transaction

_SPACE = "link"
_LIVES, _OWNERS_LIVES = timedelta(minutes=15), timedelta(hours=24)

#: What becomes of somebody who was not known here; None, and nobody gets in but
#: whom an owner has admitted.
NEWCOMERS: str | None = "guest"


@dataclass(frozen=True, slots=True)
class Link:
    """``account`` is empty where the address has none yet."""

    email: str
    account: str
    next: str

    @property
    def is_new(self) -> bool:
        return not self.account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Set ``cookie``, and go ``next``."""

    cookie: str
    account: Account
    next: str


# -- asking for one ----------------------------------------------------------------


async def ask_link(node: Node, email: str, *, next: str, ip: str | None) -> None:
    """Send a link to ``email``, if it may have one: nobody is told whether it may.

    Refused where it is no address; TooOften for the address, or from ``ip``.
    """
    address = accounts.address_in(email)
    limits = {
        f"link to {address}": attempts.BY_ADDRESS,
        f"link from {attempts.network(ip)}": attempts.BY_NETWORK,
    }
    asked = Asked(address, safe_next(next), node.base, node.domain.title)
    secret, now = secrets.token_urlsafe(32), node.now()
    await node.store.transact(partial(_write, asked, limits, secret, now))


@dataclass(frozen=True, slots=True)
class Asked:
    address: str
    next: str
    base: str
    title: str


def _write(
    asked: Asked,
    limits: Mapping[str, attempts.Limit],
    secret: str,
    now: datetime,
    tx: Transaction,
) -> None:
    attempts.spend(tx, limits, now)
    account = accounts.find_by_email(tx, asked.address)
    if account.disabled if account else NEWCOMERS is None:
        return
    link = Link(asked.address, account.id if account else "", asked.next)
    keep(tx, link, secret, now + _LIVES)
    words = {
        "base": asked.base,
        "title": asked.title,
        "name": account.name if account else "",
        "link": address_of(asked.base, secret),
        "minutes": int(_LIVES.total_seconds() // 60),
    }
    subject, text = mail.written("sign-in", words)
    # Not the secret: the key of a letter is seen in logs.
    mail.post(tx, asked.address, subject, text, now=now, token=digest(secret)[:16])


async def owner_link(node: Node) -> str:
    """A link for whom the settings call the owner, to be shown at the console."""
    owner = await admit(node, node.config.owner, "Owner", "owner", wanted="owner")
    return await link_for(node, owner)


async def link_for(node: Node, account: Account) -> str:
    """A link for ``account``, to be handed over by who keeps the peer."""
    secret, until = secrets.token_urlsafe(32), node.now() + _OWNERS_LIVES
    link = Link(account.email, account.id, "/")
    await node.store.transact(lambda tx: keep(tx, link, secret, until))
    return address_of(node.base, secret)


def keep(tx: Transaction, link: Link, secret: str, until: datetime) -> None:
    tx.keep(_SPACE, digest(secret), asdict(link), expires=wire(until))


def address_of(base: str, secret: str) -> str:
    return f"{base}/sign-in/link/{secret}"


# -- using one ---------------------------------------------------------------------


def find(read: Read, secret: str, now: datetime) -> Link:
    """What a link is for, for the page that asks to go on; Refused if it is over."""
    told = read.recall(_SPACE, digest(secret), now=wire(now))
    if told is None:
        raise Refused("This link has been used, or is too old. Ask for a new one.", 410)
    return Link(**told)


async def use_link(
    node: Node, secret: str, *, name: str, device: str, cookie: str = ""
) -> SignedIn:
    """Sign in; of two who try at once one does.

    Who is new says what to be called, and is given an account first, so that
    the link still works if something should go wrong there.  ``cookie`` is the
    one that the browser had until now.
    """
    now = node.now()
    link = await node.store.read(lambda read: find(read, secret, now))
    if link.is_new and NEWCOMERS:
        await admit(node, link.email, name, NEWCOMERS)
    return await node.store.transact(partial(_use, secret, device, cookie, now))


def _use(
    secret: str, device: str, cookie: str, now: datetime, tx: Transaction
) -> SignedIn:
    link = find(tx, secret, now)
    tx.drop(_SPACE, digest(secret))
    account = accounts.find_by_email(tx, link.email)
    if account is None or account.disabled:
        raise Refused("This account has been closed.", 403)
    fresh = sessions.new_cookie(account.id)
    sessions.begin(tx, account.id, fresh, device, now, instead_of=cookie)
    return SignedIn(fresh, account, link.next)
