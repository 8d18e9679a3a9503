"""Consent: an edge between two owners is offered by the one, and stands for the other.

Offer, Accept and Reject of an edge; what follows when it ends from either side; and
what a calendar gathers itself, of posts whose authors know nothing of edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from behaviors.handing import LISTED, passed_on
from peer.model.allotting import allotments_of, ticket_id
from peer.model.behavior import on
from peer.model.consent import (
    ALLOCATED,
    CONSENTS,
    DECLINES,
    EXPIRES,
    FEATURES,
    SELLS,
    answers,
    asked_end,
    is_of_one,
    is_peer,
    mutual,
    other_end,
    speaker,
    stamp,
    stamp_id,
)
from peer.model.effect import (
    Effect,
    Later,
    Notify,
    Refuse,
    Relate,
    Send,
    Unrelate,
    follows_from,
)
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge

#: The shop may have said yes, and that not have come yet.
_GIVEN = ("offered", "accepted")


# -- asking -------------------------------------------------------------------------


def offered(activity: Activity, read: Read) -> Iterator[Effect]:
    """What follows when somebody here states an edge that takes consent."""
    edge = activity.edge
    yield from _lapses(activity, edge.by)
    if is_of_one(edge, read.many([edge.subject, edge.object])):
        yield from passed_on(activity, edge, read)
        return
    if speaker(edge.object, read) is None:
        yield Refuse(f"Nothing is known of {edge.object}: look it up first.", 422)
        return
    target = {"target": edge.object}
    yield Send(follows_from(activity, "Offer", edge.by, edge, target))


@on("Offer", object="Relationship")
def offer_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """Whoever speaks for the other end agrees by their policy, or is asked."""
    edge = activity.edge

    if not activity.is_received and not same_origin(edge.object, activity.id):
        return []  # it is for others to say
    by = speaker(edge.object, read)
    if by is None:
        return [Refuse("What it is about is not here.", 404)]
    came: list[Effect] = []
    if activity.is_received:
        came = [*_replaced(edge, read), Relate(edge), *_lapses(activity, by)]
    said = answers([edge], read).get(edge.id, {})
    if DECLINES in said and CONSENTS not in said:
        return [*came, Send.answer("Reject", activity, by)]
    policy = _POLICIES.get(edge.relation, _ask)
    if CONSENTS in said or policy(edge, read):
        mark = cid([activity.id, edge.id])[-24:]
        kept = said[CONSENTS].id if CONSENTS in said else stamp_id(edge.object, mark)
        return [*came, Send.answer("Accept", activity, by, {"result": kept})]
    return [*came, *told(edge.object, by, read)]


def _replaced(edge: Edge, read: Read) -> Iterator[Effect]:
    """Said anew under another id, by the same: the earlier one was taken back."""
    ends = {"subject": edge.subject, "relation": edge.relation, "object": edge.object}
    for old in read.edges(**ends, limit=10):
        if old.id != edge.id:
            yield Unrelate(old.subject, old.relation, old.object)
            yield from _unanswered(old, read)


def _lapses(activity: Activity, by: str) -> Iterator[Effect]:
    """It may be for a time only, which ``by``, one of ours, notes when it is over."""
    due = activity.notes.get("endTime")
    if isinstance(due, str):
        yield Later(due, follows_from(activity, "Expire", by, activity.edge))


@on("Expire", object="Relationship")
def expire_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """The time is over that an edge was for."""
    edge = activity.edge

    if read.edge(edge.id) is None:
        return []
    return [Relate.said(activity, edge.object, EXPIRES, edge.id)]


# -- policies: yes, or whoever it is about is asked -----------------------------------


def _ask(edge: Edge, read: Read) -> bool:
    return False


def _admits(edge: Edge, read: Read) -> bool:
    """A calendar says itself whose posts it takes unasked."""
    return admits(edge.object, edge.by, read)


def admits(calendar: str, who: str, read: Read) -> bool:
    there = read.get(calendar)
    policy = there.get("admits", "peers") if there is not None else "ask"
    if policy == "peers":
        return same_origin(who, calendar) or is_peer(who, read)
    return bool(policy == "everyone")


def _is_allocated(edge: Edge, read: Read) -> bool:
    """Whoever let a calendar have a post meant that something grows out of it."""
    stated = read.edges(subject=edge.object, relation=ALLOCATED)
    there = [each for each in stated if same_origin(each.object, edge.subject)]
    return bool(mutual(there, read))


def _is_allotted(edge: Edge, read: Read) -> bool:
    """Whoever was given places to sell may say that they sell them: by that ticket."""
    event = read.get(edge.object)
    given = allotments_of(event, read) if event is not None else ()
    mine = {ticket_id(each): each for each in given if each["shop"] == edge.by}
    return edge.subject in mine and mine[edge.subject]["state"] in _GIVEN


_POLICIES: Mapping[str, Callable[[Edge, Read], bool]] = {
    ALLOCATED: _admits,
    FEATURES: _is_allocated,
    SELLS: _is_allotted,
}


# -- answering ------------------------------------------------------------------------


@on("Accept", object="Offer/Relationship")
def accept_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """The edge stands from now on, for both."""
    return agreed(activity, activity.inner.edge, read)


@on("Reject", object="Offer/Relationship")
def reject_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """It does not stand; not any longer, if it did: then the consent is taken back."""
    edge = activity.inner.edge
    yes = stamp(edge, read)
    if yes is not None and not activity.is_received:
        return [Send(follows_from(activity, "Remove", yes.by, yes))]
    return declined(activity, edge, read)


@on("Update", object="Relationship")
def stamped(activity: Activity, read: Read) -> Sequence[Effect]:
    """Whoever stated an edge shows that it was agreed to."""
    if "result" not in activity.notes or not activity.is_received:
        return []  # our own: others are told
    return agreed(activity, activity.edge, read)


def agreed(activity: Activity, edge: Edge, read: Read) -> Sequence[Effect]:
    if read.edge(edge.id) is None:
        gone = Refuse("It was taken back in the meantime.", 410)
        return [] if activity.is_received else [gone]
    notes, said = activity.notes, answers([edge], read).get(edge.id, {})
    about = asked_end(edge)
    yes = Edge(
        id=notes["result"],
        subject=about,
        relation=CONSENTS,
        object=edge.id,
        by=notes.get("by", activity.actor),
        since=notes.get("since", activity.published),
        activity=activity.id,
    )
    if CONSENTS in said and said[CONSENTS].id == yes.id:
        return []
    return [
        *_unanswered(edge, read),
        Relate(yes),
        *told(edge.subject, edge.by, read),
        *_shown(activity, edge, yes, read),
    ]


def _shown(activity: Activity, edge: Edge, yes: Edge, read: Read) -> Iterator[Effect]:
    """To whom else it is told: whoever asked shows it; a calendar passes it on."""
    if activity.is_received:
        if same_origin(edge.id, edge.by) and activity.type == "Accept":
            yield Send(follows_from(activity, "Update", edge.by, edge))
        return
    if edge.relation in LISTED:
        listed = {"listed": other_end(edge), "target": f"{yes.subject}/allocated"}
        yield Send(follows_from(activity, "Add", yes.by, yes, listed))
        yield from passed_on(activity, edge, read)


def declined(activity: Activity, edge: Edge, read: Read) -> Sequence[Effect]:
    if read.edge(edge.id) is None:
        return []
    return [
        *_unanswered(edge, read),
        Relate.said(activity, asked_end(edge), DECLINES, edge.id),
        *told(edge.subject, edge.by, read),
    ]


def _unanswered(edge: Edge, read: Read) -> Iterator[Effect]:
    for each in answers([edge], read).get(edge.id, {}).values():
        if each.relation != EXPIRES:
            yield Unrelate(each.subject, each.relation, each.object)


def told(end: str, by: str, read: Read) -> Iterator[Effect]:
    """Whoever speaks for ``end``, and whoever keeps it."""
    thing = read.get(end)
    for person in dict.fromkeys((by, thing.owner if thing is not None else by)):
        yield Notify(person)


# -- ending ---------------------------------------------------------------------------


def ended(activity: Activity, read: Read) -> Iterator[Effect]:
    """What follows when an edge is taken back, or the consent to one."""
    edge = activity.edge
    if edge.relation == CONSENTS:
        yield from _revoked(activity, edge, read)
        return
    yield from over(activity, edge, read)


def over(activity: Activity, edge: Edge, read: Read) -> Iterator[Effect]:
    """The edge is gone, and with it what was said about it."""
    said = answers([edge], read).get(edge.id, {})
    for each in said.values():
        yield Unrelate(each.subject, each.relation, each.object)
    if CONSENTS in said:
        yield from _moot(activity, edge, said[CONSENTS], read)
    elif not activity.is_received:
        yield from _untold(activity, edge, edge.activity, read)


def _revoked(activity: Activity, stamp: Edge, read: Read) -> Iterator[Effect]:
    edge = read.edge(stamp.object)
    if edge is None or "moot" in activity.notes or "listed" in activity.notes:
        return
    yield Relate.said(activity, stamp.subject, DECLINES, edge.id)
    yield from told(edge.subject, edge.by, read)
    if not activity.is_received:
        yield from _unlisted(activity, edge, stamp, read)


def withdrawn(activity: Activity, read: Read) -> Iterator[Effect]:
    """What is kept back from now on stands in no relation to what others have.

    Right afterwards: first they are told of what is kept back, because of the edges.
    """
    id, now, kinds = activity.thing.id, activity.published, (ALLOCATED, FEATURES, SELLS)
    for edge in read.edges_from([id], kinds):
        gone = {"consent": True}
        yield Later(now, follows_from(activity, "Remove", activity.actor, edge, gone))
    for said in answers(read.edges_into([id], kinds), read).values():
        if CONSENTS in said:
            yes = said[CONSENTS]
            yield Later(now, follows_from(activity, "Remove", yes.by, yes))


def _moot(activity: Activity, edge: Edge, stamp: Edge, read: Read) -> Iterator[Effect]:
    """There is nothing to agree to any more: a consent of ours goes as well."""
    is_ours = activity.is_received != same_origin(stamp.id, activity.id)
    if is_ours:
        if edge.relation not in LISTED:
            moot = {"moot": True}
            yield Send(follows_from(activity, "Remove", stamp.by, stamp, moot))
        yield from told(edge.object, stamp.by, read)
        yield from _unlisted(activity, edge, stamp, read)


def _unlisted(
    activity: Activity, edge: Edge, stamp: Edge, read: Read
) -> Iterator[Effect]:
    """A calendar no longer shows it, and those who follow are told."""
    if edge.relation in LISTED:
        listed = {"listed": other_end(edge), "target": f"{stamp.subject}/allocated"}
        yield Send(follows_from(activity, "Remove", stamp.by, stamp, listed))
        yield from _untold(activity, edge, stamp.activity, read)


def _untold(activity: Activity, edge: Edge, cause: str, read: Read) -> Iterator[Effect]:
    """It takes back that it has passed something on, because of ``cause``."""
    if edge.relation not in LISTED:
        return
    because, thing = read.activity(cause), read.get(other_end(edge))
    if because is None or thing is None:
        return
    calendar = asked_end(edge)
    done = read.activity(follows_from(because, "Announce", calendar, thing).id)
    if done is not None:
        anyway = {"anyway": True}
        yield Send(follows_from(activity, "Undo", calendar, done, anyway))


@on("Undo", object="Offer/Relationship")
def undo_offer(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asked has thought better of it, and nobody agreed to anything."""
    return list(over(activity, activity.inner.edge, read))
