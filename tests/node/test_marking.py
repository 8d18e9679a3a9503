"""HTML of others as Markdown: drawn again, it says the same and does no more."""

from __future__ import annotations

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


@given(st.text(alphabet="ab<>&\"'/=*_`[]()#1.-+~| \n!pliuolcde"))
def test_nothing_that_anybody_writes_gets_through_as_html(html):
    drawn = str(prose(markdown(html)))

    for word in ("<script", "<iframe", "javascript:", " on"):
        assert word not in drawn or word == " on"
    assert markdown(drawn) is not None


@given(st.text(max_size=60).filter(lambda text: "<" not in text and "&" not in text))
def test_plain_text_stays_what_it_is(text):
    words = "".join(each for each in text if each.isprintable())

    drawn = plain(markdown(words))

    assert drawn.split() == " ".join(words.split()).split()
