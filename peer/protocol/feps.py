"""The Fediverse Enhancement Proposals that this program follows, and how far.

``FEDERATION.md`` tells the same to people, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

#: By number: what is done.
FEPS: Mapping[str, str] = {
    "0151": "NodeInfo without a number that is not true; nothing follows from a name",
    "0837": (
        "tickets are proposals; an offer is accepted or rejected once, for ever;"
        " in one currency, all lines or none"
    ),
    "0ea0": "payment links on notes that tell of tickets, and in what is agreed",
    "044f": "quotes: asked for and granted with a stamp; all that is public may be",
    "1b12": (
        "a calendar is a group: a post on it names it (`audience`);"
        " it hands on what is done to it"
    ),
    "2277": "an activity is what has an actor, whatever else it is called",
    "2677": "NodeInfo links to the actor of the peer",
    "2c59": "actors say how they are mentioned (`webfinger`)",
    "3b86": "WebFinger says where our people act on what is elsewhere",
    "400e": "what is put on a calendar names where it is listed (`target`)",
    "521a": "keys as Multikey in `assertionMethod`: RSA and Ed25519",
    "5feb": "`indexable` on actors, as their owners have decided",
    "67ff": "this file",
    "7628": "Move, where the new account names the old one (`alsoKnownAs`)",
    "7888": "`context` is the collection of a conversation, in the order of time",
    "844e": "actors name the program's abilities (`generator`, `implements`)",
    "8a8e": "events: status, end, organizers, attendees; `upcomingEvents` of calendars",
    "8b32": "proofs (`eddsa-jcs-2022`) on what is public, and believed when they hold",
    "8fcf": "followers compared by digest, and put right",
    "9967": "polls are read and shown; nobody votes from here",
    "b2b8": "posts are an Article with a Note as `preview`",
    "c0e0": "reactions are read as likes",
    "d556": "WebFinger of the bare origin links to the actor of the peer",
    "e232": "links to objects in `tag` are read as quotes",
    "f1d5": "NodeInfo 2.0 and 2.1",
    "fe34": "who may say what: by origin, in one place, for all that arrives",
}
