"""Ports that are kept for a name, whether or not somebody listens there."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        made.setsockopt(socket.SOL_SOCKET, option, 1)
    made.bind(("127.0.0.1", port))
    return made


@contextmanager
def reserved(names: Iterable[str]) -> Iterator[Mapping[str, int]]:
    """A port for each of ``names``.  Who connects is refused, until one listens."""
    with ExitStack() as kept:
        found = {name: kept.enter_context(_bound(0)) for name in names}
        yield {name: each.getsockname()[1] for name, each in found.items()}


@contextmanager
def in_a_row(count: int) -> Iterator[int]:
    """The first of so many, kept.  Where the search begins depends on the process.

    They are lower than those that the system gives to whoever connects.
    """
    for number in range(2500):
        first = 20_000 + count * ((os.getpid() + number) % 2500)
        with ExitStack() as kept:
            try:
                for port in range(first, first + count):
                    _check_free(port)
                    kept.enter_context(_bound(port))
            except OSError:
                continue
            yield first
            return
    raise LookupError(f"there are no {count} free ports in a row")


def _check_free(port: int) -> None:
    """Those that others keep for themselves can be shared: this one may not be."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.bind(("127.0.0.1", port))


def listening(port: int) -> socket.socket:
    made = _bound(port)
    made.listen(256)
    made.setblocking(False)
    return made
