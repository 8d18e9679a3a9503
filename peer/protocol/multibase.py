"""Multibase: base58btc, which is what keys on the fediverse are written in."""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_LONGEST = 2048  # a 4096-bit RSA key is 720; the work grows with the square


def base58btc(content: bytes) -> str:
    """``content`` as multibase text.

    >>> base58btc(b"\\0Hello")
    'z19Ajdvzr'
    """
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + text


def read_base58btc(text: str) -> bytes:
    """What ``text`` says; ValueError where it is no base58btc."""
    if not text.startswith("z") or len(text) > _LONGEST:
        raise ValueError("a key is given as multibase base58btc, which begins with z")
    number = 0
    for character in text[1:]:
        if character not in _VALUES:
            raise ValueError(f"{character!r} is no character of base58")
        number = number * 58 + _VALUES[character]
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
