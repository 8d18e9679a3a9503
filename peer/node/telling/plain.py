"""A thing in the words of its type: what every telling of it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from peer.model.as2 import Render
from peer.model.lexicon import Lexicon
from peer.node.telling.near import SPOKEN, Near
from peer.node.writing.prose import prose
from peer.protocol.iri import origin
from peer.protocol.thing import Edge, Thing

Document = dict[str, Any]

# In what is washed a "<" begins a tag, and nothing else does.
_OURS = re.compile(r'(<(?:a|img) (?:[^<>]*? )?(?:href|src)=")/(?!/)')


def plainly(
    thing: Thing, kinds: tuple[str, ...], edges: Iterable[Edge], lexicon: Lexicon
) -> Document:
    """``thing`` with what its type says, and those ``edges`` that people stated."""
    guarded = {name for name, kind in lexicon.relations.items() if kind.guarded}
    told = [e for e in edges if e.relation not in SPOKEN and e.relation not in guarded]
    return lexicon.wire(kinds).document(thing, html_at(origin(thing.id)), told)


def of(thing: Thing, near: Near, lexicon: Lexicon) -> Document:
    """The same, where what is near has been looked for."""
    return plainly(thing, near.kinds(thing), near.edges, lexicon)


def html_at(base: str) -> Render:
    """Prose as HTML in which links to this peer lead here wherever they are read."""

    def drawn(text: str) -> str:
        return _OURS.sub(rf"\g<1>{base}/", str(prose(text)))

    return drawn
