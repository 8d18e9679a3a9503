"""Questions in SPARQL: only those that read, and read nothing but the dataset.

What is judged is what the question was understood as, not how it is spelled, and
what is judged is what is then asked: by rdflib itself, so that no second reader of
the same text can take it for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from pyparsing import ParseResults
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from peer.protocol.terms import PREFIXES

LONGEST = 20_000

_ELSEWHERE = {
    "ServiceGraphPattern": "SERVICE asks another server, and is not answered here.",
    "DatasetClause": "FROM names other data, and is not answered here: use GRAPH.",
}


class NotAnswered(ValueError):
    """A question that is not answered here; the message says why."""


def dataset_over(held: ox.Store) -> Dataset:
    """All that is ``held``, to be asked."""
    return Dataset(store=OxigraphStore(store=held), default_union=True)


def read_only(question: str) -> Query:
    """``question``, understood: one SELECT, ASK, CONSTRUCT or DESCRIBE of our data.

    Our prefixes need not be declared.  NotAnswered where it is anything else.
    """
    if len(question) > LONGEST:
        raise NotAnswered(f"A question is at most {LONGEST} characters long.")
    try:
        query = prepareQuery(question, initNs=dict(PREFIXES))
    except RecursionError:
        raise NotAnswered("This goes too deep: ask in several questions.") from None
    except Exception as wrong:  # the parser lets any of Python's out
        raise NotAnswered(f"This is no question in SPARQL: {wrong}") from wrong
    for part in _parts(query.algebra):
        if part.name in _ELSEWHERE:
            raise NotAnswered(_ELSEWHERE[part.name])
    return query


def asked(dataset: Dataset, query: Query) -> Result:
    """The answer of ``dataset`` to exactly what was judged."""
    return dataset.query(query, use_store_provided=False)


def _parts(algebra: Any) -> Iterator[CompValue]:
    """Every named part of ``algebra``, however deep, translated or not."""
    waiting = [algebra]
    while waiting:
        part = waiting.pop()
        if isinstance(part, CompValue):
            yield part
        if isinstance(part, Mapping):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set | ParseResults):
            waiting.extend(part)
