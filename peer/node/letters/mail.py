"""Mail: written into the store with what it is about, and sent from there.

Without a mail server letters stay where they were written, and the mailbox of
the development pages shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from itertools import islice
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from peer.model.reading import Read
from peer.node.records import each
from peer.protocol import moment
from store.interface import Transaction

_SPACE = "mail"
_KEPT = timedelta(days=7)
_LEASE = timedelta(minutes=5)
_AGAIN = [timedelta(minutes=m) for m in (1, 5, 20, 120, 480)]
_LINE_END = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0]")


@dataclass(frozen=True, slots=True)
class Letter:
    """``due`` is when to try to send it; the empty text, once that was given up."""

    key: str
    to: str
    subject: str
    text: str
    posted: str
    due: str
    html: str | None = None
    attempts: int = 0
    error: str = ""

    def message(self, sender: Address) -> EmailMessage:
        """As it goes on its way: the same each time it has to be tried again."""
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = _one_address(self.to)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(moment.read(self.posted))
        message["Message-ID"] = f"<{self.key}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        message.set_content(self.text)
        if self.html is not None:
            message.add_alternative(self.html, subtype="html")
        return message


# -- writing ---------------------------------------------------------------------


def post(
    tx: Transaction,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    *,
    now: datetime,
    token: str,
) -> Letter:
    """Put a letter into the post, together with what else ``tx`` does."""
    for line in (to, subject):
        if _LINE_END.search(line):
            raise ValueError("A header of a mail is one line.")
    _one_address(to)
    told = moment.wire(now)
    letter = Letter(f"{_sortable(told)}-{token}", to, subject, text, told, told, html)
    _keep(tx, letter)
    return letter


def one_line(text: str) -> str:
    """``text`` without what would end a line, wherever it comes from."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _one_address(text: str) -> Address:
    """``text`` as an address; ValueError where it is none, or several."""
    try:
        return Address(addr_spec=text)
    except (HeaderParseError, IndexError) as wrong:
        raise ValueError(f"{text!r} is not one e-mail address") from wrong


def _sortable(moment: str) -> str:
    return re.sub("[^0-9]", "", moment)


def _keep(tx: Transaction, letter: Letter) -> None:
    expires = moment.wire(moment.read(letter.posted) + _KEPT)
    tx.keep(_SPACE, letter.key, asdict(letter), expires=expires)


def written(template: str, words: Mapping[str, object]) -> tuple[str, str]:
    """The subject and the text that ``mails/<template>.txt`` makes of ``words``."""
    drawn = _templates().get_template(f"{template}.txt").render(words)
    subject, _, text = drawn.partition("\n\n")
    return subject.removeprefix("Subject: "), text.strip() + "\n"


@cache
def _templates() -> Environment:
    # Plain text: what would be escaped in HTML stands here as it is.
    return Environment(
        loader=PackageLoader("peer.node.letters", "mails"),
        undefined=StrictUndefined,
        autoescape=False,
    )


# -- reading ---------------------------------------------------------------------


def mailbox(read: Read, limit: int = 100) -> Sequence[Letter]:
    """What is in the post, the newest first."""
    return list(_letters(read))[: -limit - 1 : -1]


def is_open(base: str, smtp_url: str | None) -> bool:
    """May anybody look into the mailbox?  Only where a peer is being tried out.

    Who reads it can sign in as anyone: without a mail server a peer that the
    world can reach shows it to its owners alone.
    """
    host = urlsplit(base).hostname or ""
    return smtp_url is None and (host == "localhost" or host.endswith(".localhost"))


def _letters(read: Read) -> Iterator[Letter]:
    for _, told in each(read, _SPACE):
        yield Letter(**told)


# -- sending ---------------------------------------------------------------------


def claim(tx: Transaction, now: datetime, limit: int = 5) -> Sequence[Letter]:
    """Letters that are due, the caller's alone to send until the lease runs out.

    There may be thousands, to all who are coming: they are not all looked at each time.
    """
    told, until = moment.wire(now), moment.wire(now + _LEASE)
    waiting = (each for each in _letters(tx) if each.due and each.due <= told)
    due = list(islice(waiting, limit))
    for letter in due:
        _keep(tx, replace(letter, due=until))
    return due


def sent(tx: Transaction, letter: Letter) -> None:
    """It has arrived: nothing of it is kept, as it may hold a way to sign in."""
    tx.drop(_SPACE, letter.key)


def failed(
    tx: Transaction, letter: Letter, error: str, now: datetime, *, for_good: bool
) -> Letter:
    """Try again later; or give up, and keep the letter to be seen."""
    wait = _AGAIN[letter.attempts : letter.attempts + 1]
    again = "" if for_good or not wait else moment.wire(now + wait[0])
    tried = replace(letter, attempts=letter.attempts + 1, error=error, due=again)
    _keep(tx, tried)
    return tried
