"""What something was before it was changed: as it was said last, in the log."""

from __future__ import annotations

from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing

#: What says all of a thing anew.  Most of what is done to it (people come, desks tell
#: what they have sold) does not, however much of that there is.
_SAYING = ("Create", "Update", "View")


def former(activity: Activity, read: Read) -> Thing | None:
    """The thing that ``activity`` is about, as it was said to be until then."""
    id = activity.thing.id
    said = [e for type in _SAYING for e in read.log(object=id, type=type, limit=2)]
    earlier = [entry for entry in said if entry.activity.id != activity.id]
    if not earlier:
        return None
    return max(earlier, key=lambda entry: entry.seq).activity.thing
