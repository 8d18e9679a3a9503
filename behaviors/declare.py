"""What follows when a type or a relation kind is made, changed or taken away.

Types and relation kinds are things like any other; these answers keep the
vocabulary whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.declaration import DeclarationError, declared
from peer.model.effect import Effect, Refuse, Relate, Unrelate
from peer.model.indexing import SHELVES
from peer.model.kinds import KINDS
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.protocol.thing import AUDIENCES, Activity

_EVERYWHERE = (*AUDIENCES, *SHELVES)  # here, and what others have


@on("Create", object="Type")
def declare(activity: Activity, read: Read) -> Sequence[Effect]:
    """Refuse a declaration that is not one; a type is a subtype of what it extends."""
    return _refusal(activity) or _namesake(activity, read) or _kinship(activity, read)


@on("Update", object="Type")
def redeclare(activity: Activity, read: Read) -> Sequence[Effect]:
    """The same for a type that has changed; its name never does."""
    return (
        _refusal(activity)
        or _renaming(activity)
        or _namesake(activity, read)
        or _kinship(activity, read)
    )


@on("Create", object="Relation")
def declare_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """Refuse a second relation kind of one name."""
    return _namesake(activity, read)


@on("Update", object="Relation")
def redeclare_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """The same for one that has changed."""
    return _namesake(activity, read)


@on("Delete", object="Type")
def forget(activity: Activity, read: Read) -> Sequence[Effect]:
    """A type goes only when nothing is of it any more, and nothing can come to be."""
    name = activity.thing["name"]

    if read.find(Query((name,), audiences=_EVERYWHERE, limit=1)).items:
        return [Refuse(f"There are things of type {name}: delete them first.")]
    if activity.thing.get("elsewhere"):
        return [Refuse(f"Things of other servers are read as {name}: end that first.")]
    return []


@on("Delete", object="Relation")
def forget_relation(activity: Activity, read: Read) -> Sequence[Effect]:
    """A relation kind goes only when nothing is related by it any more."""
    name = activity.thing["name"]

    if read.edges(relation=name, limit=1):
        return [Refuse(f"Things are related by {name}: take those edges back first.")]
    return []


def _refusal(activity: Activity) -> Sequence[Effect]:
    try:
        declared(activity.thing.values)
    except DeclarationError as wrong:
        term = wrong.key.partition(".")[0] or "name"
        return [Refuse(str(wrong), 422, {term: f"{wrong}."})]
    return []


def _renaming(activity: Activity) -> Sequence[Effect]:
    """Things say by its name which type they are of, and its address is made of it."""
    kind = activity.thing
    if kind.slug == kind["name"].lower():
        return []
    stays = "A type keeps its name: make another one, or change how it is labelled."
    return [Refuse(stays, 422, {"name": stays})]


def _namesake(activity: Activity, read: Read) -> Sequence[Effect]:
    """Two of one name, in large or small letters, would be taken for each other."""
    mine = activity.thing
    key = KINDS["line"].key(mine["name"])
    named = Query((mine.kind,), audiences=AUDIENCES, where=(Where("name", "=", key),))
    others = [each for each in read.find(named).items if each.id != mine.id]
    if not others:
        return []
    taken = f"{others[0]['name']!r} is a name that is taken: see {others[0].id}."
    return [Refuse(taken, 422, {"name": taken})]


def _kinship(activity: Activity, read: Read) -> Sequence[Effect]:
    """``subtypeOf`` edges, made equal to what ``extends`` says."""
    kind = activity.thing
    home = kind.id.removesuffix(kind.slug)
    wanted = {home + name.lower() for name in kind.get("extends", ())}
    there = {e.object for e in read.edges(subject=kind.id, relation="subtypeOf")}
    gone = [Unrelate(kind.id, "subtypeOf", other) for other in sorted(there - wanted)]
    come = [
        Relate.said(activity, kind.id, "subtypeOf", other, nth)
        for nth, other in enumerate(sorted(wanted - there))
    ]
    return [*gone, *come]
