"""A peer, put together: its settings, domain, store, vocabulary and behaviors."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from peer import paths
from peer.config import Config
from peer.model.addresses import RESERVED
from peer.model.behavior import Behavior
from peer.model.declaration import DeclarationError
from peer.model.domain import Domain
from peer.model.lexicon import Lexicon
from peer.model.permission import Role, Viewer, may
from peer.model.reading import Read
from peer.node import handles, identity, seed, vocabulary
from peer.node.checks import check
from peer.node.door import Door, Hearers, tell_nobody
from peer.node.incoming.inbox import Inbox
from peer.node.keys import ORDERS, settle_keys, settle_secret
from peer.node.library import Shelf, Written, all_behaviors, read_domain, read_types
from peer.node.outbox import Ask, Drafter
from peer.node.paying.settling import Settling
from peer.node.refusal import Refused
from peer.node.telling.dispatch import Dispatch
from peer.node.telling.mentions import with_mentions
from peer.node.trading.allotments import met
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing
from store import open_store
from store.interface import Store, Transaction

if TYPE_CHECKING:
    from peer.node.outgoing.office import Outgoing

T = TypeVar("T")

#: The mark of no vocabulary: whatever the store has is another one.
_UNKNOWN = "?"


def _now() -> datetime:
    return datetime.now(UTC)


def _token() -> str:
    """Unguessable, and in the order of time, which keeps the indexes compact."""
    return f"{int(_now().timestamp() * 1000):011x}{secrets.token_hex(6)}"


@dataclass
class Node:
    config: Config
    domain: Domain
    store: Store
    behaviors: Sequence[Behavior]
    written: dict[str, Written]
    now: Callable[[], datetime] = _now
    token: Callable[[], str] = _token
    lexicon: Lexicon = field(default_factory=lambda: Lexicon({}))
    mark: str = ""  # which vocabulary the lexicon is of
    outgoing: Outgoing | None = None  # while it is open: outgoing.office
    incoming: Inbox = field(init=False)
    settling: Settling = field(init=False)
    _hearers: tuple[Sequence[Behavior], Hearers] = field(init=False, default=((), {}))

    def __post_init__(self) -> None:
        self.incoming = Inbox(self)
        self.settling = Settling(self)

    @property
    def base(self) -> str:
        return self.config.base

    @property
    def site(self) -> Viewer:
        """The peer itself, as an actor: seeds and declarations are its doing."""
        return Viewer(f"{self.base}/actor", Role.OWNER, self.domain.title)

    # -- asking -----------------------------------------------------------------

    async def publish(self, viewer: Viewer, ask: Ask) -> Activity | None:
        """Do one thing; None where it would have changed nothing."""
        done = await self.publish_all(viewer, [ask])
        return done[0] if done else None

    async def publish_all(
        self, viewer: Viewer, asks: Sequence[Ask]
    ) -> Sequence[Activity]:
        """Do all of ``asks`` in one transaction, or none and say why (Refused)."""
        asks = await with_mentions(self, asks)
        now, tokens = self.now(), [self.token() for _ in asks]
        done, told = await self.store.transact(
            lambda tx: self._publish(viewer, asks, tokens, now, tx)
        )
        if told and self.outgoing:
            self.outgoing.wake()
        if any(vocabulary.changes(activity) for activity in done):
            await self.keep_up()
        return done

    def _publish(
        self,
        viewer: Viewer,
        asks: Sequence[Ask],
        tokens: Sequence[str],
        now: datetime,
        tx: Transaction,
    ) -> tuple[Sequence[Activity], int]:
        """What was done, and how many deliveries wait because of it."""
        lexicon = self.lexicon_of(tx)
        drafter = Drafter(self.base, lexicon, viewer, wire(now), tx)
        dispatch = Dispatch(self.base, wire(now), lexicon)
        door = self.door(tx, dispatch, lexicon)
        done: list[Activity] = []
        for ask, token in zip(asks, tokens, strict=True):
            activity = drafter.draft(ask, token, done)
            if activity is None:
                continue
            check(activity, viewer, lexicon, tx)
            if door.save(activity, tx):
                done.append(activity)
                self._name(activity, lexicon, tx)
        door.fire(done, tx)
        changes = [each for each in done if vocabulary.changes(each)]
        if changes:
            _checked(vocabulary.load(tx))
            vocabulary.note_change(tx, changes[-1])
        return done, dispatch.count

    def _name(self, activity: Activity, lexicon: Lexicon, tx: Transaction) -> None:
        """Whoever comes to be here and acts is given a user name."""
        match activity:
            case Activity(type="Create", object=Thing() as thing) if lexicon.is_actor(
                thing.kind
            ):
                is_site = thing.id == self.site.id
                handles.claim(tx, thing, self.domain.name if is_site else "")

    def door(
        self,
        tx: Transaction,
        dispatch: Dispatch | None = None,
        lexicon: Lexicon | None = None,
    ) -> Door:
        """What carries activities out in ``tx``; others are told by ``dispatch``."""
        lexicon = lexicon or self.lexicon_of(tx)
        tell = dispatch or tell_nobody
        if self._hearers[0] is not self.behaviors:
            self._hearers = self.behaviors, {}
        by_verb = self._hearers[1]
        return Door(lexicon, self.behaviors, self.base, tell, by_verb=by_verb)

    def permitted(self, viewer: Viewer, thing: Thing) -> Sequence[str]:
        """The verbs that ``viewer`` may use on ``thing``: what its page offers."""
        kind = self.lexicon.types[thing.kind]
        is_site = thing.id == self.site.id
        never = ("Create", "Delete", "Block") if is_site else ("Create",)
        return [
            verb
            for verb, who in kind.permits.items()
            if verb not in never and may(who, viewer, thing)
        ]

    # -- the vocabulary -----------------------------------------------------------

    async def keep_up(self) -> None:
        """Take over the vocabulary that the store has now, if it is another one."""
        self.lexicon, self.mark = await self.store.read(self._current)

    def _current(self, read: Read) -> tuple[Lexicon, str]:
        mark = vocabulary.mark(read)
        return (self.lexicon if mark == self.mark else vocabulary.load(read)), mark

    def lexicon_of(self, tx: Transaction) -> Lexicon:
        """The vocabulary as of ``tx``: another process may just have changed it."""
        return self._current(tx)[0]

    # -- starting -----------------------------------------------------------------

    async def start(self) -> None:
        """What happens once, however many workers start at the same moment."""
        now = self.now()
        await self.store.alone("start", lambda tx: self._start(now, tx))
        self.mark = _UNKNOWN
        await self.keep_up()

    def _start(self, now: datetime, tx: Transaction) -> None:
        identity.claim(tx, self.base)
        identity.know_peers(tx, self.config.peers)
        self._know(Lexicon({name: w.type for name, w in self.written.items()}), tx)
        self._declare(now, tx)
        self._know(_checked(vocabulary.load(tx)), tx)
        self._settle(now, tx)
        shelf = shelves(self.config)[1]
        for step in seed.steps(shelf, self.domain, now, self.config.peers):
            with step.blamed():
                self._play(step, now, tx)

    def _declare(self, now: datetime, tx: Transaction) -> None:
        """What the files declare, each in the light of all the others."""
        together = self.lexicon
        for ask in list(vocabulary.asks(self.base, self.written, tx)):
            self._ask(ask, now, tx)
            self._know(together, tx)

    def _settle(self, now: datetime, tx: Transaction) -> None:
        """The peer's own actor comes into being."""
        if tx.get(f"{self.base}/actor") is None:
            values = {"name": self.domain.title, "summary": self.domain.tagline or None}
            ask = Ask(
                "Create",
                id=f"{self.base}/actor",
                kind="Organization",
                values=values,
                activity=f"{self.base}/activities/actor",
            )
            self._ask(ask, now, tx)

    def _play(self, step: seed.Step, now: datetime, tx: Transaction) -> None:
        ask = step.ask(self.base, self.lexicon, tx)
        if ask is None:
            return
        if ask.verb == "Offer" and tx.get(ask.values["shop"]) is None:
            id = f"{ask.activity}-to"
            self.door(tx).carry_out([met(ask.values["shop"], id, wire(now))], tx)
        self._ask(ask, now, tx)
        if vocabulary.mark(tx) != self.mark:
            self._know(vocabulary.load(tx), tx)

    def _ask(self, ask: Ask, now: datetime, tx: Transaction) -> None:
        """What the peer itself asks for, in the transaction that starts it."""
        self._publish(self.site, [ask], [self.token()], now, tx)

    def _know(self, lexicon: Lexicon, tx: Transaction) -> None:
        self.lexicon, self.mark = lexicon, vocabulary.mark(tx)


def _checked(lexicon: Lexicon) -> Lexicon:
    try:
        lexicon.check(RESERVED)
    except DeclarationError as wrong:
        term = wrong.key.partition(".")[0]
        raise Refused(f"{wrong}.", 422, {term: f"{wrong}."}) from wrong
    return lexicon


def shelves(config: Config) -> tuple[Shelf, Shelf]:
    """Where the types and the seeds are: the operator's own folders first."""
    types = (config.types, paths.TYPES) if config.types else (paths.TYPES,)
    seeds = (config.seeds, paths.SEEDS) if config.seeds else (paths.SEEDS,)
    return Shelf(types), Shelf(seeds)


def assembled(config: Config, store: Store) -> Node:
    """A node that has not started: what its files say, put together."""
    types, seeds = shelves(config)
    domain = read_domain(seeds, config.domain)
    said_in = str(seeds.find(f"{config.domain}/domain.toml"))
    return Node(
        config=config,
        domain=domain,
        store=store,
        behaviors=all_behaviors(),
        written=dict(read_types(types, domain.types, said_in)),
    )


@asynccontextmanager
async def open_node(
    config: Config,
    *,
    now: Callable[[], datetime] = _now,
    token: Callable[[], str] = _token,
) -> AsyncIterator[Node]:
    """The peer that ``config`` describes, migrated, seeded and ready."""
    async with open_store(config.database_url) as store:
        node = assembled(config, store)
        node.now, node.token = now, token
        await node.start()
        await settle_keys(store, f"{node.base}/actor")
        await settle_secret(store, ORDERS)
        yield node
