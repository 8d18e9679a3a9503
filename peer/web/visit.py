"""A visit: one request, who makes it, and what its handler may do about it.

Handlers are functions of a Visit.  What they read of the store goes through it,
so that every answer can say how often it asked.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup

from peer.model.permission import STRANGER, Role, Viewer
from peer.model.reading import Read
from peer.node.moderation import blocks, reports
from peer.node.moderation.blocks import Blocklist
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.people.browser import form_token
from peer.node.people.sessions import Session
from peer.node.pictures.media import Media
from peer.node.views import Views
from peer.protocol.thing import Activity
from peer.web.assets import Assets
from peer.web.exchange import cookies, csrf
from peer.web.exchange.awaited import Awaited
from peer.web.exchange.board import Board
from peer.web.exchange.body import Told
from peer.web.exchange.cookies import Cookies
from peer.web.exchange.counted import Counted
from peer.web.parts import basket, flash, menu
from peer.web.parts.render import Pages
from peer.web.parts.talk import Seen
from peer.web.parts.view import Setting

T = TypeVar("T")


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False  # whatever it is, it is none of our proxies


_TOKEN = Markup('<input type="hidden" name="{}" value="{}">')


@dataclass
class Site:
    """What all visits to a peer share."""

    node: Node
    pages: Pages
    assets: Assets
    cookies: Cookies
    media: Media
    body_deadline: float
    #: What takes long is done for so many at a time.
    dumping: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    secret: bytes = b""  # read from the store when the application starts
    order_secret: bytes = b""  # the same, for what opens the pages of who buys
    asked: float = float("-inf")  # when the store was last asked what is new
    blocked: Blocklist = field(default_factory=Blocklist)
    reports: int = 0  # that wait for an owner
    patience: float = 1.5  # so many seconds a buyer waits for the answer of a shop
    views: Views = field(default_factory=Views)  # that are still to be written down
    board: Board = field(init=False)  # who is shown numbers while they change
    awaited: Awaited = field(init=False)  # what somebody waits for a moment for

    def __post_init__(self) -> None:
        self.board = Board(self.node.store)
        self.awaited = Awaited(self.node.store)

    async def keep_up(self) -> None:
        """Know what another process has declared, a second later at most."""
        now = asyncio.get_running_loop().time()
        if now - self.asked >= 1:
            self.asked = now
            await self.node.keep_up()
            self.blocked, self.reports = await self.node.store.read(self._standing)

    def _standing(self, read: Read) -> tuple[Blocklist, int]:
        return blocks.current(read, self.blocked), reports.count(read)

    async def catch_up(self) -> None:
        """Know at once what was just decided here."""
        self.asked = float("-inf")
        await self.keep_up()


SITE = web.AppKey("site", Site)


@dataclass(slots=True)
class Visit:
    request: web.Request
    site: Site
    viewer: Viewer = STRANGER
    session: Session | None = None
    told: Told = field(default_factory=Told)
    reads: int = 0
    waited: float = 0.0
    idled: float = 0.0  # seconds in which somebody else was waited for
    has_token: bool = False  # did the answer give a form its token?
    is_lasting: bool = False  # is it the same for all until something is committed?
    _visitor: str = ""

    # -- the request --------------------------------------------------------------

    @property
    def node(self) -> Node:
        return self.site.node

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def address(self) -> str:
        """Where the request comes from: what a proxy of ours says, where one is."""
        told = self.request.headers.getall("X-Forwarded-For", [])
        chain = [each.strip() for line in told for each in line.split(",")]
        address = self.request.remote or ""
        while chain and _is_in(address, self.node.config.proxies):
            address = chain.pop()
        return address

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query

    def part(self, name: str) -> str:
        """The part of the address that the route calls ``name``."""
        return self.request.match_info.get(name, "")

    def cookie(self, name: str) -> str:
        return self.site.cookies.read(self.request.cookies, name)

    @property
    def is_owner(self) -> bool:
        return self.viewer.role is Role.OWNER

    @property
    def buys(self) -> bool:
        """Can anything be bought here, at this shop or through it at others?"""
        return not {"Order", "Purchase"}.isdisjoint(self.node.lexicon.types)

    @property
    def is_personal(self) -> bool:
        """Is the answer for this visitor alone?"""
        own = self.viewer.id is not None or self.has_token
        kept = (cookies.FLASH, basket.COOKIE)
        return own or any(self.cookie(name) for name in kept)

    @property
    def setting(self) -> Setting:
        return Setting(self.node.lexicon, self.node.base, self.site.media.srcset)

    @property
    def seen(self) -> Seen:
        return Seen(self.node.base, self.viewer, self.site.blocked)

    # -- the store ----------------------------------------------------------------

    async def read(self, query: Callable[[Read], T]) -> T:
        """What ``query`` finds; how often it asked, and how long, is remembered."""
        counted = Counted()
        started = time.perf_counter()
        try:
            return await self.node.store.read(lambda read: query(counted.of(read)))
        finally:
            self.waited += time.perf_counter() - started
            self.reads += counted.count

    async def publish(self, *asks: Ask) -> Sequence[Activity]:
        """Do all of ``asks`` as the viewer, or none (Refused)."""
        return await self.node.publish_all(self.viewer, asks)

    # -- forms --------------------------------------------------------------------

    def form_cookie(self) -> str:
        """The secret that this browser's forms are bound to; one is made if need be."""
        held = self.cookie(cookies.SESSION) if self.session else ""
        known = self._visitor or held or self.cookie(cookies.VISITOR)
        self._visitor = known or secrets.token_urlsafe(24)
        return self._visitor

    def csrf_field(self) -> Markup:
        """The hidden field without which a form is refused."""
        self.has_token = True
        token = form_token(self.site.secret, self.form_cookie())
        return _TOKEN.format(csrf.FIELD, token)

    # -- the answer ---------------------------------------------------------------

    def page(
        self, template: str, /, *, status: int = 200, **context: Any
    ) -> web.Response:
        """``template``, with what every page of ours shows."""
        text = self.site.pages.render(template, {**self.frame(), **context})
        answer = web.Response(text=text, status=status, content_type="text/html")
        answer.headers["Vary"] = "Accept, Cookie, Signature"
        if self.cookie(cookies.FLASH):
            self.site.cookies.drop(answer, cookies.FLASH)
        if self._visitor and not self.session:
            self.site.cookies.set(answer, cookies.VISITOR, self.form_cookie())
        return answer

    def go(self, to: str, say: str = "") -> web.Response:
        """303 to a path of ours, and something to ``say`` when they are there."""
        answer = web.Response(status=303, headers={"Location": to})
        if say:
            self.site.cookies.set(answer, cookies.FLASH, say)
        return answer

    def today(self) -> str:
        """The date by the clocks where this peer is at home."""
        zone = ZoneInfo(self.node.domain.zone)
        return self.node.now().astimezone(zone).date().isoformat()

    def frame(self) -> Mapping[str, Any]:
        """What a page shows beside what it is about."""
        theme = self.cookie(cookies.THEME)
        return {
            "viewer": {
                "id": self.viewer.id,
                "href": (self.viewer.id or "").removeprefix(self.node.base),
                "name": self.viewer.name,
                "role": self.viewer.role.name.lower(),
                "signed_in": self.viewer.id is not None,
                "is_owner": self.is_owner,
                "is_member": self.viewer.role >= Role.MEMBER,
            },
            "waiting": self.site.reports if self.is_owner else 0,
            "sells": "Payment" in self.node.lexicon.types,
            "buys": self.buys,
            "basket": basket.held(self.node.lexicon, self.cookie(basket.COOKIE)),
            "doors": menu.doors(self.node.config.peers, self.node.base),
            "menu": menu.menu(self.node.domain, self.node.lexicon, self.path),
            "flash": flash.read(self.cookie(cookies.FLASH)),
            "here": self.request.path_qs,
            "today": self.today(),
            "path": self.path,
            "theme": theme if theme in cookies.THEMES else "auto",
            "csrf_field": self.csrf_field,
        }


VISIT = web.RequestKey("visit", Visit)
Handler = Callable[[Visit], Any]
