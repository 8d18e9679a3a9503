"""Signing in and out.  A link by mail first; a password for those who set one."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.permission import Role
from peer.node.letters import mail
from peer.node.people import links, passwords, sessions
from peer.node.people.browser import device_of, safe_next
from peer.node.people.links import SignedIn
from peer.node.refusal import Refused
from peer.web.exchange import cookies
from peer.web.visit import Visit


async def page(visit: Visit) -> web.StreamResponse:
    next = safe_next(visit.query.get("next"))
    if visit.viewer.id is not None:
        return visit.go(next)
    return _form(visit, next)


def _form(
    visit: Visit, next: str, refused: Refused | None = None, *, by: str = "link"
) -> web.StreamResponse:
    """The page with both ways in; ``by`` is the one that was refused."""
    return visit.page(
        "sign-in.html",
        status=refused.status if refused else 200,
        next=next,
        email=visit.told.get("email"),
        refused=refused.reason if refused else "",
        by=by,
    )


async def ask_for_link(visit: Visit) -> web.StreamResponse:
    """Send a link.  What is answered says nothing about who has an account."""
    next = safe_next(visit.told.get("next"))
    email = visit.told.get("email")
    try:
        await links.ask_link(visit.node, email, next=next, ip=visit.address)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _form(visit, next, refused)
    return visit.page("link-sent.html", email=email, has_mailbox=_has_mailbox(visit))


async def with_password(visit: Visit) -> web.StreamResponse:
    next = safe_next(visit.told.get("next"))
    try:
        found = await passwords.sign_in(
            visit.node.store,
            visit.told.get("email"),
            visit.told.get("password"),
            next=next,
            ip=visit.address,
            device=_device(visit),
            cookie=visit.cookie(cookies.SESSION),
            now=visit.node.now(),
        )
    except Refused as refused:
        if refused.status != 403:
            raise
        return _form(visit, next, refused, by="password")
    return _welcome(visit, found)


async def link(visit: Visit) -> web.StreamResponse:
    """A page that asks: mail scanners follow links, and would use this one up."""
    find = partial(links.find, secret=visit.part("token"), now=visit.node.now())
    found = await visit.read(find)
    return visit.page("sign-in-link.html", link=found, name="", problem="")


async def with_link(visit: Visit) -> web.StreamResponse:
    secret, name = visit.part("token"), visit.told.get("name")
    try:
        found = await links.use_link(
            visit.node,
            secret,
            name=name,
            device=_device(visit),
            cookie=visit.cookie(cookies.SESSION),
        )
    except Refused as refused:
        if "name" not in refused.problems:
            raise
        find = partial(links.find, secret=secret, now=visit.node.now())
        return visit.page(
            "sign-in-link.html",
            status=422,
            link=await visit.read(find),
            name=name,
            problem=refused.problems["name"],
        )
    return _welcome(visit, found)


def _device(visit: Visit) -> str:
    return device_of(visit.request.headers.get("User-Agent", ""))


def _welcome(visit: Visit, found: SignedIn) -> web.StreamResponse:
    answer = visit.go(found.next, "signed-in")
    visit.site.cookies.set(answer, cookies.SESSION, found.cookie, sessions.LIVES)
    visit.site.cookies.drop(answer, cookies.VISITOR)
    return answer


async def sign_out(visit: Visit) -> web.StreamResponse:
    session = visit.session
    if session:
        await visit.node.store.transact(
            lambda tx: sessions.end(tx, session.account, session.key)
        )
    answer = visit.go("/", "signed-out")
    visit.site.cookies.drop(answer, cookies.SESSION)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


async def mailbox(visit: Visit) -> web.StreamResponse:
    """What would have been sent, while there is no mail server to send it."""
    if not _has_mailbox(visit):
        raise web.HTTPNotFound
    return visit.page("mailbox.html", letters=await visit.read(mail.mailbox))


def _has_mailbox(visit: Visit) -> bool:
    """Who reads the letters can sign in as anybody: on a public peer, owners alone."""
    config = visit.node.config
    if config.smtp_url is None and visit.viewer.role is Role.OWNER:
        return True
    return mail.is_open(config.base, config.smtp_url)
