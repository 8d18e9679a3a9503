"""What others trusted us with, kept so that the store alone does not give it away.

The key is a file beside the pictures, not a row beside what it seals: whoever gets
hold of a copy of the store has nothing.  A backup has both.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

FILE = "seal.key"


class Unsealable(Exception):
    """The key is another one than it was sealed with, or cannot be used at all."""


def seal(var: Path, about: str, secret: str) -> str:
    """``secret`` as it may be kept; it opens for what it is ``about`` alone."""
    try:
        return _fernet(var).encrypt(f"{about}\0{secret}".encode()).decode()
    except (OSError, ValueError) as wrong:
        raise Unsealable(about) from wrong


def unseal(var: Path, about: str, sealed: str) -> str:
    """What :func:`seal` was given."""
    try:
        text = _fernet(var).decrypt(sealed.encode()).decode()
    except (InvalidToken, OSError, ValueError) as wrong:
        raise Unsealable(about) from wrong
    named, _, secret = text.partition("\0")
    if named != about:
        raise Unsealable(about)
    return secret


def _fernet(var: Path) -> Fernet:
    file = var / FILE
    if not file.exists():
        _make(file)
    return Fernet(file.read_bytes())


def _make(file: Path) -> None:
    """Whole from its first moment, and one, however many workers make it at once."""
    part = file.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    raw = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(raw, "wb") as made:
            made.write(Fernet.generate_key())
            made.flush()
            os.fsync(made.fileno())
        os.link(part, file)
    except FileExistsError:
        return  # another worker was first
    finally:
        part.unlink()
