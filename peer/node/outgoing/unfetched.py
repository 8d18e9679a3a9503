"""Why a document was not fetched.  Whoever asked can tell one reason from another.

*Refusals* would be the same if asked again at once, and are remembered a while;
*failures* would perhaps not, and never are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_REMEMBERED = timedelta(minutes=5)
_URLS = 10_000


class NotFetched(Exception):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class Refusal(NotFetched):
    """An answer that is final, for now: theirs or ours."""


class OffLimits(Refusal):
    """We do not go there."""


class Missing(Refusal):
    """404: there is no such thing, or not for us."""


class Gone(Refusal):
    """410: there was, and it will not come back."""


class Denied(Refusal):
    """401 or 403: not to us."""


class Unfit(Refusal):
    """What came is not what may be believed: its kind, its size, its id."""


class Failure(NotFetched):
    """No answer, or only that something is wrong over there."""


class Overrun(Failure):
    """One errand would have taken more requests than it may make."""


class Slower(Failure):
    """429: not so fast; ``wait`` before asking again."""

    def __init__(self, url: str, reason: str, wait: timedelta) -> None:
        super().__init__(url, reason)
        self.wait = wait


_STATUSES: dict[int, tuple[type[Refusal], str]] = {
    401: (Denied, "they want to know who asks, and do not take our word for it"),
    403: (Denied, "they do not show us that"),
    404: (Missing, "there is no such thing"),
    410: (Gone, "it has been deleted"),
}


def of_status(url: str, status: int) -> NotFetched:
    """What an answer of ``status`` means, which is neither 200 nor 304 nor 429."""
    if status in _STATUSES:
        kind, reason = _STATUSES[status]
        return kind(url, reason)
    return Failure(url, f"they answered {status}")


@dataclass(slots=True)
class Refusals:
    """The refusals of the last minutes, by who asked and for what."""

    now: Callable[[], datetime]
    _known: OrderedDict[tuple[str, str], tuple[type[Refusal], str, datetime]] = field(
        default_factory=OrderedDict
    )

    def remember(self, reader: str, url: str, refusal: Refusal) -> None:
        self.forget(reader, url)
        until = self.now() + _REMEMBERED
        self._known[reader, url] = type(refusal), refusal.reason, until
        if len(self._known) > _URLS:
            self._known.popitem(last=False)

    def forget(self, reader: str, url: str) -> None:
        self._known.pop((reader, url), None)

    def check(self, reader: str, url: str) -> None:
        """Raise it again, while it is remembered."""
        known = self._known.get((reader, url))
        if known is None:
            return
        kind, reason, until = known
        if self.now() < until:
            raise kind(url, reason)
        self.forget(reader, url)
