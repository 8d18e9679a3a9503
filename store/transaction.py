"""Read and Transaction over any database: the interface, and nothing but the way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from peer.model.indexing import Index
from peer.model.query import Page, Query
from peer.model.reading import Backlog, Delivery, Entry, Hit
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from store import (
    edges,
    lines,
    listing,
    log,
    records,
    searching,
    stock,
    tables,
    things,
    waiting,
)
from store.candidates import Wanted, candidates
from store.connection import Connection, Row
from store.known import Known
from store.nearby import Nearby


class Reading(Nearby):
    """What is there, to one who is in a transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def end(self) -> None:
        """The transaction is over: whoever kept this has nothing in hand."""
        self._db = _OVER

    # -- things ---------------------------------------------------------------

    def get(self, id: str) -> Thing | None:
        return things.get(self._db, id)

    def many(self, ids: Iterable[str]) -> Mapping[str, Thing]:
        return things.many(self._db, ids)

    def find(self, query: Query) -> Page[Thing]:
        return listing.find(self._db, query)

    def count(self, kinds: Sequence[str], owner: str | None = None) -> int:
        return listing.count(self._db, kinds, owner)

    def search(
        self,
        words: str,
        *,
        kinds: Sequence[str] = (),
        audiences: Sequence[str] = (PUBLIC,),
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Hit]:
        return searching.search(self._db, words, kinds, audiences, cursor, limit)

    def candidates(
        self,
        anchors: Sequence[str],
        *,
        subject: str,
        relation: str,
        words: str = "",
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Thing]:
        wanted = Wanted(subject, relation, words)
        return candidates(self._db, anchors, wanted, cursor, limit)

    # -- edges ----------------------------------------------------------------

    def edges(
        self,
        *,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,
        activity: str | None = None,
        limit: int = 1000,
        before: str | None = None,
    ) -> Sequence[Edge]:
        ends = {
            "subject": subject,
            "relation": relation,
            "object": object,
            "activity": activity,
        }
        return edges.edges(self._db, ends, limit, before)

    def degree(
        self,
        *,
        relation: str,
        subject: str | None = None,
        object: str | None = None,
        public: bool = False,
    ) -> int:
        ends = {"relation": relation, "subject": subject, "object": object}
        return (edges.public_degree if public else edges.degree)(self._db, ends)

    def edge(self, id: str) -> Edge | None:
        return edges.edge(self._db, id)

    def edges_from(
        self, subjects: Iterable[str], relations: Sequence[str]
    ) -> Sequence[Edge]:
        return edges.edges_from(self._db, subjects, relations)

    def edges_into(
        self, objects: Iterable[str], relations: Sequence[str]
    ) -> Sequence[Edge]:
        return edges.edges_into(self._db, objects, relations)

    def edges_to(
        self, object: str, relations: Sequence[str], each: int, *, of: str = ""
    ) -> Sequence[Edge]:
        return edges.edges_to(self._db, object, relations, each, of)

    def below(self, object: str, relation: str, limit: int) -> Sequence[Edge]:
        return lines.below(self._db, object, relation, limit)

    def tally(self, objects: Iterable[str]) -> Mapping[tuple[str, str], int]:
        return edges.tally(self._db, objects)

    def tally_from(
        self, subjects: Iterable[str], relations: Sequence[str]
    ) -> Mapping[tuple[str, str], int]:
        return edges.tally_from(self._db, subjects, relations)

    def ancestors(
        self, ids: Iterable[str], relation: str = "subtypeOf"
    ) -> Sequence[str]:
        return lines.ancestors(self._db, ids, relation)

    # -- places and stock -------------------------------------------------------

    def held(self, thing: str) -> int:
        return stock.held(self._db, thing)

    def holdings(self, things: Iterable[str]) -> Mapping[str, int]:
        return stock.holdings(self._db, things)

    def held_by(self, thing: str, holder: str) -> int:
        return stock.held_by(self._db, thing, holder)

    # -- the log ------------------------------------------------------------------

    def activity(self, id: str) -> Activity | None:
        return log.activity(self._db, id)

    def log(
        self,
        *,
        actor: str | None = None,
        object: str | None = None,
        type: str | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        told = {"actor": actor, "object": object, "type": type}
        return log.log(self._db, told, before, after, limit)

    # -- records ------------------------------------------------------------------

    def recall(
        self, space: str, key: str, *, now: str = ""
    ) -> Mapping[str, Any] | None:
        return records.recall(self._db, space, key, now)

    def recall_all(
        self, space: str, *, after: str = "", limit: int = 1000
    ) -> Sequence[tuple[str, Mapping[str, Any]]]:
        return records.recall_all(self._db, space, after, limit)

    # -- what waits -----------------------------------------------------------------

    def notices(
        self, person: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Entry]:
        return log.notices(self._db, person, before, limit)

    def deliveries(self, *, limit: int = 100) -> Sequence[Delivery]:
        return waiting.deliveries(self._db, limit)

    def queued(
        self,
        *,
        host: str | None = None,
        dead: bool = False,
        after: int = 0,
        limit: int = 100,
    ) -> Sequence[Delivery]:
        return waiting.queued(self._db, host, dead, after, limit)

    def backlog(self) -> Backlog:
        return waiting.backlog(self._db)

    def backlogs(
        self, *, troubled: bool = False, after: str = "", limit: int = 100
    ) -> Sequence[Backlog]:
        return waiting.backlogs(self._db, troubled, after, limit)


class Writing(Reading):
    """What is there, and what is to be, to one who is in a transaction."""

    def __init__(self, db: Connection, known: Known | None = None) -> None:
        super().__init__(db)
        self._known = known or Known()

    def get(self, id: str) -> Thing | None:
        """What several behaviors ask for is read once."""
        known = self._known.things
        if id not in known:
            known[id] = super().get(id)
        return known[id]

    def recall(
        self, space: str, key: str, *, now: str = ""
    ) -> Mapping[str, Any] | None:
        if now:
            return super().recall(space, key, now=now)
        known = self._known.records
        if (space, key) not in known:
            known[space, key] = super().recall(space, key)
        return known[space, key]

    def put(self, thing: Thing, index: Index) -> None:
        known = self._known.things
        is_new = thing.id in known and known[thing.id] is None
        known.pop(thing.id, None)
        things.put(self._db, thing, index, is_new=is_new)

    def erase(self, id: str, at: str) -> None:
        self._known.things.pop(id, None)
        things.erase(self._db, id, at)

    def relate(self, edge: Edge) -> bool:
        return edges.relate(self._db, edge)

    def unrelate(self, subject: str, relation: str, object: str) -> bool:
        return edges.unrelate(self._db, subject, relation, object)

    def hold(self, thing: str, holder: str, count: int, limit: int) -> None:
        stock.hold(self._db, thing, holder, count, limit)

    def release(self, thing: str, holder: str) -> int:
        return stock.release(self._db, thing, holder)

    def record(self, activity: Activity) -> bool:
        return log.record(self._db, activity)

    def notify(self, person: str, activity: str) -> None:
        log.notify(self._db, person, activity)

    def keep(
        self,
        space: str,
        key: str,
        document: Mapping[str, Any],
        expires: str | None = None,
    ) -> None:
        self._known.records.pop((space, key), None)
        records.keep(self._db, space, key, document, expires)

    def drop(self, space: str, key: str) -> bool:
        self._known.records.pop((space, key), None)
        return records.drop(self._db, space, key)

    def tidy(self, now: str) -> int:
        self._known.records.clear()
        return records.tidy(self._db, now)

    # -- the queue ------------------------------------------------------------------

    def enqueue(
        self, activity: str, sender: str, inbox: str, due: str, *, about: str = ""
    ) -> None:
        waiting.enqueue_all(self._db, [(activity, sender, inbox, due, about)])

    def enqueue_all(self, rows: Iterable[waiting.Told]) -> None:
        waiting.enqueue_all(self._db, rows)

    def claim(
        self,
        worker: str,
        now: str,
        until: str,
        limit: int = 100,
        *,
        but: Sequence[str] = (),
    ) -> Sequence[Delivery]:
        return waiting.claim(self._db, worker, now, until, limit, but)

    def delivered(self, *ids: int) -> None:
        waiting.delivered(self._db, ids)

    def failed(self, id: int, due: str | None, error: str) -> None:
        waiting.failed(self._db, id, due, error)

    def put_off(self, id: int, until: str) -> None:
        waiting.put_off(self._db, id, until)

    def hand_back(self, worker: str | None) -> int:
        return waiting.hand_back(self._db, worker)

    def hasten(self, host: str, now: str) -> int:
        return waiting.hasten(self._db, host, now)

    def retry(self, now: str, *, id: int | None = None, host: str | None = None) -> int:
        return waiting.retry(self._db, now, id, host)

    def discard(self, *, id: int | None = None, host: str | None = None) -> int:
        return waiting.discard(self._db, id, host)

    def postpone(self, due: str, activity: Activity) -> None:
        waiting.postpone(self._db, due, activity)

    def withdraw(self, id: str) -> bool:
        return waiting.withdraw(self._db, id)

    def ripe(self, now: str, limit: int = 100) -> Sequence[Activity]:
        return waiting.ripe(self._db, now, limit)

    # -- copies -----------------------------------------------------------------------

    def fill(self, table: str, rows: Sequence[Row]) -> None:
        self._known.forget()
        tables.fill(self._db, tables.TABLES[table], rows)


class _Over:
    """What is left of a transaction that has ended."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError("the transaction that this belonged to has ended")


_OVER: Any = _Over()
