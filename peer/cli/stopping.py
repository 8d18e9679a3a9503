"""How a command stops when it cannot go on: one line on stderr, and an exit status.

1 is for what was asked and not done, 2 for what has to be put right first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from peer.config import ConfigError
from peer.model.declaration import DeclarationError
from peer.node.copies.bundle import BadBundle
from peer.node.refusal import Refused
from store.interface import Busy, NoRoom, Unreadable


class Stop(click.ClickException):
    """It has to be put right first: a setting, a file, a port."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"sx: {self.message}", err=True)


class NotDone(Stop):
    """It was asked for, and is not done."""

    exit_code = 1


@contextmanager
def said() -> Iterator[None]:
    """What the floors below raise, in words and without a traceback."""
    try:
        yield
    except (BadBundle, ConfigError, DeclarationError, Unreadable) as wrong:
        raise Stop(str(wrong)) from wrong
    except Refused as refused:
        problems = [
            f"{term}: {said}"
            for term, said in refused.problems.items()
            if said != refused.reason or f"{term}: " not in said
        ]
        raise NotDone("\n    ".join([refused.reason, *problems])) from refused
    except NoRoom as full:
        raise NotDone(str(full)) from full
    except Busy as busy:
        raise NotDone("others are writing to the store: try again later") from busy
