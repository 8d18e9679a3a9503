"""What became of an event, in lines for those who have a ticket: when, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peer.model.former import former
from peer.model.reading import Read
from peer.model.selling import when as when
from peer.protocol import moment
from peer.protocol.thing import Activity, Thing

_OPEN = "TENTATIVE"


def changes_of(activity: Activity, read: Read) -> Sequence[str]:
    """How it is now where it was otherwise; nothing where that is as it was."""
    now, before = activity.thing, former(activity, read)
    if before is None:
        return []
    zone = str(now.get("timezone") or before.get("timezone") or "UTC")
    if _is_off(now):
        return [] if _is_off(before) else ["It was cancelled."]
    lines = []
    if now.get("status") == _OPEN != before.get("status"):
        lines.append("It was put off. When it will be instead is not known yet.")
    if moved(before, now):
        lines.append(f"It begins on {when(str(now['startTime']), zone)}.")
        lines.append(f"It was to begin on {when(str(before['startTime']), zone)}.")
    if _place(before) != _place(now):
        lines.append(f"It is at {_place(now) or 'a place that is not known yet'}.")
    return lines


def _is_off(event: Thing) -> bool:
    return bool(event.get("status") == "CANCELLED")


def moved(before: Thing, now: Thing) -> bool:
    """Does it begin at another moment?"""
    starts = [each.get("startTime") for each in (before, now)]
    if None in starts:
        return False
    return moment.read(str(starts[0])) != moment.read(str(starts[1]))


def _place(event: Thing) -> str:
    told: Any = event.get("location")
    if isinstance(told, dict):
        told = told.get("name") or told.get("address")
    return " ".join(str(told).split()) if told else ""
