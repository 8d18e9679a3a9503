"""Who may do what.  The words of ``[permits]``, and the one place that reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from peer.protocol.thing import DRAFT, MEMBERS, PUBLIC, Thing

WHO = ("anyone", "member", "owner", "nobody")


class Role(IntEnum):
    STRANGER = 0  # a browser that nobody has signed in with
    ACTOR = 1  # somebody of another server, known by a signature
    MEMBER = 2  # has an account here
    OWNER = 3  # keeps this peer


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, or acting: an actor's id, and what they are to this peer."""

    id: str | None = None
    role: Role = Role.STRANGER
    name: str = ""


STRANGER = Viewer()


def may(who: str, viewer: Viewer, thing: Thing | None = None) -> bool:
    """May ``viewer`` do what is permitted to ``who``, to ``thing`` if there is one?

    ``owner`` is the owner of the thing.  The owners of the peer may do what a
    thing's owner may; where there is no thing yet, it takes one of them.
    """
    if viewer.id is None:
        return False
    match who:
        case "anyone":
            return True
        case "member":
            return viewer.role >= Role.MEMBER
        case "owner":
            own = thing is not None and thing.owner == viewer.id
            return own or viewer.role is Role.OWNER
        case _:
            return False


def may_see(viewer: Viewer, thing: Thing) -> bool:
    """May ``viewer`` read ``thing``?  Somebody who may not is not told it exists."""
    if thing.audience == PUBLIC:
        return True
    if viewer.role is Role.OWNER or (
        viewer.id is not None and viewer.id == thing.owner
    ):
        return True
    return thing.audience == MEMBERS and viewer.role >= Role.MEMBER


def audiences(viewer: Viewer) -> tuple[str, ...]:
    """The audiences whose things all belong in a listing for ``viewer``."""
    if viewer.role is Role.OWNER:
        return (PUBLIC, MEMBERS, DRAFT)
    return (PUBLIC, MEMBERS) if viewer.role >= Role.MEMBER else (PUBLIC,)
