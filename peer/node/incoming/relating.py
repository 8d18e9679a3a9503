"""Edges that others state with things of ours, and what they agree to.

Whoever states one speaks for its subject, on the origin of both, and has signed it;
whoever agrees speaks for its object.  Nobody says anything of two things that are not
theirs, and what was stated does not change: for anything else there is another edge.
Of what is no edge these functions say nothing (None).
"""

from __future__ import annotations

from peer.model.consent import CONSENTS, answers, is_mutual, speaker, stamp
from peer.model.lexicon import RelationKind
from peer.node.incoming.meaning import GONE, Meaning, Meant, Need, Nothing, mark_of
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, same, same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from peer.protocol.wire.loose import Document, id_of
from peer.protocol.wire.related import (
    RELATIONSHIP,
    Agreed,
    Stated,
    agreed,
    is_a,
    local,
    stated,
)


def offer(means: Meaning) -> Meant | None:
    """An edge that ends at something of ours: is it agreed to?"""
    document = means.said.object
    if not isinstance(document, dict) or not is_a(document, RELATIONSHIP):
        return None
    told = stated(document)
    kind = _kind(means, told.relation) if told is not None else None
    if told is None or kind is None:
        return Nothing(
            "no such relation is known here, or it does not say of what", 403
        )
    _check_theirs(means, told)
    object = means.ours(told.object)
    if object is None or not _fits(means, object, kind):
        return Nothing("there is nothing like that here that it could end at", 404)
    if nothing := _outdated(means, told, kind):
        return nothing
    proven = means.proven(document, told.by)
    if isinstance(proven, Need):
        return proven
    if not proven:
        return means.not_had(mark_of(document), f"{told.by} has not signed it")
    return _with_subject(means, told, kind, document)


def _kind(means: Meaning, iri: str) -> RelationKind | None:
    """The relation by its IRI; or by its name, as other vocabularies have it."""
    relations = means.lexicon.relations
    iris = means.lexicon.relation_iris
    named = next((name for name, told in iris.items() if told == iri), local(iri))
    kind = relations.get(named)
    return kind if kind is not None and kind.consent else None


def _check_theirs(means: Meaning, told: Stated) -> None:
    said = means.said
    if not same(told.by, said.actor):
        raise NotTheirs(f"{said.actor} offers what {told.by} is to have stated")
    if not same_origin(told.id, told.by) or not same_origin(told.subject, told.by):
        raise NotTheirs(
            f"{told.by} speaks neither for {told.id} nor for {told.subject}"
        )
    if means.is_ours(told.subject):
        raise NotTheirs(f"{told.subject} is ours")
    if not means.is_ours(told.object):
        raise NotTheirs("nobody here answers for what belongs to others")
    if said.target_id is not None and not same(said.target_id, told.object):
        raise NotTheirs(
            f"it is offered to {said.target_id}, and is about {told.object}"
        )


def _fits(means: Meaning, object: Thing, kind: RelationKind) -> bool:
    return not kind.candidates or object.kind in means.lexicon.descendants(
        kind.candidates
    )


def _outdated(means: Meaning, told: Stated, kind: RelationKind) -> Nothing | None:
    if told.end is not None and told.end <= means.now:
        return Nothing("the time is over that it was for", 403)
    gone = means.read.recall(GONE, told.id, now=wire(means.now))
    if gone is not None and same(gone["by"], told.by):
        return Nothing("that was taken back before it came")
    earlier = means.read.edge(told.id)
    if earlier is not None and not _is_same(earlier, told, kind.name):
        raise NotTheirs(f"{told.id} was another edge, and does not change")
    if earlier is None and _said_anew(means, told, kind):
        return Nothing("it was said anew in the meantime")
    return None


def _said_anew(means: Meaning, told: Stated, kind: RelationKind) -> bool:
    """Is there a later one with the same ends?  Then this was taken back since."""
    since = wire(told.published or means.now)
    ends = {"subject": told.subject, "relation": kind.name, "object": told.object}
    there = means.read.edges(**ends, limit=10)
    return any(same(edge.by, told.by) and edge.since > since for edge in there)


def _is_same(edge: Edge, told: Stated, relation: str) -> bool:
    said = (told.subject, relation, told.object, told.by)
    return (edge.subject, edge.relation, edge.object, edge.by) == said


def _with_subject(
    means: Meaning, told: Stated, kind: RelationKind, document: Document
) -> Meant:
    """What it is about, as its own server has it now: that is what is shown here."""
    if told.subject not in means.tried:
        return Need((told.subject,), fresh=True)
    subject = means.known(told.subject)
    if subject is None and means.has_departed(told.subject):
        return Nothing("what it is about is gone")
    if subject is None:
        return means.not_had(told.subject, f"{told.subject} is not to be had")
    if not same(subject.owner, told.by):
        raise NotTheirs(f"{told.subject} is not {told.by}'s")
    if subject.audience != PUBLIC:
        return Nothing("what is not for everybody is not shown to everybody", 403)
    edge = Edge(
        id=told.id,
        subject=told.subject,
        relation=kind.name,
        object=told.object,
        by=told.by,
        since=wire(min(told.published or means.now, means.now)),
        activity=means.id,
    )
    end = wire(told.end) if told.end is not None else None
    notes = {
        "document": dict(document),
        "key": means.key_of(document),
        "endTime": end,
        "target": told.object,
        "instrument": _told_by(means, told),
    }
    return means.do(edge, "Offer", **notes)


def _told_by(means: Meaning, told: Stated) -> str | None:
    """The activity that told of the post, as far as it is theirs to name."""
    id = id_of(means.said.instrument)
    return id if same_origin(id, told.subject) else None


# -- what we asked -------------------------------------------------------------------


def answered(means: Meaning, asked: Activity) -> Meant:
    """Accept or Reject of an edge of ours, by whoever speaks for its object."""
    edge = means.read.edge(asked.edge.id)
    if edge is None:
        return Nothing("that was taken back in the meantime")
    if not same(means.said.actor, speaker(edge.object, means.read)):
        raise NotTheirs(f"{means.said.actor} was not asked")
    if means.said.type != "Accept":
        return _refused(means, edge, asked)
    return _agreed(means, edge, id_of(means.said.result), asked)


def _refused(means: Meaning, edge: Edge, asked: Activity) -> Meant:
    """A no that was said before the yes that is known here came too late to count."""
    yes, said = stamp(edge, means.read), means.said.at(means.now)
    if yes is not None and wire(said) < yes.since:
        return Nothing("they have agreed since")
    return means.do(asked, "Reject")


def _agreed(
    means: Meaning, edge: Edge, id: str | None, about: Activity | Edge
) -> Meant:
    """The consent as it stands at its address: what is brought along proves nothing."""
    by = speaker(edge.object, means.read)
    if by is None or id is None:
        return Nothing("it shows no consent", 403)
    if not same_origin(id, by):
        raise NotTheirs(f"{id} is not {by}'s to give")
    document = means.document(id)
    if isinstance(document, Need):
        return document
    yes = agreed(document)
    if document is None or yes is None:
        return _not_agreed(means, edge, id, about)
    said = (yes.id, yes.by, yes.edge, yes.target)
    if not all(map(same, said, (id, by, edge.id, edge.object))):
        raise NotTheirs(f"{id} is no consent of {by} to {edge.id}")
    proven = means.proven(document, by)
    if isinstance(proven, Need):
        return proven
    if not proven:
        return means.not_had(mark_of(document), f"{by} has not signed {id}")
    return _stands(means, edge, yes, document, about)


def _stands(
    means: Meaning,
    edge: Edge,
    yes: Agreed,
    document: Document,
    about: Activity | Edge,
) -> Meant:
    """From now on we hear of changes of what it is about: how is it at this moment?"""
    if not means.is_ours(edge.object) and edge.object not in means.tried:
        return Need((edge.object,), fresh=True)
    since = wire(min(yes.published or means.now, means.now))
    verb = "Accept" if isinstance(about, Activity) else "Update"
    notes = {
        "result": yes.id,
        "by": yes.by,
        "since": since,
        "document": dict(document),
        "key": means.key_of(document),
    }
    return means.do(about, verb, **notes)


def _not_agreed(means: Meaning, edge: Edge, id: str, about: Activity | Edge) -> Meant:
    """Taken back before they said yes, that is a no; unless they said more since."""
    if not means.has_departed(id):
        return means.not_had(id, f"there is no consent at {id}")
    is_answer = isinstance(about, Activity) and means.said.type == "Accept"
    if not is_answer or answers([edge], means.read).get(edge.id):
        return Nothing("that was taken back before it came")
    return means.do(about, "Reject")


# -- what changed --------------------------------------------------------------------


def update(means: Meaning) -> Meant | None:
    """Whoever stated an edge shows the consent to it."""
    document = means.said.object
    if not isinstance(document, dict) or not is_a(document, RELATIONSHIP):
        return None
    told = stated(document)
    edge = means.read.edge(told.id) if told is not None else None
    if told is None or edge is None:
        return Nothing("nothing is known of that")
    if not same(means.said.actor, edge.by):
        raise NotTheirs(f"{means.said.actor} did not state {edge.id}")
    if not _is_same(edge, told, local(told.relation)):
        raise NotTheirs(f"{edge.id} does not change: say it anew, under another id")
    if means.is_ours(edge.object) or told.stamp is None:
        return Nothing("what they agreed to is known here")
    return _agreed(means, edge, told.stamp, edge)


def add(means: Meaning) -> Meant | None:
    """A calendar shows something of ours: it shows the consent as well."""
    stamp, post = id_of(means.said.instrument), means.ours(means.said.object_id)
    if stamp is None or post is None:
        return None
    for edge in means.read.edges(subject=post.id, relation="allocatedTo"):
        if not same(speaker(edge.object, means.read), means.said.actor):
            continue
        asked = means.read.log(object=edge.id, type="Offer", limit=1)
        is_new = asked and not is_mutual(edge, means.read)
        if is_new and not _is_of_another(means, stamp, edge):
            return _agreed(means, edge, stamp, asked[0].activity)
    return Nothing("nothing new is shown by that")


def _is_of_another(means: Meaning, stamp: str, edge: Edge) -> bool:
    """To what was taken back since, it may be, and stated anew."""
    document = means.document(stamp)
    yes = None if isinstance(document, Need) else agreed(document)
    return yes is not None and not same(yes.edge, edge.id)


def delete(means: Meaning) -> Meant | None:
    """An edge, or the consent to one, is taken back by whoever gave it."""
    edge = means.read.edge(means.said.object_id or "")
    if edge is None or not _takes_consent(means, edge.relation):
        return None
    if not same(means.said.actor, edge.by):
        raise NotTheirs(f"{edge.id} is not {means.said.actor}'s to take back")
    return means.do(edge, "Remove", consent=True)


def _takes_consent(means: Meaning, relation: str) -> bool:
    kind = means.lexicon.relations.get(relation)
    return relation == CONSENTS or (kind is not None and kind.consent)
