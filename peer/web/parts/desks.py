"""The desk that somebody means who types the name of a shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from peer.node.outgoing.reach import OutOfReach
from peer.node.refusal import Refused
from peer.node.trading.allotments import Row as Allotted
from peer.node.trading.allotments import meet
from peer.web.parts.ticketing import Row
from peer.web.visit import Visit


def known_desk(visit: Visit) -> str:
    """The shop of the cooperative; empty where there is none."""
    shop = visit.node.config.peers.get("shop", "")
    return f"{shop}/actor" if shop else ""


async def desk_of(visit: Visit, typed: str) -> str:
    """The actor that sells there; Refused says why nobody does."""
    known = known_desk(visit)
    if typed in _names(known):
        if not known:
            raise Refused("Say which shop sells them.", 422)
        return known
    parts = urlsplit(typed)
    if parts.scheme and parts.path in ("", "/"):
        typed = f"{parts.scheme}://{parts.netloc}/actor"
    try:
        found = await visit.node.incoming.strangers.found(typed)
    except OutOfReach as wrong:
        raise Refused(f"That shop cannot be reached: {wrong}.", 422) from wrong
    if found.kind != "Actor" and not visit.node.lexicon.is_actor(found.kind):
        raise Refused("That is nobody who could sell them.", 422)
    return found.id


def _names(known: str) -> tuple[str, ...]:
    base = known.removesuffix("/actor")
    return ("", known, base, urlsplit(base).netloc, urlsplit(base).hostname or "")


async def allotted(
    visit: Visit, rows: Sequence[Row]
) -> tuple[Sequence[Allotted], Mapping[str, str]]:
    """What is to be offered to whom; or by row, why it cannot be."""
    given: list[Allotted] = []
    problems: dict[str, str] = {}
    for row in rows:
        values = row.values
        try:
            desk = await desk_of(visit, row.shop)
            await meet(visit.node, (desk,))
        except Refused as refused:
            problems[f"ticket-{row.number}"] = f"Ticket {row.number}: {refused.reason}"
            continue
        given.append(
            Allotted(
                values["name"], values["price"], values["quantity"], desk, row.more
            )
        )
    return given, problems
