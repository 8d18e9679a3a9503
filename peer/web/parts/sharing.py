"""What an event is passed on with: its address, a poster, a frame for other sites.

And once it is over, the beginning of a post that thanks those who came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup

from peer.model.lexicon import Lexicon
from peer.node import handles
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Thing
from peer.web.parts.around import Around
from peer.web.parts.show import day
from peer.web.visit import Visit

#: How high the frame is: enough for a title of three lines on a phone.
_HIGH = 260
_FRAME = Markup(
    '<iframe src="{}/embed" title="{}" width="100%" height="{}" loading="lazy"'
    ' style="border: 0; max-width: 40rem"></iframe>'
)
_MARKED = re.compile(r"([\\\[\]*_`<>])")
_OFF = "CANCELLED"

#: Of what is not ours: its own server has all of this.
NOT_OURS: Mapping[str, Any] = {"share": None, "thanks": ""}


@dataclass(frozen=True, slots=True)
class Share:
    link: str
    frame: str
    handle: str  # whom to follow to hear of the next; none where it is on no calendar


async def told(visit: Visit, thing: Thing, around: Around) -> Mapping[str, Any]:
    """What the page of ``thing`` offers to whoever passes it on, or has held it."""
    lexicon, base = visit.node.lexicon, visit.node.base
    is_event = thing.kind in lexicon.descendants("Event")
    if not is_event or not same_origin(thing.id, base):
        return NOT_OURS
    thanks = thanks_at(visit, thing, around)
    return {"share": await _share(visit, thing, around), "thanks": thanks}


async def _share(visit: Visit, event: Thing, around: Around) -> Share | None:
    if event.audience != PUBLIC:
        return None
    frame = _FRAME.format(event.id, event.get("name") or event.slug, _HIGH)
    calendar = next(iter(around.of(event.id, "~scheduled")), None)
    if calendar is None or not same_origin(calendar.id, event.id):
        return Share(event.id, str(frame), "")
    user = await visit.read(partial(handles.of, actor=calendar.id))
    host = urlsplit(visit.node.base).netloc
    return Share(event.id, str(frame), f"@{user}@{host}" if user else "")


# -- afterwards --------------------------------------------------------------------


def _is_over(visit: Visit, event: Thing) -> bool:
    ends = str(event.get("endTime") or event["startTime"])
    return ends[:10] < visit.today() and event.get("status") != _OFF


def thanks_at(visit: Visit, event: Thing, around: Around) -> str:
    """Where a post that says thank you is begun: at the blog, if there is one."""
    base = _writing_base(visit, visit.node.lexicon)
    if not base or visit.viewer.id is None or not _is_over(visit, event):
        return ""
    begun = {
        "name": f"Thank you for coming to {event['name']}",
        "summary": f"{event['name']} is over. What it was like, and what is next.",
        "content": _text(visit, event, around),
        "audience": "draft",
    }
    if image := event.get("image"):
        begun |= {"image.from": image["url"], "image.alt": image.get("alt", "")}
    return f"{base}/posts/new?{urlencode(begun)}"


def _writing_base(visit: Visit, lexicon: Lexicon) -> str:
    blog = visit.node.config.peers.get("blog", "")
    return blog or (visit.node.base if "Post" in lexicon.types else "")


def _text(visit: Visit, event: Thing, around: Around) -> str:
    when = day(str(event["startTime"]), visit.node.domain.zone).striptags()
    place = (event.get("location") or {}).get("name", "")
    where = f" at {_plain(place)}" if place else ""
    lines = [
        f"Thank you to everybody who came to [{_plain(event['name'])}]({event.id})"
        f" on {when}{where}."
    ]
    if inside := around.counts.get((event.id, "arrived"), 0):
        lines.append(f"{inside} of you came in." if inside > 1 else "One of you came.")
    if calendar := next(iter(around.of(event.id, "~scheduled")), None):
        name = _plain(str(calendar.get("name") or calendar.slug))
        lines.append(f"What is next is on [{name}]({calendar.id}).")
    return "\n\n".join(lines)


def _plain(text: str) -> str:
    """``text`` as Markdown shows it, whatever is in it."""
    return _MARKED.sub(r"\\\1", text)
