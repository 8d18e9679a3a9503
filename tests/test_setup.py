"""The scripts that set everything up, with a Python that only says what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = (".ci/environment", ".ci/run", "serve.sh", "tests/check", "tests/lock")

TOOLS = (
    *("awk", "cat", "cksum", "cp", "dirname", "flock", "grep", "id", "mkdir"),
    *("mv", "rm", "sh"),
)

#: Answers as far as the scripts go, and writes what it was asked into ``asked``.
PRETENDING = """#!/bin/sh
echo "$@" >>asked
case "$*" in
  *version_info\\ *) exit "${TOO_OLD:-0}" ;;
  *sys.executable*) echo "$PWD/tools/python3" ;;
  --version) echo "Python 3.99" ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"pip install"*) echo "Collecting something"; exit "${NO_NETWORK:-0}" ;;
esac
"""


@pytest.fixture
def clone(tmp_path) -> Path:
    """A checkout, and no Python but the pretended one."""
    for name in (".ci/environment", "serve.sh", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").write_text(PRETENDING)
    (tools / "python3").chmod(0o755)
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (tools / tool).symlink_to(found)
    return tmp_path


def run(
    clone: Path, *command: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=clone,
        env={"PATH": str(clone / "tools")} | settings,
        capture_output=True,
        text=True,
    )


def asked(clone: Path) -> str:
    return (clone / "asked").read_text() if (clone / "asked").exists() else ""


def prepared(clone: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return run(clone, ".ci/environment", "requirements.lock", **settings)


@pytest.mark.parametrize("script", [*SCRIPTS, "tests/run"])
def test_every_script_can_be_read_and_run(script):
    done = subprocess.run(["sh", "-n", ROOT / script], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert os.access(ROOT / script, os.X_OK)


def test_a_fresh_checkout_gets_what_is_pinned(clone):
    done = prepared(clone)

    assert done.returncode == 0, done.stderr
    assert "-m pip install --no-deps --require-hashes" in asked(clone)
    assert "Making .venv with Python 3.99" in done.stderr


def test_nothing_is_said_or_done_when_it_is_there(clone):
    prepared(clone)
    before = asked(clone)

    done = prepared(clone)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert asked(clone) == before


def test_another_lock_is_installed_again(clone):
    prepared(clone)
    with (clone / "requirements.lock").open("a") as lock:
        lock.write("# newer\n")

    prepared(clone)

    assert asked(clone).count("pip install") == 2
    assert asked(clone).count("-m venv .venv") == 1


def test_what_was_interrupted_is_made_anew(clone):
    prepared(clone)
    (clone / ".venv" / "stamp").unlink()

    done = prepared(clone)

    assert done.returncode == 0
    assert asked(clone).count("-m venv .venv") == 2


def test_what_could_not_be_installed_is_not_believed(clone):
    done = prepared(clone, NO_NETWORK="1")

    assert done.returncode == 2
    assert (
        "Not everything that requirements.lock pins could be installed" in done.stderr
    )
    assert not (clone / ".venv" / "stamp").exists()


def test_an_old_python_is_said_in_one_line(clone):
    done = prepared(clone, TOO_OLD="1")

    assert done.returncode == 2
    assert done.stderr == (
        "Python 3.11 or newer is needed, and there is none: apt install python3\n"
    )


def test_several_may_start_at_once(clone):
    together = [
        subprocess.Popen(
            [".ci/environment", "requirements.lock"],
            cwd=clone,
            env={"PATH": str(clone / "tools")},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]

    assert [each.wait(timeout=120) for each in together] == [0, 0, 0]
    assert asked(clone).count("-m venv .venv") == 1


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ({}, "-m peer up --port 9001"),
        ({"SX_DOMAIN": "shop"}, "-m peer serve --link --port 9001"),
    ],
)
def test_without_a_domain_all_three_are_started(clone, settings, command):
    run(clone, "./serve.sh", "--port", "9001", **settings)

    assert asked(clone).splitlines()[-1] == command


def test_it_starts_from_any_folder(clone, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    run(elsewhere, str(clone / "serve.sh"), PATH=str(clone / "tools"))

    assert asked(clone).endswith("-m peer up\n")
