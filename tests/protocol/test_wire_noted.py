"""Objects as other servers write them: text, pictures, tags, quotes, polls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from peer.protocol.terms import PUBLIC
from peer.protocol.wire.attached import attachments_of, image_of, page_of, tags_of
from peer.protocol.wire.loose import LONGEST_LINE, Unreadable
from peer.protocol.wire.noted import Noted, read
from peer.protocol.wire.poll import Choice, poll_of

ID, ANA = "https://a.example/posts/1", "https://a.example/users/ana"
PICTURE = "https://a.example/media/1.png"
OBJECT_LINK = {"type": "Link", "href": f"{ID}0"}


def note(**more: Any) -> Noted:
    return read({"id": ID, "type": "Note", "attributedTo": ANA, **more})


def test_a_plain_note():
    said = note(content="<p>Hi", to=PUBLIC, published="2026-11-21T07:00:00Z")

    assert (said.id, said.type, said.attributed) == (ID, "Note", (ANA,))
    assert (said.content, said.media_type, said.to) == ("<p>Hi", "text/html", (PUBLIC,))
    assert said.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert not said.sensitive and not said.is_gone and not said.is_vote


def test_null_is_as_good_as_nothing():
    names = "name summary updated mediaType inReplyTo url image tag attachment content"

    assert note(**dict.fromkeys(names.split())).raw.keys() > {"url"}
    assert note(**dict.fromkeys(names.split())).media_type == "text/html"


def test_our_own_type_rides_beside():
    assert note(**{"sx:kind": "Post"}).kind == "Post"


def test_a_tombstone_is_gone():
    said = read({"id": ID, "type": "Tombstone", "former_type": "Note"})

    assert said.is_gone and said.attributed == ()


@pytest.mark.parametrize(
    "document", [None, [], "x", {}, {"id": ID}, {"type": "Note", "id": 5}]
)
def test_what_is_no_object_is_refused(document):
    with pytest.raises(Unreadable):
        read(document)


# -- texts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "content", "language"),
    [
        ({"content": "Hi", "contentMap": {"en": "Hi"}}, "Hi", "en"),
        ({"contentMap": {"pt-BR": "Oi", "en": "Hi"}}, "Oi", None),
        ({"contentMap": {"und": "Hm"}}, "Hm", None),
        ({"content": {"@value": "Hi", "@language": "en"}}, "Hi", None),
        ({"content": ["", "Hi"]}, "Hi", None),
        ({"content": "Hi", "language": {"identifier": "fr", "name": "x"}}, "Hi", "fr"),
        ({"content": "Hi", "inLanguage": "en"}, "Hi", "en"),
        ({"content": "Hi", "inLanguage": "<script>"}, "Hi", None),
        ({"contentMap": "en"}, None, None),
        ({"content": 5}, None, None),
    ],
)
def test_texts_are_told_by_language_or_not(told, content, language):
    said = note(**told)

    assert (said.content, said.language) == (content, language)


def test_a_summary_warns_of_a_note_and_sums_up_an_article():
    assert note(summary="Spoilers").warning == "Spoilers"
    assert note(type="Article", summary="In short").warning is None


def test_hubzilla_names_an_event_in_its_summary():
    assert note(type="Event", summary="Picnic").title == "Picnic"
    assert note(type="Event", name="Picnic", summary="Friday").title == "Picnic"


def test_a_name_is_cut_where_no_name_goes_on():
    assert note(name="x" * 100_000).name == "x" * LONGEST_LINE


def test_a_name_alone_in_answer_to_something_is_a_vote():
    assert note(name="Yes", inReplyTo=f"{ID}0").is_vote
    assert not note(name="Yes").is_vote
    assert not note(name="Yes", content="really", inReplyTo=f"{ID}0").is_vote


@pytest.mark.parametrize(
    ("told", "sensitive"),
    [(True, True), ("true", True), ("False", False), (None, False), ({}, False),
     ({"@value": "False", "@type": "xsd:boolean"}, False), ("yes", False)],
)  # fmt: skip
def test_booleans_are_told_as_texts_too(told, sensitive):
    assert note(sensitive=told).sensitive is sensitive
    assert note(**{"as:sensitive": told}).sensitive is sensitive


# -- where it belongs --------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [f"{ID}0", [f"{ID}0", ANA], {"id": f"{ID}0", "type": "Note"}, [None, f"{ID}0"]],
)
def test_an_answer_is_to_one(told):
    assert note(inReplyTo=told).in_reply_to == f"{ID}0"


def test_a_conversation_may_be_named_by_anything():
    assert note(conversation="tag:a.example,2026:1").context == "tag:a.example,2026:1"
    assert note(context={"id": f"{ID}/context"}, conversation="x").context == (
        f"{ID}/context"
    )


@pytest.mark.parametrize(
    "told",
    [
        {"quote": f"{ID}0"},
        {"quoteUri": f"{ID}0"},
        {"quoteUrl": f"{ID}0"},
        {"_misskey_quote": f"{ID}0"},
        {"quote": {"id": f"{ID}0", "type": "Note"}},
        {"quote": ID, "quoteUrl": f"{ID}0"},
        {"tag": {**OBJECT_LINK, "mediaType": "application/activity+json"}},
        {"tag": [{**OBJECT_LINK, "mediaType": 'application/ld+json; profile="x"'}]},
    ],
)  # fmt: skip
def test_quotes_are_told_in_many_ways(told):
    assert note(**told).quote == f"{ID}0"


def test_nothing_quotes_itself():
    assert note(quoteUri=ID, quoteUrl=ID).quote is None


# -- links -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        ID,
        {"type": "Link", "href": ID},
        ["magnet:?xt=1", ID],
        [
            {"type": "Link", "href": PICTURE, "mimeType": "image/png"},
            {"type": "Link", "href": ID, "mediaType": "text/html"},
        ],
        [{"href": "magnet:?xt=1"}, {"href": ID}],
    ],
)
def test_a_page_is_found_among_links(url):
    assert page_of(url) == ID
    assert note(url=url).url == ID


@pytest.mark.parametrize("url", [None, 5, {}, [], "magnet:?xt=1", "/x", "javascript:x"])
def test_what_is_no_page_is_none(url):
    assert page_of(url) is None


@pytest.mark.parametrize(
    "told",
    [
        PICTURE,
        [PICTURE],
        {"type": "Image", "url": PICTURE},
        [{"type": "Image", "url": PICTURE}, {"type": "Image", "url": f"{PICTURE}2"}],
        {"type": "Image", "url": {"type": "Link", "href": PICTURE}},
        {"type": "Image", "url": [{"href": PICTURE, "mediaType": "image/png"}]},
        {"type": "Link", "href": PICTURE},
    ],
)
def test_a_picture_is_told_in_many_ways(told):
    image = image_of(told)

    assert image is not None and image.url == PICTURE


def test_a_picture_keeps_what_is_told_of_it():
    told = {
        "type": "Document",
        "url": PICTURE,
        "mimeType": "image/png",
        "name": "A cat",
        "width": "640",
        "height": 480.0,
        "blurhash": "UBL",
    }

    (found,) = attachments_of(told)

    assert (found.media_type, found.name, found.blurhash) == (
        "image/png",
        "A cat",
        "UBL",
    )
    assert (found.width, found.height) == (640, 480)


@pytest.mark.parametrize(
    "told",
    [None, {}, [{}], "x", [PICTURE], {PICTURE: {"type": "Image"}}, [5, None], True],
)
def test_attachments_that_make_no_sense_are_left_out(told):
    assert note(attachment=told).attachments == ()


def test_there_are_only_so_many_attachments_and_tags():
    said = note(
        attachment=[{"url": PICTURE}] * 999,
        tag=[{"type": "Hashtag", "name": "x"}] * 999,
    )

    assert len(said.attachments) == 32 and len(said.tags) == 100


# -- tags --------------------------------------------------------------------------


def test_hashtags_are_told_with_and_without_their_sign():
    said = note(tag=[{"type": "Hashtag", "name": "#jazz", "href": "/tags/jazz"},
                     {"type": "Hashtag", "name": "folk"}])  # fmt: skip

    assert said.hashtags == ("jazz", "folk")
    assert [tag.href for tag in said.tags] == ["https://a.example/tags/jazz", None]


def test_a_mention_is_by_its_address():
    said = note(
        tag=[{"type": "Mention", "href": ANA, "name": "@ana"}, {"type": "Mention"}]
    )

    assert said.mentions == (ANA,)


def test_an_emoji_needs_no_id():
    told = {"type": "Emoji", "id": None, "name": ":cat:", "icon": [{"url": PICTURE}]}

    (emoji,) = tags_of(told)

    assert (emoji.name, emoji.icon) == (":cat:", PICTURE)


@pytest.mark.parametrize(
    "told", [None, "jazz", [5], {}, [{"type": "Hashtag"}], {"name": "x"}]
)
def test_tags_that_make_no_sense_are_left_out(told):
    assert note(tag=told).tags == ()


def test_a_link_that_cannot_be_joined_is_none():
    (tag,) = tags_of(
        {"type": "Hashtag", "name": "x", "href": "//[::1"}, "https://a.example"
    )

    assert tag.href is None


# -- polls -------------------------------------------------------------------------


def test_a_poll_has_choices_and_an_end():
    poll = poll_of(
        {
            "type": "Question",
            "anyOf": [
                {"type": "Note", "name": "Yes", "replies": {"totalItems": 3}},
                {"name": "No", "replies": "https://a.example/x"},
                {"replies": {}},
                "Maybe",
            ],
            "endTime": "2026-11-21T07:00:00Z",
            "votersCount": 3,
        }
    )

    assert poll is not None
    assert poll.choices == (Choice("Yes", 3), Choice("No", 0))
    assert poll.many and poll.voters == 3 and poll.closed is None
    assert poll.ends == datetime(2026, 11, 21, 7, tzinfo=UTC)


@pytest.mark.parametrize("told", [{}, {"oneOf": None}, {"oneOf": "x"}, {"anyOf": [{}]}])
def test_without_choices_there_is_no_poll(told):
    assert poll_of(told) is None
