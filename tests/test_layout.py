"""The shape of the repository, where the shape is what makes it work."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: The owner fixed the first row; the others are what every good repository has.
TOP_LEVEL = {
    *("peer", "types", "behaviors", "seeds", "store", "tests"),
    *("serve.sh", "docker-compose.yml", "pyproject.toml"),
    *("README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("FEDERATION.md", "docs", "Dockerfile", "requirements.lock"),
}
LONGEST = 350


def ours() -> list[Path]:
    """The files of the project: those that git has, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()
    ]


def texts() -> list[tuple[Path, str]]:
    found = []
    for file in ours():
        try:
            found.append((file, file.read_text()))
        except UnicodeDecodeError:
            continue
    return found


def sources() -> list[Path]:
    packages = ("peer", "behaviors", "store")
    return [path for name in packages for path in (ROOT / name).rglob("*.py")]


def test_the_top_level_is_what_was_agreed():
    found = {file.relative_to(ROOT).parts[0] for file in ours()}

    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


# -- types/ is data: a package of that name would take the standard library's place.
#    Bare ``pytest`` would still pass; ``python -m peer`` would not start.


def test_types_is_data():
    assert list((ROOT / "types").rglob("*.py")) == []


def test_no_folder_of_tests_replaces_a_module():
    assert not (ROOT / "tests" / "types").exists()
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize(
    "command",
    [["-c", "import types; types.SimpleNamespace()"], ["-m", "pip", "--version"]],
)
def test_a_bare_python_at_the_root_finds_the_standard_library(command):
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_no_module_has_the_name_of_one_of_pythons():
    own = [p for p in sources() if p.stem in sys.stdlib_module_names]

    assert [str(p) for p in own if not p.stem.startswith("__")] == []


def test_every_module_fits_on_a_few_screens():
    long = {str(p): lines(p) for p in sources() if lines(p) > LONGEST}

    assert long == {}


def lines(path: Path) -> int:
    return path.read_text().count("\n")


# -- nothing that is true on one machine only


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_a_lock_has_hashes_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, re.M)

    assert len(pinned) > 40
    assert text.count("==") >= len(pinned)
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:", text, re.M)) == len(
        pinned
    )
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_what_the_tests_use_is_what_is_served():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9].*==[^ ]+", (ROOT / lock).read_text(), re.M))

    assert pins("requirements.lock") <= pins("tests/requirements.lock")


def test_nothing_names_a_path_of_somebodys_machine():
    homes = re.compile("/" + "(?:work|root|home/[a-z]+|Users/[A-Z]?[a-z]+|opt)/")
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file, text in texts()
        for match in homes.finditer(text)
    ]

    assert found == []


# -- importing us changes nothing for anybody else


def test_no_part_of_the_program_imports_what_patches_pyld():
    code = (
        "import importlib, pkgutil, sys, peer, behaviors, store\n"
        "for root in (peer, behaviors, store):\n"
        "    for m in pkgutil.walk_packages(root.__path__, root.__name__ + '.'):\n"
        "        if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "unwanted = {'bovine.jsonld', 'bovine.crypto', 'bovine.parse', 'httpsig'}\n"
        "print(sorted(unwanted & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )

    assert done.stdout.strip() == "[]", done.stderr
