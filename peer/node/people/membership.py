"""Who belongs to this peer: admitting people, and changing what they are to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from peer.model.reading import Read
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.people import accounts, sessions
from peer.node.people.accounts import ROLES, Account
from peer.node.refusal import Refused
from peer.protocol.iri import slug
from peer.protocol.moment import wire
from store.interface import Transaction

_NOT_SLUGS = ("new",)


async def admit(
    node: Node, email: str, name: str, role: str = "member", *, wanted: str = ""
) -> Account:
    """Give ``email`` an account and a person; or find those it has already.

    A role is only ever raised.  Where this was broken off between the two, the
    next time completes it.
    """
    address, name, now = accounts.address_in(email), accounts.name_in(name), node.now()
    account = await node.store.transact(
        lambda tx: enroll(tx, node.base, address, name, role, now, wanted)
    )
    if await node.store.read(lambda read: read.get(account.id)) is None:
        await node.publish(node.site, introduction(node.base, account))
    return account


def enroll(
    tx: Transaction,
    base: str,
    address: str,
    name: str,
    role: str,
    now: datetime,
    wanted: str = "",
) -> Account:
    """The account of ``address``, which may be new; its person is yet to be."""
    account = accounts.find_by_email(tx, address)
    if account is None:
        id = _home(tx, base, name, wanted)
        account = Account(id, address, name, role, created=wire(now))
    elif ROLES[role] > ROLES[account.role]:
        account = replace(account, role=role)
    else:
        return account
    accounts.keep(tx, account)
    return account


def introduction(base: str, account: Account) -> Ask:
    """What to publish so that who has ``account`` is somebody to the world."""
    here = account.id.rpartition("/")[2]
    return Ask(
        "Create",
        id=account.id,
        kind="Person",
        values={"name": account.name},
        owner="self",
        activity=f"{base}/activities/person-{here}",
    )


def _home(read: Read, base: str, name: str, wanted: str) -> str:
    """Where a person is to live: at ``wanted``, unless that is somebody's account."""
    people = f"{base}/people"
    if wanted and accounts.find(read, f"{people}/{wanted}") is None:
        return f"{people}/{wanted}"
    words = slug(name) or "somebody"
    numbered = (f"{words}-{number}" for number in count(2))
    tried = words
    while tried in _NOT_SLUGS or _taken(read, f"{people}/{tried}"):
        tried = next(numbered)
    return f"{people}/{tried}"


def _taken(read: Read, id: str) -> bool:
    return read.get(id) is not None or accounts.find(read, id) is not None


def change(
    tx: Transaction,
    id: str,
    *,
    role: str | None = None,
    name: str | None = None,
    password: str | None = None,
    disabled: bool | None = None,
    but: str = "",
) -> Account:
    """Change what is given.

    Who is disabled or has another password is signed out everywhere at once,
    ``but`` for the session in which it was done.
    """
    before = accounts.find(tx, id)
    if before is None:
        raise Refused("There is no such account.", 404)
    told = {"role": role, "name": name, "password": password, "disabled": disabled}
    changes: dict[str, Any] = {k: v for k, v in told.items() if v is not None}
    after = replace(before, **changes)
    if before.keeps_peer and not after.keeps_peer and not _another_keeper(tx, id):
        raise Refused("Somebody has to keep this peer, and this is its only owner.")
    accounts.keep(tx, after)
    if after.disabled or after.password != before.password:
        sessions.end_all(tx, id, but="" if after.disabled else but)
    return after


def rehash(tx: Transaction, account: Account, password: str) -> Account:
    """Keep the same password in a newer form: nobody is signed out by that."""
    after = replace(account, password=password)
    accounts.keep(tx, after)
    return after


def _another_keeper(read: Read, id: str) -> bool:
    return any(a.keeps_peer and a.id != id for a in accounts.everyone(read))
