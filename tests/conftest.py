"""Stores for every test that wants one: it runs once on each kind that is to hand."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from store import open_store
from store.interface import Store

pytest_plugins = ["tests.house"]

SERVER = os.environ.get("SX_TEST_POSTGRES")
SKIPPED = "SX_TEST_POSTGRES names no server: THE SECOND STORE IS NOT TESTED"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == "postgresql" and not SERVER:
        pytest.skip(SKIPPED)
    return name


@pytest.fixture
def new_url(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """The address of another empty store of that kind, as often as it is called."""
    with ExitStack() as gone:

        def make(backend: str) -> str:
            name = f"test_{secrets.token_hex(6)}"
            if backend == "sqlite":
                return f"sqlite:///{tmp_path / name}.db"
            if not SERVER:
                pytest.skip(SKIPPED)
            gone.callback(_drop, SERVER, name)
            parts = urlsplit(SERVER)
            query = "&".join(filter(None, (parts.query, f"schema={name}")))
            return urlunsplit(parts._replace(query=query))

        yield make


def _drop(server: str, schema: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture
def store_url(backend: str, new_url: Callable[[str], str]) -> str:
    return new_url(backend)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def new_store(backend: str, new_url: Callable[[str], str]) -> Callable[..., Store]:
    """Another empty store, still to be entered; of the same kind unless it is named."""

    def make(kind: str = backend) -> Store:
        return open_store(new_url(kind))

    return make
