"""What tests of payments have in common: something to sell, and orders for it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from peer.model import ordering
from peer.model.ledger import Account, account
from peer.model.permission import Role, Viewer
from peer.node.letters.mail import Letter, mailbox
from peer.node.outbox import Ask
from peer.node.paying.beginning import begun
from peer.node.paying.booking import payment_id
from peer.node.paying.refunding import Refund, refund
from peer.node.paying.trial import TrialProvider
from peer.node.trading import orders
from peer.protocol.thing import Thing
from tests.house import Clock, House

CONTACT = {"name": "Grace Hopper", "email": "grace@meadow.example"}
STAFF = Viewer("https://test.example/people/owner", Role.OWNER, "Owner")


@dataclass
class Till:
    node: House
    clock: Clock
    _tokens: Any = field(default_factory=lambda: itertools.count(1))

    # -- what is for sale -----------------------------------------------------------

    async def gig(self, start: str = "2030-07-01T19:30:00+01:00") -> Thing:
        values = {"name": "Summer Gig", "startTime": start}
        ask = Ask("Create", kind="Event", values=values)
        done = await self.node.publish(self.node.site, ask)
        return done.thing

    async def ticket(
        self, gig: Thing | None = None, price: int = 1000, quantity: int = 5
    ) -> Thing:
        gig = gig or await self.gig()
        values = {
            "name": "Standard",
            "price": {"amount": price, "currency": "GBP"},
            "quantity": quantity,
        }
        asks = [
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@0", relation="sellsTicketsFor", object=gig.id),
        ]
        made = await self.node.publish_all(self.node.site, asks)
        return made[0].thing

    async def order(self, ticket: Thing | None = None, count: int = 1) -> Thing:
        ticket = ticket or await self.ticket()
        return await orders.order(
            self.node.node,
            Viewer(),
            token=f"form-{next(self._tokens)}",
            lines=[(ticket.id, count)],
            contact=CONTACT,
        )

    # -- paying ---------------------------------------------------------------------

    async def begin(self, order: Thing, provider: str = "trial") -> str:
        """Begin to pay; the id of the payment."""
        back = f"{order.id}/pay/{provider}"
        checkout = await begun(self.node.node, order.id, provider, back)
        called = checkout.reference
        if provider in ("door", "transfer"):
            called = f"{order.id} {called}"
        return payment_id(self.node.base, provider, called)

    async def decide(self, payment: str, choice: str) -> None:
        reference = (await self.now(payment))["reference"]
        await TrialProvider(self.node.node).decide(reference, choice)

    async def paid(self, order: Thing, provider: str = "trial") -> str:
        """Pay for it, with the test provider, and hear of it."""
        payment = await self.begin(order, provider)
        await self.decide(payment, "approve")
        await self.node.settling.settle(payment)
        return payment

    async def refund(
        self, payment: str, amount: int, token: str = "a-form-token", **more: Any
    ) -> Thing:
        asked = Refund(payment, amount, more.pop("reason", ""), token, **more)
        return await refund(self.node.node, STAFF, asked)

    # -- looking --------------------------------------------------------------------

    async def now(self, thing: Thing | str) -> Thing:
        found = await self.node.get(thing if isinstance(thing, str) else thing.id)
        assert found is not None
        return found

    async def state(self, thing: Thing | str) -> str:
        return str((await self.now(thing))["state"])

    async def book(self, order: Thing) -> Account:
        now = await self.now(order)
        return await self.node.store.read(lambda read: account(now, read))

    async def seats(self, order: Thing) -> list[Thing]:
        read = self.node.store.read
        return await read(lambda read: ordering.parts_of(order.id, read, "Seat"))

    async def letters(self) -> list[Letter]:
        """The oldest first."""
        return list(await self.node.store.read(mailbox))[::-1]
