"""A server of one dialect, on a socket: it serves, verifies, remembers, answers."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from multidict import CIMultiDict

from tests.federation.fediverse import answering, handwriting, rules
from tests.federation.fediverse.actor import Actor
from tests.federation.fediverse.calling import (
    Answer,
    Caller,
    Unreadable,
    check_document,
    self_link,
)
from tests.federation.fediverse.dialects import Dialect
from tests.federation.fediverse.handwriting import Letter, Unproven
from tests.federation.fediverse.ports import listening

WITHIN = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """What a path answers, instead of what it should."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    instead: bool = True  # else the delay is all that is wrong


@dataclass(frozen=True, slots=True)
class Received:
    """An activity that was delivered here, and whose signature held."""

    activity: dict[str, Any]
    letter: Letter
    signer: str  # its actor, or who has passed it on with a proof of its actor's

    @property
    def object(self) -> Any:
        return self.activity.get("object")

    @property
    def path(self) -> str:
        return self.letter.target


Wanted = str | Callable[[dict[str, Any]], bool]


class Server:
    def __init__(self, dialect: Dialect, base: str, port: int, caller: Caller) -> None:
        self.dialect, self.base, self.port, self.caller = dialect, base, port, caller
        self.actors: dict[str, Actor] = {}  # by id
        self.objects: dict[str, dict[str, Any]] = {}  # by id, as they are served
        self.gone: set[str] = set()  # ids that answer 410
        self.faults: dict[str, list[Fault]] = {}  # by path; the last one stays
        self.received: list[Received] = []
        self.refused: list[str] = []  # why a delivery was answered with 401
        self.complaints: list[str] = []
        self.fetches: Counter[str] = Counter()  # GETs, by path
        self.posts: Counter[str] = Counter()  # POSTs, by path, refused ones too
        self.known: dict[str, dict[str, Any]] = {}  # actors elsewhere, by id
        self.count = 0
        self._news = asyncio.Event()
        self._chores: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self.itself = self.actor(urlsplit(base).hostname or "", kind="Application")

    # -- serving --------------------------------------------------------------------

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Server]:
        await self.up()
        try:
            yield self
        finally:
            for chore in list(self._chores):
                chore.cancel()
            await asyncio.gather(*self._chores, return_exceptions=True)
            await self.down()

    async def up(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{any:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.SockSite(self._runner, listening(self.port)).start()

    async def down(self) -> None:
        """Nobody listens any more, and connections that were open are closed."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def answers(self, path: str, *faults: Fault, **fault: Any) -> None:
        """From now on ``path`` does that: each in turn, the last for good."""
        self.faults[path] = [*faults, *([Fault(**fault)] if fault else [])]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        letter = Letter(
            request.method,
            self.base + request.raw_path,
            CIMultiDict(request.headers),
            await request.read(),
        )
        counted = self.posts if request.method == "POST" else self.fetches
        counted[request.path] += 1
        fault = self._fault(request.path)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.instead:
                return web.Response(
                    status=fault.status, headers=fault.headers, body=fault.body
                )
        if request.method == "POST":
            return await self._receive(letter)
        return await answering.answer(self, letter)

    def _fault(self, path: str) -> Fault | None:
        for name in (path, "*"):
            waiting = self.faults.get(name)
            if waiting:
                return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return None

    # -- receiving ------------------------------------------------------------------

    async def _receive(self, letter: Letter) -> web.Response:
        if len(letter.body) > self.dialect.largest:
            return web.Response(status=413)
        try:
            activity = json.loads(letter.body)
            if isinstance(activity.get("actor"), dict):
                activity["actor"] = activity["actor"]["id"]
            signer = await self.verify(letter)
            await self._check_proof(activity, signer)
        except (Unproven, Unreadable, ValueError, KeyError) as wrong:
            self.refused.append(f"{wrong!r}")
            return web.Response(status=401, text=f"{wrong}")
        for rule in (rules.everybody, *self.dialect.rules):
            for complaint in rule(activity, letter.body):
                self.complain(f"{activity.get('type')}: {complaint}")
        self.received.append(Received(activity, letter, signer))
        self.do(activity)
        self._news.set()
        return web.Response(status=202)

    async def verify(self, letter: Letter) -> str:
        """Who signed it; Unproven where that does not hold, or is not understood."""
        how = handwriting.dialect_of(letter)
        key_id = handwriting.key_id_of(letter)
        if how not in self.dialect.takes:
            raise Unproven(f"{how} is not understood here")
        for fresh in (False, True):
            owner = await self._owner_of(key_id, fresh)
            try:
                key = handwriting.public_key(owner, key_id)
                handwriting.check(letter, key, self.dialect.window)
            except Unproven:
                if fresh:
                    raise
            else:
                break
        return str(owner["id"])

    async def _owner_of(self, key_id: str, fresh: bool) -> dict[str, Any]:
        """The actor with that key, which some show in a document of its own."""
        url = key_id.partition("#")[0]
        if url in self.known and not fresh:
            return self.known[url]
        answer = await self.get(url)
        return await self.lookup(check_document(answer, url, False)["id"], fresh)

    async def _check_proof(self, activity: dict[str, Any], signer: str) -> None:
        """What somebody else has passed on has to prove itself."""
        if "proof" not in activity:
            if signer != activity["actor"]:
                raise Unproven(f"{signer} signed what {activity['actor']} does")
            return
        method = activity["proof"]["verificationMethod"]
        owner = await self.lookup(method.partition("#")[0])
        handwriting.check_proof(activity, handwriting.proof_key(owner, method))

    def complain(self, complaint: str) -> None:
        self.complaints.append(f"{self.dialect.name}: {complaint}")

    def do(self, activity: dict[str, Any]) -> None:
        """What follows from ``activity``, after the answer."""

        async def done() -> None:
            try:
                await answering.react(self, activity)
            except Exception as wrong:
                self.complain(f"{wrong!r}")

        task = asyncio.create_task(done())
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def got(self, what: Wanted, within: float = WITHIN) -> Received:
        """The first that was delivered which is ``what``: a type, or one that fits."""
        try:
            async with asyncio.timeout(within):
                while not (found := self.all(what)):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            told = [each.activity.get("type") for each in self.received]
            raise AssertionError(
                f"{self.dialect.name} got {told}, not {what}; refused: {self.refused}"
            ) from None
        return found[0]

    def all(self, what: Wanted) -> list[Received]:
        if isinstance(what, str):
            return [one for one in self.received if one.activity.get("type") == what]
        return [one for one in self.received if what(one.activity)]

    # -- its own --------------------------------------------------------------------

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    def next(self) -> str:
        self.count += 1
        return str(self.count)

    def actor(self, name: str, kind: str = "Person", **more: Any) -> Actor:
        made = Actor(self, name, kind, **more)
        self.actors[made.id] = made
        return made

    def serve(self, document: dict[str, Any]) -> dict[str, Any]:
        """``document`` can be read at its id."""
        if isinstance(document.get("id"), str) and "#" not in document["id"]:
            self.objects[document["id"]] = document
        return document

    # -- reading others -------------------------------------------------------------

    async def get(self, url: str) -> Answer:
        """As the server itself, which signs."""
        letter = Letter("GET", url.partition("#")[0])
        letter.headers["Accept"] = "application/activity+json, application/ld+json"
        return await self.itself.knock(letter)

    async def read(self, url: str) -> dict[str, Any]:
        answer = await self.get(url)
        return check_document(answer, url, self.dialect.strict_ids)

    async def lookup(self, id: str, fresh: bool = False) -> dict[str, Any]:
        """An actor elsewhere, as this kind of server would get to know it."""
        if fresh or id not in self.known:
            document = await self.read(id)
            if self.dialect.strict_ids:
                await self._close_the_circle(document)
            self.known[id] = document
        return self.known[id]

    async def _close_the_circle(self, actor: dict[str, Any]) -> None:
        """The name leads to the actor, as the actor has the name."""
        name, parts = actor.get("preferredUsername", ""), urlsplit(actor["id"])
        fingered = await self.caller.finger(name, parts.netloc, parts.scheme)
        if self_link(fingered) != actor["id"]:
            raise Unreadable(f"{name} leads to {self_link(fingered)}")

    async def find(self, name: str) -> dict[str, Any]:
        """The actor ``name@host``, as people look for it."""
        user, _, host = name.partition("@")
        scheme = urlsplit(self.base).scheme
        return await self.lookup(
            self_link(await self.caller.finger(user, host, scheme))
        )

    async def author_of(self, id: str) -> dict[str, Any]:
        """Who made the thing ``id``; or the actor, where it is one."""
        document = await self.read(id)
        if "inbox" in document:
            return document
        return await self.lookup(str(document["attributedTo"]))
