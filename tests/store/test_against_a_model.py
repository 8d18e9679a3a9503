"""Whatever is done to a store, it answers as a few lines of plain Python would."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peer.model.indexing import Index
from peer.model.query import Query, Where
from peer.protocol.thing import AUDIENCES, Edge, Thing
from store import open_store

THEN = "2026-01-01T00:00:00.000Z"
names = st.sampled_from("abcde")
kinds = st.sampled_from(["Post", "Note"])
values = st.sampled_from(["", "1", "2", "3", "é"])
relations = st.sampled_from(["tagged", "related"])

puts = st.tuples(
    st.just("put"),
    names,
    kinds,
    st.sampled_from(AUDIENCES),
    st.none() | values,
    st.none() | values,
)
erases = st.tuples(st.just("erase"), names)
relates = st.tuples(st.just("relate"), names, relations, names, st.sampled_from("xy"))
unrelates = st.tuples(st.just("unrelate"), names, relations, names)
changes = st.lists(puts | erases | relates | unrelates, max_size=25)

queries = st.builds(
    Query,
    kinds=st.lists(kinds, max_size=2).map(tuple),
    order=st.sampled_from(["price", "-price", "-published"]),
    audiences=st.lists(st.sampled_from(AUDIENCES), max_size=3).map(tuple),
    where=st.lists(
        st.builds(
            Where,
            st.sampled_from(["price", "state"]),
            st.sampled_from(["=", ">=", "<=", "<", ">"]),
            st.sampled_from(["1", "2", "3"]),
        ),
        max_size=2,
    ).map(tuple),
    related=st.none()
    | st.tuples(st.sampled_from(["tagged", "~tagged", "related"]), names),
    limit=st.integers(1, 3),
)

COMPARED = {
    "=": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass
class Model:
    """What a store is, said in the simplest way."""

    things: dict[str, Thing] = field(default_factory=dict)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def put(self, thing: Thing, keys: dict[str, str]) -> None:
        self.things[thing.id], self.keys[thing.id] = thing, keys

    def erase(self, id: str) -> None:
        if known := self.things.get(id):
            gone = known.deleted or THEN
            self.things[id] = replace(known, values={}, updated=THEN, deleted=gone)
            self.keys.pop(id, None)
        self.edges = [e for e in self.edges if id not in (e.subject, e.object)]

    def relate(self, edge: Edge) -> bool:
        quads = [(e.subject, e.relation, e.object, e.by) for e in self.edges]
        new = (edge.subject, edge.relation, edge.object, edge.by) not in quads
        if new:
            self.edges.append(edge)
        return new

    def unrelate(self, *ends: str) -> bool:
        before = len(self.edges)
        kept = [e for e in self.edges if (e.subject, e.relation, e.object) != ends]
        self.edges = kept
        return len(kept) < before

    def find(self, query: Query) -> list[Thing]:
        term = query.order.removeprefix("-")
        listed = [
            (self.keys[id][term], id)
            for id, thing in self.things.items()
            if term in self.keys.get(id, {})
            and (not query.kinds or thing.kind in query.kinds)
            and thing.audience in query.audiences
            and all(self._holds(id, where) for where in query.where)
            and (query.related is None or self._stands(id, *query.related))
        ]
        ordered = sorted(listed, reverse=query.order.startswith("-"))
        return [self.things[id] for _, id in ordered]

    def _holds(self, id: str, where: Where) -> bool:
        key = self.keys[id].get(where.term, "")
        return key != "" and COMPARED[where.op](key, where.key)

    def _stands(self, id: str, relation: str, other: str) -> bool:
        if relation.startswith("~"):
            return any(
                (e.subject, e.relation, e.object) == (other, relation[1:], id)
                for e in self.edges
            )
        return any(
            (e.subject, e.relation, e.object) == (id, relation, other)
            for e in self.edges
        )


def play(change: tuple, number: int, base: str, tx, model: Model):
    """Do the same to both; what each of them said."""
    match change:
        case ("put", name, kind, audience, price, state):
            thing = Thing(
                base + name, base + kind, {"n": number}, "o", THEN, THEN, audience
            )
            told = {"published": THEN, "price": price, "state": state}
            keys = {term: key for term, key in told.items() if key is not None}
            return tx.put(thing, Index(name, "", keys)), model.put(thing, keys)
        case ("erase", name):
            return tx.erase(base + name, THEN), model.erase(base + name)
        case ("relate", one, relation, other, by):
            id = f"{base}edge/{number}"
            edge = Edge(id, base + one, relation, base + other, by, THEN, id)
            return tx.relate(edge), model.relate(edge)
        case ("unrelate", one, relation, other):
            ends = base + one, relation, base + other
            return tx.unrelate(*ends), model.unrelate(*ends)


def pages(read, query: Query) -> tuple[list[Thing], list[Thing]]:
    """All that is found, going forwards and then going back."""
    forwards = [read.find(query)]
    while cursor := forwards[-1].next:
        forwards.append(read.find(replace(query, cursor=cursor)))
    back = [forwards[-1]]
    while cursor := back[0].previous:
        back.insert(0, read.find(replace(query, cursor=cursor)))
    return tuple([t for page in way for t in page.items] for way in (forwards, back))


@pytest.fixture
def compared(store_url):
    """Play changes to a store and to the model, and ask both the same."""
    worlds = itertools.count()
    loop = asyncio.Runner()
    store = loop.run(open_store(store_url).__aenter__())

    def compare(some: list, asked: list[Query]) -> None:
        base, model = f"https://w{next(worlds)}.example/", Model()

        def work(tx):
            for number, change in enumerate(some):
                said, expected = play(change, number, base, tx, model)
                assert said == expected, change

        def look(read):
            ours = [base + name for name in "abcde"]
            assert read.many(ours) == model.things
            for id in ours:
                mine = [e for e in reversed(model.edges) if e.subject == id]
                assert read.edges(subject=id) == mine
                into = [e for e in reversed(model.edges) if e.object == id]
                assert read.edges(object=id) == into
                count = sum(e.relation == "tagged" for e in into)
                assert read.degree(relation="tagged", object=id) == count
            for query in asked:
                kinds = [base + kind for kind in query.kinds or ("Post", "Note")]
                end = query.related and (query.related[0], base + query.related[1])
                here = replace(query, kinds=tuple(kinds), related=end)
                expected = model.find(here)
                assert pages(read, here) == (expected, expected), here

        loop.run(store.transact(work))
        loop.run(store.read(look))

    yield compare
    loop.run(store.__aexit__(None, None, None))
    loop.close()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes, st.lists(queries, max_size=4))
def test_a_store_is_what_was_done_to_it(compared, some, asked):
    compared(some, asked)
