"""What a server of these tests asks of others, over real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from tests.federation.fediverse.handwriting import AS2, Letter

TYPES = (AS2, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"')
ACCEPT = f"{AS2}, application/ld+json"


class Unreadable(AssertionError):
    """A document that this kind of server would not have taken, and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").replace("; charset=utf-8", "")

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.content)


class Here(AbstractResolver):
    """Every name is this machine's."""

    async def resolve(
        self, host: str, port: int = 0, family: Any = 0
    ) -> list[ResolveResult]:
        family = socket.AF_INET
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def calling(trust: SSLContext | None = None) -> AsyncIterator[Caller]:
    connector = aiohttp.TCPConnector(
        resolver=Here(), limit=0, ssl=trust if trust is not None else True
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=120),
    ) as session:
        yield Caller(session)


@dataclass(frozen=True, slots=True)
class Caller:
    session: aiohttp.ClientSession

    async def send(self, letter: Letter) -> Answer:
        """What is answered, wherever that leads: nothing is followed."""
        async with self.session.request(
            letter.method,
            URL(letter.url, encoded=True),
            headers=letter.headers,
            data=BytesIO(letter.body) if letter.body else None,
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, url: str, accept: str = ACCEPT, **headers: str) -> Answer:
        return await self.send(Letter("GET", url, _headers(accept, headers)))

    async def finger(self, name: str, host: str, scheme: str) -> dict[str, Any]:
        """What WebFinger says of ``name@host``."""
        url = f"{scheme}://{host}/.well-known/webfinger?resource=acct:{name}@{host}"
        answer = await self.get(url, "application/jrd+json")
        if answer.status != 200 or answer.kind != "application/jrd+json":
            raise Unreadable(f"{url} is {answer.status} {answer.kind}")
        return answer.document


def _headers(accept: str, more: Mapping[str, str]) -> Any:
    headers = Letter("GET", "").headers
    headers["Accept"] = accept
    headers.update({name.replace("_", "-"): told for name, told in more.items()})
    return headers


def self_link(fingered: Mapping[str, Any]) -> str:
    """The actor that a WebFinger document names, in the types that are taken."""
    for link in fingered.get("links", []):
        if link.get("rel") == "self" and link.get("type") in TYPES:
            return str(link["href"])
    raise Unreadable(f"{fingered.get('subject')} has no link to an actor")


def check_document(answer: Answer, url: str, strict: bool) -> dict[str, Any]:
    """What stands at ``url``, if this may be believed."""
    if answer.status != 200:
        raise Unreadable(f"{url} is {answer.status}: {answer.content[:300]!r}")
    if answer.kind not in TYPES:
        raise Unreadable(f"{url} is {answer.kind}")
    document = answer.document
    if strict and document.get("id") != url.partition("#")[0]:
        raise Unreadable(f"{url} calls itself {document.get('id')}")
    if _host(document.get("id", "")) != _host(url):
        raise Unreadable(f"{url} calls itself {document.get('id')}")
    return document


def _host(url: str) -> str:
    return urlsplit(url).netloc
