"""A value as HTML, by the kind of its field.

Kinds that are plain words show them (``Kind.show``); here are those that a page
says with more than words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from peer.model.declaration import Field
from peer.model.kinds import KINDS
from peer.node.writing.prose import prose
from peer.node.writing.washing import ELSEWHERE
from peer.protocol import moment as moments

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LONGEST_LINK = 60
#: How wide a picture is at most, before the browser has seen the stylesheet.
_COLUMN = "(min-width: 60rem) 46rem, 100vw"

Shown = Callable[[Field, Any], Markup]
#: The sizes in which there is a picture, as a ``srcset``.
Sizes = Callable[[Mapping[str, Any]], str]


def show(field: Field, value: Any, sizes: Sizes) -> Markup:
    """``value`` of ``field``, ready to stand in a page."""
    if field.kind == "image":
        return image(value, sizes)
    special = _SPECIAL.get(field.kind)
    if special is None:
        return escape(KINDS[field.kind].show(field, value))
    return special(field, value)


def moment(text: str, zone: str) -> Markup:
    """When it is, by the clock on the wall where it is; ours, where it says none."""
    when = _local(text, zone)
    words = f"{_DAYS[when.weekday()]} {_date(text, zone)}, {when:%H:%M}"
    return Markup('<time datetime="{}">{}</time>').format(text, words)


def until(text: str, zone: str) -> Markup:
    """The same where somebody has to be in time: by which clock is said as well."""
    return moment(text, zone) + f" {_local(text, zone):%Z}"


def day(text: str, zone: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(
        _local(text, zone).date().isoformat(), _date(text, zone)
    )


def date(when: Date) -> Markup:
    """A day of which no hour is said."""
    words = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), words)


def clock(text: str, zone: str) -> Markup:
    """The time of the day alone, where the day is said already."""
    when = _local(text, zone)
    return Markup('<time datetime="{}">{:%H:%M}</time>').format(text, when)


def leaf(text: str, zone: str) -> Markup:
    """The day as a leaf of a tear-off calendar: month, day, day of the week."""
    when = _local(text, zone)
    return Markup(
        '<time class="date" datetime="{:%Y-%m-%d}">'
        "<b>{}</b> <strong>{}</strong> {}</time>"
    ).format(when, _MONTHS[when.month - 1][:3], when.day, _DAYS[when.weekday()])


def _date(text: str, zone: str) -> str:
    when = _local(text, zone)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _local(text: str, zone: str) -> Any:
    when = moments.read(text)
    return when.astimezone(ZoneInfo(zone)) if text.endswith("Z") else when


def link(url: str, text: str = "") -> Markup:
    """A link to elsewhere whose words say where: nothing else is to be trusted."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return escape(url)
    words = text or f"{parts.netloc}{parts.path}".rstrip("/")
    cut = words if len(words) <= _LONGEST_LINK else words[: _LONGEST_LINK - 1] + "…"
    return Markup('<a href="{}" rel="{}">{}</a>').format(url, ELSEWHERE, cut)


def image(value: Mapping[str, Any], sizes: Sizes, loading: str = "lazy") -> Markup:
    """The picture, with the room that it takes kept free until it comes."""
    room = {part: value[part] for part in ("width", "height") if part in value}
    choice = sizes(value)
    told = {
        "src": value["url"],
        **({"srcset": choice, "sizes": _COLUMN} if choice else {}),
        "alt": value.get("alt", ""),
        **room,
        "loading": loading,
        "decoding": "async",
    }
    pairs = Markup(" ").join(
        Markup('{}="{}"').format(name, said) for name, said in told.items()
    )
    return Markup("<img {}>").format(pairs)


def place(value: Mapping[str, Any], href: str = "") -> Markup:
    """Where it is; ``href`` leads to the page of the place, where it has one.

    Two letters for the country say nothing to whoever comes along: programs get them.
    """
    town = " ".join(filter(None, (value.get("postcode"), value.get("city"))))
    rest = Markup("<br>").join(filter(None, (value.get("street"), town)))
    name = Markup("<strong>{}</strong>").format(value["name"])
    if href:
        name = Markup('<a href="{}">{}</a>').format(href, name)
    told = Markup("<br>").join(filter(None, (name, rest)))
    return Markup('<address class="place">{}</address>').format(told)


def table(field: Field, value: Any) -> Markup:
    text = KINDS["table"].show(field, value)
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format(text)


_SPECIAL: Mapping[str, Shown] = {
    "prose": lambda field, value: Markup('<div class="prose">{}</div>').format(
        prose(value, under=2, name=field.term.lower())
    ),
    "moment": lambda _field, value: moment(value, "UTC"),
    "link": lambda _field, value: link(value),
    "place": lambda _field, value: place(value),
    "flag": lambda _field, value: escape("Yes" if value else "No"),
    "table": table,
}
