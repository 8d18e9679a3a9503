"""Edges and consents, held against their proofs and against what stands there now.

A proof cannot show that something was taken back: so what others have signed is asked
for again, before anything with money, and every few hours (``SX_RECHECK_HOURS``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from peer.model.consent import CONSENTS, answers, asked_end, state
from peer.model.reading import Read
from peer.node import evidence
from peer.node.evidence import Signer
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Gone, Missing, NotFetched
from peer.node.refusal import Refused
from peer.node.telling import edges as telling
from peer.node.telling.dispatch import Dispatch
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, same, same_origin
from peer.protocol.proof import BadProof
from peer.protocol.thing import Activity, Edge
from peer.protocol.wire import related
from peer.protocol.wire.loose import Unreadable, id_of
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

Document = Mapping[str, Any]

_LOOKED = "looked-at-edge"
_KEPT = timedelta(days=60)
_WRONG = (BadProof, NotTheirs, NotFetched, Unreadable, Refused)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A document, and what came of verifying it; ``wrong`` is empty where it holds.

    ``now`` is whether it stood at its address just now, or is as it came to us.
    """

    what: str
    id: str
    document: Document | None = None
    signer: Signer | None = None
    wrong: str = ""
    now: bool = False

    @property
    def holds(self) -> bool:
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Standing:
    """How an edge stands; ``asked`` is whether everybody could be asked just now."""

    state: str
    asked: bool


# -- what is shown ---------------------------------------------------------------------


async def exhibits(node: Node, edge: Edge, budget: Budget | None) -> Sequence[Exhibit]:
    """The documents of ``edge`` and of the consent to it, verified now.

    Without a ``budget`` nobody is asked: what holds is what came here.
    """
    said = await node.store.read(lambda read: answers([edge], read))
    yes = said.get(edge.id, {}).get(CONSENTS)
    told = [await _exhibit(node, "edge", edge, edge, budget)]
    if yes is not None:
        told.append(await _exhibit(node, "consent", yes, edge, budget))
    return told


async def _exhibit(
    node: Node, what: str, signed: Edge, edge: Edge, budget: Budget | None
) -> Exhibit:
    document, is_there, wrong = await _document(node, signed, budget)
    if document is None:
        return Exhibit(what, signed.id, None, None, wrong)
    try:
        signer = await _signer(node, signed, document, budget if is_there else None)
        evidence.check_speaks(document, signer)
        check_says(document, signed, edge)
    except _WRONG as found:
        return Exhibit(what, signed.id, document, None, wrong or str(found), is_there)
    return Exhibit(what, signed.id, document, signer, wrong, is_there)


async def _signer(
    node: Node, signed: Edge, document: Document, budget: Budget | None
) -> Signer:
    """By the key that is known; else by the one that it was proven with as it came."""
    try:
        return await evidence.signer(node, document, budget)
    except NotTheirs:
        activity = await node.store.read(lambda read: read.activity(signed.activity))
        key = activity.notes.get("key") if activity is not None else None
        if key is None or budget is not None:
            raise
        return evidence.signer_noted(document, key, node.now())


async def _document(
    node: Node, signed: Edge, budget: Budget | None
) -> tuple[Document | None, bool, str]:
    """What stands at its address now; else as it came, and why not."""
    if same_origin(signed.id, node.base):
        await telling.ready(node.store, signed)
        lexicon = node.lexicon
        own = await node.store.read(lambda r: telling.document(signed, r, lexicon))
        return own, own is not None, "" if own else "it is not for everybody to see"
    kept = await node.store.read(partial(kept_document, signed))
    if budget is None:
        return kept, False, "" if kept else "others were asked too often just now"
    try:
        found = await node.incoming.strangers.fetch(signed.id, budget, fresh=True)
    except (Gone, Missing):
        return kept, False, "it was taken back: it is no longer there"
    except NotFetched as wrong:
        return kept, False, "" if kept else f"it could not be asked for: {wrong.reason}"
    return found, True, ""


def kept_document(signed: Edge, read: Read) -> Document | None:
    """What was signed, as it came with the activity that told us of it."""
    activity = read.activity(signed.activity)
    return activity.notes.get("document") if activity is not None else None


def check_says(document: Document, signed: Edge, edge: Edge) -> None:
    """NotTheirs, unless ``document`` says what is believed of it here."""
    told = dict(document)
    if signed.relation == CONSENTS:
        yes = related.agreed(told)
        said = (yes.id, yes.edge, yes.target) if yes is not None else ()
        wanted: tuple[str, ...] = (signed.id, edge.id, asked_end(edge))
    else:
        one = related.stated(told)
        said = (one.id, one.subject, one.object) if one is not None else ()
        wanted = (edge.id, edge.subject, edge.object)
        if one is not None and related.local(one.relation) != edge.relation:
            said = ()
    if len(said) != len(wanted) or not all(map(same, said, wanted)):
        raise NotTheirs(f"{id_of(told)} says something else than is known of it here")


def claims(document: Document) -> list[tuple[str, str]]:
    """What an edge, or a consent, speaks for, and in whose name; else nothing."""
    told = dict(document)
    if edge := related.stated(told):
        return [(edge.subject, edge.by)]
    yes = related.agreed(told)
    return [(yes.target, yes.by)] if yes is not None else []


def check_bounds(document: Document, now: datetime) -> None:
    """NotTheirs, or BadProof, unless it keeps to what its author may say, and when."""
    told = dict(document)
    for id, by in claims(told):
        if not same_origin(id, by):
            raise NotTheirs(f"{by} does not speak for {id}, which is on another server")
    edge = related.stated(told)
    if edge is not None and edge.end is not None and edge.end <= now:
        raise BadProof(f"it was for a time, which was over at {wire(edge.end)}")


# -- asking again ----------------------------------------------------------------------


async def reverify(
    node: Node,
    edge: Edge,
    *,
    older: timedelta = timedelta(),
    budget: Budget | None = None,
) -> Standing:
    """How ``edge`` stands, after asking whoever has signed it, or the consent to it.

    Nobody is asked about what was looked at less than ``older`` ago.  What was taken
    back is taken back here as well; where nobody answers, all stays as it is.
    """
    budget = budget or Budget(8)
    signed = await node.store.read(partial(_foreign, node, edge))
    asked = True
    for each in signed:
        if not await node.store.read(partial(_is_due, node, each, older)):
            continue
        asked = await _asked(node, each, edge, budget) and asked
    return Standing(await node.store.read(partial(_state, edge)), asked)


def _state(edge: Edge, read: Read) -> str:
    return state(edge, read) if read.edge(edge.id) is not None else "gone"


def _foreign(node: Node, edge: Edge, read: Read) -> list[Edge]:
    yes = answers([edge], read).get(edge.id, {}).get(CONSENTS)
    both = (edge, yes) if yes is not None else (edge,)
    return [each for each in both if not same_origin(each.id, node.base)]


def _is_due(node: Node, signed: Edge, older: timedelta, read: Read) -> bool:
    kept = read.recall(_LOOKED, signed.id)
    last = read_moment(kept["at"] if kept else signed.since)
    return node.now() - last >= older


async def _asked(node: Node, signed: Edge, edge: Edge, budget: Budget) -> bool:
    """Did they answer?  If so it is known here what they said."""
    try:
        found = await node.incoming.strangers.fetch(signed.id, budget, fresh=True)
        signer = await evidence.signer(node, found, budget)
        evidence.check_speaks(found, signer)
        check_says(found, signed, edge)
    except (Gone, Missing) as wrong:
        log.info("edge.over", id=signed.id, reason=str(wrong))
        await node.store.transact(partial(_end, node, signed))
        return True
    except _WRONG as wrong:
        log.info("edge.not_asked", id=signed.id, reason=str(wrong))
        return False
    now = node.now()
    told = {"at": wire(now)}
    await node.store.transact(
        lambda tx: tx.keep(_LOOKED, signed.id, told, wire(now + _KEPT))
    )
    return True


def _end(node: Node, signed: Edge, tx: Transaction) -> None:
    """It was taken back over there, and nobody has told us."""
    if tx.edge(signed.id) is None:
        return
    now = wire(node.now())
    # A consent is theirs; with an edge, a consent of ours ends as well, which is told.
    notes = {"received": True} if signed.relation == CONSENTS else {}
    id = f"{node.base}/activities/{node.token()}"
    gone = Activity(id, "Remove", f"{node.base}/peer", now, signed, notes)
    dispatch = Dispatch(node.base, now, node.lexicon)
    node.door(tx, dispatch).carry_out([gone], tx)


async def reverify_due(node: Node, after: str | None = None) -> str | None:
    """Ask again about some edges that nobody was asked about for long.

    Where to go on the next time; None where there were no more.
    """
    believed = timedelta(hours=node.config.recheck_hours)
    page = await node.store.read(
        lambda read: read.edges(relation=CONSENTS, limit=_AT_ONCE, before=after)
    )
    for yes in page:
        edge = await node.store.read(partial(_edge_of, yes))
        if edge is not None:
            await reverify(node, edge, older=believed)
    return page[-1].id if len(page) == _AT_ONCE else None


_AT_ONCE = 100


def _edge_of(yes: Edge, read: Read) -> Edge | None:
    return read.edge(yes.object)
