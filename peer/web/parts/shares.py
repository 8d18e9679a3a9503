"""What is bought together of several sellers: an order for each, who is paid alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peer.model.payees import payees_of
from peer.model.reading import Read
from peer.node.trading.orders import Part
from peer.protocol.cid import cid
from peer.web.parts.checkout import Checkout, Choice


@dataclass(frozen=True, slots=True)
class Share:
    """What of a form is paid to one seller; ``payee`` is "" for the shop itself."""

    token: str
    payee: str
    name: str
    choices: Sequence[Choice]

    @property
    def total(self) -> Mapping[str, Any]:
        sums = [each.sum for each in self.choices]
        return {**sums[0], "amount": sum(each["amount"] for each in sums)}


def shares(form: Checkout, title: str, read: Read) -> Sequence[Share]:
    """The form by who is paid; the first has its token, others one that follows."""
    payees = payees_of([each.id for each in form.chosen], read)
    known = read.many(set(payees.values()) - {""})
    found: list[Share] = []
    for payee in sorted(set(payees.values())):
        token = f"{form.token}/{cid([payee])[-8:]}" if found else form.token
        name = str(known[payee].get("name")) if payee else title
        own = [each for each in form.chosen if payees[each.id] == payee]
        found.append(Share(token, payee, name, own))
    return found


def parts_of(form: Checkout, among: Sequence[Share]) -> Mapping[str, Part]:
    """What is to be ordered, by token; a code goes where it takes something off."""
    return {share.token: _part(form, share, len(among)) for share in among}


def _part(form: Checkout, share: Share, count: int) -> Part:
    lines = [(each.id, each.count) for each in share.choices]
    notes = dict(form.beside.notes)
    if count > 1 and not any(each.was for each in share.choices):
        notes.pop("code", None)
    return Part(lines, notes)
