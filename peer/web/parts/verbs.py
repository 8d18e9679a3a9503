"""What a viewer may do to a thing, as buttons.

Which verbs there are is for ``behaviors/`` and the types to say; a verb that has
no words here is a button with its own name on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from peer.protocol.thing import Thing
from peer.web.parts.around import Around


@dataclass(frozen=True, slots=True)
class Action:
    """A form with one button, or (``method`` is get) a link to a page that asks."""

    verb: str
    label: str
    action: str
    method: str = "post"
    icon: str = "check"
    done: bool = False
    note: str = ""  # beside the button: what to know before pressing it
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    label: str
    icon: str
    done: str = ""  # the label once it is done; pressing it then takes it back
    relation: str = ""  # the edge that shows that it is done
    said: str = "done"  # what is said afterwards, see flash.py
    asks: bool = False  # there is a page to fill in or to confirm before
    asked: str = ""  # the label while somebody elsewhere has not answered


WORDS: Mapping[str, Words] = {
    "Like": Words("Like", "heart", "You like this", "likes", "liked"),
    "Announce": Words(
        "Pass on", "announce", "You passed this on", "announces", "announced"
    ),
    "Join": Words(
        "I am coming",
        "ticket",
        "",
        "attending",
        "joined",
        asked="You asked for a place",
    ),
    "Leave": Words("I am not coming after all", "close", "", "attending", "left"),
    "TentativeAccept": Words(
        "Maybe", "calendar", "You may come", "interested", "maybe"
    ),
    "Wait": Words(
        "Join the waiting list",
        "list",
        "You are on the waiting list",
        "waits",
        "waiting",
    ),
    "Follow": Words(
        "Follow",
        "plus",
        "You follow them",
        "follows",
        "followed",
        asked="Asked to follow",
    ),
    "Block": Words("Block", "close", "You block them", "blocks", "blocked", asks=True),
    "Update": Words("Edit", "edit"),
    "Delete": Words("Delete", "trash", said="deleted", asks=True),
    "Flag": Words("Report", "flag", said="flagged", asks=True),
}
#: The edge that is there while somebody has been asked and has not answered.
ASKED = "requested"
#: Done by picking things in the edit page, and in no other way.
_NOT_BUTTONS = (
    *("Create", "Add", "Remove", "Undo", "Move", "QuoteRequest"),
    *("Offer", "Expire"),  # they have pages of their own, or come with time
)
#: Verbs that are offered only while the other's edge is there, or is not.
_ONLY_WHEN_DONE: Mapping[str, bool] = {"Join": False, "Leave": True}


def words_of(verb: str) -> Words:
    return WORDS.get(verb, Words(verb, "check"))


def actions(
    to: Callable[[str], str], thing: Thing, permitted: Sequence[str], around: Around
) -> Sequence[Action]:
    """The buttons of ``thing``, in the order of its type's permits.

    ``to`` gives the address below that of the thing at which something is done.
    """
    return tuple(_actions(to, thing, permitted, around))


def _actions(
    to: Callable[[str], str], thing: Thing, permitted: Sequence[str], around: Around
) -> Iterator[Action]:
    for verb in permitted:
        words = words_of(verb)
        done = words.relation in around.done
        if verb in _NOT_BUTTONS or _ONLY_WHEN_DONE.get(verb, done) != done:
            continue
        undo = to(f"undo/{verb}")
        if verb == "Update":
            yield Action(verb, words.label, to("edit"), "get", words.icon)
        elif done and words.done:
            yield Action(verb, words.done, undo, "post", words.icon, done=True)
        elif words.asked and ASKED in around.done:
            yield Action(verb, words.asked, undo, "post", words.icon, done=True)
        elif words.asks:
            yield Action(verb, words.label, to(f"do/{verb}"), "get", words.icon)
        else:
            yield _button(verb, words, to(f"do/{verb}"), thing, around)


def _button(
    verb: str, words: Words, action: str, thing: Thing, around: Around
) -> Action:
    note, is_full = _HINTS.get(verb, _no_hint)(thing, around)
    return Action(
        verb,
        words.label,
        action,
        icon=words.icon,
        note=note,
        disabled=is_full,
    )


def _no_hint(_thing: Thing, _around: Around) -> tuple[str, bool]:
    return "", False


def _places(thing: Thing, around: Around) -> tuple[str, bool]:
    """How many places are left, where they are counted."""
    capacity = thing.get("capacity")
    if capacity is None:
        return "", False
    left = max(0, capacity - around.held)
    if not left:
        return "There are no places left.", True
    return ("One place left." if left == 1 else f"{left} places left."), False


_HINTS: Mapping[str, Callable[[Thing, Around], tuple[str, bool]]] = {"Join": _places}
