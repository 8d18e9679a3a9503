"""Those on other servers, and what they have: looked at when needed, and kept.

What was seen is kept by an activity of the peer's own (``View``), so that the log
alone tells everything that this peer knows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from peer.model.reading import Read
from peer.node.incoming.brought import actor_of, related_of, thing_of
from peer.node.incoming.returning import has_returned
from peer.node.keys import settle_keys
from peer.node.moderation.blocks import is_blocked
from peer.node.outgoing.bodies import AS2, DISCOVERY, Wanted
from peer.node.outgoing.line import Budget
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.unfetched import Failure, Gone, Missing, NotFetched
from peer.node.refusal import Refused
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.origin import is_actor, owner_of, same, same_origin
from peer.protocol.thing import Activity, Thing
from peer.protocol.wire import fingered, noted, somebody
from peer.protocol.wire.loose import Unreadable, is_address
from peer.protocol.wire.related import AUTHORIZATION, RELATIONSHIP, is_a
from peer.protocol.wire.said import is_activity
from peer.protocol.wire.somebody import Somebody
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

#: What is known of somebody is believed so long.
_BELIEVED = timedelta(days=7)
_NEVER = datetime.min.replace(tzinfo=UTC)
_ACTORS = 10_000


@dataclass(slots=True)
class Strangers:
    node: Node
    #: When somebody was last looked at, and nothing about them had changed.
    _confirmed: OrderedDict[str, datetime] = field(default_factory=OrderedDict)

    # -- asking them ---------------------------------------------------------------

    async def fetch(
        self, url: str, budget: Budget, *, fresh: bool = False, wanted: Wanted = AS2
    ) -> Mapping[str, Any]:
        """The document that stands at ``url``; NotFetched says why there is none."""
        outgoing = self.node.outgoing
        if outgoing is None:
            raise Failure(url, "this process does not speak to other servers")
        found = await outgoing.fetcher.fetch(
            url, await self._signer(), budget=budget, wanted=wanted, fresh=fresh
        )
        return found.document

    async def _signer(self) -> Signer:
        """The peer asks in its own name, whoever wants to know."""
        keys = await settle_keys(self.node.store, f"{self.node.base}/peer")
        return Signer(keys.rsa_id, keys.rsa)

    # -- actors --------------------------------------------------------------------

    def known(self, id: str, read: Read) -> Thing | None:
        """The actor, as far as what is known of them is not too old."""
        actor = read.get(id)
        if actor is None or actor.deleted or actor.kind != "Actor":
            return None
        last = max(read_moment(actor.updated), self._confirmed.get(id, _NEVER))
        return actor if self.node.now() - last < _BELIEVED else None

    async def actor(
        self, id: str, budget: Budget, *, fresh: bool = False, handle: str | None = None
    ) -> Thing:
        """The actor ``id``; NotFetched or Unreadable where there is none."""
        if not fresh:
            known = await self.node.store.read(lambda read: self.known(id, read))
            if known is not None:
                return known
        document = await self.fetch(id, budget, fresh=fresh)
        return await self._keep_actor(document, id, handle)

    async def _keep_actor(
        self, document: Mapping[str, Any], id: str, handle: str | None = None
    ) -> Thing:
        told = somebody.read(dict(document))
        if not same(told.id, id):
            raise Unreadable(f"{id} says it is {told.id}")
        if not same_origin(told.inbox, told.id):
            raise Unreadable(f"the inbox of {id} is on another server")
        seen = actor_of(told, handle or _own_handle(told), self.node.now())
        self._confirmed[id] = self.node.now()
        if len(self._confirmed) > _ACTORS:
            self._confirmed.popitem(last=False)
        return await self.node.store.transact(lambda tx: self._see(seen, None, tx))

    # -- things --------------------------------------------------------------------

    async def thing(self, id: str, budget: Budget, *, fresh: bool = False) -> Thing:
        """The thing ``id``; NotFetched or Unreadable say why there is none."""
        if not fresh:
            known = await self.node.store.read(lambda read: read.get(id))
            if known is not None:
                return known
        asked = wire(self.node.now()) if fresh else ""
        document = await self.fetch(id, budget, fresh=fresh)
        return await self._keep_thing(document, budget, asked)

    async def _keep_thing(
        self, document: Mapping[str, Any], budget: Budget, asked: str = ""
    ) -> Thing:
        """``document`` was fetched from its own id, so its server stands for it.

        ``asked`` is when, where it was not perhaps remembered from before.
        """
        if is_actor(document):
            return await self._keep_actor(document, str(document["id"]))
        if any(is_a(document, name) for name in (RELATIONSHIP, AUTHORIZATION)):
            raise Unreadable("that is said of two things, and is none itself")
        if is_activity(dict(document)):
            raise Unreadable("that is something that was done, and no thing")
        told, owner = noted.read(dict(document)), owner_of(document)
        if told.id is None or owner is None:
            raise Unreadable("nobody on its own server says that it is theirs")
        await self.actor(owner, budget)
        now = self.node.now()
        seen = thing_of(told, owner, self.node.lexicon, now)
        related = related_of(told)
        return await self.node.store.transact(
            lambda tx: self._see(seen, related, tx, asked)
        )

    def _see(
        self,
        seen: Thing,
        related: Mapping[str, Any] | None,
        tx: Transaction,
        asked: str = "",
    ) -> Thing:
        """Keep ``seen``, unless nothing of it is new; Refused if it is not wanted."""
        node = self.node
        if same_origin(seen.id, node.base):
            raise Refused("That is here already.", 409)
        if is_blocked(tx, seen.owner):
            raise Refused("This peer has nothing to do with them.", 403)
        before = tx.get(seen.id)
        if before is not None and _is_kept(before, seen, asked, tx):
            return before
        if before is not None and seen.updated <= before.updated:
            seen = replace(seen, updated=before.updated)
        notes: dict[str, Any] = {} if related is None else {"related": related}
        if before is not None and before.deleted:
            notes["back"] = True
        activity = Activity(
            f"{node.base}/activities/{node.token()}",
            "View",
            f"{node.base}/peer",
            wire(node.now()),
            seen,
            notes,
        )
        node.door(tx).carry_out([activity], tx)
        return seen

    # -- by whatever name ------------------------------------------------------------

    async def found(self, name: str, *, fresh: bool = False) -> Thing:
        """Whom or what ``name``, a handle or an address, stands for.

        With ``fresh`` it is looked at, even if it is known.  Refused says in a
        sentence why there is nothing to be had.
        """
        name, budget = name.strip(), Budget()
        try:
            if is_address(name):
                return await self._at(name, budget, fresh)
            told = fingered.handle(name)
            if told is None:
                raise Refused(
                    "Write an address like @ana@blog.example, or a link.", 422
                )
            return await self._fingered(*told, budget)
        except Gone as wrong:
            raise Refused("It was there, and has been deleted.", 410) from wrong
        except NotFetched as wrong:
            host = urlsplit(wrong.url).netloc or "that server"
            raise Refused(f"{host}: {wrong.reason}.", 502) from wrong
        except Unreadable as wrong:
            raise Refused(f"What is there cannot be read: {wrong}.", 502) from wrong

    async def _at(self, url: str, budget: Budget, fresh: bool) -> Thing:
        if same_origin(url, self.node.base):
            own = await self.node.store.read(lambda read: read.get(url))
            if own is None:
                raise Refused("There is nothing at that address here.", 404)
            return own
        known = await self.node.store.read(lambda read: read.get(url))
        is_gone = known is not None and known.deleted is not None
        if known is not None and known.kind != "Actor" and not (fresh or is_gone):
            return known
        fresh, asked = fresh or is_gone, wire(self.node.now())
        document = await self.fetch(url, budget, fresh=fresh)
        return await self._keep_thing(document, budget, asked if fresh else "")

    async def _fingered(self, user: str, host: str, budget: Budget) -> Thing:
        """Ask their server who that is; and that one has to agree."""
        here = urlsplit(self.node.base)
        if host in (here.netloc, here.hostname):
            raise Refused(f"{user}@{host} is not an address elsewhere.", 422)
        handle = f"{user}@{host}"
        try:
            found = await self.finger(handle, host, budget)
        except Missing as wrong:
            raise Refused(f"Nobody at {host} is called {user}.", 404) from wrong
        actor = fingered.read(dict(found)).actor
        if actor is None:
            raise Refused(f"Nobody at {host} is called {user}.", 404)
        called = handle if await self._is_called(handle, actor, budget) else None
        return await self.actor(actor, budget, fresh=True, handle=called)

    async def _is_called(self, handle: str, actor: str, budget: Budget) -> bool:
        """Is that what the server of ``actor`` calls them as well?"""
        user, _, host = handle.partition("@")
        home = urlsplit(actor).netloc.lower()
        if host == home:
            return True
        try:
            document = await self.finger(f"{user}@{home}", home, budget)
            told = fingered.read(dict(document))
        except (NotFetched, Unreadable):
            return False
        subject = (told.subject or "").removeprefix("acct:")
        return same(told.actor, actor) and subject.lower() == handle.lower()

    async def finger(self, handle: str, host: str, budget: Budget) -> Mapping[str, Any]:
        outgoing = self.node.outgoing
        if outgoing is None:
            raise Refused("This process does not speak to other servers.", 503)
        *others, last = outgoing.reach.schemes_of(host)
        for scheme in others:
            with suppress(Failure):
                return await self._webfinger(scheme, host, handle, budget)
        return await self._webfinger(last, host, handle, budget)

    async def _webfinger(
        self, scheme: str, host: str, handle: str, budget: Budget
    ) -> Mapping[str, Any]:
        assert self.node.outgoing is not None, "the caller has asked"
        url = f"{scheme}://{host}/.well-known/webfinger?resource=acct:{handle}"
        fetch = self.node.outgoing.fetcher.fetch
        return (await fetch(url, None, budget=budget, wanted=DISCOVERY)).document


def _own_handle(told: Somebody) -> str | None:
    """As they say; not what would read like the address of somebody else."""
    own = f"{told.username or ''}@{urlsplit(told.id).netloc}"
    return own if fingered.handle(own) else None


def _is_kept(before: Thing, seen: Thing, asked: str, read: Read) -> bool:
    """Is nothing of it new, or was it taken away for good?"""
    if before.deleted:
        return not has_returned(before, asked, read)
    same_values = dict(before.values) == dict(seen.values)
    return same_values and before.audience == seen.audience
