"""The one door: every activity, whoever asks, is carried out here.

Behaviors, then their effects, all inside the caller's transaction:
one refusal, wherever it comes from, and nothing of it has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from peer.model.behavior import Behavior
from peer.model.effect import Send
from peer.model.lexicon import Lexicon
from peer.node.apply import Applying
from peer.node.checks import kinds_of
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing
from store.interface import Transaction

_LAST_WORD = "Delete"

#: By verb, who answers whatever it is done to, and who to some kinds alone.
Hearers = dict[str, tuple[Sequence[Behavior], Sequence[Behavior]]]


def tell_nobody(activity: Activity, tx: Transaction) -> None:
    """What is done again, from the log, was told at its time."""


@dataclass(frozen=True, slots=True)
class Door:
    """What it takes to carry an activity out: a vocabulary, and who answers.

    ``dispatch`` puts into the queue what others are to know of what is done here.
    What is not done for the first time is done from the log, and what followed from it
    then is in there as well.

    ``by_verb`` may be shared by doors that have the same behaviors.

    Behaviors for any object save what was said; those for a special kind fire
    afterwards.  Of several activities asked for together all are saved before
    any fires, so that whoever answers to a new post sees its tags.
    """

    lexicon: Lexicon
    behaviors: Sequence[Behavior]
    base: str
    dispatch: Callable[[Activity, Transaction], None] = tell_nobody
    is_first: bool = True
    by_verb: Hearers = field(default_factory=dict)

    def carry_out(self, activities: Sequence[Activity], tx: Transaction) -> None:
        """Do ``activities`` together, without asking who may."""
        fresh = [each for each in activities if self.save(each, tx)]
        self.fire(fresh, tx)

    def save(self, activity: Activity, tx: Transaction) -> bool:
        """Record ``activity`` and do what it says; False where that was done before.

        What was refused is only in the log because of the answer to it.
        """
        if not tx.record(activity) or activity.notes.get("refused"):
            return False
        if activity.type == _LAST_WORD:
            self.dispatch(activity, tx)  # afterwards nobody knows who is to hear of it
        self._hear(activity, self._general(activity), tx)
        return True

    def fire(self, activities: Sequence[Activity], tx: Transaction) -> None:
        """Let those answer who care what kind of thing it was about."""
        for activity in activities:
            special = self._special(activity, tx)
            if not special and not self._general(activity):
                what = f"{activity.type} of a {activity.object.kind}"
                raise Refused(f"Nothing here answers to {what}.", 405)
            self._hear(activity, special, tx)
        for activity in activities:
            if activity.type != _LAST_WORD:
                self.dispatch(activity, tx)

    def _general(self, activity: Activity) -> Sequence[Behavior]:
        return self._of(activity.type)[0]

    def _special(self, activity: Activity, tx: Transaction) -> Sequence[Behavior]:
        special = self._of(activity.type)[1]
        kinds = self._kinds(activity, tx) if special else ()
        return [b for b in special if b.answers_to(activity.type, kinds)]

    def _of(self, verb: str) -> tuple[Sequence[Behavior], Sequence[Behavior]]:
        if verb not in self.by_verb:
            those = [b for b in self.behaviors if b.verb == verb]
            special = [b for b in those if b.object]
            self.by_verb[verb] = [b for b in those if not b.object], special
        return self.by_verb[verb]

    def _kinds(self, activity: Activity, tx: Transaction) -> Sequence[str]:
        match activity.object:
            case Thing() as thing if same_origin(thing.id, self.base):
                return self.lexicon.lineage(kinds_of(thing, tx))
            case Thing() as copy:
                return self.lexicon.lineage((copy.kind,))
            case Activity() as inner:
                return (inner.kind, f"{inner.kind}/{inner.object.kind}")
            case Edge():
                return (Edge.kind,)

    def _hear(
        self, activity: Activity, those: Sequence[Behavior], tx: Transaction
    ) -> None:
        applying = Applying(self.lexicon, self.base)
        for behavior in those:
            for effect in behavior.effects(activity, tx):
                if isinstance(effect, Send):
                    if self.is_first:
                        self.carry_out([effect.activity], tx)
                else:
                    applying.apply(effect, activity, tx)
