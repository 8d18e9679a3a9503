"""What ``sx doctor`` looks at: each a question with one line for an answer."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from peer.cli.asking import Answer, ask, ask_here
from peer.config import Config, ConfigError, unknown
from peer.model.addresses import RESERVED
from peer.model.declaration import DeclarationError
from peer.model.lexicon import Lexicon
from peer.model.loose_ends import Declared, unmade_relations
from peer.model.reading import Read
from peer.node import identity, vocabulary
from peer.node.keys import keys_of
from peer.node.library import all_behaviors, read_domain, read_types
from peer.node.node import Node, assembled, shelves
from peer.node.replay import replayed
from peer.protocol.moment import read as moment
from store import open_store
from store.interface import Busy, Store, Transaction, Unreadable

#: Signatures are refused when their time is further from ours than this.
_LARGEST_SKEW = timedelta(minutes=5)
_LEAST_FREE = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """``note`` is for what works but may not be meant."""

    about: str
    state: Literal["well", "note", "wrong"]
    said: str


def well(about: str, said: str) -> Finding:
    return Finding(about, "well", said)


def note(about: str, said: str) -> Finding:
    return Finding(about, "note", said)


def wrong(about: str, said: str) -> Finding:
    return Finding(about, "wrong", said)


# -- what is told: settings and files ----------------------------------------------


def of_settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    for sentence in unknown(environ):
        yield note("settings", sentence)
    try:
        config = Config.of(environ)
    except ConfigError as error:
        yield wrong("settings", str(error))
        return
    yield well("settings", f"{config.domain} is {config.base}, kept in {config.var}")
    parts = urlsplit(config.base)
    if parts.scheme == "http" and not (parts.hostname or "").endswith("localhost"):
        yield note("settings", "SX_BASE is http: most servers speak https only")
    if config.smtp_url is None:
        yield note("mail", "SX_SMTP_URL is not set: mail is only shown at /mailbox")


def of_files(config: Config) -> Iterator[Finding]:
    """The domain, its types and the behaviors, as they are on disk."""
    types, seeds = shelves(config)
    try:
        domain = read_domain(seeds, config.domain)
        written = read_types(types, domain.types)
        lexicon = Lexicon({name: each.type for name, each in written.items()})
        lexicon.check(RESERVED)
        behaviors = all_behaviors()
    except (DeclarationError, ValueError) as error:
        yield wrong("files", str(error))
        return
    yield well("domain", f"{domain.title}, {domain.zone}, {domain.currency}")
    yield well("types", " ".join(sorted(lexicon.types)))
    yield well(
        "behaviors",
        " ".join(dict.fromkeys(b.module.rpartition(".")[2] for b in behaviors)),
    )
    declared = Declared(domain, lexicon, behaviors, types.names("type.toml"))
    for sentence in declared.loose_ends():
        yield note("types", sentence)


def loose_ends_of(node: Node) -> Iterator[str]:
    """What its files declare that comes to nothing, once its seeds were played."""
    known = shelves(node.config)[0].names("type.toml")
    yield from Declared(node.domain, node.lexicon, node.behaviors, known).loose_ends()
    yield from unmade_relations(node.lexicon)


# -- what is kept ------------------------------------------------------------------


async def of_store(config: Config, *, replay: bool) -> AsyncIterator[Finding]:
    if config.var.exists():
        yield _room(config)
    if config.sqlite_file and not config.sqlite_file.exists():
        yield note("store", "there is none yet: the first start makes it")
        return
    try:
        async with open_store(config.database_url) as store:
            async for finding in _of_open_store(config, store, replay):
                yield finding
    except (Busy, Unreadable) as error:
        yield wrong("store", str(error))


def _room(config: Config) -> Finding:
    usage = shutil.disk_usage(config.var)
    said = f"{usage.free / 1e9:.1f} GB free where {config.var} is"
    return (wrong if usage.free < _LEAST_FREE * usage.total else well)("disk", said)


async def _of_open_store(
    config: Config, store: Store, replay: bool
) -> AsyncIterator[Finding]:
    told = await store.describe()
    yield well("store", _of_one_line(told))
    await store.transact(_written)
    now = datetime.now(UTC)
    for finding in await store.read(lambda read: list(_of_rows(config, read, now))):
        yield finding
    if replay:
        yield await _replayed(config, store)


def _of_one_line(told: Mapping[str, Any]) -> str:
    rows, had = told["rows"], told["migrations"]
    return (
        f"{told['kind']}, {told['bytes'] / 1e6:.1f} MB, {rows['thing']} things,"
        f" {rows['edge']} edges, {len(had)} migrations, the last {had[-1]}"
    )


def _written(tx: Transaction) -> None:
    tx.keep("doctor", "probe", {})
    tx.drop("doctor", "probe")


def _of_rows(config: Config, read: Read, now: datetime) -> Iterator[Finding]:
    try:
        identity.check(read, config.base)
    except ConfigError as error:
        yield wrong("settings", str(error))
    newest = read.log(limit=1)
    if not newest:
        yield note("log", "it is empty: the first start plays the seeds")
    elif moment(newest[0].activity.published) > now + _LARGEST_SKEW:
        at = newest[0].activity.published
        yield wrong("clock", f"the newest activity is of {at}, which is yet to come")
    else:
        yield well("log", f"{newest[0].seq} activities")
    for sentence in unmade_relations(vocabulary.load(read)):
        yield note("types", sentence)
    waiting = read.deliveries(limit=1000)
    if waiting:
        yield note("queue", f"{len(waiting)} deliveries wait")
    keys = keys_of(read, f"{config.base}/actor")
    if keys is None:
        yield note("keys", "there are none yet: the first start makes them")
    else:
        yield well("keys", ", ".join(keys.fingerprints.values()))


async def _replayed(config: Config, store: Store) -> Finding:
    found = await replayed(assembled(config, store))
    if found.different:
        some = ", ".join(found.different[:5])
        more = (
            f" and {len(found.different) - 5} more" if len(found.different) > 5 else ""
        )
        return wrong("replay", f"the log gives something else for {some}{more}")
    return well(
        "replay",
        f"{found.activities} activities give the same"
        f" {found.things} things and {found.edges} edges",
    )


# -- what can be reached -------------------------------------------------------------


def of_peers(config: Config) -> Iterator[Finding]:
    try:
        ready = ask_here(config, "/readyz").status == 200
        yield (well if ready else wrong)(
            "running", "it serves" if ready else "it runs, and cannot serve"
        )
    except OSError:
        yield note("running", "it does not run")
    others = sorted({base for base in config.peers.values() if base != config.base})
    for base in others:
        yield _of_peer(base)


def _of_peer(base: str) -> Finding:
    try:
        answer = ask(base, "/livez")
    except OSError as error:
        return wrong("peers", f"{base} cannot be reached: {error.strerror or error}")
    if answer.status != 200:
        return wrong("peers", f"{base} answers {answer.status}")
    skew = _skew(answer)
    if skew > _LARGEST_SKEW:
        return wrong("clock", f"{base} is {skew.total_seconds():.0f} seconds from here")
    return well("peers", f"{base} answers")


def _skew(answer: Answer) -> timedelta:
    if answer.date is None:
        return timedelta()
    return abs(answer.date - datetime.now(UTC))
