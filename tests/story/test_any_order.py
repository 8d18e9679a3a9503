"""Whatever becomes of messages on their way: in the end all peers agree."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from peer.model.ordering import parts_of
from peer.model.query import Query
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.trading import allotments, orders, passing, purchases
from peer.protocol import moment
from peer.protocol.thing import AUDIENCES, Thing
from tests.federation.peers import Near
from tests.story.history import Heard, History, Kept, kept, problems
from tests.story.selling import Buyer, allotted, scheduled, tickets
from tests.story.worlds import Cranked, World, told


class Coming(Cranked):
    """Two people of another peer come to an event that has room for one, and leave."""

    @initialize()
    def an_event(self) -> None:
        number = self.world.next()
        self.guests = [
            self.does(self.blog.person(f"{name}{number}")) for name in ("Ada", "Bob")
        ]
        made = self.events.makes(
            "Event",
            name="A small room",
            startTime="2030-07-12T19:00:00Z",
            timezone="Europe/London",
            capacity=1,
        )
        self.event = self.does(made)
        self.does(self.blog.meets(self.event))

    @rule(who=st.integers(0, 1), verb=st.sampled_from(("Join", "Leave")))
    def somebody(self, who: int, verb: str) -> None:
        ask = Ask(verb, self.event)
        self.does(self.blog.node.publish(self.guests[who], ask))

    def agree(self) -> None:
        here = self.does(self.blog.edges(relation="attending", object=self.event))
        there = self.does(self.events.edges(relation="attending", object=self.event))
        held = self.does(self.events.node.store.read(lambda r: r.held(self.event)))

        assert {edge.subject for edge in here} == {edge.subject for edge in there}
        assert len(there) == held <= 1


def test_who_comes_to_an_event(world):
    two = world("blog", "events")
    run_state_machine_as_test(lambda: Coming(two), settings=told(6))


class Selling(Cranked):
    """Places of one event at two shops: given, sold, paid for, taken back, expired."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.history = History()

    @property
    def shops(self) -> list[Near]:
        return [self.world.peers[name] for name in ("shop", "shop2")]

    @initialize(first=st.integers(1, 3), second=st.integers(0, 2))
    def an_event(self, first: int, second: int) -> None:
        shops = zip(self.shops, (first, second), strict=True)
        self.event = self.does(
            scheduled(self.events, *shops, capacity=first + second + 1)
        )
        self.tickets = self.does(tickets(self.events, self.event))
        self.tokens = f"a-token-of-this-story-{self.world.next():06}-"

    def _shop(self, which: int) -> tuple[Near, str]:
        shop = self.shops[which]
        return shop, self.tickets[shop.actor]

    @rule(which=st.integers(0, 1), count=st.integers(1, 2), token=st.integers(0, 3))
    def somebody_buys_at_the_event(self, which: int, count: int, token: int) -> None:
        _, ticket = self._shop(which)
        told = f"{self.tokens}{which}{count}{token}"
        buyer = Buyer(f"guest {token}", self.history)
        self.does(buyer.asks(self.events, self.event, ticket, count, told))

    @rule(which=st.integers(0, 1), count=st.integers(1, 2), token=st.integers(0, 3))
    def somebody_buys_at_the_shop(self, which: int, count: int, token: int) -> None:
        shop, ticket = self._shop(which)
        told = f"{self.tokens}{which}{count}{token}-shop"
        buyer = Buyer(f"customer {token}", self.history)
        self.does(buyer.orders(shop, ticket, count, told))

    @rule(which=st.integers(0, 1), nth=st.integers(0, 5))
    def somebody_pays(self, which: int, nth: int) -> None:
        if order := self._order(which, nth):
            pays = orders.move(self.shops[which].node, order.id, "confirmed")
            if self.may(pays):
                self.history.note("staff", "pay", Heard.OK, about=order.id)

    @rule(
        which=st.integers(0, 1),
        nth=st.integers(0, 5),
        state=st.sampled_from(("cancelled", "refunded", "completed")),
    )
    def the_shop_ends_it(self, which: int, nth: int, state: str) -> None:
        if order := self._order(which, nth):
            self.may(orders.move(self.shops[which].node, order.id, state))

    @rule(nth=st.integers(0, 5))
    def somebody_withdraws(self, nth: int) -> None:
        found = self.does(self.events.node.store.read(self._purchases))
        if found:
            id = found[nth % len(found)].id
            self.may(purchases.withdraw(self.events.node, id))

    @rule(which=st.integers(0, 1), count=st.integers(0, 4))
    def the_shop_is_given_other_places(self, which: int, count: int) -> None:
        shop = self.shops[which].actor
        for allotment in self.does(allotted(self.events, self.event)):
            if allotment["shop"] == shop:
                change = allotments.change(
                    *(self.events.node, self.events.keeper, allotment.id),
                    quantity=count,
                )
                self.may(change)

    @rule(nth=st.integers(0, 5), who=st.sampled_from(("Bea", "Cem")))
    def a_ticket_is_passed_on(self, nth: int, who: str) -> None:
        shop, order = self.shops[0], self._order(0, nth)
        parts = order and self.does(
            shop.node.store.read(lambda read: parts_of(order.id, read, "Seat"))
        )
        for seat in (parts or ())[:1]:
            self.may(passing.pass_on(shop.node, seat.id, who, seat["code"]))

    @rule(hour=st.sampled_from((18, 20, 21)))
    def the_event_is_put_off(self, hour: int) -> None:
        begins = {"startTime": f"2030-07-12T{hour}:00:00Z"}
        ask = Ask("Update", self.event, values=begins)
        self.may(self.events.node.publish(self.events.keeper, ask))

    @rule(really=st.integers(0, 3))
    def the_event_is_called_off(self, really: int) -> None:
        if not really:
            off = Ask("Update", self.event, values={"status": "CANCELLED"})
            self.may(self.events.node.publish(self.events.keeper, off))

    def _order(self, which: int, nth: int) -> Thing | None:
        shop, ticket = self._shop(which)

        def look(read: Read) -> list[str]:
            return [e.subject for e in read.edges(relation="satisfies", object=ticket)]

        found = sorted(set(self.does(shop.node.store.read(look))))
        return self.does(shop.get(found[nth % len(found)])) if found else None

    def _purchases(self, read: Read) -> list[Thing]:
        query = Query(("Purchase",), audiences=AUDIENCES, limit=100)
        mine = [
            p for p in read.find(query).items if p.owner == f"{self.events.base}/peer"
        ]
        return sorted(mine, key=lambda each: each.id)

    def agree(self) -> None:
        events, *shops = (
            self.does(kept(peer.base, peer.node.store))
            for peer in (self.events, *self.shops)
        )
        assert problems(self.history, shops, events) == []
        for shop in shops:
            assert self._as_told(shop) in (None, self._as_told(events)), shop.base

    def _as_told(self, at: Kept) -> tuple[datetime, str] | None:
        """When it begins and how it stands, where tickets for it are sold."""
        event, sells = at.things.get(self.event), at.related("sellsTicketsFor")
        if event is None or self.event not in {edge.object for edge in sells}:
            return None
        return moment.read(event["startTime"]), event.get("status", "")


def test_who_buys_a_ticket(world):
    three = world("events", "shop", "shop2")
    run_state_machine_as_test(lambda: Selling(three), settings=told(6))
