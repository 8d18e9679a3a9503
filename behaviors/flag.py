"""Flag: somebody reports a thing to those who keep this peer."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Refuse
from peer.model.reading import Read
from peer.protocol.thing import Activity

LONGEST = 2000


@on("Flag")
def flag(activity: Activity, read: Read) -> Sequence[Effect]:
    """Keep the report: being in the log, shown to owners only, is all it takes."""
    reason = activity.notes.get("reason", "")

    if not isinstance(reason, str) or len(reason) > LONGEST:
        wrong = f"Your reason is at most {LONGEST} characters."
        return [Refuse(wrong, 422, {"reason": wrong})]
    return []
