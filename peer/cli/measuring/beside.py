"""A server to measure against, in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from peer.cli.measuring.asking import Served


@asynccontextmanager
async def beside(module: str, *told: str) -> AsyncIterator[Served]:
    """What ``module`` of this folder serves; it ends when its stdin does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.{module}"),
        *told,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        yield Served(int(await process.stdout.readline()), process.pid)
    finally:
        process.stdin.close()
        await process.wait()
