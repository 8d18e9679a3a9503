"""The postman: takes letters from the store to the mail server."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import structlog

from peer.node.letters import mail
from peer.node.letters.mail import Letter
from store.interface import Store

_PERMANENT = 500  # RFC 5321 §4.2.1: asking again would get the same answer
_TIMEOUT = 30.0
_ROUND = 5.0  # seconds between looks for what another process has posted

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters go, and who they are from."""

    host: str
    port: int
    sender: Address
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False

    @classmethod
    def of(cls, url: str, base: str, title: str) -> MailServer:
        """``smtp[s]://user:password@host:port?from=address``."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        here = urlsplit(base).hostname or "localhost"
        given = parse_qs(parts.query).get("from", [f"no-reply@{here}"])
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if tls else 587),
            sender=Address(display_name=title, addr_spec=given[0]),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
        )

    @property
    def start_tls(self) -> bool | None:
        """A password does not cross the network in the clear, whoever offers that."""
        if self.tls:
            return False
        return True if self.username and not _is_here(self.host) else None

    async def take(self, letter: Letter) -> None:
        await aiosmtplib.send(
            letter.message(self.sender),
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.tls,
            start_tls=self.start_tls,
            timeout=_TIMEOUT,
        )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(slots=True)
class Postman:
    store: Store
    server: MailServer
    now: Callable[[], datetime]
    _posted: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There is something in the post: somebody is waiting for it."""
        self._posted.set()

    async def run(self) -> None:
        """Go round until cancelled."""
        task = asyncio.current_task()
        # asked each time: wait_for, in whatever was awaited, may have swallowed a
        # cancellation that came together with its result (Python 3.11, gh-86296)
        while task and not task.cancelling():
            self._posted.clear()
            try:
                if await self.round():
                    continue
            except Exception:
                log.exception("mail.round")
            await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_ROUND):
                await self._posted.wait()
        except TimeoutError:
            return

    async def round(self) -> int:
        """Try all letters that are due; how many there were."""
        letters = await self.store.transact(partial(mail.claim, now=self.now()))
        for letter in letters:
            await self._bring(letter)
        return len(letters)

    async def _bring(self, letter: Letter) -> None:
        try:
            await self.server.take(letter)
        except (aiosmtplib.SMTPException, OSError) as wrong:
            await self._bring_back(letter, wrong)
        else:
            await self.store.transact(partial(mail.sent, letter=letter))
            log.info("mail.sent", key=letter.key)

    async def _bring_back(self, letter: Letter, wrong: Exception) -> None:
        tried = await self.store.transact(
            partial(
                mail.failed,
                letter=letter,
                error=str(wrong)[:300],
                now=self.now(),
                for_good=_is_permanent(wrong),
            )
        )
        log.warning("mail.failed", key=letter.key, error=tried.error, again=tried.due)


def _is_permanent(wrong: Exception) -> bool:
    if isinstance(wrong, aiosmtplib.SMTPRecipientsRefused):
        return all(each.code >= _PERMANENT for each in wrong.recipients)
    # Wrong credentials are the operator's to mend, not the letter's to die of.
    if isinstance(wrong, aiosmtplib.SMTPAuthenticationError):
        return False
    if isinstance(wrong, aiosmtplib.SMTPResponseException):
        return wrong.code >= _PERMANENT
    return False
