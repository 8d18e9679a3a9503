"""Lists of blocks as CSV, as Mastodon and others write and read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from peer.node.moderation import blocks
from peer.node.moderation.blocks import Block
from peer.node.refusal import Refused

_HEAD = ("#domain", "#severity", "#public_comment")
_MOST = 20_000
#: A spreadsheet takes what begins like this for a formula, and carries it out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_OTHER_MEASURES = ("silence", "limit", "noop", "none")


def written(those: Iterable[Block]) -> str:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEAD)
    for block in those:
        lines.writerow((_harmless(block.what), "suspend", _harmless(block.why)))
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def read(text: str, otherwise: str) -> tuple[Mapping[str, str], int]:
    """What is to be blocked and why, and how many lines were not understood.

    ``otherwise`` is the reason where a line has none.  Lines that ask for less than
    a block are left out.
    """
    found: dict[str, str] = {}
    unread = 0
    columns = {"domain": 0, "severity": 1, "public_comment": 2}
    for row in _rows(text):
        if _is_head(row):
            columns = {_plain(name): at for at, name in enumerate(row)}
            continue
        told = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
        if told.get("severity", "").lower() in _OTHER_MEASURES:
            continue
        try:
            what = blocks.named(_bare(told.get("domain", "")))
            found[what] = blocks.reason_in(
                _bare(told.get("public_comment", "")) or otherwise
            )
        except Refused:
            unread += 1
    return found, unread


def _rows(text: str) -> Iterable[list[str]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(row)]
    except csv.Error as wrong:
        raise Refused(f"This is no CSV: {wrong}.", 422, {"file": str(wrong)}) from wrong
    if len(rows) > _MOST:
        raise Refused(f"A list has at most {_MOST:,} lines here.", 413)
    return rows


def _is_head(row: list[str]) -> bool:
    return _plain(row[0]) == "domain"


def _plain(name: str) -> str:
    return name.strip().lstrip("#\ufeff").strip().lower()


def _bare(cell: str) -> str:
    return cell.strip().removeprefix("'").strip()
