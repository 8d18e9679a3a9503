"""The peer itself tells those who follow it of what is new here."""

from __future__ import annotations

from collections.abc import Sequence

from behaviors.reschedule import rescheduled
from behaviors.wait import told_of_change
from peer.model.behavior import on
from peer.model.effect import Effect, Send, follows_from
from peer.model.reading import Read
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity


@on("Create", object="Post")
def new_post(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass a new post on."""
    return _passed_on(activity, read)


@on("Update", object="Post")
def published_post(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass on a post that has been a draft until now."""
    return _passed_on(activity, read) if activity.notes.get("appears") else []


@on("Create", object="Event")
def new_event(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass a new event on."""
    return _passed_on(activity, read)


@on("Update", object="Event")
def published_event(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass on what has been a draft; tell who means to come what is otherwise now."""
    if activity.notes.get("appears"):
        return _passed_on(activity, read)
    return [*told_of_change(activity, read), *rescheduled(activity, read)]


@on("Create", object="Product")
def new_product(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass a new product on."""
    return _passed_on(activity, read)


@on("Update", object="Product")
def published_product(activity: Activity, read: Read) -> Sequence[Effect]:
    """Pass on a product that has been kept back until now."""
    return _passed_on(activity, read) if activity.notes.get("appears") else []


def _passed_on(activity: Activity, read: Read) -> Sequence[Effect]:
    """An Announce by the peer, of what is its own people's and for everybody."""
    thing = activity.thing
    site = f"{origin(activity.id)}/actor"

    is_ours = same_origin(thing.id, activity.id) and not activity.is_received
    if not is_ours or thing.audience != PUBLIC or thing.owner == site:
        return []
    if activity.notes.get("quiet"):
        return []  # one of many dates, and far off
    if not read.edges(object=site, relation="follows", limit=1):
        return []
    return [Send(follows_from(activity, "Announce", site, thing, {"new": True}))]
