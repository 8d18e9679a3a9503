"""What is wrong with the values of a thing, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peer.model.declaration import Field, Type
from peer.model.kinds import KINDS


def problems(
    kind: Type, values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """By term, a sentence on each value that a thing of ``kind`` cannot have.

    ``before`` is what its values were, for those whose next depends on the last.
    Takes whatever a stranger sends, and never raises.
    """
    found = {
        str(term): _unknown(kind, term) for term in values if term not in kind.fields
    }
    for field in kind.fields.values():
        if wrong := _wrong(field, values.get(field.term), before):
            found[field.term] = wrong
    for term, wrong in _out_of_order(kind, values):
        found.setdefault(term, wrong)
    return found


def initial(field: Field) -> Any:
    """What the field of a new thing holds when nobody says otherwise."""
    if field.default is None and field.moves:
        return next(iter(field.moves))
    return field.default


def completed(kind: Type, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` of a new thing, and what is declared where they say nothing."""
    silent = (f for f in kind.fields.values() if values.get(f.term) is None)
    defaults = {f.term: initial(f) for f in silent if initial(f) is not None}
    return {**{t: v for t, v in values.items() if v is not None}, **defaults}


def _unknown(kind: Type, term: Any) -> str:
    return f"There is no field {str(term)!r} in {kind.label}."


def _wrong(field: Field, value: Any, before: Mapping[str, Any] | None) -> str | None:
    if value is None:
        return _wrong_without(field, before)
    return KINDS[field.kind].wrong(field, value) or _wrong_move(field, value, before)


def _wrong_without(field: Field, before: Mapping[str, Any] | None) -> str | None:
    if field.required:
        return f"{field.label} is required."
    if field.moves and before and before.get(field.term) is not None:
        return f"{field.label} cannot be taken away."
    return None


def _wrong_move(
    field: Field, value: Any, before: Mapping[str, Any] | None
) -> str | None:
    """A value with moves begins at its first state and follows them."""
    if not field.moves:
        return None
    old = before.get(field.term) if before else None
    if old is None:
        first = initial(field)
        if value == first:
            return None
        return f"{field.label} begins as “{_called(field, first)}”."
    if value == old or value in field.moves.get(str(old), ()):
        return None
    return (
        f"{field.label} cannot go from “{_called(field, old)}” "
        f"to “{_called(field, value)}”."
    )


def _called(field: Field, choice: Any) -> str:
    return field.choices.get(str(choice), str(choice))


def _out_of_order(kind: Type, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for later in kind.fields.values():
        earlier = kind.fields.get(later.after or "")
        if earlier is None or earlier.kind != later.kind:
            continue
        keys = [_key(field, values.get(field.term)) for field in (earlier, later)]
        if None not in keys and not str(keys[0]) < str(keys[1]):
            yield later.term, _after(later, earlier)


def _after(later: Field, earlier: Field) -> str:
    return f"{later.label} has to come after “{earlier.label}”."


def _key(field: Field, value: Any) -> str | None:
    kind = KINDS[field.kind]
    if value is None or not kind.ordered or kind.wrong(field, value):
        return None
    return kind.key(value)
