from __future__ import annotations

import base64
import copy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from peer.protocol import credential
from peer.protocol.credential import (
    ALPHABET,
    BadTicket,
    Slip,
    check_document,
    code_of,
    mark_of,
    read_code,
    read_token,
    token,
)

DESK, EVENT = "https://shop.example/actor", "https://events.example/events/gig"
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
KEYS = {f"{DESK}#ed25519-key": KEY.public_key()}
NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

codes = st.text(ALPHABET, min_size=12, max_size=12).map(read_code)
slugs = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True)
slips = st.builds(
    Slip,
    order=slugs,
    number=st.integers(1, 65535),
    code=codes,
    event=st.binary(min_size=8, max_size=8),
    issued=st.integers(0, 2**32 - 1),
)
SLIP = Slip("ra-7f3b2c", 2, code_of("n", "s"), mark_of(EVENT), 1_800_000_000)


# -- codes -------------------------------------------------------------------------


@given(st.text(min_size=1), st.text())
def test_a_code_reads_as_itself_however_it_is_typed(nonce, seat):
    code = code_of(nonce, seat)

    assert read_code(code) == code
    assert read_code(code.lower().replace("-", "")) == code
    assert read_code(f" {code.replace('-', ' ')} ") == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


def test_codes_of_two_seats_differ_and_so_do_those_of_two_secrets():
    assert len({code_of(n, s) for n in ("a", "b") for s in ("1", "2")}) == 4


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(text):
    code = read_code(text)

    assert code is None or read_code(code) == code


@pytest.mark.parametrize("text", ["", "Ada", "7K3M-Q2XD", "7K3M-Q2XD-9TVB-0", "U" * 12])
def test_what_is_too_short_too_long_or_strange_is_no_code(text):
    assert read_code(text) is None


# -- tokens ------------------------------------------------------------------------


@given(slips)
def test_a_token_says_what_was_signed(slip):
    read = read_token(token(slip, DESK, KEY))

    assert read.slip == slip
    assert read.signer(KEYS) == f"{DESK}#ed25519-key"


def test_a_token_is_short_and_has_nothing_that_a_scanner_mistakes():
    text = token(SLIP, DESK, KEY)

    assert len(text) < 180
    assert text.isalnum() and text.isupper()


def test_a_token_is_read_in_small_letters_and_broken_into_lines():
    text = token(SLIP, DESK, KEY).lower()

    assert read_token(f" {text[:50]}\r\n{text[50:]}\n").slip == SLIP


def test_a_key_that_was_changed_is_still_good_while_it_is_known():
    sold_before = token(SLIP, DESK, KEY)
    keys = {f"{DESK}#ed25519-key-2": OTHER.public_key(), **KEYS}

    assert read_token(sold_before).signer(keys) == f"{DESK}#ed25519-key"


def test_another_key_signs_nothing_here():
    with pytest.raises(BadTicket, match="not genuine"):
        read_token(token(SLIP, DESK, OTHER)).signer(KEYS)


def test_the_same_key_in_another_desks_name_signs_nothing_here():
    with pytest.raises(BadTicket, match="not genuine"):
        read_token(token(SLIP, "https://evil.example/actor", KEY)).signer(KEYS)


def test_it_is_for_one_event():
    read = read_token(token(SLIP, DESK, KEY)).slip

    assert read.is_for(EVENT)
    assert not read.is_for(EVENT + "-2")


@given(st.data())
def test_no_bit_of_it_can_be_changed(data):
    text = token(SLIP, DESK, KEY)
    content = bytearray(base64.b32decode(text[3:] + "=" * (-len(text[3:]) % 8)))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    forged = text[:3] + base64.b32encode(content).decode().rstrip("=")

    with pytest.raises(BadTicket):
        read_token(forged).signer(KEYS)


@given(st.integers(3, 300))
def test_a_part_of_it_is_nothing(length):
    text = token(SLIP, DESK, KEY)

    if length < len(text):
        with pytest.raises(BadTicket):
            read_token(text[:length]).signer(KEYS)


@pytest.mark.parametrize("version", "023AZ")
def test_another_version_is_said_to_be_one(version):
    text = token(SLIP, DESK, KEY)

    with pytest.raises(BadTicket, match="of a kind that this door cannot read"):
        read_token(f"SX{version}{text[3:]}")


@given(
    st.text(max_size=400)
    | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").map("SX1".__add__)
)
def test_garbage_gets_a_sentence(text):
    with pytest.raises(BadTicket) as bad:
        read_token(text).signer(KEYS)

    assert str(bad.value).endswith(".")


@given(st.binary(max_size=200))
def test_random_bytes_get_a_sentence(content):
    text = "SX1" + base64.b32encode(content).decode().rstrip("=")

    with pytest.raises(BadTicket):
        read_token(text).signer(KEYS)


def test_one_content_is_written_in_one_way():
    text = token(SLIP, DESK, KEY)
    last = text[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    others = [text[:-1] + each for each in alphabet if each != last]

    for other in others:
        with pytest.raises(BadTicket):
            read_token(other).signer(KEYS)


# -- documents ---------------------------------------------------------------------

SEAT = {
    "id": "https://shop.example/seats/ra-1-1",
    "code": code_of("n", "s"),
    "number": 1,
    "holder": "Ada",
    "event": {"id": EVENT, "name": "Gig"},
}
METHOD = f"{DESK}#ed25519-key"


@pytest.fixture
def document():
    return credential.document(SEAT, METHOD, KEY, NOW)


def test_a_document_proves_itself(document):
    told = check_document(document, METHOD, KEY.public_key(), NOW)

    assert told["code"] == SEAT["code"]
    assert credential.is_document(document)


def test_the_same_seat_is_always_the_same_document(document):
    assert credential.document(SEAT, METHOD, KEY, NOW) == document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"].update(holder="Eve"),
        lambda d: d["credentialSubject"].update(code=code_of("n", "t")),
        lambda d: d["credentialSubject"]["event"].update(id="https://e.example/2"),
        lambda d: d.update(validFrom="2020-01-01T00:00:00.000Z"),
        lambda d: d.update(validUntil="2040-01-01T00:00:00.000Z"),
        lambda d: d.update(issuer="https://evil.example/actor"),
        lambda d: d.update(type=["VerifiableCredential"]),
        lambda d: d.update(id="https://shop.example/seats/ra-1-2"),
        lambda d: d.pop("proof"),
        lambda d: d["proof"].update(verificationMethod=f"{DESK}#other"),
        lambda d: d.update(credentialSubject=None),
    ],
)
def test_nothing_of_it_can_be_changed(document, change):
    forged = copy.deepcopy(document)
    change(forged)

    with pytest.raises(BadTicket):
        check_document(forged, METHOD, KEY.public_key(), NOW)


def test_another_key_proves_nothing(document):
    with pytest.raises(BadTicket, match="not genuine"):
        check_document(document, METHOD, OTHER.public_key(), NOW)


def test_nobody_signs_for_a_place_of_another_shop():
    theirs = {**SEAT, "id": "https://other.example/seats/ra-1-1"}
    forged = credential.document(theirs, METHOD, KEY, NOW)

    with pytest.raises(BadTicket, match="another shop"):
        check_document(forged, METHOD, KEY.public_key(), NOW)
