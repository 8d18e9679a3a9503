"""The peer as a stranger finds it: what it tells, read by somebody else's library.

bovine's models are a second opinion.  They take a third of a second and 56 MB to
load, so that they are only loaded here, when somebody asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from peer.cli.asking import ask
from peer.cli.diagnosis import Finding, well, wrong
from peer.config import Config
from peer.protocol.discovery import ACTIVITY_JSON

_ABOUT = "outside"


def of_outside(config: Config) -> Iterator[Finding]:
    """From its name to its actor and back, as other servers go."""
    host = urlsplit(config.base).netloc
    handle = f"{config.domain}@{host}"
    try:
        actor = _fingered(config.base, handle)
        yield well(_ABOUT, f"WebFinger says that {handle} is {actor}")
        yield _agreed(actor, handle)
        yield _described(config.base)
    except OSError as failed:
        yield wrong(_ABOUT, f"{config.base} does not answer: {failed}")
    except ValueError as unfit:
        yield wrong(_ABOUT, str(unfit).partition("\n")[0])


def _fingered(base: str, handle: str) -> str:
    from bovine.types.jrd import JrdData

    path = f"/.well-known/webfinger?resource={quote(f'acct:{handle}')}"
    links = JrdData(**_told(base, path, "application/jrd+json")).links or []
    found = [each.href for each in links if each.rel == "self" and each.href]
    if not found:
        raise ValueError(f"WebFinger names no actor for {handle}")
    return str(found[0])


def _agreed(actor: str, handle: str) -> Finding:
    """Does the actor's own document say the same?"""
    parts = urlsplit(actor)
    origin = f"{parts.scheme}://{parts.netloc}"
    told = _told(origin, parts.path, ACTIVITY_JSON)
    if told.get("id") != actor:
        raise ValueError(f"{actor} says that it is {told.get('id')}")
    if f"{told.get('preferredUsername')}@{parts.netloc}" != handle:
        raise ValueError(f"{actor} says it is called {told.get('preferredUsername')}")
    if told.get("publicKey", {}).get("owner") != actor:
        raise ValueError(f"{actor} shows a key that is not its own")
    return well(_ABOUT, f"{actor} agrees, and shows its key")


def _described(base: str) -> Finding:
    from bovine.types.nodeinfo import NodeInfo

    software = NodeInfo(**_told(base, "/nodeinfo/2.0", "application/json")).software
    return well(_ABOUT, f"NodeInfo says it is {software.name} {software.version}")


def _told(base: str, path: str, accept: str) -> dict[str, Any]:
    answer = ask(base, path, accept)
    if answer.status != 200:
        raise ValueError(f"{base}{path} answers {answer.status}")
    told = json.loads(answer.body)
    if not isinstance(told, dict):
        raise ValueError(f"{base}{path} is not a JSON object")
    return told
