"""A whole peer, as a process: how long it takes to start, and what it weighs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from peer.cli.crew import Crew, Member
from peer.cli.measuring.figures import Figure

_PATIENCE = 60.0
_REQUESTS = 2000
_TOGETHER = 50


async def start_and_weight(
    environ: Mapping[str, str], what: str
) -> AsyncIterator[Figure]:
    """Seconds until it answers; megabytes idle, and after many requests."""
    began = time.perf_counter()
    async with running(environ) as (session, member):
        yield Figure(f"start on {what}", time.perf_counter() - began, "s")
        yield Figure(f"memory, idle, {what}", _megabytes(member), "MB")
        await _load(session)
        yield Figure(f"memory, under load, {what}", _megabytes(member), "MB")


@asynccontextmanager
async def running(
    environ: Mapping[str, str],
) -> AsyncIterator[tuple[ClientSession, Member]]:
    member = Member("bench", {**environ, "SX_LOG": "json"}, ["serve"], _unshown)
    base = f"http://{environ['SX_LISTEN']}"
    host = environ["SX_BASE"].partition("://")[2]
    async with Crew([member]), ClientSession(base, headers={"Host": host}) as session:
        async with asyncio.timeout(_PATIENCE):
            while not await _answers(session):
                await asyncio.sleep(0.01)
        yield session, member


async def _answers(session: ClientSession) -> bool:
    try:
        async with session.get("/readyz") as answer:
            return answer.status == 200
    except OSError:
        return False


async def _load(session: ClientSession) -> None:
    waiting = iter(range(_REQUESTS))

    async def reader() -> None:
        for n in waiting:
            path = ("/", "/events", "/search?q=the", "/activities")[n % 4]
            async with session.get(path) as answer:
                await answer.read()

    await asyncio.gather(*(reader() for _ in range(_TOGETHER)))


def _megabytes(member: Member) -> float:
    """What the process keeps in memory now."""
    status = Path(f"/proc/{member.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def _unshown(name: str, line: str) -> None:
    """Its log is not what is looked at here."""
