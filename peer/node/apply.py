"""Effects become rows, here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from peer.model.effect import (
    Effect,
    Erase,
    Hold,
    Later,
    Notify,
    Put,
    Refuse,
    Relate,
    Release,
    Send,
    Unrelate,
)
from peer.model.indexing import index_elsewhere, index_of
from peer.model.lexicon import Lexicon
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing
from store.interface import Full, Transaction


@dataclass(frozen=True, slots=True)
class Applying:
    """What it takes to write effects down, but for a Send: that is for the door."""

    lexicon: Lexicon
    base: str

    def apply(self, effect: Effect, activity: Activity, tx: Transaction) -> None:
        match effect:
            case Put(thing):
                self._put(thing, tx)
            case Erase() | Relate() | Unrelate() | Later():
                _write(effect, tx)
            case Hold() | Release():
                _count(effect, tx)
            case Notify(person):
                self._notify(person, activity, tx)
            case Refuse(reason, status, problems):
                raise Refused(reason, status, problems)
            case Send():
                raise TypeError("a Send is carried out by the door")

    def _put(self, thing: Thing, tx: Transaction) -> None:
        kind = self.lexicon.types[thing.kind]
        is_ours = same_origin(thing.id, self.base)
        tx.put(thing, (index_of if is_ours else index_elsewhere)(kind, thing))

    def _notify(self, person: str, activity: Activity, tx: Transaction) -> None:
        """Our own people, and of what others have done whom they did not block."""
        who = activity.actor
        if person == who or not same_origin(person, self.base):
            return
        if not tx.edges(subject=person, relation="blocks", object=who, limit=1):
            tx.notify(person, activity.id)


def _write(effect: Erase | Relate | Unrelate | Later, tx: Transaction) -> None:
    match effect:
        case Erase(id, at):
            tx.erase(id, at)
        case Relate(edge):
            tx.relate(edge)
        case Unrelate(subject, relation, object):
            tx.unrelate(subject, relation, object)
        case Later(due, put_off):
            tx.postpone(due, put_off)


def _count(effect: Hold | Release, tx: Transaction) -> None:
    """Of what there is only so much of, somebody takes some or gives it back."""
    if isinstance(effect, Release):
        tx.release(effect.thing, effect.holder)
        return
    try:
        tx.hold(effect.thing, effect.holder, effect.count, effect.limit)
    except Full as full:
        raise Refused("There are no places left.", 409) from full
