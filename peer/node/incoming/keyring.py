"""The keys of strangers: asked for once, kept, and asked for again when one fails.

A key belongs to exactly one actor, who says so in its own document.  Whether that
actor is welcome is not remembered with it: that is asked of each request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from peer.model.reading import Read
from peer.node.outgoing.line import Budget
from peer.node.records import each
from peer.protocol.keys import PublicKey, multikey, read_multikey
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.origin import (
    NotTheirs,
    claimed_by,
    proving_key,
    same,
    same_origin,
    signing_key,
)
from peer.protocol.wire.loose import id_of, is_address
from store.interface import Busy, Transaction

if TYPE_CHECKING:
    from peer.node.incoming.strangers import Strangers

_SPACE = "stranger-key"
_KEPT = timedelta(days=30)
_STALE = timedelta(days=2)
#: Whoever sends what does not hold has the key asked for again only so often in a
#: while: more than once, or a forgery would keep a new key out.
_OFTEN, _WHILE = 3, timedelta(seconds=30)
_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """A key, whose it is, and when they said so."""

    key: PublicKey
    owner: str
    since: datetime


@dataclass(slots=True)
class Keyring:
    strangers: Strangers
    _held: OrderedDict[str, Held] = field(default_factory=OrderedDict)
    _asked: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)

    def remembered(self, key_id: str) -> Held | None:
        """The key, if this process has met it."""
        return self._held.get(key_id)

    def held(self, key_id: str, read: Read) -> Held | None:
        """The key, if it is known here; nobody is asked."""
        known = self.remembered(key_id)
        if known is not None:
            return known
        kept = read.recall(_SPACE, key_id, now=wire(self._now()))
        if kept is None:
            return None
        held = Held(
            read_multikey(kept["multikey"]), kept["owner"], read_moment(kept["since"])
        )
        return self._hold(key_id, held)

    def is_stale(self, held: Held) -> bool:
        return self._now() - held.since > _STALE

    def may_ask_again(self, key_id: str) -> bool:
        """True a few times in a while: keys are changed, and forgers are patient."""
        now = self._now()
        since, count = self._asked.get(key_id, (now, 0))
        if now - since >= _WHILE:
            since, count = now, 0
        if count >= _OFTEN:
            return False
        self._asked[key_id] = since, count + 1
        if len(self._asked) > _KEYS:
            self._asked.popitem(last=False)
        return True

    async def ask(
        self, key_id: str, budget: Budget, *, fresh: bool = False, proving: bool = False
    ) -> Held:
        """Ask their server; NotFetched or NotTheirs say why there is none."""
        if not is_address(key_id) or id_of(key_id) is None:
            raise NotTheirs("a key is named by an http(s) address", 401)
        url = key_id.partition("#")[0]
        fetch = self.strangers.fetch
        found = await fetch(url, budget, fresh=fresh)
        owner = claimed_by(key_id, found)
        if owner is None or not same_origin(owner, key_id):
            raise NotTheirs(f"nobody on its own server has the key {key_id}", 401)
        actor = found
        if not same(id_of(found), owner):
            actor = await fetch(owner, budget, fresh=fresh)
            if not same(id_of(actor), owner):
                raise NotTheirs(f"{owner} is somebody else", 401)
        of = proving_key if proving else signing_key
        held = Held(of(key_id, dict(actor), dict(found)), owner, self._now())
        await self._keep(key_id, held)
        return held

    def forget(self, owner: str, tx: Transaction) -> None:
        """Somebody is gone: what they signed is nobody's any more."""
        for key_id in [k for k, held in self._held.items() if held.owner == owner]:
            del self._held[key_id]
        for key_id, kept in list(each(tx, _SPACE, owner)):
            if kept["owner"] == owner:  # and not a neighbor with a longer name
                tx.drop(_SPACE, key_id)

    def _hold(self, key_id: str, held: Held) -> Held:
        self._held.pop(key_id, None)
        self._held[key_id] = held
        if len(self._held) > _KEYS:
            self._held.popitem(last=False)
        return held

    async def _keep(self, key_id: str, held: Held) -> None:
        self._hold(key_id, held)
        kept: Mapping[str, Any] = {
            "owner": held.owner,
            "multikey": multikey(held.key),
            "since": wire(held.since),
        }
        expires = wire(held.since + _KEPT)

        def keep(tx: Transaction) -> None:
            tx.keep(_SPACE, key_id, kept, expires)

        with suppress(Busy):  # then it is asked for once more
            await self.strangers.node.store.transact(keep)

    def _now(self) -> datetime:
        return self.strangers.node.now()
