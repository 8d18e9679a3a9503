"""A document of another server as a thing: a copy that this peer keeps.

What a type of ours has is read by its declaration; all that others write as HTML
becomes Markdown.  A document that would not do as the type it is nearest to (an event
without a start, a video) is kept as a note that says what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from peer.model.declaration import Type
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon
from peer.node.writing.marking import markdown
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.terms import CALLED_OFF
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.thing import DRAFT, PUBLIC, Thing
from peer.protocol.wire.loose import id_of, listed, moment, text
from peer.protocol.wire.noted import Noted
from peer.protocol.wire.poll import poll_of
from peer.protocol.wire.somebody import Somebody

_NOTE = "Note"
_MARKDOWN = "text/markdown"
_MOST_MENTIONS, _MOST_ATTACHED = 50, 8
_LONGEST = 100_000

Values = dict[str, Any]


def thing_of(noted: Noted, owner: str, lexicon: Lexicon, now: datetime) -> Thing:
    """The copy of ``noted``, whose id and owner are for the caller to believe."""
    kind = lexicon.types[lexicon.elsewhere(noted.type) or _NOTE]
    values = {} if kind.name == _NOTE else _values(noted, kind, lexicon)
    if not all(term in values for term, f in kind.fields.items() if f.required):
        kind = lexicon.types[_NOTE]
        values = _as_note(noted)
    published = min(noted.published or now, now)
    updated = noted.updated
    at = wire(published)
    return Thing(
        id=noted.id or "",
        kind=kind.name,
        values=values,
        owner=owner,
        published=at,
        updated=wire(min(updated, now)) if updated else at,
        audience=PUBLIC if _is_public(noted) else DRAFT,
    )


def related_of(noted: Noted) -> Mapping[str, list[str]]:
    """What it answers and whom it names, by relation."""
    told: dict[str, list[str]] = {"mentions": list(_mentioned(noted))}
    if noted.in_reply_to:
        told["inReplyTo"] = [noted.in_reply_to]
    return told


def actor_of(somebody: Somebody, handle: str | None, now: datetime) -> Thing:
    """The copy of an actor; ``handle`` as far as it was asked for and holds."""
    shared = somebody.shared_inbox  # of another server: it never asked for this
    told = {
        "name": somebody.name or somebody.username or handle,
        "handle": handle,
        "kind": somebody.type,
        "summary": markdown(somebody.summary) if somebody.summary else None,
        "icon": somebody.icon.url if somebody.icon else None,
        "url": somebody.url,
        "inbox": somebody.inbox,
        "sharedInbox": shared if same_origin(shared, somebody.id) else None,
        "outbox": somebody.outbox,
        "followers": somebody.followers,
        "following": somebody.following,
        "featured": somebody.featured,
        "movedTo": somebody.moved_to,
        "alsoKnownAs": list(somebody.also_known_as) or None,
        "implements": list(somebody.implements) or None,
    }
    return Thing(
        id=somebody.id,
        kind="Actor",
        values={term: value for term, value in told.items() if value},
        owner=somebody.id,
        published=wire(min(somebody.published or now, now)),
        updated=wire(now),
    )


# -- values ------------------------------------------------------------------------


def _values(noted: Noted, kind: Type, lexicon: Lexicon) -> Values:
    """What the declaration of ``kind`` finds, and its prose as it was meant."""
    found = lexicon.wire((kind.name,)).values(noted.raw).values
    values = {term: v for term, v in found.items() if _fits(kind, term, v)}
    if "name" in kind.fields and noted.title:
        values["name"] = _named(noted.title, values.get("status"))[:200]
    if "content" in kind.fields:
        values["content"] = _content(noted)
    if "summary" in kind.fields and noted.summary:
        values["summary"] = _line(noted.summary)
    return {term: value for term, value in values.items() if value not in ("", None)}


def _named(title: str, status: Any) -> str:
    """Without what is put before it for servers that know no status."""
    return title.removeprefix(CALLED_OFF) if status == "CANCELLED" else title


def _fits(kind: Type, term: str, value: Any) -> bool:
    """Pictures stay where they are: whoever looks at one tells its server so."""
    each = kind.fields[term]
    return each.kind != "image" and KINDS[each.kind].wrong(each, value) is None


def _line(html: str) -> str:
    return " ".join(markdown(html).split())[:1000]


def _as_note(noted: Noted) -> Values:
    """Title, excerpt and text, one below the other."""
    parts = [f"**{markdown(noted.name)}**"] if noted.name else []
    warning = noted.warning
    if noted.summary and not warning:
        parts.append(markdown(noted.summary))
    parts.extend(() if noted.summary else _dated(noted))
    words = "\n\n".join([*parts, _content(noted)]).strip()
    values = {"content": words or "…"}
    if warning:
        values["summary"] = _line(warning)
    return values


def _dated(noted: Noted) -> Iterator[str]:
    """When and where, of an event on a peer that knows no events."""
    start = moment(noted.raw.get("startTime"))
    places = [each for each in listed(noted.raw.get("location")) if type(each) is dict]
    name = text(places[0], "name") if places else None
    told = [start.strftime("%Y-%m-%d %H:%M UTC") if start else "", name or ""]
    if any(told):
        yield markdown(", ".join(filter(None, told)))


def _content(noted: Noted) -> str:
    """The text, then the choices of a poll, then what hangs on it, as links."""
    words = noted.content or ""
    if noted.media_type.partition(";")[0] != _MARKDOWN:
        words = markdown(words)
    parts = [words[:_LONGEST], *_choices(noted), *_attached(noted), *_quoted(noted)]
    return "\n\n".join(part for part in parts if part)


def _choices(noted: Noted) -> Iterator[str]:
    poll = poll_of(noted.raw) if noted.type == "Question" else None
    if poll:
        lines = (f"- {markdown(c.name)} ({c.votes})" for c in poll.choices)
        yield "\n".join(lines)


def _attached(noted: Noted) -> Iterator[str]:
    for each in noted.attachments[:_MOST_ATTACHED]:
        name = markdown(each.name or each.media_type or each.type)
        yield f"[{name}](<{each.url.replace('>', '%3E').replace('<', '%3C')}>)"


def _quoted(noted: Noted) -> Iterator[str]:
    quote = noted.quote
    if quote and quote not in (noted.content or ""):
        yield f"RE: <{quote.replace('>', '%3E')}>"


def _mentioned(noted: Noted) -> Iterator[str]:
    yield from list(dict.fromkeys(filter(id_of, noted.mentions)))[:_MOST_MENTIONS]


def _is_public(noted: Noted) -> bool:
    return EVERYBODY in (*noted.to, *noted.cc, *noted.audience)
