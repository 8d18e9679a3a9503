"""What WebFinger says of somebody elsewhere, and what their server lets them do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from peer.protocol.discovery import ACTIVITY_JSON, INTENT, SUBSCRIBE
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.wire.loose import (
    Document,
    Unreadable,
    address,
    is_address,
    listed,
    text,
)

_ACTOR_TYPES = (ACTIVITY_JSON, f'application/ld+json; profile="{AS_CONTEXT}"')
_HANDLE = re.compile(
    r"(?:acct:)?@?(?P<user>[\w.-]{1,128})@(?P<host>[\w.-]{1,253}(?::\d{1,5})?)"
)
#: The same in the middle of a text.  The host has a dot, and is not an e-mail's.
HANDLE = re.compile(
    r"(?<![\w/@.])@[A-Za-z0-9_](?:[\w.-]{0,126}[A-Za-z0-9_])?"
    r"@(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*(?::\d{1,5})?(?![\w@])",
    re.ASCII,
)
_BLANK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Fingered:
    """``actor`` is to name this address in turn before it is believed.

    ``intents`` are templates by verb; ``subscribe`` is an older one, for all.
    """

    subject: str | None
    actor: str | None
    subscribe: str | None
    intents: Mapping[str, str]

    def page_for(self, verb: str, object: str) -> str | None:
        """Where to send somebody who wants to do ``verb`` to ``object``."""
        template = self.intents.get(verb) or self.subscribe
        page = filled(template, object=object, uri=object) if template else None
        return page if page and is_address(page) else None


def read(document: Any) -> Fingered:
    """The JRD that ``document`` is; Unreadable where it is none."""
    if type(document) is not dict:
        raise Unreadable("this is not a JSON object")
    links = [each for each in listed(document.get("links")) if type(each) is dict]
    actors = [address(each.get("href")) for each in links if _is_actor(each)]
    templates = {rel: t for each in links if (rel := _rel(each)) and (t := _to(each))}
    return Fingered(
        subject=text(document, "subject"),
        actor=next(filter(None, actors), None),
        subscribe=templates.get(SUBSCRIBE),
        intents={
            rel.removeprefix(INTENT): template
            for rel, template in templates.items()
            if rel.startswith(INTENT)
        },
    )


def handle(told: str) -> tuple[str, str] | None:
    """User and host of an address as people write it: ``@ana@blog.example``."""
    found = _HANDLE.fullmatch(told.strip())
    return (found["user"], found["host"].lower()) if found else None


def filled(template: str, **values: str) -> str:
    """``template`` with ``values``; what it asks for beside those is left empty."""
    return _BLANK.sub(lambda blank: quote(values.get(blank[1], ""), safe=""), template)


def _is_actor(link: Document) -> bool:
    return link.get("rel") == "self" and link.get("type") in _ACTOR_TYPES


def _rel(link: Document) -> str | None:
    return text(link, "rel")


def _to(link: Document) -> str | None:
    return text(link, "template")
