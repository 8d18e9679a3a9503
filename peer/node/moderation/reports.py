"""Reports: what people here and elsewhere have flagged, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from peer.model.reading import Entry, Read
from peer.node.moderation import audit
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from peer.protocol.thing import Activity
from store.interface import Transaction

_SPACE, _STATE, _DECIDED = "report", "moderation", "reports"
_FLAG = "Flag"
_MOST = 500
_COUNTED = 99  # beyond that, the exact number helps nobody


@dataclass(frozen=True, slots=True)
class Outcome:
    """``did`` is what was done about a report: dismiss, delete, block."""

    by: str
    did: str
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class Report:
    seq: int
    activity: Activity
    outcome: Outcome | None

    @property
    def reason(self) -> str:
        return str(self.activity.notes.get("reason") or "")

    @property
    def about(self) -> tuple[str, ...]:
        """What is reported: a thing or somebody, and what else was named with it."""
        more = self.activity.notes.get("also")
        named = more if isinstance(more, list) else []
        others = [each for each in named if isinstance(each, str)]
        return tuple(dict.fromkeys((self.activity.object.id, *others)))


def _key(seq: int) -> str:
    return f"{seq:015d}"


def found(
    read: Read, *, before: int | None = None, limit: int = 50
) -> tuple[Sequence[Report], int | None]:
    """Reports, the newest first, and before which there are more."""
    entries = read.log(type=_FLAG, before=before, limit=limit)
    if not entries:
        return [], None
    outcomes = _outcomes(read, entries)
    reports = [_report(entry, outcomes) for entry in entries]
    return reports, entries[-1].seq if len(entries) == limit else None


def waiting(read: Read, limit: int = _MOST) -> Sequence[Report]:
    """Those that nobody has decided, the oldest first."""
    entries = read.log(type=_FLAG, after=_all_decided_up_to(read), limit=limit)
    outcomes = _outcomes(read, entries)
    reports = (_report(entry, outcomes) for entry in entries)
    return [report for report in reports if report.outcome is None]


def count(read: Read) -> int:
    """How many wait, as far as that is worth counting."""
    return len(waiting(read, _COUNTED))


def one(read: Read, seq: int) -> Report:
    entries = read.log(type=_FLAG, after=seq - 1, limit=1)
    if not entries or entries[0].seq != seq:
        raise Refused("There is no such report here.", 404)
    return _report(entries[0], _outcomes(read, entries))


def decide(
    tx: Transaction, report: Report, by: str, did: str, why: str, now: datetime
) -> None:
    """Note what was done about ``report``; the second to decide comes too late."""
    key = _key(report.seq)
    if tx.recall(_SPACE, key) is not None:
        raise Refused("Somebody else has just decided this one.", 409)
    tx.keep(_SPACE, key, asdict(Outcome(by, did, why, wire(now))))
    audit.note(tx, by, did, report.activity.object.id, why, now)
    _move_on(tx)


def _move_on(tx: Transaction) -> None:
    """Remember up to where all are decided, so that nobody looks there again."""
    start = _all_decided_up_to(tx)
    entries = tx.log(type=_FLAG, after=start, limit=_MOST)
    outcomes = _outcomes(tx, entries)
    end = start
    for entry in entries:
        if entry.seq not in outcomes:
            break
        end = entry.seq
    tx.keep(_STATE, _DECIDED, {"up to": end})


def _all_decided_up_to(read: Read) -> int:
    told = read.recall(_STATE, _DECIDED) or {}
    return int(told.get("up to", 0))


def _outcomes(read: Read, entries: Sequence[Entry]) -> Mapping[int, Outcome]:
    """What was decided of the reports among ``entries`` and those between them."""
    if not entries:
        return {}
    seqs = [entry.seq for entry in entries]
    kept = read.recall_all(_SPACE, after=_key(min(seqs) - 1), limit=_MOST)
    return {int(key): Outcome(**_told(told)) for key, told in kept}


def _told(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kept.get(name, "") for name in ("by", "did", "why", "at")}


def _report(entry: Entry, outcomes: Mapping[int, Outcome]) -> Report:
    return Report(entry.seq, entry.activity, outcomes.get(entry.seq))
