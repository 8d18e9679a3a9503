"""Somebody's own page: their name, their password, where they are signed in."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.node.outbox import Ask
from peer.node.people import accounts, agenda, membership, passwords, sessions
from peer.node.people.browser import safe_next
from peer.node.people.sessions import Session
from peer.node.refusal import Refused
from peer.web.visit import Visit


async def page(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, refused: Refused | None = None) -> web.StreamResponse:
    session = _session(visit)
    account = await visit.read(partial(accounts.find, id=session.account))
    devices = partial(sessions.all_of, account=session.account, now=visit.node.now())
    return visit.page(
        "account.html",
        status=refused.status if refused else 200,
        account=account,
        devices=await visit.read(devices),
        this=session.key,
        calendar=await visit.read(partial(agenda.key_of, person=session.account)),
        is_recent=session.is_recent(visit.node.now()),
        told=visit.told.flat(),
        reason=refused.reason if refused else "",
        problems=refused.problems if refused else {},
    )


def _session(visit: Visit) -> Session:
    """The viewer's session; whoever is here has one, or is asked to sign in."""
    if visit.session is None:
        raise Refused("Sign in to do this.", 401)
    return visit.session


async def change_name(visit: Visit) -> web.StreamResponse:
    """The account's name, and that of the person as others see them."""
    session = _session(visit)
    try:
        name = accounts.name_in(visit.told.get("name"))
    except Refused as refused:
        return await _page(visit, refused)
    await visit.node.store.transact(
        lambda tx: membership.change(tx, session.account, name=name)
    )
    await visit.publish(Ask("Update", id=session.account, values={"name": name}))
    return visit.go("/account", "name-changed")


async def move(visit: Visit) -> web.StreamResponse:
    """Send those who follow the viewer to an account of theirs elsewhere."""
    session, told = _session(visit), visit.told.get("target")
    try:
        found = await visit.node.incoming.strangers.found(told, fresh=True)
        notes = {"target": found.id}
        await visit.publish(Ask("Move", id=session.account, notes=notes))
    except Refused as refused:
        refused.problems.setdefault("target", refused.reason)
        return await _page(visit, refused)
    return visit.go("/account", "moved")


async def change_password(visit: Visit) -> web.StreamResponse:
    try:
        await passwords.set_password(
            visit.node.store,
            _session(visit),
            visit.told.get("new"),
            current=visit.told.get("current"),
            now=visit.node.now(),
        )
    except Refused as refused:
        if not refused.problems:
            raise
        return await _page(visit, refused)
    return visit.go("/account", "password-set")


async def end_session(visit: Visit) -> web.StreamResponse:
    """Sign another device out, or all but this one."""
    session, key = _session(visit), visit.told.get("device")
    if key:
        await visit.node.store.transact(
            lambda tx: sessions.end(tx, session.account, key)
        )
    else:
        await visit.node.store.transact(
            lambda tx: sessions.end_all(tx, session.account, but=session.key)
        )
    return visit.go("/account", "device-gone")


async def change_theme(visit: Visit) -> web.StreamResponse:
    answer = visit.go(safe_next(visit.told.get("next")))
    visit.site.cookies.remember_theme(answer, visit.told.get("theme"))
    return answer
