"""Whose store it is: ids begin with the peer's origin, so a store has only one."""

from __future__ import annotations

from collections.abc import Mapping

from peer.config import ConfigError
from peer.model.consent import PEERS
from peer.model.reading import Read
from store.interface import Transaction

_SPACE, _KEY = "peer", "base"


def claim(tx: Transaction, base: str) -> None:
    """The store is of the peer at ``base``; ConfigError where it is another's."""
    check(tx, base)
    tx.keep(_SPACE, _KEY, {"base": base})


def know_peers(tx: Transaction, peers: Mapping[str, str]) -> None:
    """Which other peers are of the same cooperative, for behaviors to ask.

    A command that was told of none (``sx users``) says nothing about it.
    """
    if not peers:
        return
    there = {base for base, _ in tx.recall_all(PEERS)}
    for base in there - set(peers.values()):
        tx.drop(PEERS, base)
    for name, base in peers.items():
        if base not in there:
            tx.keep(PEERS, base, {"name": name})


def check(read: Read, base: str) -> None:
    told = read.recall(_SPACE, _KEY)
    if told is not None and told["base"] != base:
        raise ConfigError(
            f"SX_BASE: the store is of {told['base']}, not of {base}:"
            " its ids would not be found there"
        )
