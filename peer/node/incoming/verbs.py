"""The verbs that are understood when they come from elsewhere, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peer.node.incoming import asking, giving, hearing, relating, trading
from peer.node.incoming.meaning import Meaning, Meant, Nothing

Means = Callable[[Meaning], Meant]


def _first(*ways: Callable[[Meaning], Meant | None]) -> Means:
    """What the first of them takes it for; they say None of what is not theirs."""

    def means(meaning: Meaning) -> Meant:
        for way in ways:
            if (found := way(meaning)) is not None:
                return found
        return Nothing("nobody here knows what that is")

    return means


_VERBS: Mapping[str, Means] = {
    "Accept": _first(trading.answer, asking.answer),
    "Add": _first(relating.add, asking.pin),
    "Announce": hearing.announce,
    "Block": asking.block,
    "Create": trading.create,
    "Delete": _first(relating.delete, hearing.delete),
    "EmojiReact": hearing.like,
    "Flag": asking.flag,
    "Follow": asking.follow,
    "Invite": hearing.create,
    "Join": _first(giving.sold, trading.join),
    "Leave": _first(giving.sold, asking.attend),
    "Like": hearing.like,
    "Move": asking.move,
    "Offer": _first(relating.offer, trading.offer),
    "QuoteRequest": asking.quote,
    "Reject": _first(trading.answer, asking.answer),
    "Remove": asking.pin,
    "TentativeAccept": asking.answer,
    "TentativeReject": asking.answer,
    "Undo": _first(trading.undo, asking.undo),
    "Update": _first(relating.update, trading.update, hearing.update),
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
