"""What an organizer writes, as letters: to buyers by the shop, to our people by us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peer.model.lettering import ALL, buyers, crowd
from peer.model.reading import Read
from peer.node.letters import mail
from peer.node.people import accounts
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing

#: To whom, as they are called, and the words of the letter to them.
To = tuple[Mapping[str, str], Mapping[str, Any]]


def written(activity: Activity, read: Read) -> Iterator[To]:
    """The letters that ``activity`` means, each once; mostly none."""
    match activity:
        case Activity(
            type="Accept",
            object=Activity(type="Offer", object=Thing(kind="Letter")) as asked,
        ) if not activity.is_received:
            yield from _to_buyers(asked, read)
        case Activity(type="Offer", object=Thing(kind="Letter") as letter):
            if not activity.is_received and "shop" not in activity.notes:
                yield from _to_people(letter, read)


def _to_buyers(asked: Activity, read: Read) -> Iterator[To]:
    letter = asked.thing
    event = read.get(letter["event"])
    for buyer in buyers(letter, asked.notes, read):
        if buyer.email:
            about = f"You have tickets for it: order {buyer.order['number']}."
            to = {"name": buyer.name, "email": buyer.email}
            yield to, _words(letter, event, about)


def _to_people(letter: Thing, read: Read) -> Iterator[To]:
    """Those with an account here who say that they are coming."""
    event = read.get(letter["event"])
    if event is None:
        return
    chosen = crowd(event, read).readers(
        letter.get("among", ALL), letter.get("ticket", "")
    )
    for id in chosen.people:
        account = accounts.find(read, id) if same_origin(id, event.id) else None
        if account is not None:
            to = {"name": account.name, "email": account.email}
            yield to, _words(letter, event, "You said that you are coming.")


def _words(letter: Thing, event: Thing | None, about: str) -> Mapping[str, Any]:
    name = event.get("name") if event is not None else None
    return {
        "subject": mail.one_line(letter["name"]),
        "text": letter["content"],
        "event": mail.one_line(str(name or "the event")),
        "href": letter["event"],
        "about": about,
    }
