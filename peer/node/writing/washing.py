"""The fence that all HTML passes before it is shown, whoever wrote it.

What is not on a list here does not get through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import nh3
from markupsafe import Markup

#: For links that lead elsewhere: no handle on our window, and no praise of ours.
ELSEWHERE = "noopener nofollow ugc"
SCHEMES = frozenset({"http", "https", "mailto"})

_LONGEST, _MOST_TAGS = 500_000, 10_000  # nesting costs its square to take apart

_BLOCKS = {"p", "br", "hr", "blockquote", "pre", "ul", "ol", "li"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}  # the page has its one h1 already
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_INLINE = {"a", "code", "em", "strong", "del", "s", "sub", "sup"}
_RARER = {"b", "i", "u", "small", "abbr", "cite", "q", "time", "dl", "dt", "dd"}
_TEXT = _BLOCKS | _HEADINGS | _TABLES | _INLINE

#: What stands between these was not written for a reader.
_ACTIVE = {"script", "style", "template", "svg", "math", "noscript", "iframe", "object"}
_RAW = {"title", "textarea", "select", "noembed", "noframes", "xmp"}

_CLASSES = re.compile(
    r"footnote[a-z-]*|scroll|left|center|right|language-[\w+#-]{1,30}"
)
#: Always with a hyphen, which no property of a page's own scripts has in its name.
_ID = re.compile(r"[A-Za-z]+(-[A-Za-z0-9:]+)+")


def _attribute(tag: str, name: str, value: str) -> str | None:
    match name:
        case "class":
            kept = [each for each in value.split() if _CLASSES.fullmatch(each)]
            return " ".join(kept) or None
        case "id":
            return value if _ID.fullmatch(value) else None
        case "rel":
            return value if value == ELSEWHERE else None
        case "tabindex":
            return value if value == "0" else None
        case "src":
            return None if value.lower().startswith("mailto:") else value
        case "start":
            return value if re.fullmatch(r"[0-9]{1,9}", value) else None
        case _:
            return value


_OURS = nh3.Cleaner(
    tags=_TEXT | {"img", "section", "div"},
    clean_content_tags=_ACTIVE | _RAW,
    attributes={
        "*": {"id", "class"},
        "a": {"href", "title", "rel"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "pre": {"tabindex"},
        "div": {"tabindex"},
    },
    attribute_filter=_attribute,
    set_tag_attribute_values={"img": {"loading": "lazy"}},
    link_rel=None,  # said of each link, by where it leads
    url_schemes=SCHEMES,
)

#: No pictures: one at somebody else's server tells them who reads what here.
_THEIRS = nh3.Cleaner(
    tags=_TEXT | _RARER,
    clean_content_tags=_ACTIVE | _RAW,
    attributes={
        "*": {"lang", "dir"},
        "a": {"href", "title"},
        "abbr": {"title"},
        "ol": {"start"},
        "time": {"datetime"},
    },
    attribute_filter=_attribute,
    link_rel=ELSEWHERE,
    url_schemes=SCHEMES,
    url_relative="deny",  # relative to them, and so not to us
)

#: For what becomes Markdown: of attributes that has only where a link leads.
_WORDS = nh3.Cleaner(
    tags=_TEXT | _RARER | {"h1"},
    clean_content_tags=_ACTIVE | _RAW,
    attributes={"a": {"href"}},
    link_rel=None,
    url_schemes=SCHEMES,
    url_relative="deny",
)


def clean(html: str) -> Markup:
    """HTML from another peer, without what a page of ours should not say."""
    if _is_too_much(html):
        return Markup.escape(writable(html))
    return _settled(_wash_theirs, writable(html))


def washed(html: str) -> str:
    """The same washed once, for what is not shown before it was washed again."""
    if not html.isascii():
        html = writable(html)
    return str(Markup.escape(html)) if _is_too_much(html) else _WORDS.clean(html)


def clean_own(html: str) -> Markup:
    """HTML that was made here from Markdown."""
    return _settled(_OURS.clean, html)


def _is_too_much(html: str) -> bool:
    return len(html) > _LONGEST or html.count("<") > _MOST_TAGS


_H1 = re.compile(r"(</?)h1\b", re.IGNORECASE)


def _wash_theirs(html: str) -> str:
    return _THEIRS.clean(_H1.sub(r"\1h2", html))


def _settled(wash: Callable[[str], str], html: str) -> Markup:
    """``html`` washed until washing changes nothing.

    What a browser reads is then what was checked: text whose meaning changes
    with each reading is how mutation XSS gets through.
    """
    for _ in range(5):
        washed = wash(html)
        if washed == html:
            return Markup(washed)
        html = washed
    return Markup.escape(html)


#: Half of a surrogate pair is not text; Rust, rightly, will not have it.
writable = partial(re.compile("[\ud800-\udfff]").sub, "\N{REPLACEMENT CHARACTER}")
