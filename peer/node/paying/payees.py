"""The accounts of departments that are paid by themselves, as owners entered them.

A key is sealed, and leaves here for the provider alone.  Those of accounts that a
department had before are kept: what was paid there goes back from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from peer.model.permission import Viewer
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.sealing import Unsealable, seal, unseal
from peer.node.trading.doing import carry
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_SPACE, _KEYS = "payee", "payee-key"
_MERCHANT, _KEY = re.compile("[A-Z0-9]{4,20}"), re.compile("[!-~]{8,200}")
_LONGEST_TRANSFER = 400
_BAD_MERCHANT = "A merchant code is of capital letters and digits, such as MH4H92C7."
_BAD_KEY = "That is no key: copy it whole, without spaces."
_NO_KEY = "Enter the key of that account as well."
_NO_MERCHANT = "Say of which account this is the key."
_NO_SEAL = (
    "Nothing was kept: the file seal.key in SX_VAR is damaged, or cannot be written. "
    "Bring it back from a backup; or take it away, and enter every key anew."
)
_NOTHING = "Enter a merchant code with its key, or a bank account, or both."


@dataclass(frozen=True, slots=True)
class Payee:
    """How a department is paid; ``key`` is "" where it cannot be read (any more)."""

    department: str
    name: str
    merchant: str = ""
    key: str = field(default="", repr=False)
    transfer: str = ""
    since: str = ""

    @property
    def account(self) -> str:
        """What the key is of."""
        return f"{self.department} {self.merchant}"

    @property
    def has_lost_key(self) -> bool:
        return bool(self.merchant) and not self.key


async def payee_at(node: Node, id: str, merchant: str = "") -> Payee | None:
    """The department ``id`` as it is paid now, or was with ``merchant``.

    None where it is no department that is paid by itself.
    """
    found = await node.store.read(partial(_kept, id, merchant))
    if found is None:
        return None
    payee, sealed = found
    return replace(payee, key=_key(node, payee, sealed))


def _kept(id: str, merchant: str, read: Read) -> tuple[Payee, str] | None:
    department, told = read.get(id), read.recall(_SPACE, id) or {}
    if department is None or not (merchant or department.get("ownAccount")):
        return None
    payee = Payee(
        id,
        str(department.get("name") or department.slug),
        merchant or str(told.get("merchant", "")),
        transfer=str(told.get("transfer", "")),
        since=str(told.get("since", "")),
    )
    sealed = read.recall(_KEYS, payee.account) if payee.merchant else None
    return payee, str(sealed["sealed"]) if sealed else ""


def _key(node: Node, payee: Payee, sealed: str) -> str:
    try:
        return unseal(node.config.var, payee.account, sealed) if sealed else ""
    except Unsealable:
        return ""


# -- entered ------------------------------------------------------------------------


async def enter(
    node: Node, owner: Viewer, id: str, *, merchant: str, key: str, transfer: str
) -> None:
    """The department is paid like this from its next order on."""
    account = Payee(
        id,
        "",
        merchant.strip().upper(),
        key.strip(),
        _lines(transfer),
        wire(node.now()),
    )
    _check(account)
    sealed = ""
    if account.key:
        sealed = _sealed(node, account)
    elif account.merchant:
        await _check_known(node, account)
    await carry(node, partial(_enter, node, owner, account, sealed))


def _sealed(node: Node, account: Payee) -> str:
    try:
        return seal(node.config.var, account.account, account.key)
    except Unsealable as wrong:
        raise Refused(_NO_SEAL, 409) from wrong


async def _check_known(node: Node, account: Payee) -> None:
    """Who enters no key goes on with the one that is kept."""
    known = await payee_at(node, account.department, account.merchant)
    if known is None or known.has_lost_key:
        raise Refused(_NO_KEY, 422, {"key": _NO_KEY})


def _lines(told: str) -> str:
    """A bank account as it is read: line by line, with nothing in them but words."""
    lines = [" ".join(line.split()) for line in told.splitlines()]
    text = "; ".join(line for line in lines if line)
    if len(text) > _LONGEST_TRANSFER or not text.isprintable():
        wrong = f"A bank account has at most {_LONGEST_TRANSFER} letters."
        raise Refused(wrong, 422, {"transfer": wrong})
    return text


def _check(account: Payee) -> None:
    problems = {}
    if account.merchant and not _MERCHANT.fullmatch(account.merchant):
        problems["merchant"] = _BAD_MERCHANT
    if account.key and not _KEY.fullmatch(account.key):
        problems["key"] = _BAD_KEY
    if account.key and not account.merchant:
        problems["merchant"] = _NO_MERCHANT
    if not account.merchant and not account.transfer and not problems:
        problems["merchant"] = _NOTHING
    if problems:
        raise Refused(next(iter(problems.values())), 422, problems)


def _enter(
    node: Node, owner: Viewer, account: Payee, sealed: str, tx: Transaction, now: str
) -> Sequence[Activity]:
    department = _department(account.department, tx)
    if sealed:
        tx.keep(_KEYS, account.account, {"sealed": sealed})
    told = {"merchant": account.merchant, "transfer": account.transfer, "since": now}
    tx.keep(_SPACE, department.id, told)
    return [_changed(node, owner, department, now, own=True)]


async def remove(node: Node, owner: Viewer, id: str) -> None:
    """The shop is paid for it from its next order on; its keys are forgotten."""

    def work(tx: Transaction, now: str) -> Sequence[Activity]:
        department = _department(id, tx)
        known = tx.recall_all(_KEYS, after=f"{id} ", limit=1000)
        for about, _ in known:
            if about.startswith(f"{id} "):
                tx.drop(_KEYS, about)
        tx.drop(_SPACE, id)
        return [_changed(node, owner, department, now, own=False)]

    await carry(node, work)


def _department(id: str, read: Read) -> Thing:
    found = read.get(id)
    if found is None or found.deleted or found.kind != "Department":
        raise Refused("There is no such department.", 404)
    return found


def _changed(
    node: Node, owner: Viewer, department: Thing, now: str, *, own: bool
) -> Activity:
    """That it changed is in the log, and nothing of what was entered."""
    values = {k: v for k, v in department.values.items() if k != "ownAccount"}
    if own:
        values["ownAccount"] = True
    after = replace(department, values=values, updated=max(now, department.updated))
    id = f"{node.base}/activities/{node.token()}"
    return Activity(id, "Update", str(owner.id), now, after, {"changed": "payments"})
