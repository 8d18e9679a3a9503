"""The ways to pay that there are, in the order in which they are offered.

They are the shop's own, by its settings; or those of the department that an order is
paid to, which has accounts of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from peer.config import PAYMENTS
from peer.node.paying.by_hand import DOOR, TRANSFER
from peer.node.paying.calling import Calling
from peer.node.paying.payees import Payee, payee_at
from peer.node.paying.provider import Provider, Unavailable
from peer.node.paying.sumup import SumUp
from peer.node.paying.trial import TrialProvider
from peer.node.refusal import Refused
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

_DEADLINE = 8.0  # seconds; somebody may be waiting
_CARD = "sumup"


def offered(node: Node) -> Sequence[Provider]:
    """What a buyer may choose from who pays the shop itself."""
    known = _known(node)
    return [known[name] for name in node.config.payments]


def way(node: Node, name: str) -> Provider:
    """The provider of that name, which may be one that is no longer offered."""
    found = _known(node).get(name)
    if found is None:
        raise Refused("Nobody can pay like that here.", 404)
    return found


async def offered_for(node: Node, id: str | None) -> Sequence[Provider]:
    """What a buyer may choose from who pays the department ``id``, or the shop."""
    if not id:
        return offered(node)
    payee = await payee_at(node, id)
    if payee is None:  # nothing of theirs is paid to anybody else
        return [each for each in offered(node) if each.name == DOOR.name]
    return _of_payee(node, payee)


async def way_of(node: Node, payment: Thing) -> Provider:
    """The provider that ``payment`` was made with, at the account that was paid."""
    id, merchant = payment.get("payee"), str(payment.get("merchant", ""))
    if not id or payment["provider"] != _CARD:
        return way(node, payment["provider"])
    payee = await payee_at(node, id, merchant)
    if payee is None or payee.has_lost_key:
        name = payee.name if payee else "a department that is gone"
        raise Unavailable(
            f"This was paid to {name}, account {merchant}, of which no key is here: "
            "enter it at “Payments” of that department, or look at the pages of SumUp."
        )
    return card_of(node, payee)


async def transfer_for(node: Node, id: str | None) -> Sequence[str]:
    """The bank account of the department ``id``, or of the shop, line by line."""
    payee = await payee_at(node, id) if id else None
    told = node.config.transfer if not id else payee.transfer if payee else ""
    return [line.strip() for line in told.split(";") if line.strip()]


def card_of(node: Node, payee: Payee) -> SumUp:
    """By card, to the account of ``payee``."""
    return SumUp(
        replace(_calling(node), key=payee.key),
        payee.merchant,
        about=f"By card, on a page of SumUp. You pay {payee.name}.",
        account={"payee": payee.department, "merchant": payee.merchant},
    )


def _of_payee(node: Node, payee: Payee) -> Sequence[Provider]:
    own: Mapping[str, bool] = {
        _CARD: bool(payee.merchant) and not payee.has_lost_key,
        TRANSFER.name: bool(payee.transfer),
    }
    known = {**_known(node), _CARD: card_of(node, payee)}
    listed = [*node.config.payments, *(n for n in PAYMENTS if own.get(n))]
    names = [n for n in dict.fromkeys(listed) if own.get(n, n not in own)]
    return [known[name] for name in names]


def _calling(node: Node) -> Calling:
    config = node.config
    key, url = config.sumup_key, config.sumup_url
    return Calling("SumUp", url, key, lambda: node.outgoing, _DEADLINE)


def _known(node: Node) -> Mapping[str, Provider]:
    ways: Sequence[Provider] = (
        DOOR,
        TRANSFER,
        SumUp(_calling(node), node.config.sumup_merchant),
        TrialProvider(node),
    )
    return {each.name: each for each in ways}
