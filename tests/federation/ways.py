"""Three ways to run the same small fediverse.

*Together*: all in this process.  *Apart*: peers of ours in processes of their own,
as an operator starts them.  *Behind Caddy*: apart, and everybody, the servers of the
tests as well, is spoken to over HTTPS, with certificates of a private authority.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.federation.caddy import CADDY, MISSING, Authority, caddy

PEERS = ("blog", "events", "shop")


@dataclass(frozen=True, slots=True)
class Way:
    """``ports`` are where all listen, whatever others know them by."""

    ports: Mapping[str, int]
    folder: Path
    apart: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    authority: Authority | None = None

    def base(self, name: str) -> str:
        if self.authority:
            return f"https://{name}.localhost:{self.ports['proxy']}"
        return f"http://{name}.localhost:{self.ports[name]}"

    @property
    def allowed(self) -> frozenset[str]:
        """What peers may speak to: all but the canary, by name and port."""
        names = [name for name in self.ports if name not in ("canary", "proxy")]
        return frozenset(self.base(name).partition("//")[2] for name in names)


Open = Callable[[Mapping[str, int], Path], AbstractAsyncContextManager[Way]]


@asynccontextmanager
async def together(ports: Mapping[str, int], folder: Path) -> AsyncIterator[Way]:
    yield Way(ports, folder)


@asynccontextmanager
async def apart(ports: Mapping[str, int], folder: Path) -> AsyncIterator[Way]:
    yield Way(ports, folder, apart=True)


@asynccontextmanager
async def behind_caddy(ports: Mapping[str, int], folder: Path) -> AsyncIterator[Way]:
    if not CADDY:
        pytest.skip(MISSING)
    async with caddy(folder, ports) as told:
        settings = {"SSL_CERT_FILE": str(told.root), "SX_PROXIES": "127.0.0.1"}
        yield Way(ports, folder, apart=True, settings=settings, authority=told)


WAYS: dict[str, Open] = {
    "together": together,
    "apart": apart,
    "behind caddy": behind_caddy,
}

#: For the tests that are run in all of them.
everywhere = pytest.mark.parametrize(
    "way",
    [
        "together",
        pytest.param("apart", marks=pytest.mark.slow),
        pytest.param("behind caddy", marks=pytest.mark.slow),
    ],
    indirect=True,
)
