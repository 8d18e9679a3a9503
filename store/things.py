"""Things: kept whole as JSON, and beside it what they are found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from peer.model.indexing import Index
from peer.protocol.thing import Thing
from store import document
from store.connection import Connection, Row, checked_ids, marks
from store.words import SORTED, fold, searchable

COLUMNS = "id, kind, document, owner, published, updated, audience, deleted"

#: The term of the facet that is made of the title.  No field can be called so.
TITLE = "~title"

#: How many ids one statement is given.
_TOGETHER = 1000


def of(row: Row) -> Thing:
    id, kind, told, owner, published, updated, audience, deleted = row
    values = document.read(told)
    return Thing(id, kind, values, owner, published, updated, audience, deleted)


def get(db: Connection, id: str) -> Thing | None:
    for row in db.rows(f"SELECT {COLUMNS} FROM thing WHERE id = ?", id):
        return of(row)
    return None


def many(db: Connection, ids: Iterable[str]) -> Mapping[str, Thing]:
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Thing] = {}
    for start in range(0, len(wanted), _TOGETHER):
        some = wanted[start : start + _TOGETHER]
        sql = f"SELECT {COLUMNS} FROM thing WHERE id IN ({marks(some)})"
        found.update((row[0], of(row)) for row in db.rows(sql, *some))
    return found


def put(db: Connection, thing: Thing, index: Index, *, is_new: bool = False) -> None:
    """Keep it; ``is_new`` says who has looked, and there was none."""
    checked_ids(thing.id, thing.owner, thing.kind)
    number, new = _written(db, thing)
    new = new or is_new
    if thing.deleted:
        _forget(db, thing.id, number)
        return
    before = {} if new else _facets(db, thing.id)
    _write_facets(db, thing, index, before)
    if index.shelf and (new or TITLE not in before):
        return  # no search is to find it
    title, text = searchable(index.title), searchable(index.text)
    if before and _indexed(db, number) != (title, text):
        db.run("DELETE FROM search WHERE rowid = ?", number)
        before = {}
    if not before:
        said = db.dialect
        db.insert(said.index, said.index_each, [said.indexed(number, title, text)])


def erase(db: Connection, id: str, at: str) -> None:
    emptied = db.rows(
        "UPDATE thing SET document = '{}', defines = NULL, updated = ?,"
        " deleted = coalesce(deleted, ?) WHERE id = ? RETURNING number",
        at,
        at,
        id,
    )
    for (number,) in emptied:
        _forget(db, id, number)
    db.run("DELETE FROM edge WHERE subject = ?", id)
    db.run("DELETE FROM edge WHERE object = ?", id)


def _written(db: Connection, thing: Thing) -> tuple[int, bool]:
    """The number of the thing, and whether it surely was not there before."""
    name = thing.get("name") if thing.kind == "Type" and not thing.deleted else None
    [(number, new)] = db.rows(
        "INSERT INTO thing (id, kind, document, owner, published, updated, audience,"
        " deleted, defines) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind,"
        " document = excluded.document, owner = excluded.owner,"
        " published = excluded.published, updated = excluded.updated,"
        " audience = excluded.audience, deleted = excluded.deleted,"
        f" defines = excluded.defines RETURNING number, {db.dialect.surely_new}",
        thing.id,
        thing.kind,
        document.written(thing.values),
        thing.owner,
        thing.published,
        thing.updated,
        thing.audience,
        thing.deleted,
        name if isinstance(name, str) else None,
    )
    return int(number), bool(new)


def _forget(db: Connection, id: str, number: int) -> None:
    """What was taken away is in no listing and found by no search."""
    db.run("DELETE FROM facet WHERE thing = ?", id)
    db.run("DELETE FROM search WHERE rowid = ?", number)


def _facets(db: Connection, id: str) -> dict[str, Row]:
    rows = db.rows("SELECT term, value, kind, audience FROM facet WHERE thing = ?", id)
    return {term: (value, kind, audience) for term, value, kind, audience in rows}


def _write_facets(
    db: Connection, thing: Thing, index: Index, before: Mapping[str, Row]
) -> None:
    """Only what differs: most changes to a thing move it in one order or none."""
    values = dict(index.keys)
    if not index.shelf:
        values[TITLE] = fold(index.title)
    after = {
        term: (value[:SORTED], thing.kind, index.shelf or thing.audience)
        for term, value in values.items()
    }
    gone = [term for term in before if term not in after]
    if gone:
        sql = f"DELETE FROM facet WHERE thing = ? AND term IN ({marks(gone)})"
        db.run(sql, thing.id, *gone)
    changed = [
        (thing.id, term, *facet)
        for term, facet in after.items()
        if before.get(term) != facet
    ]
    if changed:
        db.insert(
            "facet (thing, term, value, kind, audience)",
            "(?, ?, ?, ?, ?)",
            changed,
            "ON CONFLICT (thing, term) DO UPDATE SET value = excluded.value,"
            " kind = excluded.kind, audience = excluded.audience",
        )


def _indexed(db: Connection, number: int) -> Row | None:
    rows = db.rows("SELECT title, text FROM search WHERE rowid = ?", number)
    return rows[0] if rows else None
