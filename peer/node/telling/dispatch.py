"""From what was done here to the queue: in the transaction that does it."""

from __future__ import annotations

from dataclasses import dataclass

from peer.model.lexicon import Lexicon
from peer.node.letters.buyers import Desk
from peer.node.telling.addressing import BETWEEN_TWO, Inboxes, addressed
from peer.protocol.cid import cid
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge
from store.interface import Transaction


class NotBrief(Exception):
    """All who follow are to hear of it, which takes a while."""


@dataclass(slots=True)
class Dispatch:
    """``count`` is how many deliveries were put into the queue.

    For work that was taken to be ``brief`` there are to be few: else NotBrief, and
    it is begun again as other work.
    """

    base: str
    now: str
    lexicon: Lexicon
    count: int = 0
    brief: bool = False

    def __call__(self, activity: Activity, tx: Transaction) -> None:
        """Letters are written once, with what they are about."""
        Desk(self.base, self.now, tx).write(activity)
        self.tell(activity, tx)

    def tell(self, activity: Activity, tx: Transaction) -> None:
        """What others did is not ours to send on; what is View, nobody's business."""
        if activity.is_received or not same_origin(activity.id, self.base):
            return
        told = addressed(activity, tx, self.lexicon)
        if self.brief and told.is_for_all_who_follow:
            raise NotBrief
        inboxes = Inboxes(tx, self.base).of(told) if told.is_told else ()
        rows = [
            (activity.id, told.actor, inbox, self.now, _about(activity))
            for inbox in inboxes
        ]
        if rows:
            tx.enqueue_all(rows)
            self.count += len(rows)


def _about(activity: Activity) -> str:
    """What it is about in the end: of that, the earlier arrives before the later.

    A thing, whoever changes it.  But what is between two is about both of them: one
    who cannot be reached does not keep the others waiting.  Of places that were sold
    each order is told of by itself.
    """
    inner = activity
    while isinstance(inner.object, Activity):
        inner = inner.object
    object = inner.object
    if inner.type in BETWEEN_TWO or isinstance(object, Edge):
        return cid([inner.actor, object.id, *_order(inner)])
    return object.id


def _order(activity: Activity) -> list[str]:
    told = activity.notes.get("instrument")
    return [str(told["id"])] if isinstance(told, dict) and "id" in told else []
