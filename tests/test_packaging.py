"""A wheel that a stranger's pip builds has all that the program reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKED = ("peer", "behaviors", "store", "types", "seeds", "tests", "docs")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    settings = {
        k: v for k, v in os.environ.items() if not k.startswith(("SX_", "PYTHON"))
    }
    done = subprocess.run(
        command, cwd=cwd, env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("copy")
    for name in PACKED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", cwd=copy)
    [built] = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel in it, and of ours only what it depends on."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    python = home / "bin" / "python"
    site = Path(
        run(
            python, "-c", "import site; print(site.getsitepackages()[0])", cwd=home
        ).strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps"),
        *("--no-index", "--disable-pip-version-check", wheel),
        cwd=home,
    )
    return home


def test_the_data_travels_inside_the_package(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for type in (ROOT / "types").glob("*/type.toml"):
        assert f"peer/_data/types/{type.parent.name}/type.toml" in names
    for domain in (ROOT / "seeds").glob("*/domain.toml"):
        assert f"peer/_data/seeds/{domain.parent.name}/domain.toml" in names
    assert any(name.startswith("peer/web/static/") for name in names)
    assert any(name.startswith("store/schema/") for name in names)


def test_nothing_is_installed_but_our_three_packages(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "peer",
        "behaviors",
        "store",
    }


def test_the_command_works_from_anywhere(installed):
    listed = run(installed / "bin" / "sx", "types", cwd=Path("/"))

    assert "/posts" in listed


def test_it_is_the_installed_one_that_works(installed):
    where = run(
        installed / "bin" / "python",
        "-c",
        "import peer; print(peer.__file__)",
        cwd=Path("/"),
    )

    assert Path(where.strip()).is_relative_to(installed)
