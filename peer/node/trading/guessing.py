"""Codes are not guessed from elsewhere: counted by server, which can make people up."""

from __future__ import annotations

from datetime import datetime

from peer.model.promotion import GUESSED, NO_SUCH
from peer.node.people import attempts
from peer.node.people.attempts import Limit
from peer.node.refusal import Refused
from peer.protocol.iri import origin
from peer.protocol.thing import Activity
from store.interface import Transaction

#: So many wrong ones are answered in a quarter of an hour.
WRONG = Limit(50)


def check(tx: Transaction, asked: Activity, now: datetime) -> None:
    """Refused, where too many wrong ones came from there to be told about another."""
    if _has_code(asked) and attempts.is_spent(tx, _name(asked), WRONG, now):
        raise Refused(GUESSED, 409, {"code": GUESSED})


def note(tx: Transaction, asked: Activity, refused: Refused, now: datetime) -> None:
    """What was ``asked`` is ``refused``: was it for a code that there is not?"""
    is_wrong = _has_code(asked) and refused.problems.get("code") == NO_SUCH
    if is_wrong and not attempts.is_spent(tx, _name(asked), WRONG, now):
        attempts.spend(tx, {_name(asked): WRONG}, now)


def _has_code(asked: Activity) -> bool:
    return asked.type == "Offer" and bool(asked.notes.get("code"))


def _name(asked: Activity) -> str:
    return f"wrong code {origin(asked.actor)}"
