"""Whose orders lapse again and again, as far as they show who they are.

That is an address of mail, an account, a browser, or the server that asks for them.
Where they connect from is not among it: behind one address there may be a school.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peer.config import Config
from peer.model import fair
from peer.model.fair import Kept
from peer.model.ordering import CannotBe, offer_by_note, order_id
from peer.node.records import digest
from peer.node.refusal import Refused
from peer.protocol.iri import origin
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity
from store.interface import Transaction

_SPACE = "unpaid"
_REMEMBERED = timedelta(days=2)  # and for as long as a transfer may take
_LOOKED_AT = 3  # times as many of somebody's orders, in no order, as are too many
_OF_A_SERVER = 10  # as many people at least are behind one


@dataclass(frozen=True, slots=True)
class Somebody:
    """``name`` is what they show; a server is not one, but has many people."""

    name: str
    is_one: bool = True

    def limit(self, config: Config) -> int:
        return config.unpaid_lapsed * (1 if self.is_one else _OF_A_SERVER)

    @property
    def key(self) -> str:
        return digest(self.name)[:32]


def check(
    tx: Transaction, config: Config, asked: Activity, now: datetime, browser: str = ""
) -> None:
    """Refused, where who asks lets too much lapse; what they ask for is remembered."""
    if asked.type != "Offer" or asked.object.kind not in ("Order", "Purchase"):
        return
    if tx.activity(asked.id) is not None:
        return  # it is answered as it was
    somebodies = _somebodies(config, asked, browser)
    try:
        _check_all(tx, config, somebodies, asked.object.id, now)
    except CannotBe as wrong:
        raise Refused(str(wrong), 409) from wrong


def noted(tx: Transaction, config: Config, told: Activity, now: datetime) -> Activity:
    """``told`` as it came: what may become an order says if it is not to be one.

    Who mentions the desk is refused nothing by that: the answer says why.
    """
    if told.type != "Create" or "nonce" not in told.notes:
        return told
    desk = f"{config.base}/actor"
    order = order_id(desk, offer_by_note(desk, told.id))
    try:
        _check_all(tx, config, _somebodies(config, told, ""), order, now)
    except CannotBe as wrong:
        return replace(told, notes={**told.notes, "toPay": str(wrong)})
    return told


def _check_all(
    tx: Transaction,
    config: Config,
    somebodies: Iterator[Somebody],
    order: str,
    now: datetime,
) -> None:
    """CannotBe, where one of them lets too much lapse; ``order`` is remembered."""
    until = wire(now + timedelta(days=config.transfer_days) + _REMEMBERED)
    for who in somebodies:
        _check(tx, config, who, now)
        tx.keep(_SPACE, f"{who.key} {order}", {}, expires=until)


def _somebodies(config: Config, asked: Activity, browser: str) -> Iterator[Somebody]:
    contact = asked.notes.get("contact") or {}
    if mail := contact.get("email", ""):
        yield Somebody(f"mail {_mailbox(mail)}")
    if browser:
        yield Somebody(f"browser {browser}")
    ours = {config.base, *config.peers.values()}
    if asked.actor not in {f"{base}/peer" for base in ours}:
        yield Somebody(f"actor {asked.actor}")
    if not any(same_origin(asked.actor, base) for base in ours):
        yield Somebody(f"server {origin(asked.actor)}", is_one=False)


def _mailbox(mail: str) -> str:
    """One, whatever is written behind a plus."""
    local, _, host = mail.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{host}"


def _check(tx: Transaction, config: Config, who: Somebody, now: datetime) -> None:
    most, prefix = who.limit(config), f"{who.key} "
    if not most:
        return
    page = tx.recall_all(_SPACE, after=prefix, limit=_LOOKED_AT * most)
    known = {key.removeprefix(prefix): key for key, _ in page if key.startswith(prefix)}
    if len(known) >= most:  # of few orders not too many can have lapsed
        fair.check(_kept(tx, known, now), most)


def _kept(tx: Transaction, known: Mapping[str, str], now: datetime) -> Kept:
    """As the store has it; what is settled is no longer remembered as theirs."""
    things, kept = tx.many(known), Kept()
    for id, key in known.items():
        if not kept.take(things.get(id), now):
            tx.drop(_SPACE, key)
    return kept
