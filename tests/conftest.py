"""Stores for every test that wants one: it runs once on each kind that is to hand."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store import open_store
from store.interface import Store
from tests.schemas import Schemas, new_name

pytest_plugins = ["tests.house"]

#: What Hypothesis tries is the same in every run, so that only a change of the code can
#: make one fail.  With SX_TEST_EXAMPLES it is so many at random, to hunt.
HUNT = int(os.environ.get("SX_TEST_EXAMPLES", 0))
settings.register_profile(
    "hunt" if HUNT else "steady",
    max_examples=HUNT or 25,
    derandomize=not HUNT,
    deadline=None,  # no test depends on how fast the machine is
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hunt" if HUNT else "steady")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: none of it is left for one process at the end.

    What wants a browser stays together, because each process would start its own.
    """

    def lateness(item: pytest.Item) -> int:
        if item.path.parent == BROWSER:
            return 0
        return 1 if item.get_closest_marker("slow") else 2

    items.sort(key=lateness)


SERVER = os.environ.get("SX_TEST_POSTGRES")
BROWSER = Path(__file__).with_name("browser")
SKIPPED = "SX_TEST_POSTGRES names no server: THE SECOND STORE IS NOT TESTED"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == "postgresql" and not SERVER:
        pytest.skip(SKIPPED)
    return name


@pytest.fixture(scope="session")
def schemas() -> Iterator[Schemas | None]:
    if not SERVER:
        yield None
        return
    with closing(Schemas(SERVER)) as made:
        yield made


@pytest.fixture
def new_url(tmp_path: Path, schemas: Schemas | None) -> Iterator[Callable[[str], str]]:
    """The address of another store that is not there yet, as often as it is called."""
    with ExitStack() as gone:

        def make(backend: str) -> str:
            name = new_name()
            if backend == "sqlite":
                return f"sqlite:///{tmp_path / name}.db"
            if not schemas:
                pytest.skip(SKIPPED)
            gone.callback(schemas.drop, name)
            return schemas.url(name)

        yield make


@pytest.fixture
def store_url(
    request: pytest.FixtureRequest,
    backend: str,
    new_url: Callable[[str], str],
    schemas: Schemas | None,
) -> Iterator[str]:
    """The same, once; or of what ``store`` is opened on, for who wants both."""
    if schemas and backend == "postgresql" and "store" in request.fixturenames:
        with schemas.empty() as name:
            yield schemas.url(name)
    else:
        yield new_url(backend)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, patience=60) as opened:
        yield opened


@pytest.fixture
def new_store(backend: str, new_url: Callable[[str], str]) -> Callable[..., Store]:
    """Another empty store, still to be entered; of the same kind unless it is named."""

    def make(kind: str = backend) -> Store:
        return open_store(new_url(kind), patience=60)

    return make
