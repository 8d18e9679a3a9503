"""What stands at an address, or is known of it here, verified.

Asked, its server says how it is now; offline it is what came here, as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from behaviors.sell import id_told
from peer.cli.stopping import NotDone
from peer.cli.verifying import Verified, verified
from peer.model.consent import ASSERTED, CONSENTS, DECLINED, EXPIRED, state
from peer.model.ordering import MOST_PLACES, lines_of
from peer.model.places import SOLD
from peer.model.reading import Entry, Read
from peer.node import examining
from peer.node.node import Node
from peer.node.outgoing.bodies import AS2, SIGNED
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Gone, Missing, NotFetched, Unfit
from peer.node.telling.agreements import instrument
from peer.protocol.origin import same, same_origin
from peer.protocol.thing import Edge
from peer.protocol.wire import related

_REQUESTS = 8
_LOOKED_BACK = 50
_SIGNED = ("document", "instrument")

#: How an edge stands, where more has to be said than that its proof holds.
_STANDING: Mapping[str, str] = {
    ASSERTED: "one side has said so; the other one has not answered",
    DECLINED: "the other side does not agree, or no longer does",
    EXPIRED: "the time is over that it was for",
}
_OVER = (DECLINED, EXPIRED)


async def at(node: Node, id: str, *, ask: bool) -> list[Verified]:
    """What stands at ``id``: an edge with its consent, an order, or any document."""
    edge = await node.store.read(partial(_edge, id))
    if edge is not None:
        return await _of_edge(node, edge, ask=ask)
    kept = await node.store.read(partial(_kept, id))
    if ask and not kept and not same_origin(id, node.base):
        return await _there(node, id)
    gone = await node.store.read(partial(_gone, id))
    if not kept:
        why = f"{id} does not stand: {gone}" if gone else ""
        raise NotDone(why or f"nothing signed is known of {id}")
    found = [each for one in kept for each in await verified(node, one, ask=ask)]
    return [each.but(gone) for each in found]


# -- edges that are known here ------------------------------------------------------


def _edge(id: str, read: Read) -> Edge | None:
    """The edge of that id; of a consent, the edge that it is to."""
    edge = read.edge(id)
    is_yes = edge is not None and edge.relation == CONSENTS
    return read.edge(edge.object) if edge is not None and is_yes else edge


async def _of_edge(node: Node, edge: Edge, *, ask: bool) -> list[Verified]:
    budget = Budget(_REQUESTS) if ask else None
    shown = await examining.exhibits(node, edge, budget)
    stands = await node.store.read(partial(state, edge))
    over = _STANDING[stands] if stands in _OVER else ""
    return [
        Verified(
            each.what,
            each.id,
            each.signer,
            each.wrong or ("" if each.signer else "it is not signed") or over,
            _STANDING.get(stands, ""),
        )
        for each in shown
    ]


# -- what came here -----------------------------------------------------------------


def _kept(id: str, read: Read) -> list[Any]:
    """What was signed and came with an activity, as it came; of an order the last."""
    activity = read.activity(id)
    told = [activity] if activity is not None else []
    told += [entry.activity for entry in _stated(id, read)]
    found = [
        each.notes[name] for each in told for name in _SIGNED if name in each.notes
    ]
    return found[:1] if found else _sold(id, read)


def _stated(id: str, read: Read) -> list[Entry]:
    offers = read.log(object=id, type="Offer", limit=1)
    return [each for each in offers if isinstance(each.activity.object, Edge)]


def _gone(id: str, read: Read) -> str:
    """Why there is no edge of that id any more; empty where there never was one."""
    if read.edge(id) is not None:
        return ""
    last = read.log(object=id, type="Remove", limit=1)
    if last and isinstance(last[0].activity.object, Edge):
        return f"it was taken back on {last[0].activity.published}"
    return "it ended with one of its ends" if _stated(id, read) else ""


def _sold(order: str, read: Read) -> list[Any]:
    """What its shop has signed of ``order``: as it came, or as it was sent."""
    places = [f"{order}#{number}" for number in range(1, MOST_PLACES + 1)]
    said = {edge.activity for edge in read.edges_into(places, [SOLD])}
    own = [] if said else list(_told(order, read))
    found = [activity for id in (*said, *own) if (activity := read.activity(id))]
    documents = [a.notes["instrument"] for a in found if "instrument" in a.notes]
    return [d if "proof" in d else instrument(d, read) for d in documents]


def _told(order: str, read: Read) -> Iterator[str]:
    """The ids under which a shop may have told the events' peers of ``order``, last."""
    events = {line.event.id for line in lines_of(order, read) if line.event is not None}
    log = read.log(object=order, limit=_LOOKED_BACK)
    for event in sorted(events):
        ids = (id_told(entry.activity.id, order, event) for entry in log)
        yield from [id for id in ids if read.activity(id) is not None][:1]


# -- elsewhere ----------------------------------------------------------------------


async def _there(node: Node, id: str) -> list[Verified]:
    document = await _fetched(node, id)
    found = await verified(node, document, ask=True)
    told = related.stated(document)
    if not found or told is None or told.stamp is None:
        return found
    return [*found, *await _consent(node, told, told.stamp)]


async def _fetched(node: Node, id: str) -> dict[str, Any]:
    """A ticket stands below its own address, and is no ActivityStreams."""
    fetch = node.incoming.strangers.fetch
    try:
        try:
            return dict(await fetch(id, Budget(_REQUESTS), fresh=True, wanted=AS2))
        except Unfit:
            return dict(await fetch(id, Budget(_REQUESTS), fresh=True, wanted=SIGNED))
    except NotFetched as wrong:
        raise NotDone(f"{id} is not to be had: {wrong.reason}") from wrong


async def _consent(node: Node, told: related.Stated, stamp: str) -> list[Verified]:
    """The consent that an edge shows, as it stands at its own address."""
    what = related.AUTHORIZATION
    try:
        found = await node.incoming.strangers.fetch(
            stamp, Budget(_REQUESTS), fresh=True
        )
    except (Gone, Missing):
        return [Verified(what, stamp, None, "it was taken back: it is not there")]
    except NotFetched as wrong:
        return [Verified(what, stamp, None, f"it is not to be had: {wrong.reason}")]
    yes = related.agreed(dict(found))
    is_to_it = yes is not None and same(yes.edge, told.id)
    if yes is None or not is_to_it or not same(yes.target, told.object):
        return [Verified(what, stamp, None, f"it is no consent to {told.id}")]
    return await verified(node, found, ask=True)
