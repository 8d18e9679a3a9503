"""Whatever JSON there may be: it is read, or it is unreadable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peer.protocol import origin
from peer.protocol.origin import NotTheirs
from peer.protocol.wire import fingered, gathered, noted, poll, said, somebody
from peer.protocol.wire.loose import Unreadable

NAMES = """
    @context @graph @id @list @reverse @set @type @value actor alsoKnownAs anyOf
    as:actor assertionMethod attachment attributedTo audience bcc blurhash bto cc
    content contentMap context endpoints first generator href icon id image
    implements inReplyTo inbox inLanguage instrument items language links
    manuallyApprovesFollowers mediaType movedTo name next object oneOf orderedItems
    outbox owner partOf preferredUsername proof publicKey publicKeyMultibase
    publicKeyPem published quote rel replies result sensitive sharedInbox subject
    summary tag target template to totalItems type updated url webfinger width
"""
WORDS = """
    https://a.example/users/ana https://b.example/1#x http://[::1 Create Note Person
    Link Mention Hashtag OrderedCollection as:Public Multikey javascript:x /tags/x
    2026-11-21T07:00:00Z 0001-01-01T00:00:00+14:00 text/html self False 5 en
"""

texts = (
    st.sampled_from([*WORDS.split(), "", "a b", "\ud800", "\0", "²", "x" * 3000])
    | st.text()
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | texts
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES.split()) | st.text(max_size=5), inner, max_size=6
        )
    ),
    max_leaves=25,
)
objects = st.dictionaries(st.sampled_from(NAMES.split()), anything, max_size=12)

READERS: tuple[Callable[[Any], Any], ...] = (
    said.read,
    noted.read,
    somebody.read,
    gathered.read,
    fingered.read,
)


@pytest.mark.parametrize("read", READERS)
@given(told=objects | anything)
@settings(max_examples=80)
def test_whatever_comes_is_read_or_is_unreadable(read, told):
    try:
        read(told)
    except Unreadable as refused:
        assert 400 <= refused.status < 500 and str(refused)


@given(told=objects, inside=objects)
@settings(max_examples=80)
def test_whatever_is_inside_an_activity_is_read_or_is_unreadable(told, inside):
    plain = {"type": "Undo", "actor": "https://a.example/users/ana", "object": inside}
    try:
        activity = said.read({**told, **plain})
        said.inner(activity)
        origin.believed(inside, activity)
        poll.poll_of(inside)
    except Unreadable as refused:
        assert 400 <= refused.status < 500


@given(told=objects, other=objects, key_id=texts)
@settings(max_examples=80)
def test_whatever_claims_something_is_believed_or_not(told, other, key_id):
    checks: list[Callable[[], Any]] = [
        lambda: origin.owner_of(told),
        lambda: origin.elsewhere(told, key_id),
        lambda: origin.claimed_by(key_id, told),
        lambda: origin.signing_key(key_id, told, other),
        lambda: origin.proving_key(key_id, told),
    ]
    for check in checks:
        try:
            check()
        except NotTheirs as refused:
            assert refused.status in (401, 403)


def test_the_deepest_and_the_longest_there_can_be():
    deep: Any = "https://a.example/users/ana"
    for _ in range(100_000):
        deep = [deep]
    wide = {f"k{n}": [{}] for n in range(100_000)}

    for document in ({"type": "Like", "actor": deep}, {"type": "Like", "tag": wide}):
        try:
            said.read(document)
        except Unreadable as refused:
            assert refused.status == 400
