from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.protocol.multibase import base58btc, read_base58btc


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "z"),
        (b"\0", "z1"),
        (b"\0\0\x01", "z112"),
        (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
        (b"The quick brown fox jumps over the lazy dog.",
         "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
    ],
)  # fmt: skip
def test_bytes_are_written_as_others_write_them(content, text):
    assert base58btc(content) == text
    assert read_base58btc(text) == content


@given(st.binary(max_size=300))
def test_what_was_written_is_read(content):
    assert read_base58btc(base58btc(content)) == content


@pytest.mark.parametrize(
    "text", ["", "f00", "mAAA", "z0", "zO", "zI", "zl", "z+", "z é", "z" * 3000]
)
def test_what_is_no_base58_is_refused(text):
    with pytest.raises(ValueError, match="base58"):
        read_base58btc(text)
