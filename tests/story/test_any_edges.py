"""Whatever becomes of messages on their way: all agree on which edges stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from peer.model import consent
from peer.model.reading import Read
from peer.node.outbox import Ask
from tests.federation.peers import Near
from tests.story.worlds import Cranked, told


@dataclass(frozen=True, slots=True)
class Tie:
    """What may stand between a thing of the peer ``of`` and one of the peer ``to``."""

    of: str
    to: str
    subject: str
    relation: str
    object: str

    @property
    def ends(self) -> dict[str, str]:
        return {
            "subject": self.subject,
            "relation": self.relation,
            "object": self.object,
        }


TIES = st.integers(0, 2)


class Allocating(Cranked):
    """A post is offered to calendars of two peers, and an event that one of them has
    features it: taken, withdrawn, sent away, said anew, changed, deleted."""

    @initialize()
    def a_post_and_an_event(self) -> None:
        calendars = {
            name: f"{self.world.peers[name].base}/calendars/main"
            for name in ("events", "events2")
        }
        if "met" not in self.world.made:
            self.world.made["met"] = [
                self.does(self.blog.meets(each)) for each in calendars.values()
            ]
        number = self.world.next()
        made = self.blog.makes("Post", name=f"A post {number}", content="Come in.")
        self.post = self.does(made)
        self.event = self.does(
            self.events.makes(
                "Event", name=f"A gig {number}", startTime="2030-07-12T19:00:00Z"
            )
        )
        self.does(self.events.meets(self.post))
        self.ties = [
            *(
                Tie("blog", name, self.post, "allocatedTo", calendar)
                for name, calendar in calendars.items()
            ),
            Tie("events", "blog", self.event, "features", self.post),
        ]

    @rule(which=st.integers(0, 1), policy=st.sampled_from(("everyone", "peers", "ask")))
    def a_calendar_changes_its_mind(self, which: int, policy: str) -> None:
        tie = self.ties[which]
        self._asks(tie.to, Ask("Update", tie.object, values={"admits": policy}))

    @rule(which=TIES)
    def it_is_stated(self, which: int) -> None:
        tie = self.ties[which]
        self._asks(tie.of, Ask("Add", **tie.ends))

    @rule(which=TIES)
    def it_is_taken_back(self, which: int) -> None:
        tie = self.ties[which]
        self._asks(tie.of, Ask("Remove", **tie.ends))

    @rule(which=TIES)
    def it_is_sent_away(self, which: int) -> None:
        tie = self.ties[which]
        for edge in self.does(self._at(tie.to).edges(**tie.ends)):
            ends = {"subject": tie.object, "object": edge.id}
            self._asks(tie.to, Ask("Remove", relation="consents", **ends))

    @rule(which=TIES, verb=st.sampled_from(("Accept", "Reject")))
    def it_is_answered(self, which: int, verb: str) -> None:
        tie = self.ties[which]
        for edge in self.does(self._at(tie.to).edges(**tie.ends)):
            asked = self.does(self._asked(tie.to, edge.id))
            if asked:
                self._asks(tie.to, Ask(verb, asked))

    @rule(word=st.sampled_from(("soon", "at last", "again")))
    def the_post_is_changed(self, word: str) -> None:
        self._asks("blog", Ask("Update", self.post, values={"name": f"Come {word}"}))

    @rule(word=st.sampled_from(("soon", "at last", "again")))
    def the_event_is_changed(self, word: str) -> None:
        told = {"name": f"A gig {word}"}
        self._asks("events", Ask("Update", self.event, values=told))

    @rule(which=st.integers(0, 1), really=st.integers(0, 9))
    def one_of_them_is_deleted(self, which: int, really: int) -> None:
        if not really:
            peer, id = (("blog", self.post), ("events", self.event))[which]
            self._asks(peer, Ask("Delete", id))

    def _asks(self, name: str, ask: Ask) -> None:
        peer = self._at(name)
        self.may(peer.node.publish(peer.keeper, ask))

    def _at(self, name: str) -> Near:
        return self.world.peers[name]

    async def _asked(self, name: str, edge: str) -> str:
        """The newest Offer of ``edge`` that has come."""

        def look(read: Read) -> str:
            found = read.log(object=edge, type="Offer", limit=1)
            return found[0].activity.id if found else ""

        return await self._at(name).node.store.read(look)

    def agree(self) -> None:
        for tie in self.ties:
            here, there = (
                self.does(self._at(name).node.store.read(partial(_known, tie)))
                for name in (tie.of, tie.to)
            )
            assert here == there, tie


def _known(tie: Tie, read: Read) -> tuple[dict[str, str], list[str]]:
    """How it stands; and what the subject is called, where it is shown with it."""
    states = dict(consent.states(read.edges(**tie.ends), read))
    subject = read.get(tie.subject)
    shown = consent.MUTUAL in states.values() and subject is not None
    return states, [subject["name"]] if shown else []


def test_what_stands_between_a_post_and_calendars_and_events(world):
    three = world("blog", "events", "events2")
    run_state_machine_as_test(lambda: Allocating(three), settings=told(6))
