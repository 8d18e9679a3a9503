"""Who somebody is, as a page says it: never without the server that speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

from peer.node.moderation.blocks import host_of
from peer.protocol.thing import Thing
from peer.protocol.wire.loose import is_address

#: What is read of another server but not at an address of ours.
ELSEWHERE = "/elsewhere"
_LONGEST_NAME = 80
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Author:
    """``href`` is their page here, ``url`` the one that their own server has."""

    id: str
    name: str
    handle: str
    host: str
    href: str
    url: str
    initials: str
    is_ours: bool


def author(id: str, thing: Thing | None, base: str) -> Author:
    """Who ``id`` is, of whom we may know no more than that."""
    if thing is None or thing.deleted:
        return _author(id, "", "", "", False, base)
    name, handle, url = (_line(thing, term) for term in ("name", "handle", "url"))
    return _author(id, name, handle, url, thing.kind == "Person", base)


def _line(thing: Thing, term: str) -> str:
    told = thing.get(term)
    return told if isinstance(told, str) else ""


@lru_cache(_REMEMBERED)
def _author(
    id: str, name: str, handle: str, url: str, is_person: bool, base: str
) -> Author:
    is_ours = id.startswith(f"{base}/")
    host = urlsplit(base).netloc if is_ours else host_of(id)
    handle = _own(id, host, is_person) if is_ours else _handle(id, handle, host)
    name = written(name) or handle.removeprefix("@").partition("@")[0] or host
    return Author(
        id=id,
        name=name,
        handle=handle,
        host=host,
        href=href_of(id, base),
        url=url if is_address(url) else id if is_address(id) else "",
        initials=_initials(name),
        is_ours=is_ours,
    )


def elsewhere(id: str) -> str:
    """Where a page of ours shows ``id``, which is another server's."""
    return f"{ELSEWHERE}?id={quote(id, safe='')}"


def href_of(id: str, base: str) -> str:
    """Where this peer shows ``id``, be it ours or another server's."""
    return id.removeprefix(base) if id.startswith(f"{base}/") else elsewhere(id)


def address_of(id: str, base: str, what: str) -> str:
    """Where this peer does ``what`` (``do/Like``) to ``id``."""
    if id.startswith(f"{base}/"):
        return f"{id.removeprefix(base)}/{what}"
    return f"{ELSEWHERE}/{what}?id={quote(id, safe='')}"


def written(told: str) -> str:
    """``told`` by a stranger, on one line, without what turns or hides the rest of it.

    >>> written("Eve\\u202e  elpmaxe.doog@")
    'Eve elpmaxe.doog@'
    """
    seen = "".join(c if c.isprintable() else " " for c in told)
    return " ".join(seen.split())[:_LONGEST_NAME]


def _own(id: str, host: str, is_person: bool) -> str:
    """Whatever else acts here is found by its page."""
    return f"@{id.rpartition('/')[2]}@{host}" if is_person else host


def _handle(id: str, told: str, host: str) -> str:
    """``@ana@blog.example``; and the host that really speaks for them, if another."""
    if "@" not in told:
        last = written(id.rstrip("/").rpartition("/")[2].removeprefix("@"))
        return f"@{last}@{host}"
    user, _, at = written(told).removeprefix("@").rpartition("@")
    named = at.partition(":")[0].lower()
    is_theirs = host == named or host.endswith(f".{named}")
    return f"@{user}@{at}" if is_theirs else f"@{user}@{at} ({host})"


def _initials(name: str) -> str:
    """
    >>> _initials("Ada King of Lovelace"), _initials("ana"), _initials("🌻")
    ('AL', 'A', '?')
    """
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:])) or "?"
