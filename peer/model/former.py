"""What something was before it was changed, and how it was told: it is in the log."""

from __future__ import annotations

from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing

#: What says all of a thing anew.  Most of what is done to it (people come, desks tell
#: what they have sold) does not, however much of that there is.
_SAYING = ("Create", "Update", "View")
_LOOKED_BACK = 50


def told_first(id: str, read: Read) -> str:
    """The activity by which others heard of what is ours; empty where none was."""
    made = read.log(object=id, type="Create", limit=1)
    changed = read.log(object=id, type="Update", limit=_LOOKED_BACK)
    shown = [e for e in changed if e.activity.notes.get("appears")]
    entries = [*made, *shown]
    return max(entries, key=lambda e: e.seq).activity.id if entries else ""


def former(activity: Activity, read: Read) -> Thing | None:
    """The thing that ``activity`` is about, as it was said to be until then."""
    id = activity.thing.id
    said = [e for type in _SAYING for e in read.log(object=id, type=type, limit=2)]
    earlier = [entry for entry in said if entry.activity.id != activity.id]
    if not earlier:
        return None
    return max(earlier, key=lambda entry: entry.seq).activity.thing
