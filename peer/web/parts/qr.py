"""QR codes, drawn into the page: nobody else is asked to make them."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape


def svg(text: str, says: str) -> Markup:
    """``text`` as a QR code, black on white whatever the theme; it ``says`` what it is.

    A scanner takes light on dark for noise, and a code without a margin for nothing.
    """
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, dark="#000", light="#fff", border=4)
    named = f'<svg role="img" aria-label="{escape(says)}" '
    return Markup(drawn.replace("<svg ", named, 1))
