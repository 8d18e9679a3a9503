"""``sx``, as typed in an empty folder with no settings but those that are given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from peer.cli import main

Sx = Callable[..., Result]


@pytest.fixture
def sx(tmp_path, monkeypatch) -> Sx:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SX_")]:
        monkeypatch.delenv(name)

    def typed(*words: str, stdin: str | None = None, **settings: str) -> Result:
        return CliRunner().invoke(main, words, input=stdin, env=settings)

    return typed


@pytest.fixture(scope="session")
def seeded(tmp_path_factory) -> Path:
    """The folder of a blog that was started once.  Not to be written to."""
    var = tmp_path_factory.mktemp("seeded") / "blog"
    done = CliRunner().invoke(main, ["-d", "blog", "seed"], env={"SX_VAR": str(var)})
    assert done.exit_code == 0, done.output
    return var


@pytest.fixture
def blog(sx, seeded, tmp_path) -> Sx:
    """``sx -d blog``, where the blog has been started before."""
    shutil.copytree(seeded, tmp_path / "var" / "blog")
    return partial(sx, "-d", "blog")
