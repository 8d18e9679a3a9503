"""Peers as an operator runs them: processes that may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from aiohttp import ClientError

from peer.config import Config
from tests.federation.fediverse.calling import Caller
from tests.federation.peers import ROOT, soon
from tests.federation.silent import silent
from tests.story.wired import DOMAINS, Wired

_STARTING = (
    300.0  # seconds that it may take, with migrations and seeds, on a busy machine
)


@dataclass
class Process:
    """``sx serve`` for one peer, with all its workers."""

    name: str
    base: str
    environ: Mapping[str, str]
    log: Path
    caller: Caller
    _starts: int = 0
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def config(self) -> Config:
        """With which its store is opened once it has stopped."""
        return Config.of(self.environ)

    @property
    def link(self) -> str:
        """With which its owner signs in, once: printed at the last start."""
        return self._links()[-1]

    def _links(self) -> list[str]:
        return [word for word in self.log.read_text().split() if "/link/" in word]

    async def start(self) -> None:
        self._starts = len(self._links()) if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "peer", "serve", "--link"),
                cwd=self.log.parent,
                env={**_surroundings(), **self.environ},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its workers are killed with it
            )
        await soon(self._serves, f"{self.name} serves: {self.log}", _STARTING)

    async def _serves(self) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise AssertionError(f"{self.name} stopped: {self.log.read_text()[-2000:]}")
        try:
            answer = await self.caller.get(f"{self.base}/readyz")
            return answer.status == 200 and len(self._links()) > self._starts
        except (OSError, ClientError):
            return False

    async def kill(self) -> None:
        """In the middle of whatever it is doing."""
        await self._signal(signal.SIGKILL)

    def workers(self) -> list[int]:
        """Its processes that answer, where it has several."""
        assert self._process is not None
        task = f"/proc/{self._process.pid}/task/{self._process.pid}/children"
        return [int(pid) for pid in Path(task).read_text().split()]

    def kill_worker(self, pid: int) -> None:
        with suppress(ProcessLookupError):  # it has just been
            os.kill(pid, signal.SIGKILL)

    def cut_off(self) -> int:
        """End what it has open at its database server; how much that was."""
        parts = urlsplit(self.environ["SX_DATABASE_URL"])
        told = dict(parse_qsl(parts.query))
        del told["schema"]  # which only our own store understands
        query = urlencode({**told, "application_name": "harming"})
        server = urlunsplit(parts._replace(query=query))
        with psycopg.connect(server, autocommit=True) as db:
            ended = db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = %s",
                (told["application_name"],),
            )
            return len(ended.fetchall())

    async def stop(self) -> None:
        await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        await process.wait()

    def check_log(self) -> None:
        """Nothing went wrong that nobody had thought of."""
        text = self.log.read_text()
        assert "Traceback" not in text, text[text.index("Traceback") - 500 :][:5000]


def _surroundings() -> Mapping[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SX_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def environ(way: Wired, name: str, **more: str) -> Mapping[str, str]:
    own = f"SX_{DOMAINS[name].upper()}_BASE"
    roles = {f"SX_{role.upper()}_BASE": way.base(role) for role in _ROLES}
    return {
        **roles,
        own: way.base(name),
        "SX_DOMAIN": DOMAINS[name],
        "SX_BASE": way.base(name),
        "SX_LISTEN": f"127.0.0.1:{way.ports[name]}",
        "SX_VAR": str(way.folder / name),
        "SX_DEV_ALLOW": ",".join(sorted(way.allowed)),
        "SX_OWNER": "owner@example.org",
        "SX_SEEDS": str(silent(way.folder)),
        **more,
    }


_ROLES = ("blog", "events", "shop")


@asynccontextmanager
async def running(
    way: Wired, caller: Caller, *names: str, **more: Mapping[str, str]
) -> AsyncIterator[dict[str, Process]]:
    """Those peers, started; ``more`` are settings of one, by its name."""
    made = {
        name: Process(
            name,
            way.base(name),
            environ(way, name, **more.get(name, {})),
            way.folder / f"{name}.log",
            caller,
        )
        for name in names
    }
    try:
        await asyncio.gather(*(each.start() for each in made.values()))
        yield made
    finally:
        await asyncio.gather(*(each.stop() for each in made.values()))
    for each in made.values():
        each.check_log()
