"""Articles and notes as they read well elsewhere: pictures, and a preview."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from peer.model.lexicon import Lexicon
from peer.node.writing.prose import excerpt
from peer.protocol.thing import Thing

Document = dict[str, Any]

_EXCERPT = 400


def pictured(told: Document) -> Document:
    """Pictures again as attachments, which is where others look for them."""
    image = told.get("image")
    if not isinstance(image, Mapping) or not image.get("url"):
        return {}
    attached = {"type": "Image", "mediaType": "image/webp", **image}
    return {"image": attached, "attachment": [attached]}


def previewed(thing: Thing, told: Document, lexicon: Lexicon) -> Document:
    """An article in short, for those who show notes and nothing longer (FEP-b2b8)."""
    name = str(told.get("name") or "")
    short = _short(thing, told, lexicon)
    title = f"<p><strong>{html.escape(name, quote=False)}</strong></p>" if name else ""
    link = html.escape(thing.id)
    note: Document = {
        "type": "Note",
        "attributedTo": told["attributedTo"],
        "published": told["published"],
        "url": thing.id,
        "content": f'{title}{short}<p><a href="{link}">{link}</a></p>',
    }
    if "attachment" in told:
        note["attachment"] = told["attachment"]
    return {"preview": note}


def _short(thing: Thing, told: Document, lexicon: Lexicon) -> str:
    if summary := told.get("summary"):
        return f"<p>{summary}</p>"
    field = lexicon.types[thing.kind].fields.get("content")
    text = thing.get("content")
    if field is None or field.kind != "prose" or not text:
        return ""
    return f"<p>{html.escape(excerpt(text, _EXCERPT), quote=False)}</p>"
