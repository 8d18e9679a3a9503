"""The socket that a peer listens on, and a clear word where it cannot."""

from __future__ import annotations

import errno
import socket

from peer.cli.stopping import Stop

_BACKLOG = 1024


def listening(address: tuple[str, int], *, shared: bool = False) -> socket.socket:
    """A socket bound to ``address``; ``shared`` with the other workers of a peer."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(
            address, family=family, backlog=_BACKLOG, reuse_port=shared
        )
    except OSError as wrong:
        raise Stop(f"SX_LISTEN: {host}:{port} {_said(wrong)}") from wrong


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
