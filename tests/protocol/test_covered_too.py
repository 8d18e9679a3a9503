"""What is said beside a request is signed with it, whichever way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from peer.protocol import cavage, rfc9421
from peer.protocol.signature import BadSignature, Message

KEY = rsa.generate_private_key(65537, 2048)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
NAME = "collection-synchronization"
SAID = {"host": "a.example", "content-type": "application/activity+json", NAME: "x"}
BARE = Message("POST", "/inbox", "https://a.example", SAID, b"{}")


def in_cavage() -> Message:
    return replace(BARE, headers=cavage.signed(BARE, "https://b.example/#k", KEY, NOW))


def in_rfc9421() -> Message:
    told = ("https://b.example/#k", KEY, NOW, "rsa-v1_5-sha256")
    return replace(BARE, headers=rfc9421.signed(BARE, *told))


@pytest.mark.parametrize(
    ("signed", "claim"), [(in_cavage, cavage.claim), (in_rfc9421, rfc9421.claim)]
)
def test_who_follows_cannot_be_changed_on_the_way(signed, claim):
    message = signed()
    changed = replace(message, headers={**message.headers, NAME: "y"})
    without = replace(
        message, headers={k: v for k, v in message.headers.items() if k != NAME}
    )

    assert claim(message, NOW).holds(KEY.public_key())
    assert not claim(changed, NOW).holds(KEY.public_key())
    with pytest.raises(BadSignature):
        claim(without, NOW)
