"""The accounts of this peer, for those who keep it: guests, members and owners."""

from __future__ import annotations

from aiohttp import web

from peer.node.moderation import audit
from peer.node.people import accounts, membership
from peer.node.people.accounts import ROLES
from peer.node.refusal import Refused
from peer.web.parts.authors import href_of
from peer.web.visit import Visit
from store.interface import Transaction

_HERE = "/moderation/people"
_MOST = 1000


async def page(visit: Visit) -> web.StreamResponse:
    everyone = await visit.read(lambda read: list(accounts.everyone(read)))
    shown = sorted(everyone, key=lambda each: (-ROLES[each.role], each.name.lower()))
    return visit.page(
        "members.html",
        people=[(each, href_of(each.id, visit.node.base)) for each in shown[:_MOST]],
        count=len(shown),
        roles=tuple(ROLES),
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Give an account another role; its holder sees it from the next page on."""
    id, role = visit.told.get("account"), visit.told.get("role")
    if role not in ROLES:
        raise Refused(f"A role is one of {', '.join(ROLES)}.", 422)
    by, now = visit.viewer.id or "", visit.node.now()

    def work(tx: Transaction) -> None:
        membership.change(tx, id, role=role)
        audit.note(tx, by, "role", id, f"now {role}", now)

    await visit.node.store.transact(work)
    return visit.go(_HERE, "role-changed")
