"""The blocks of this peer: domains and actors that it has nothing to do with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from aiohttp import web

from peer.model.reading import Read
from peer.node import handles
from peer.node.moderation import blocks, lists, severing
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.web.exchange.body import Upload
from peer.web.parts.authors import author
from peer.web.visit import Visit
from store.interface import Transaction

_HERE = "/moderation/blocks"


async def page(visit: Visit) -> web.StreamResponse:
    return await _page(visit, {"what": visit.query.get("what", "")})


async def _page(
    visit: Visit,
    told: Mapping[str, str],
    refused: Refused | None = None,
    unread: int = 0,
) -> web.StreamResponse:
    found, next = await visit.read(partial(blocks.some, after=_after(visit)))
    known = await visit.read(lambda read: read.many(sorted({b.by for b in found})))
    return visit.page(
        "blocks.html",
        status=refused.status if refused else 200,
        found=[(b, author(b.by, known.get(b.by), visit.node.base)) for b in found],
        next=f"{_HERE}?after={next}" if next else "",
        told=told,
        problems=refused.problems if refused else {},
        unread=unread,
    )


def _after(visit: Visit) -> str:
    return visit.query.get("after", "")


async def block(visit: Visit) -> web.StreamResponse:
    try:
        what = await _named(visit, visit.told.get("what"))
        why = blocks.reason_in(visit.told.get("why"))
    except Refused as refused:
        return await _page(visit, visit.told.flat(), refused)
    await severing.block(visit.node, {what: why}, visit.viewer.id or "")
    await visit.site.catch_up()
    return visit.go(_HERE, "domain-blocked")


async def _named(visit: Visit, told: str) -> str:
    """A domain, an address, or a handle of somebody whom we know; none of our own."""
    what = told.strip()
    if "@" in what and "/" not in what:
        what = await visit.read(partial(_by_handle, told=what))
    what = blocks.named(what)
    host = what if "/" not in what else blocks.host_of(what)
    here = blocks.host_of(visit.node.base)
    if host == here or here.endswith(f".{host}") or same_origin(what, visit.node.base):
        sentence = "This is us. Who has an account here is disabled, not blocked."
        raise Refused(sentence, 422, {"what": sentence})
    return what


def _by_handle(read: Read, told: str) -> str:
    id = handles.known(read, told)
    if id is None:
        sentence = "Nobody of that name is known here: block them by their address."
        raise Refused(sentence, 422, {"what": sentence})
    return id


async def unblock(visit: Visit) -> web.StreamResponse:
    what, why = visit.told.get("what"), blocks.reason_in(visit.told.get("why"))
    by, now = visit.viewer.id or "", visit.node.now()

    def work(tx: Transaction) -> bool:
        return blocks.unblock(tx, what, by, why, now)

    if not await visit.node.store.transact(work):
        raise Refused("That was not blocked.", 409)
    await visit.site.catch_up()
    return visit.go(_HERE, "unblocked")


# -- lists -------------------------------------------------------------------------


async def export(visit: Visit) -> web.StreamResponse:
    text = await visit.read(lambda read: lists.written(blocks.everything(read)))
    return web.Response(
        text=text,
        content_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="blocks.csv"'},
    )


async def import_(visit: Visit) -> web.StreamResponse:
    """Block all that a list names, as others have written it down."""
    upload = visit.told.uploads.get("file")
    try:
        text = _text(upload) if upload else visit.told.get("list")
        found, unread = lists.read(text, "On a list that was taken over")
        if not found:
            raise Refused(_NONE, 422, {"file": _NONE})
    except Refused as refused:
        return await _page(visit, {}, refused)
    here = blocks.host_of(visit.node.base)
    wanted = {what: why for what, why in found.items() if not _is_us(what, here)}
    await severing.block(visit.node, wanted, visit.viewer.id or "")
    await visit.site.catch_up()
    if unread:
        return await _page(visit, {}, unread=unread)
    return visit.go(_HERE, "imported")


_NONE = "There is nothing in it that could be blocked."


def _is_us(what: str, here: str) -> bool:
    host = blocks.host_of(what) if "/" in what else what
    return host == here or here.endswith(f".{host}")


def _text(upload: Upload) -> str:
    try:
        return upload.content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        sentence = "This file is not text in UTF-8."
        raise Refused(sentence, 422, {"file": sentence}) from wrong
