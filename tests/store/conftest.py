"""Things, edges and activities to put into stores, and other processes beside ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from peer.model.indexing import Index
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

ADA = "https://blog.example/people/ada"
NEW_YEAR = "2026-01-01T00:00:00.000Z"
CHILD = Path(__file__).with_name("child.py")


@pytest.fixture
def thing() -> Callable[..., Thing]:
    def make(
        slug: str = "one",
        kind: str = "Post",
        audience: str = PUBLIC,
        owner: str = ADA,
        published: str = NEW_YEAR,
        **values: Any,
    ) -> Thing:
        id = f"https://blog.example/{kind.lower()}s/{slug}"
        return Thing(id, kind, values, owner, published, published, audience)

    return make


@pytest.fixture
def index() -> Callable[..., Index]:
    def make(thing: Thing, title: str = "", text: str = "", **keys: str) -> Index:
        own = {"published": thing.published, "updated": thing.updated}
        return Index(title or thing.slug, text, {**own, **keys})

    return make


@pytest.fixture
def edge() -> Callable[..., Edge]:
    numbers = count(1)

    def make(subject: str, relation: str, object: str, by: str = ADA) -> Edge:
        id = f"https://blog.example/edges/{next(numbers)}"
        return Edge(id, subject, relation, object, by, NEW_YEAR, f"{id}/said")

    return make


@pytest.fixture
def activity(thing: Callable[..., Thing]) -> Callable[..., Activity]:
    def make(
        slug: str = "one",
        type: str = "Create",
        actor: str = ADA,
        object: Thing | Edge | Activity | None = None,
    ) -> Activity:
        id = f"https://blog.example/activities/{slug}"
        return Activity(id, type, actor, NEW_YEAR, object or thing(slug))

    return make


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Another process that does one of the things in ``child.py``."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*args: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(CHILD), *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
