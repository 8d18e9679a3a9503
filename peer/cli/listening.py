"""The socket that a peer listens on, and a clear word where it cannot."""

from __future__ import annotations

import errno
import socket

from peer.cli.stopping import Stop

_BACKLOG = 1024

#: So many seconds may pass without anything being taken of an answer.
_STALLED = 60.0


def listening(
    address: tuple[str, int], *, shared: bool = False, stalled: float = _STALLED
) -> socket.socket:
    """A socket bound to ``address``; ``shared`` with the other workers of a peer."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server(
            address, family=family, backlog=_BACKLOG, reuse_port=shared
        )
    except OSError as wrong:
        raise Stop(f"SX_LISTEN: {host}:{port} {_said(wrong)}") from wrong
    _let_go(bound, stalled)
    return bound


def _let_go(bound: socket.socket, stalled: float) -> None:
    """End each connection of ``bound`` whose other end asks and never reads.

    Nothing else would: what writes to it waits until there is room again.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; what is accepted inherits it
        bound.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(stalled * 1000)
        )


def check_free(address: tuple[str, int], otherwise: str) -> None:
    """Stop, unless ``address`` could be listened on."""
    try:
        listening(address).close()
    except Stop as stop:
        raise Stop(f"{stop.message}; {otherwise}") from stop


def _said(wrong: OSError) -> str:
    match wrong.errno:
        case errno.EADDRINUSE:
            return "is taken: something else listens there"
        case errno.EACCES:
            return "is not for everybody: ports below 1024 take privileges"
        case errno.EADDRNOTAVAIL:
            return "is not an address of this machine"
        case _:
            return f"cannot be listened on: {wrong.strerror or wrong}"
