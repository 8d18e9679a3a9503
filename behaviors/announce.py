"""Announce: somebody passes a thing on to those who follow them.  Once each."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Notify, Refuse, Relate
from peer.model.reading import Read
from peer.protocol.thing import PUBLIC, Activity


@on("Announce")
def announce(activity: Activity, read: Read) -> Sequence[Effect]:
    thing, fan = activity.thing, activity.actor

    if thing.audience != PUBLIC:
        return [Refuse("What is not public is not passed on.", 403)]
    if activity.notes.get("new") or activity.notes.get("handed"):
        return []  # of what one has made oneself: others are told, and no more
    if read.edges(subject=fan, relation="announces", object=thing.id, limit=1):
        return []
    return [Relate.said(activity, fan, "announces", thing.id), Notify(thing.owner)]
