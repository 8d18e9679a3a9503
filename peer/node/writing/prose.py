"""Prose: what people write as Markdown, drawn as HTML that is safe to show.

Two fences, one behind the other: there is no HTML in our Markdown, and what is
made of it passes an allow-list all the same (``washing.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.footnote import footnote_plugin

from peer.node.writing.washing import ELSEWHERE, SCHEMES, clean_own, writable
from peer.protocol.iri import slug
from peer.protocol.wire.fingered import HANDLE

_WORDS_A_MINUTE = 220
_MARKS = 20  # what is certainly enough text for one character of an excerpt
_CACHE_UP_TO = 20_000  # longer texts are drawn each time, so that the cache is small


def prose(text: str, *, under: int = 1, name: str = "text") -> Markup:
    """``text`` as HTML that stands under a heading of level ``under``.

    The ids of its headings and footnotes begin with ``name``, so that several
    texts fit on one page.
    """
    draw = _cached if len(text) <= _CACHE_UP_TO else _draw
    return draw(text, under, name)


def plain(text: str) -> str:
    """The words of ``text``, without marks."""
    return _joined(_parser().parse(writable(text)))


def excerpt(text: str, length: int = 200) -> str:
    """The first words of ``text``, for a card or a description; not HTML."""
    return _excerpt(text[: length * _MARKS], length)


@lru_cache(maxsize=2048)
def _excerpt(text: str, length: int) -> str:
    tokens = _parser().parse(writable(text))
    words = _joined(_without_headings(tokens)) or _joined(tokens)
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    whole, _, _ = cut.rpartition(" ")
    return (whole or cut).rstrip(" ,;:.-") + "…"


def reading_minutes(text: str) -> int:
    return max(1, round(len(text.split()) / _WORDS_A_MINUTE))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.validateLink = _leads_somewhere  # type: ignore[method-assign]
    return parser


def _leads_somewhere(url: str) -> bool:
    scheme, colon, _ = url.partition(":")
    return not colon or scheme.lower() in SCHEMES or not _SCHEME.fullmatch(scheme)


_SCHEME = re.compile(r"[^/?#]*")
_HANDLES = re.compile(f"({HANDLE.pattern})", re.ASCII)


def _draw(text: str, under: int, name: str) -> Markup:
    parser, env = _parser(), {"docId": name}
    tokens = parser.parse(writable(text), env)
    _number_headings(tokens, under, name)
    for token in _all(tokens):
        _adjust(token)
        if token.type == "inline" and token.children:
            token.children = list(_with_mentions(token.children))
    html = parser.renderer.render(tokens, parser.options, env)
    return clean_own(_scrollable(html))


_cached = lru_cache(maxsize=1024)(_draw)  # a conversation is many short texts


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _adjust(token: Token) -> None:
    match token.type:
        case "link_open" if re.match(r"(https?:)?//", str(token.attrs["href"]), re.I):
            token.attrSet("rel", ELSEWHERE)
        case "th_open" | "td_open" if "style" in token.attrs:
            side = str(token.attrs.pop("style")).partition(":")[2]
            token.attrSet("class", side)


def _with_mentions(tokens: Sequence[Token]) -> Iterator[Token]:
    """Handles in the text lead to what is known here of whom they name."""
    in_link = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
        if token.type == "text" and not in_link and "@" in token.content:
            yield from _mentioning(token.content)
        else:
            yield token


def _mentioning(text: str) -> Iterator[Token]:
    for nth, part in enumerate(_HANDLES.split(text)):
        if nth % 2:
            link = Token("link_open", "a", 1, attrs={"href": f"/{part}"})
            yield from (link, _text(part), Token("link_close", "a", -1))
        elif part:
            yield _text(part)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _number_headings(tokens: Sequence[Token], under: int, name: str) -> None:
    """Put each heading below ``under``, no level left out, and give it an address."""
    taken: dict[str, int] = {}
    above: list[str] = []  # the headings that the next one may stand below
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            said = slug("".join(_words(tokens[at + 1 : at + 2])))
            token.attrSet("id", _unique(f"{name}-{said or 'part'}", taken))
            above = [*(tag for tag in above if tag < token.tag), token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, under + len(above))}"


def _unique(wanted: str, taken: dict[str, int]) -> str:
    found, number = wanted, taken.get(wanted, 1)
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    taken[wanted] = number
    taken.setdefault(found, 1)
    return found


def _scrollable(html: str) -> str:
    """Let what may be wider than the page be reached with a keyboard.

    Safe before the last fence only: what people wrote has no ``<`` in it here.
    """
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>")


def _joined(tokens: Iterable[Token]) -> str:
    return " ".join(" ".join(_words(tokens)).split())


def _without_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    before = ""
    for token in tokens:
        if before != "heading_open":
            yield token
        before = token.type


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "footnote_block_open":
            return
        match token.type:
            case "inline":
                yield "".join(_words(token.children or ()))
            case "text" | "code_inline" | "fence" | "code_block" | "image":
                yield token.content
            case "softbreak" | "hardbreak":
                yield " "
