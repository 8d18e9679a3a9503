from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.node.writing.prose import excerpt, plain, prose, reading_minutes


def test_markdown_is_drawn_as_html():
    assert prose("So *it* **is** ~~not~~ `code`.") == (
        "<p>So <em>it</em> <strong>is</strong> <s>not</s> <code>code</code>.</p>\n"
    )


def test_headings_stand_under_the_heading_of_the_page():
    assert prose("# One\n\n## Two") == (
        '<h2 id="text-one">One</h2>\n<h3 id="text-two">Two</h3>\n'
    )
    assert "<h4" in prose("# One", under=3)
    assert "<h6" in prose("# One\n\n## Two", under=5)


def test_headings_leave_no_level_out():
    html = prose("### One\n\n###### Two\n\n## Three\n\n### Four\n\n## Five")

    assert [f"<h{level} " in html for level in (2, 3, 4)] == [True, True, False]
    assert '<h2 id="text-one"' in html and '<h3 id="text-two"' in html
    assert '<h2 id="text-three"' in html and '<h3 id="text-four"' in html


def test_headings_of_the_same_words_have_different_addresses():
    html = prose("# A\n\n# A\n\n# A 2\n\n# A")

    assert [f'id="text-{each}"' in html for each in ("a", "a-2", "a-2-2", "a-3")] == (
        [True] * 4
    )


def test_a_heading_without_letters_has_an_address():
    assert 'id="text-part"' in prose("# 李")


def test_two_texts_on_one_page_do_not_share_addresses():
    text = "# A\n\nx[^1]\n\n[^1]: note"
    one, other = prose(text, name="content"), prose(text, name="about")

    assert 'href="#fn-content-1"' in one and 'id="fn-content-1"' in one
    assert 'href="#fn-about-1"' in other and 'id="about-a"' in other


def test_a_link_that_leads_elsewhere_says_so():
    away = 'rel="noopener nofollow ugc"'

    assert away in prose("[x](https://b.example)")
    assert away in prose("[x](//b.example)")
    assert away in prose("<HTTPS://b.example>")
    assert away not in prose("[x](/posts/1)")
    assert away not in prose("[x](mailto:a@b.example)")


def test_a_picture_is_fetched_when_it_is_seen():
    assert prose('![A cat](/media/1.webp "Tom")') == (
        '<p><img src="/media/1.webp" alt="A cat" title="Tom" loading="lazy"></p>\n'
    )


def test_a_table_keeps_its_sides_without_styles():
    html = prose("| a | b |\n|:-:|--:|\n| 1 | 2 |")

    assert '<div class="scroll" tabindex="0"><table>' in html
    assert '<th class="center">a</th>' in html and '<td class="right">2</td>' in html
    assert "style" not in html


def test_code_says_its_language_and_can_be_scrolled():
    html = prose("```py\nx < y\n```")

    assert html == (
        '<pre tabindex="0"><code class="language-py">x &lt; y\n</code></pre>\n'
    )


def test_html_is_shown_as_it_was_written():
    assert prose("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"
    assert "<table>" not in prose("`<table>` <table>")


def test_what_is_no_address_for_a_picture_is_not_one():
    assert "src" not in prose("![x](mailto:a@b.example)")


@given(st.text(st.characters(), max_size=300))
def test_any_text_can_be_drawn(text):
    assert prose(text) == prose(text)
    assert "<script" not in prose(text)


@given(st.text("#*_~`[]()!<>|-:^ \n\tab1", max_size=120))
def test_any_marks_can_be_drawn(text):
    prose(text)


def test_an_excerpt_is_words_and_not_marks():
    text = "# Title\n\nSome *words*[^1], a [link](/x) &amp;\n`code`.\n\n[^1]: Not this."

    assert excerpt(text) == "Some words, a link & code."
    assert plain(text) == "Title Some words, a link & code."


def test_an_excerpt_ends_with_a_whole_word():
    assert excerpt("One two, three four", 12) == "One two…"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert excerpt("# Only a title") == "Only a title"
    assert excerpt("") == ""


def test_an_excerpt_of_a_hostile_text_is_text():
    assert excerpt("<script>alert(1)</script>") == "<script>alert(1)</script>"


@given(st.text(st.characters(), max_size=300), st.integers(2, 50))
def test_an_excerpt_is_never_longer_than_asked(text, length):
    assert len(excerpt(text, length)) <= length


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (1100, 5)])
def test_reading_takes_a_minute_at_least(words, minutes):
    assert reading_minutes("word " * words) == minutes
