"""Whose form is it?  A POST says so twice, or is refused.

Once by the browser's own word (Origin, Sec-Fetch-Site), once by a token that
only a page of ours could have put into the form.  Pages with a token are sent
uncompressed: their size would tell what is in them (BREACH).
"""

from __future__ import annotations

from collections.abc import Mapping

FIELD = "csrf"


def is_foreign(headers: Mapping[str, str], origin: str) -> bool:
    """Does the browser say that a page of another origin sent this?"""
    said = headers.get("Origin")
    fetched = headers.get("Sec-Fetch-Site", "same-origin")
    return said not in (None, origin) or fetched not in ("same-origin", "none")


def is_surely_own(headers: Mapping[str, str], origin: str) -> bool:
    """Does the browser say that a page of ``origin`` sent this?"""
    if is_foreign(headers, origin):
        return False
    return "Origin" in headers or headers.get("Sec-Fetch-Site") == "same-origin"
