"""The documentation says what is there, and its examples work as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from peer.cli import main
from peer.config import SETTINGS
from peer.node.library import all_behaviors

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CODE = ("peer", "behaviors", "store", "types", "seeds")


# -- nothing goes without its line -------------------------------------------------


def rows(page: str) -> str:
    """The table rows of a page: what it says of each thing by name."""
    text = (DOCS / page).read_text()
    return "\n".join(line for line in text.splitlines() if line.startswith("|"))


def test_each_type_has_a_line():
    names = {
        tomllib.loads(file.read_text())["name"]
        for file in (ROOT / "types").glob("*/type.toml")
    }

    missing = {n for n in names if f"| {n} |" not in rows("types-and-behaviors.md")}

    assert names and not missing


def test_each_verb_has_a_line():
    said = re.findall(r"^\| ([A-Z][\w, ]+) \|", rows("types-and-behaviors.md"), re.M)
    there = {verb for row in said for verb in row.split(", ")}

    assert {behavior.verb for behavior in all_behaviors()} <= there


def test_each_setting_has_a_line():
    missing = {
        s.name for s in SETTINGS if f"| `{s.name}` |" not in rows("operating.md")
    }

    assert not missing


def test_each_command_has_a_line():
    missing = {
        name
        for name in main.list_commands(None)
        if f"| `sx {name}" not in rows("operating.md")
    }

    assert not missing


def test_each_decision_is_listed():
    pages = {page.name for page in (DOCS / "decisions").glob("0*.md")}
    listed = (DOCS / "decisions" / "README.md").read_text()

    assert pages and all(page in listed for page in pages)


def test_no_link_between_pages_is_broken():
    broken = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *DOCS.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in link and not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")

    assert not broken


def test_each_room_that_the_architecture_names_is_there():
    named = re.findall(
        r"`((?:peer|store|behaviors|types)/[\w/.-]+\.py)`",
        (DOCS / "architecture.md").read_text(),
    )

    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


# -- the floors ---------------------------------------------------------------------


def floors() -> str:
    """The floors as the import contract has them, drawn."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = told["tool"]["importlinter"]["contracts"]
    [layers] = [c["layers"] for c in contracts if c["type"] == "layers"]
    width = max(map(len, layers))
    lines = [f"{layer.ljust(width)}  {says(layer)}" for layer in layers]
    return "```\n" + "\n".join(lines) + "\n```\n"


def says(layer: str) -> str:
    """The first sentence of what the package says of itself."""
    file = ROOT / layer.replace(".", "/") / "__init__.py"
    opening = re.search(r'"""(.+?)(?:\n\n|""")', file.read_text(), re.S)
    assert opening, f"{layer} does not say what it is"
    return " ".join(opening[1].split())


def test_the_drawing_of_the_floors_is_the_contract():
    text = (DOCS / "architecture.md").read_text()

    drawn = re.search(r"<!-- floors -->\n(.*?)<!-- /floors -->", text, re.S)

    assert drawn and drawn[1] == floors()


# -- the walks ------------------------------------------------------------------------

FENCE = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.M | re.S)


def steps(page: str) -> Iterator[tuple[str, str]]:
    """(file or ``$``, text) for each fenced block that does something."""
    for kind, name, text in FENCE.findall((DOCS / page).read_text()):
        if kind == "console":
            yield "$", text
        elif name:
            yield name, text


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository that a walk may change."""
    for name in (*CODE, "tests", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            skip = shutil.ignore_patterns("__pycache__", "artefacts")
            shutil.copytree(source, tmp_path / name, ignore=skip)
        else:
            shutil.copy(source, tmp_path / name)
    bin = tmp_path / "bin"
    bin.mkdir()
    for name, run in (("sx", "-m peer "), ("python", "")):
        script = bin / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {run}"$@"\n')
        script.chmod(0o755)
    return tmp_path


def run(command: str, copy: Path) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SX_", "PYTEST"))}
    env = {**kept, "PATH": f"{copy / 'bin'}:{os.environ['PATH']}", "SX_DOMAIN": "blog"}
    done = subprocess.run(
        command,
        shell=True,
        cwd=copy,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout + done.stderr


def test_the_walks_work_as_they_stand(copy):
    done = 0
    for name, text in steps("types-and-behaviors.md"):
        if name != "$":
            file, _, more = name.partition(" ")
            (copy / file).parent.mkdir(parents=True, exist_ok=True)
            with (copy / file).open("a" if more else "w") as out:
                out.write("\n" + text if more else text)
            continue
        for command, expected in re.findall(
            r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, re.M
        ):
            printed = run(command, copy)
            done += 1
            for line in expected.splitlines():
                assert line in printed, f"$ {command}\n{printed}"

    assert done > 10
