"""Payments written down: the desk does it, unasked, because of what a provider says.

Each is a thing whose id follows from what the provider calls it, so that it is one
however often it is begun, heard of or asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from peer.node.paying import watching
from peer.node.paying.provider import Checkout, Money, Standing, State
from peer.node.telling.dispatch import Dispatch
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.moment import wire
from peer.protocol.thing import DRAFT, Activity, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

T = TypeVar("T")


def payment_id(base: str, provider: str, reference: str) -> str:
    return f"{base}/payments/{cid([provider, reference])[-24:]}"


@dataclass(slots=True)
class Desk:
    """Who writes it down, in one transaction."""

    node: Node
    tx: Transaction
    now: datetime
    dispatch: Dispatch

    @property
    def id(self) -> str:
        return f"{self.node.base}/actor"

    def create(self, id: str, values: Mapping[str, Any], **notes: Any) -> Thing:
        """The payment of that id, made of ``values`` unless it is there already."""
        known = self.tx.get(id)
        if known is not None:
            return known
        told = wire(self.now)
        kept = {term: value for term, value in values.items() if value is not None}
        payment = Thing(id, "Payment", kept, self.id, told, told, DRAFT)
        self._do("Create", payment, notes)
        return payment

    def update(self, payment: Thing, values: Mapping[str, Any], **notes: Any) -> None:
        """``payment`` with other ``values``; nothing, where they are the same."""
        merged = {**payment.values, **values}
        kept = {term: value for term, value in merged.items() if value is not None}
        if kept == dict(payment.values):
            return
        later = moment.read(payment.updated) + timedelta(milliseconds=1)
        updated = max(wire(self.now), wire(later))
        after = replace(payment, values=kept, updated=updated)
        self._do("Update", after, {"was": payment["state"], **notes})

    def _do(self, verb: str, payment: Thing, notes: Mapping[str, Any]) -> None:
        mark = cid([verb, payment.id, dict(payment.values), payment.updated])[-24:]
        id = f"{self.node.base}/activities/{mark}"
        done = Activity(id, verb, self.id, wire(self.now), payment, notes)
        self.node.door(self.tx, self.dispatch).carry_out([done], self.tx)


async def booked(node: Node, work: Callable[[Desk], T]) -> T:
    """Do ``work`` in a transaction, and see to it that others hear of it."""
    now = node.now()
    told = 0

    def write(tx: Transaction) -> T:
        nonlocal told
        dispatch = Dispatch(node.base, wire(now), node.lexicon)
        done = work(Desk(node, tx, now, dispatch))
        told = dispatch.count
        return done

    done = await node.store.transact(write)
    if told and node.outgoing:
        node.outgoing.wake()
    return done


# -- what is written -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """What a payment is begun with; ``until`` is how long the order is kept for it."""

    order: str
    provider: str
    checkout: Checkout
    money: Money
    trusted: bool = False
    watched: bool = True
    until: str = ""
    account: Mapping[str, str] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """What names it among all payments: on a slip two might write the same."""
        reference = self.checkout.reference
        return reference if self.watched else f"{self.order} {reference}"


def begin(begun: Begun, desk: Desk) -> Thing:
    checkout, provider = begun.checkout, begun.provider
    values = {
        "reference": checkout.reference,
        "provider": provider,
        "amount": {"amount": begun.money.amount, "currency": begun.money.currency},
        "state": "pending",
        "href": checkout.href,
        **begun.account,
    }
    notes: dict[str, Any] = {"order": begun.order}
    if begun.trusted:
        notes["trusted"] = True
    if begun.until:
        notes["until"] = begun.until
        notes["extended"] = not begun.watched
    id = payment_id(desk.node.base, provider, begun.called)
    is_new = desk.tx.get(id) is None
    payment = desk.create(id, values, **notes)
    if is_new and begun.watched:
        watching.watch(desk.tx, id, desk.now)
    return payment


def hear(id: str, standing: Standing, desk: Desk, *, doubt: str = "") -> Thing | None:
    """Take over what the provider says; what was paid is never unpaid by it.

    Where there is a ``doubt`` the money is there, and makes no order good.
    """
    payment = desk.tx.get(id)
    if payment is None:
        return None
    if _is_new(payment, standing):
        flag = {"flag": doubt[:300]} if doubt and standing.state is State.PAID else {}
        desk.update(payment, {**_heard(standing), **flag})
    if standing.state is State.PAID and standing.extra:
        _extra(payment, standing, desk)
    return desk.tx.get(id)


def _is_new(payment: Thing, standing: Standing) -> bool:
    """Has it ended since we heard of it last?  What has failed may yet be paid."""
    state = payment["state"]
    open_ = state in ("pending", "failed")
    return open_ and standing.state not in (State.PENDING, state)


def _heard(standing: Standing) -> Mapping[str, Any]:
    if standing.state is State.FAILED:
        return {"state": "failed"}
    money = standing.money
    amount = {"amount": money.amount, "currency": money.currency}
    return {"state": "paid", "amount": amount}


def _extra(payment: Thing, standing: Standing, desk: Desk) -> None:
    """What was paid twice for one checkout is a payment more, which does not fit."""
    [*edges] = desk.tx.edges(subject=payment.id, relation="pays", limit=1)
    if not edges:
        return
    reference = f"{payment['reference']}+"
    account = {term: payment.get(term) for term in ("payee", "merchant")}
    values = {
        **account,
        "reference": reference,
        "provider": payment["provider"],
        "amount": {"amount": standing.extra, "currency": standing.money.currency},
        "state": "pending",
    }
    id = payment_id(desk.node.base, payment["provider"], reference)
    more = desk.create(id, values, order=edges[0].object)
    if more["state"] == "pending":
        desk.update(more, {"state": "paid"})
