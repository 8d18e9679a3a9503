"""Effects become rows, here and nowhere else."""

from __future__ import annotations

from peer.model.effect import (
    Effect,
    Erase,
    Hold,
    Notify,
    Put,
    Refuse,
    Relate,
    Release,
    Unrelate,
)
from peer.model.indexing import index_of
from peer.model.lexicon import Lexicon
from peer.node.refusal import Refused
from peer.protocol.thing import Activity
from store.interface import Full, Transaction


def apply(
    effect: Effect, activity: Activity, lexicon: Lexicon, tx: Transaction
) -> None:
    match effect:
        case Put(thing):
            tx.put(thing, index_of(lexicon.types[thing.kind], thing))
        case Erase(id, at):
            tx.erase(id, at)
        case Relate(edge):
            tx.relate(edge)
        case Unrelate(subject, relation, object):
            tx.unrelate(subject, relation, object)
        case Hold() | Release():
            _count(effect, tx)
        case Notify(person):
            tx.notify(person, activity.id)
        case Refuse(reason, status, problems):
            raise Refused(reason, status, problems)


def _count(effect: Hold | Release, tx: Transaction) -> None:
    """Of what there is only so much of, somebody takes some or gives it back."""
    if isinstance(effect, Release):
        tx.release(effect.thing, effect.holder)
        return
    try:
        tx.hold(effect.thing, effect.holder, effect.count, effect.limit)
    except Full as full:
        raise Refused("There are no places left.", 409) from full
