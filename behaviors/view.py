"""View: this peer looked at something on another server, and keeps what it saw."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.brought import related
from peer.model.effect import Effect, Put
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing


@on("View")
def view(activity: Activity, read: Read) -> Sequence[Effect]:
    """Keep it, unless what is kept is newer, or was taken away and is not back."""
    seen = activity.thing
    there = read.get(seen.id)

    if there and (_is_gone(there, activity) or there.updated > seen.updated):
        return []
    return [Put(seen), *related(activity, read)]


def _is_gone(there: Thing, activity: Activity) -> bool:
    return bool(there.deleted) and not activity.notes.get("back")
