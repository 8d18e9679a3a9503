"""The verbs that are understood when they come from elsewhere, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peer.node.incoming import asking, hearing
from peer.node.incoming.meaning import Meaning, Meant, Nothing

_VERBS: Mapping[str, Callable[[Meaning], Meant]] = {
    "Accept": asking.answer,
    "Add": asking.pin,
    "Announce": hearing.announce,
    "Block": asking.block,
    "Create": hearing.create,
    "Delete": hearing.delete,
    "EmojiReact": hearing.like,
    "Flag": asking.flag,
    "Follow": asking.follow,
    "Invite": hearing.create,
    "Join": asking.attend,
    "Leave": asking.attend,
    "Like": hearing.like,
    "Move": asking.move,
    "QuoteRequest": asking.quote,
    "Reject": asking.answer,
    "Remove": asking.pin,
    "TentativeAccept": asking.answer,
    "TentativeReject": asking.answer,
    "Undo": asking.undo,
    "Update": hearing.update,
}

#: What is understood; of everything else it is only noted that it came.
VERBS = tuple(_VERBS)


def meant(meaning: Meaning) -> Meant:
    """What ``meaning`` comes to; of what nobody knows, nothing is done."""
    verb = meaning.said.type
    means = _VERBS.get(verb)
    if means is None:
        return Nothing(f"nobody here knows what {verb[:40]} means")
    return means(meaning)
