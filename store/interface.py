"""The one interface to the store, on one screen.

Both backends pass ``tests/store``.  Queries are plain functions of ``Read``,
changes plain functions of ``Transaction``; nothing in them may wait, do I/O
elsewhere, or keep what it was given once it has returned.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Callable,
    Hashable,
    Iterable,
    Mapping,
    Sequence,
)
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from peer.model.indexing import Index
from peer.model.reading import Delivery, Entry, Read
from peer.protocol.thing import Activity, Edge, Thing
from store.connection import Row

T = TypeVar("T")


class Full(Exception):
    """There are not as many left as somebody asked to hold."""


class Busy(Exception):
    """Others were at work for longer than this caller could wait: try again later."""


class NoRoom(Busy):
    """The disk is full, or does not do what it is asked.  Nothing was kept."""


class Unreadable(Exception):
    """The store cannot be opened, and why, in words for the operator."""


class Transaction(Read, Protocol):
    """What is read and written here happens together, or not at all."""

    def put(self, thing: Thing, index: Index) -> None: ...

    def erase(self, id: str, at: str) -> None:
        """Leave a tombstone of ``id`` and drop every edge it is an end of."""
        ...

    def relate(self, edge: Edge) -> bool:
        """State ``edge``; False where the same is stated by the same already."""
        ...

    def unrelate(self, subject: str, relation: str, object: str) -> bool: ...

    def hold(self, thing: str, holder: str, count: int, limit: int) -> None:
        """Give ``holder`` ``count`` more units of the ``limit`` there are, or Full."""
        ...

    def release(self, thing: str, holder: str) -> int: ...

    def record(self, activity: Activity) -> bool:
        """Append to the log; False where an activity of that id was, ever."""
        ...

    def notify(self, person: str, activity: str) -> None: ...

    def keep(
        self,
        space: str,
        key: str,
        document: Mapping[str, Any],
        expires: str | None = None,
    ) -> None: ...

    def drop(self, space: str, key: str) -> bool: ...

    def tidy(self, now: str) -> int:
        """Drop records that have expired; how many there were."""
        ...

    # -- the queue: rows written with the activity, leased by whoever delivers ------

    def enqueue(
        self, activity: str, sender: str, inbox: str, due: str, *, about: str = ""
    ) -> None:
        """One inbox gets what is ``about`` one thing in the order of this."""
        ...

    def enqueue_all(self, rows: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Enqueue each (activity, sender, inbox, due, about), many at once."""
        ...

    def claim(
        self,
        worker: str,
        now: str,
        until: str,
        limit: int = 100,
        *,
        but: Sequence[str] = (),
    ) -> Sequence[Delivery]:
        """Lease deliveries that are due and not leased at ``now``, ``until`` then.

        Of each lane only the first, and none for hosts in ``but``.
        """
        ...

    def put_off(self, id: int, until: str) -> None:
        """Not now, and no attempt either."""
        ...

    def hand_back(self, worker: str | None) -> int:
        """End all leases of ``worker``, or of everybody; how many there were."""
        ...

    def hasten(self, host: str, now: str) -> int:
        """What waits for ``host`` is due; it is an origin, as Delivery has it."""
        ...

    def retry(self, now: str, *, id: int | None = None, host: str | None = None) -> int:
        """What has failed is due, as though for the first time; how many it was."""
        ...

    def discard(self, *, id: int | None = None, host: str | None = None) -> int:
        """Take one delivery out of the queue, or all to a host, undelivered."""
        ...

    def delivered(self, *ids: int) -> None: ...

    def failed(self, id: int, due: str | None, error: str) -> None:
        """Try again when ``due``; with none, give up but keep the row to be seen."""
        ...

    def postpone(self, due: str, activity: Activity) -> None: ...

    def withdraw(self, id: str) -> bool:
        """The postponed activity ``id`` will not be; False where there is none."""
        ...

    def ripe(self, now: str, limit: int = 100) -> Sequence[Activity]:
        """Take postponed activities whose time has come, the oldest first."""
        ...


class Store(Protocol):
    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: object) -> None: ...

    async def read(self, query: Callable[[Read], T]) -> T:
        """What ``query`` finds, as of one moment."""
        ...

    async def mark(self) -> Hashable:
        """The same as long as nothing has been committed, by whatever process.

        It means nothing to anybody else, nor after a restart.
        """
        ...

    async def transact(
        self, work: Callable[[Transaction], T], *, brief: bool = False
    ) -> T:
        """Do ``work`` as though nobody else were at work; durable once it returns.

        It may be begun again when somebody else was, so it does nothing but
        read and write what it is given.  Whatever it raises undoes it whole.
        What is ``brief`` touches a few rows, and is done with others like it.
        """
        ...

    async def alone(self, name: str, work: Callable[[Transaction], T]) -> T:
        """Like ``transact``, while no other process does the work of that name."""
        ...

    def things(self) -> AsyncIterator[Thing]:
        """Every thing, tombstones too, by id: for exports, without holding them all."""
        ...

    def every_edge(self) -> AsyncIterator[Edge]: ...

    def every_entry(self) -> AsyncIterator[Entry]:
        """The whole log, oldest first."""
        ...

    def every_record(self) -> AsyncIterator[tuple[str, str, Mapping[str, Any]]]:
        """(space, key, document) of every record."""
        ...

    def everything(self) -> AsyncIterator[tuple[str, Row]]:
        """(table, row) of all there is, as of one moment: for copies."""
        ...

    async def fill(self, table: str, rows: Sequence[Row]) -> None:
        """Take rows that ``everything`` gave, of this store or of the other kind."""
        ...

    async def backup(self, to: Path) -> None:
        """Copy the live store to ``to``, as of one moment."""
        ...

    async def describe(self) -> Mapping[str, Any]:
        """What it is, where, how large, which migrations it has had."""
        ...
