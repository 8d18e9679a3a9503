"""What a document says in the terms of a type, whoever wrote it.

Other servers leave things out, wrap one value in a list, tell it by language, as
``@value``, under a prefix or the full IRI, and write numbers as text.  All of that
is taken for what it means; what cannot be is named, and nothing here raises.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peer.model.declaration import Field, Type
from peer.model.kinds import KINDS, Kind, Wrong
from peer.model.naming import HTML_TERMS, TAGGED, Names
from peer.protocol.terms import ENVELOPE, expand, shortened

_MARKDOWN = "text/markdown"
_NOT_OURS = "This type has no such term."
_KNOWN = frozenset(
    ("@context", "id", "type", "@id", "@type", "sx:kind", "url", *ENVELOPE)
)

# Each is linear in the text, whatever a stranger writes.
_END_OF_LINE = re.compile(r"<br\s*/?>", re.IGNORECASE)
_END_OF_BLOCK = re.compile(r"</(?:p|div|li|h[1-6]|blockquote|pre)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Understood:
    """Values by term, links by relation; by key, why some of it was not understood."""

    values: Mapping[str, Any] = field(default_factory=dict)
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    puzzling: Mapping[str, str] = field(default_factory=dict)


def understood(kind: Type, names: Names, document: Any) -> Understood:
    if not isinstance(document, Mapping):
        return Understood(puzzling={"": "This is not a document."})
    if document.get("url") == document.get("id"):
        # Only where it is shown, which every document says: no value of ours.
        document = {key: told for key, told in document.items() if key != "url"}
    values: dict[str, Any] = {}
    puzzling: dict[str, str] = {}
    known = {*_KNOWN, *names.relations.values()}
    for each in kind.fields.values():
        aliases = _aliases(names.fields[each.term], each.iri)
        known.update(aliases, (f"{alias}Map" for alias in aliases))
        try:
            value = _value(each, aliases, document)
        except Wrong as wrong:
            puzzling[each.term] = str(wrong)
        else:
            values.update({} if value is None else {each.term: value})
    unknown = {str(key): _NOT_OURS for key in document if key not in known}
    return Understood(values, dict(_related(names, document)), {**unknown, **puzzling})


def _aliases(key: str, iri: str) -> tuple[str, ...]:
    """The names under which a document may tell what we tell under ``key``."""
    return tuple(dict.fromkeys((key, shortened(expand(iri)), expand(iri))))


def _value(field: Field, aliases: tuple[str, ...], document: Mapping[Any, Any]) -> Any:
    """The first value told for ``field`` that can be read; Wrong where none can."""
    failed: Wrong | None = None
    for told in _candidates(field, aliases, document):
        try:
            return KINDS[field.kind].read(field, told)
        except Wrong as wrong:
            failed = failed or wrong
    if failed:
        raise failed
    return None


def _candidates(
    field: Field, aliases: tuple[str, ...], document: Mapping[Any, Any]
) -> Iterator[Any]:
    """What may be the value, the likeliest first."""
    kind = KINDS[field.kind]
    if kind.markup:
        yield from _sources(aliases, document)
    for told in _told(kind, aliases, document):
        if isinstance(told, str) and (kind.markup or _is_html(field, kind)):
            yield _words(told)
        else:
            yield told


def _sources(aliases: tuple[str, ...], document: Mapping[Any, Any]) -> Iterator[str]:
    """The Markdown that a text in HTML was made from."""
    source = document.get("source")
    if isinstance(source, Mapping) and source.get("mediaType") == _MARKDOWN:
        for alias in aliases:
            if isinstance(text := source.get(alias), str):
                yield text


def _told(
    kind: Kind, aliases: tuple[str, ...], document: Mapping[Any, Any]
) -> Iterator[Any]:
    """All that is told under ``aliases``, unwrapped; what is empty is not told."""
    for alias in aliases:
        for value in _each(kind, document.get(alias)):
            plain = _unwrapped(value)
            if plain is not None and plain != "":
                yield plain
        by_language = document.get(f"{alias}Map")
        if _is_text(kind) and isinstance(by_language, Mapping):
            yield from by_language.values()


def _each(kind: Kind, told: Any) -> Iterator[Any]:
    """The values of a list; for a kind whose values may be lists, the list."""
    if isinstance(told, list) and kind.coercion != "@json":
        yield from told
    else:
        yield told


def _unwrapped(told: Any) -> Any:
    if not isinstance(told, Mapping):
        return told
    if "@value" in told:
        return told["@value"]
    return told["@id"] if set(told) == {"@id"} else told


def _is_text(kind: Kind) -> bool:
    return kind.coercion is None and kind.said is None


def _is_html(field: Field, kind: Kind) -> bool:
    return _is_text(kind) and expand(field.iri) in HTML_TERMS


def _words(marked: str) -> str:
    """The words of HTML, its paragraphs kept apart."""
    if "<" not in marked:
        return html.unescape(marked)
    lines = _END_OF_BLOCK.sub("\n\n", _END_OF_LINE.sub("\n", marked))
    return html.unescape(_TAG.sub("", lines)).strip()


def _related(names: Names, document: Mapping[Any, Any]) -> Iterator[Any]:
    for relation, key in names.relations.items():
        if ends := tuple(_ends(document.get(key))):
            yield relation, ends
    if ends := tuple(_hashtags(document.get("tag"))):
        yield TAGGED, ends


def _ends(told: Any) -> Iterator[str]:
    for each in told if isinstance(told, list) else [told]:
        end = each.get("id", each.get("@id")) if isinstance(each, Mapping) else each
        if isinstance(end, str) and end:
            yield end


def _hashtags(told: Any) -> Iterator[str]:
    for each in told if isinstance(told, list) else [told]:
        if isinstance(each, Mapping) and each.get("type") == "Hashtag":
            yield from _ends(each.get("href"))
