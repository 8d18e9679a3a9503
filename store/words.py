"""Words of a text: what is searched for, sorted by, and shown around a match.

Done here and not by the databases, so that both find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: How much of a text is searched, and how long a word or a sorted text may be.
SEARCHED, LONGEST_WORD, SORTED = 100_000, 200, 200

#: How many words are searched for at once.
_ASKED = 16

_WORD = re.compile(r"[^\W_]+")
_UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_REMEMBERED = 20_000  # letters; there are a million, and strangers write them all

_OPEN, _CLOSE = "\x02", "\x03"

#: How long an excerpt is, how much of it stands before the match, and how far
#: into a text one is looked for.
_EXCERPT, _BEFORE, _EXCERPTED = 240, 60, 20_000


class _Folding(dict[int, str]):
    """Each letter without its case and, if it is Latin, without its accents.

    One letter stays one letter, so that a place in the folded text is the same
    place in the text.  It is what FTS5 does (``remove_diacritics 2``).
    """

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


def _folded(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    base, rest = apart[0], apart[1:]
    latin = unicodedata.name(base, "").startswith("LATIN ")
    if latin and all(unicodedata.combining(mark) for mark in rest):
        letter = base
    small = letter.casefold()
    return small if len(small) == 1 else letter


_FOLDING = _Folding()


def fold(text: str) -> str:
    """``text`` as it is compared.

    >>> fold("Ça VA")
    'ca va'
    """
    return unicodedata.normalize("NFC", text).translate(_FOLDING)


def words(text: str) -> list[str]:
    """The words of ``text``, folded, in their order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def asked(text: str) -> list[str]:
    """What somebody who typed ``text`` searches for."""
    return words(text[:1000])[:_ASKED]


def searchable(text: str) -> str:
    """``text`` as it is kept to be searched."""
    return _UNKEPT.sub(" ", unicodedata.normalize("NFC", text[:SEARCHED]))


def excerpt(text: str, wanted: Sequence[str]) -> str:
    """The part of ``text`` where ``wanted`` is first found, with the matches marked."""
    plain = " ".join(text[:_EXCERPTED].split())
    pattern = _pattern(wanted)
    first = pattern.search(fold(plain))
    start, end = _window(plain, first.start() if first else 0)
    shown = plain[start:end]
    pieces, done = [], 0
    for match in pattern.finditer(fold(shown)):
        at, end_of_match = match.span()
        pieces += [shown[done:at], _OPEN, shown[at:end_of_match], _CLOSE]
        done = end_of_match
    before, after = "…" if start else "", "…" if end < len(plain) else ""
    return before + "".join(pieces) + shown[done:] + after


def _pattern(wanted: Sequence[str]) -> re.Pattern[str]:
    """Any of ``wanted`` as a word, the last also as the start of one."""
    *whole, last = wanted
    each = [rf"{re.escape(word)}(?![^\W_])" for word in whole]
    each.append(rf"{re.escape(last)}[^\W_]*")
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(each)})")


def _window(text: str, at: int) -> tuple[int, int]:
    """Where an excerpt with the place ``at`` in it begins and ends, between words."""
    start = max(0, at - _BEFORE)
    if start:
        start = text.find(" ", start, at) + 1 or at
    end = start + _EXCERPT
    if end >= len(text):
        return start, len(text)
    return start, max(text.rfind(" ", start, end), start) or end
