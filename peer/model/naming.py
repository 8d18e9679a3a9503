"""What the fields and relations of a type are called in a document, and why.

A document is read by peers that look for plain words (``name``, ``joinMode``) and
by those that follow its ``@context``.  So each IRI goes by its last part, unless
that would mean something else to one of them; then it goes by its curie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peer.model.declaration import Field, Type
from peer.model.kinds import KINDS
from peer.protocol.contexts import AS_TERMS
from peer.protocol.terms import PREFIXES, SX, expand, shortened

TAGGED = "tagged"  # the relation that others know as hashtags
_HASHTAG = "Hashtag"

#: Other servers take these for HTML; what is plain text has to be escaped there.
HTML_TERMS = frozenset(expand(name) for name in ("as:content", "as:summary"))

_LAST_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_]*$")
# JSON says these without being told: a number is an integer, true is a boolean.
_NATIVE = (None, "xsd:integer", "xsd:boolean")


@dataclass(frozen=True, slots=True)
class Names:
    """How one type is told: by field and relation the key, and the whole context.

    ``context`` is what ``@context`` has to say beside ActivityStreams' own.
    """

    type: str
    fields: Mapping[str, str]
    relations: Mapping[str, str]
    context: Mapping[str, Any]


def names_of(
    kind: Type, relations: Mapping[str, str], said: Mapping[str, Any] | None = None
) -> Names:
    """The names of ``kind``; ``relations`` are the IRIs of relation kinds, by name.

    Of those, only what the form asks for is given a word of its own.  ``said`` is
    a context whose words are to keep their meaning.
    """
    context: dict[str, Any] = {"sx": SX, **(said or {})}
    asked = {r.kind for r in kind.relations.values() if not r.reverse}
    if TAGGED in asked:
        _define(_HASHTAG, f"as:{_HASHTAG}", context)
    for each in kind.fields.values():
        for key, definition in KINDS[each.kind].terms.items():
            _define(key, definition, context)
    return Names(
        type=_name(kind.is_a, None, context),
        fields={t: _field_name(f, context) for t, f in kind.fields.items()},
        relations={
            name: _name(iri, "@id", context)
            for name, iri in relations.items()
            if name in asked and name != TAGGED
        },
        context=context,
    )


def _field_name(field: Field, context: dict[str, Any]) -> str:
    kind = KINDS[field.kind]
    # A value with parts is an object: it needs no more telling what it is.
    return _name(field.iri, "@id" if kind.said else kind.coercion, context)


def _name(name: str, coercion: str | None, context: dict[str, Any]) -> str:
    """The key for what ``name`` is the IRI of, defined in ``context`` if it must be."""
    curie = shortened(expand(name))
    word = _last_part(curie)
    if _official(word, curie, coercion):
        return word
    definition = {"@id": curie, "@type": coercion} if coercion else curie
    for key in (word, curie, expand(name)):
        if _free(key, definition, context):
            _define(key, definition, context)
            return key
    raise ValueError(f"{name} would mean two things in one document")


def _last_part(curie: str) -> str:
    found = _LAST_PART.search(curie)
    return found[0] if found else curie


def _official(word: str, curie: str, coercion: str | None) -> bool:
    """Does ActivityStreams have this word, and let it stand for such values?"""
    said = AS_TERMS.get(word)
    if _iri_of(said) != curie:
        return False
    wanted = said.get("@type") if isinstance(said, Mapping) else None
    if wanted is None:
        return coercion in _NATIVE
    return bool(wanted == coercion)


def _iri_of(definition: Any) -> Any:
    return definition.get("@id") if isinstance(definition, Mapping) else definition


def _free(key: str, definition: Any, context: Mapping[str, Any]) -> bool:
    if key in AS_TERMS or key in PREFIXES:
        return False
    return bool(context.get(key, definition) == definition)


def _define(key: str, definition: Any, context: dict[str, Any]) -> None:
    """Say in ``context`` what ``key`` means, and what the prefixes in that mean."""
    for name in (_iri_of(definition), key):
        prefix = name.partition(":")[0]
        if prefix in PREFIXES and prefix not in AS_TERMS:
            context[prefix] = PREFIXES[prefix]
    if key != definition:
        context[key] = definition
