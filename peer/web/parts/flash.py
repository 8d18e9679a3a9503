"""What was just done, said once on the next page.

The cookie carries the name of a saying and never words: nobody who can set a
cookie can put sentences of their own on our pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COOKIE = "flash"

_SEPARATOR = "."
_MOST = 3


@dataclass(frozen=True, slots=True)
class Flash:
    level: str  # done, warning or error
    text: str


SAYINGS: Mapping[str, Flash] = {
    "saved": Flash("done", "Saved."),
    "unchanged": Flash("done", "Nothing was different, so nothing was changed."),
    "published": Flash("done", "Published: everybody can see it now."),
    "kept-draft": Flash("done", "Kept as a draft: only you can see it."),
    "related": Flash("done", "Added."),
    "unrelated": Flash("done", "Taken off."),
    "deleted": Flash("done", "Deleted."),
    "liked": Flash("done", "You like this."),
    "announced": Flash("done", "Passed on."),
    "joined": Flash("done", "You are coming. See you there!"),
    "left": Flash("done", "You are not coming any more. Your place is free again."),
    "flagged": Flash("done", "Thank you. Those who keep this site will look at it."),
    "undone": Flash("done", "Taken back."),
    "done": Flash("done", "Done."),
    "signed-in": Flash("done", "You are signed in."),
    "signed-out": Flash("done", "You are signed out."),
    "name-changed": Flash("done", "Your name was changed."),
    "password-set": Flash("done", "Your password is set."),
    "device-gone": Flash("done", "That device is signed out."),
}


def read(cookie: str) -> Sequence[Flash]:
    """The sayings that ``cookie`` names; whatever else it holds is not said."""
    names = cookie.split(_SEPARATOR)[:_MOST]
    return [SAYINGS[name] for name in names if name in SAYINGS]
