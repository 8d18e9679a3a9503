"""Every address that a peer answers to, on one screen.

First come the peer's own, whose first parts no type may take (``RESERVED`` in
``model/addresses.py``); then those of any type and any thing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from peer.model.permission import Role
from peer.web.exchange.body import PICTURE, PROSE, SMALL
from peer.web.pages import (
    account,
    doing,
    editing,
    files,
    front,
    health,
    history,
    listing,
    meta,
    querying,
    relating,
    searching,
    signing_in,
    things,
    vocabulary,
)
from peer.web.visit import Visit

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """``harmless`` forms need no token where the browser says they are ours."""

    method: str
    path: str
    handler: Handler
    role: Role = Role.STRANGER
    limit: int = SMALL
    harmless: bool = False


SOMEBODY, MEMBER, OWNER = Role.ACTOR, Role.MEMBER, Role.OWNER

#: Asked for by whatever watches over the process, under whatever name.
PROBES = ("/livez", "/readyz")

ROUTES = (
    Route("GET", "/", front.page),
    Route("GET", "/search", searching.page),
    Route("GET", "/activities", history.page),
    Route("GET", "/activities/{id}", history.entry),
    Route("GET", "/actor", things.actor),
    # signing in
    Route("GET", "/sign-in", signing_in.page),
    Route("POST", "/sign-in", signing_in.ask_for_link),
    Route("POST", "/sign-in/password", signing_in.with_password),
    Route("GET", "/sign-in/link/{token}", signing_in.link),
    Route("POST", "/sign-in/link/{token}", signing_in.with_link),
    Route("POST", "/sign-out", signing_in.sign_out),
    Route("GET", "/mailbox", signing_in.mailbox),
    Route("GET", "/account", account.page, SOMEBODY),
    Route("POST", "/account/name", account.change_name, SOMEBODY),
    Route("POST", "/account/password", account.change_password, SOMEBODY),
    Route("POST", "/account/devices", account.end_session, SOMEBODY),
    Route("POST", "/theme", account.change_theme, harmless=True),
    # the vocabulary
    Route("GET", "/meta", meta.page),
    Route("GET", "/meta/new-type", meta.new_type, OWNER),
    Route("POST", "/meta/new-type", meta.make_type, OWNER, PROSE),
    Route("GET", "/meta/new-relation", meta.new_relation, OWNER),
    Route("GET", "/meta/{type}/new-field", meta.new_field, OWNER),
    Route("POST", "/meta/{type}/new-field", meta.make_field, OWNER),
    Route("GET", "/meta/{type}/toml", meta.declaration, OWNER),
    Route("POST", "/meta/{type}/toml", meta.declare, OWNER, PROSE),
    Route("GET", "/ns", vocabulary.namespace),
    Route("GET", "/context.jsonld", vocabulary.context),
    Route("GET", "/dataset.trig", vocabulary.dataset),
    Route("GET", "/sparql", querying.page, OWNER),
    Route("POST", "/sparql", querying.ask, OWNER),
    # files and probes
    Route("POST", "/preview", editing.preview, MEMBER, PICTURE),
    Route("POST", "/media", files.upload, MEMBER, PICTURE),
    Route("GET", "/media/{file}", files.media),
    Route("GET", "/static/v/{digest}/{name}", files.asset),
    Route("GET", "/favicon.ico", files.favicon),
    Route("GET", "/robots.txt", files.robots),
    Route("GET", "/livez", health.live),
    Route("GET", "/readyz", health.ready),
    # any type, any thing
    Route("GET", "/{path}", listing.page),
    Route("GET", "/{path}/new", editing.new, SOMEBODY),
    Route("POST", "/{path}/new", editing.create, SOMEBODY, PICTURE),
    Route("GET", "/{path}/{slug}", things.page),
    Route("GET", "/{path}/{slug}/edit", editing.edit, SOMEBODY),
    Route("POST", "/{path}/{slug}/edit", editing.update, SOMEBODY, PICTURE),
    Route("GET", "/{path}/{slug}/relate", relating.page, SOMEBODY),
    Route("POST", "/{path}/{slug}/relate", relating.relate, SOMEBODY),
    Route("POST", "/{path}/{slug}/unrelate", relating.unrelate, SOMEBODY),
    Route("GET", "/{path}/{slug}/relate-options", relating.options),
    Route("GET", "/{path}/{slug}/do/{verb}", doing.page, SOMEBODY),
    Route("POST", "/{path}/{slug}/do/{verb}", doing.do, SOMEBODY),
    Route("POST", "/{path}/{slug}/undo/{verb}", doing.undo, SOMEBODY),
)
