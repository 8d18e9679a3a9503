"""Seeds that offer nothing to anybody: what goes between peers is what a test does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from peer import paths

_OFFER = re.compile(r'^\[\[do\]\]\nverb +=\s*"Offer"\n(?:(?!\[\[do\]\]).*\n)*', re.M)


def silent(folder: Path) -> Path:
    """A folder of seeds in ``folder``: those that come with the program, without."""
    home = folder / "silent"
    if not home.exists():
        shutil.copytree(paths.SEEDS / "events", home / "events")
        for file in (home / "events").glob("*.toml"):
            file.write_text(_OFFER.sub("", file.read_text()))
    return home
