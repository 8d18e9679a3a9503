"""HTML of other servers as Markdown: kept, searched and drawn like what we write.

What it says goes through the same two fences as everything else (``prose.py``); what
Markdown has no mark for is left as its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from peer.node.writing.washing import washed

_MARKS = {
    "strong": "**",
    "b": "**",
    "em": "*",
    "i": "*",
    "del": "~~",
    "s": "~~",
}
_HEADINGS = {f"h{n}": "#" * max(n, 2) + " " for n in range(1, 7)}
_BLOCKS = {"p", "div", "section", "table", "dl", "tr", "dt", "dd", "hr", *_HEADINGS}
_LISTS = ("ul", "ol")
_DEEPEST = 20

#: Characters that mean something in Markdown, and beginnings of lines that do.
#: A mark of exclamation does just before a link: it would be a picture.
_MEANS = re.compile(r"([\\`*_\[\]<>~|]|!$|&(?=#?\w+;))")
_BEGINS = re.compile(r"^(\d{0,9})([#+.)-])(?=\s|$)")
_NOT_IN_LINKS = re.compile(r"[\s<>()\\]")
#: A space alone stays as it is.
_SPACE = re.compile(r"\s{2,}|[^\S ]")
_TICKS = re.compile(r"`+")

#: What was washed is written in one way only, which is easily taken apart.
_PIECE = re.compile(r'<(/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*)>|([^<]+)')
_HREF = re.compile(r'\bhref="([^"]*)"')


def markdown(html: str) -> str:
    """``html``, which anybody may have written, as Markdown.

    >>> markdown("<p>Two <b>loaves</b>, please.</p>")
    'Two **loaves**, please.'
    """
    if "<" not in html and "&" not in html:
        return _escaped(" ".join(html.split()))
    marking = _Marking()
    marking.read(washed(html))
    return "".join(marking.page.parts).strip()


@dataclass(slots=True)
class _Page:
    """Blocks, one below the other.

    Where one ends nothing is written yet: what stands around the next is only known
    when something is said in it.  ``around`` is what its lines begin with, and
    ``opening`` what the first of them does instead of the last of that.
    """

    parts: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    opening: str | None = None
    heading: str = ""
    is_over: bool = True

    @property
    def is_at_start(self) -> bool:
        return self.is_over or self.parts[-1].endswith("\n")

    def say(self, text: str) -> None:
        if self.is_over:
            self._begin()
        self.parts.append(text)

    def break_line(self) -> None:
        self.say("\\\n" + "".join(self.around))

    def end_block(self) -> None:
        self.is_over = True

    def _begin(self) -> None:
        """A blank line that belongs to what both blocks stand in; then the marks."""
        if self.parts:
            both = zip(self.before, self.around, strict=False)
            common = "".join(a for a, b in both if a == b).rstrip()
            self.parts += ["\n", common, "\n"]
        marks = list(self.around)
        if self.opening is not None:
            marks[-1] = self.opening
        self.parts += [*marks, self.heading]
        self.before, self.is_over = list(self.around), False
        self.opening, self.heading = None, ""

    def deeper(self, mark: str, opening: str | None = None) -> None:
        self.end_block()
        deep = len(self.around) >= _DEEPEST
        self.around.append("" if deep else mark)
        self.opening = None if deep else opening

    def higher(self) -> None:
        if self.around:
            self.around.pop()
        self.opening = None
        self.end_block()


class _Marking:
    def __init__(self) -> None:
        self.page = _Page()
        self._counts: list[int | None] = []  # of each list the next number, or none
        self._links: list[str] = []
        self._block: list[str] | None = None  # of code that stands by itself
        self._span: list[str] | None = None  # of code in a line

    def read(self, html: str) -> None:
        for end, tag, attributes, text in _PIECE.findall(html):
            if text:
                self._say(unescape(text) if "&" in text else text)
            elif self._block is not None:
                self._in_block(end, tag)
            else:
                self._end_span(tag == "code" and not end)
                if tag != "code":
                    self._mark(end, tag, attributes)

    def _mark(self, end: str, tag: str, attributes: str) -> None:
        if end:
            self._end(tag)
        else:
            self._start(tag, attributes)

    def _start(self, tag: str, attributes: str) -> None:
        page = self.page
        if tag == "pre":
            self._block = []
        elif tag == "br":
            page.break_line()
        elif tag == "a":
            found = _HREF.search(attributes)
            self._start_link(unescape(found[1]) if found else "")
        elif tag == "blockquote":
            page.deeper("> ")
        elif tag == "li":
            self._item()
        elif tag in _MARKS:
            page.say(_MARKS[tag])
        else:
            self._start_block(tag)

    def _end(self, tag: str) -> None:
        page = self.page
        if tag == "a" and self._links:
            href = self._links.pop()
            page.say(f"]({href})" if href else "")
        elif tag in _LISTS and self._counts:
            self._counts.pop()
            page.end_block()
        elif tag in ("blockquote", "li"):
            page.higher()
        elif tag in _BLOCKS:
            page.end_block()
        elif tag in _MARKS:
            page.say(_MARKS[tag])

    def _say(self, data: str) -> None:
        page = self.page
        if self._block is not None:
            self._block.append(data)
            return
        words = _SPACE.sub(" ", data)
        words = words.lstrip() if page.is_at_start and self._span is None else words
        if self._span is not None:
            self._span.append(words)
        elif words:
            page.say(_escaped(words))

    # -- code: between more marks than it holds itself, or it could end them -------

    def _in_block(self, end: str, tag: str) -> None:
        assert self._block is not None, "the caller has asked"
        if tag == "br":
            self._block.append("\n")
        if not (end and tag == "pre"):
            return
        code, self._block = "".join(self._block), None
        fence, around = "`" * max(3, _longest(code) + 1), "".join(self.page.around)
        lines = [fence, *code.strip("\n").split("\n"), fence]
        self.page.end_block()
        self.page.say(f"\n{around}".join(lines))
        self.page.end_block()

    def _end_span(self, another: bool) -> None:
        """Write down what was said in a line of code, and begin ``another``."""
        code, self._span = "".join(self._span or ()), [] if another else None
        if code.strip():
            fence = "`" * (_longest(code) + 1)
            pad = " " if "`" in code else ""
            self.page.say(f"{fence}{pad}{code.strip()}{pad}{fence}")

    def _start_block(self, tag: str) -> None:
        if tag in _LISTS:
            self._counts.append(1 if tag == "ol" else None)
            self.page.end_block()
        elif tag in _BLOCKS:
            self.page.end_block()
            self.page.heading = _HEADINGS.get(tag, "")

    def _start_link(self, href: str) -> None:
        self._links.append(_NOT_IN_LINKS.sub(_percent, href))
        if href:
            self.page.say("[")

    def _item(self) -> None:
        number = self._counts[-1] if self._counts else None
        mark = "- "
        if number is not None:
            mark, self._counts[-1] = f"{number}. ", number + 1
        self.page.deeper(" " * len(mark), mark)


def _longest(code: str) -> int:
    """The longest run of backticks in it."""
    return max(map(len, _TICKS.findall(code)), default=0)


def _escaped(text: str) -> str:
    text = _MEANS.sub(r"\\\1", text)
    return text if text[:1].isalpha() else _BEGINS.sub(r"\1\\\2", text)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
