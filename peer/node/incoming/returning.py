"""What was taken away elsewhere, and is there again: a draft that is published anew.

Whoever says so proves nothing: an old activity can be told once more.  So it counts
only once its own server, asked after it was taken away, shows it again.
"""

from __future__ import annotations

from peer.model.reading import Read
from peer.protocol.iri import origin
from peer.protocol.thing import Activity, Thing


def may_return(gone: Thing, read: Read) -> bool:
    """Was it taken away over there?  What was removed here stays so, as who is gone."""
    if gone.kind == "Actor":
        return False
    said = read.log(object=gone.id, type="Delete", limit=1)
    return bool(said) and _is_theirs(said[0].activity)


def has_returned(gone: Thing, asked: str, read: Read) -> bool:
    """Did its server show it when it was ``asked``, after it had been taken away?"""
    return asked > (gone.deleted or "") and may_return(gone, read)


def _is_theirs(gone: Activity) -> bool:
    """By whose it was; or found out by this peer, which asked for it in vain."""
    return gone.is_received or gone.actor == f"{origin(gone.id)}/peer"
