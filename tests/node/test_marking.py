"""HTML of others as Markdown: drawn again, it says the same and does no more."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.node.writing.marking import markdown
from peer.node.writing.prose import plain, prose

SAID = {
    "<p>Two <b>loaves</b>, please.</p>": "Two **loaves**, please.",
    "<p>a<br>b</p><p>c</p>": "a\\\nb\n\nc",
    "<ul><li>one</li><li><p>two</p><p>more</p></li></ul><p>x</p>": (
        "- one\n\n- two\n\n  more\n\nx"
    ),
    "<ol><li>one<ul><li>in</li></ul></li><li>b</li></ol>": (
        "1. one\n\n   - in\n\n2. b"
    ),
    "<blockquote><p>q</p><p>r</p></blockquote><p>s</p>": "> q\n>\n> r\n\ns",
    "<pre><code>a\n  b</code></pre>": "```\na\n  b\n```",
    "<p>use <code>a_b</code>, not a_b</p>": "use `a_b`, not a\\_b",
    "<p>a <code>b`c</code> d</p>": "a `` b`c `` d",
    "<pre>```\n![x](y)</pre>": "````\n```\n![x](y)\n````",
    '!<a href="https://x.example/a.png">c</a>': "\\![c](https://x.example/a.png)",
    "<p>&amp;lt; &amp; !</p>": "\\&lt; & \\!",
    "<p># no heading</p><p>1. no list</p>": "\\# no heading\n\n1\\. no list",
    '<a href="https://x.example/a(b)">c</a>': "[c](https://x.example/a%28b%29)",
    '<a href="javascript:alert(1)">c</a>': "c",
    "<script>alert(1)</script>hello": "hello",
    "plain text & <3": "plain text & \\<3",
    "": "",
}


@pytest.mark.parametrize("html", SAID, ids=range(len(SAID)))
def test_it_says_the_same_in_other_marks(html):
    assert markdown(html) == SAID[html]


@pytest.mark.parametrize("html", [h for h in SAID if "<pre>" not in h])
def test_drawn_again_it_has_the_same_words(html):
    again = str(prose(markdown(html)))

    assert plain(markdown(again)) == plain(markdown(html))


class _Seen(HTMLParser):
    """The tags and attributes that a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.found |= {name for name, _ in attrs}
        links = (value or "" for name, value in attrs if name in ("href", "src"))
        assert not any(link.lower().startswith("javascript") for link in links)


PIECES = [
    *("<script>", "</script>", "<img/src=x>", "<svg/onload=a>", "<javascript:a>"),
    *('<a/href="javascript:a">', '<a/href="https://x.example/a">', "</a>"),
    *("<p>", "</p>", "<b>", "</b>", "<br>", "<li>", "<blockquote>"),
    *("<pre>", "</pre>", "<code>", "</code>", "`", "```", "\\", "!", "*"),
    *("<", ">", "&lt;", "&gt;", "&amp;lt;", "a", " ", "\n", "\n\n"),
    *("[x](javascript:a)", "![x](x)"),
]
HOSTILE = st.lists(st.sampled_from(PIECES))


@given(HOSTILE.map("".join) | st.text(alphabet="ab<>&\"'/=*_`[]()#1.-+~| \n!plicode"))
def test_nothing_that_anybody_writes_gets_through_as_html(html):
    found = _Seen(str(prose(markdown(html)))).found

    assert not found & {"script", "img", "svg", "iframe", "style", "form"}
    assert not [name for name in found if name.startswith("on")]


@given(st.text(max_size=60).filter(lambda text: "<" not in text and "&" not in text))
def test_plain_text_stays_what_it_is(text):
    words = "".join(each for each in text if each.isprintable())

    drawn = plain(markdown(words))

    assert drawn.split() == " ".join(words.split()).split()
