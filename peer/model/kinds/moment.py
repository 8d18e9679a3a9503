"""Moments, and the time zones they are told in.

A moment keeps the offset of the place where it happens, so that a page can show
the hour on the wall there; its key is in UTC, so that moments sort as they come.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from peer.model.kinds.kind import (
    Control,
    Kind,
    Site,
    Wrong,
    datatype,
    right,
    silent,
    typed,
)
from peer.protocol import moment

if TYPE_CHECKING:
    from peer.model.declaration import Field

_WIRE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_CONTINENTS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"),
        *("Australia", "Europe", "Indian", "Pacific"),
    }
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@cache
def zones() -> Mapping[str, str]:
    """Every time zone there is, by name."""
    return {name: name.replace("_", " ") for name in sorted(available_timezones())}


@cache
def offered() -> Mapping[str, str]:
    """Those that people look for: by continent and city, without the aliases of old."""
    return {
        name: words
        for name, words in zones().items()
        if name.partition("/")[0] in _CONTINENTS or name == "UTC"
    }


def _wrong(field: Field, value: Any) -> str | None:
    if isinstance(value, str) and _WIRE.fullmatch(value) and _known(value):
        return None
    return f"{field.label} is a date and a time with its offset from UTC."


def _known(text: str) -> bool:
    """Is there such a day and hour, also by the clocks of UTC?"""
    try:
        moment.read(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _controls(field: Field, value: Any, site: Site) -> Sequence[Control]:
    local = moment.read(value).astimezone(ZoneInfo(site.zone)) if value else None
    shown = local.replace(tzinfo=None).isoformat() if local else ""
    seconds = bool(local and local.second)
    return [
        Control(
            field.term,
            "datetime-local",
            shown[:19] if seconds else shown[:16],
            required=field.required,
            # A browser refuses a value that is not a whole number of steps.
            attributes={"step": "1"} if seconds else {},
        )
    ]


def _parse(field: Field, told: Mapping[str, str], site: Site) -> str | None:
    text = typed(field, told)
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text) if _LOCAL.fullmatch(text) else None
    except ValueError:
        local = None
    if local is None:
        raise Wrong(f"{field.label} is a date and a time such as 2026-11-21T19:30.")
    try:
        return _in_zone(field, local, site.zone)
    except OverflowError:
        raise Wrong(f"{field.label} is too long ago, or too far ahead.") from None


def _in_zone(field: Field, local: datetime, zone: str) -> str:
    """``local`` with its offset; of an hour that comes twice, the first."""
    there = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    utc = there.astimezone(UTC)
    if utc.astimezone(there.tzinfo).replace(tzinfo=None) != local:
        raise Wrong(
            f"{field.label}: there is no {local:%H:%M} on {_day(local)} in "
            f"{zones()[zone]}, because the clocks go forward then."
        )
    # Before standard time an offset could have seconds, which no wire format has.
    offset = there.utcoffset() or timedelta(0)
    return (utc if offset % timedelta(minutes=1) else there).isoformat()


def _day(when: datetime) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def show(_field: Field, value: str) -> str:
    when = moment.read(value)
    utc = " UTC" if value.endswith("Z") else ""
    return f"{_DAYS[when.weekday()]} {_day(when)}, {when:%H:%M}{utc}"


def _read(field: Field, told: Any) -> Any:
    return right(field, told, _wrong)


MOMENT = Kind(
    name="moment",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=show,
    key=lambda value: moment.wire(moment.read(value)),
    words=silent,
    read=_read,
    shape=lambda _field: datatype("xsd:dateTime"),
    coercion="xsd:dateTime",
    ordered=True,
)


# -- time zones ------------------------------------------------------------------


def _wrong_zone(field: Field, value: Any) -> str | None:
    if isinstance(value, str) and value in zones():
        return None
    return f"{field.label} is the name of a time zone, such as Europe/London."


def _zone_controls(field: Field, value: Any, site: Site) -> Sequence[Control]:
    chosen = value or (site.zone if field.required else "")
    more = {chosen: zones()[chosen]} if chosen in zones() else {}
    choices = {**offered(), **more}
    return [
        Control(field.term, "select", chosen, required=field.required, choices=choices)
    ]


def _parse_zone(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told)
    return _read_zone(field, text) if text else None


def _read_zone(field: Field, told: Any) -> Any:
    return right(field, told, _wrong_zone)


ZONE = Kind(
    name="zone",
    wrong=_wrong_zone,
    controls=_zone_controls,
    parse=_parse_zone,
    show=lambda _field, value: zones()[value],
    key=lambda value: value,
    words=silent,
    read=_read_zone,
    shape=lambda _field: datatype("xsd:string"),
)
