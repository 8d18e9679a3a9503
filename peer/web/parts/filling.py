"""A form that a link has begun: what its address says stands in it, and can be changed.

Nothing is kept until somebody has read it and pressed the button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from peer.model.declaration import Type
from peer.model.form import Form, Question
from peer.node.node import Node
from peer.node.outgoing.pictures import brought, is_of_the_cooperative
from peer.node.refusal import Refused
from peer.web.exchange.body import Told, Upload

#: What a file is to be is not said by an address, nor what was kept before.
_OWN = ("file", "hidden")


@dataclass(frozen=True, slots=True)
class Offered:
    """A picture of another peer of the cooperative, and the field that it is for."""

    name: str
    url: str


def filled(form: Form, told: Mapping[str, str]) -> Form:
    return replace(form, questions=tuple(_filled(q, told) for q in form.questions))


def _filled(question: Question, told: Mapping[str, str]) -> Question:
    if question.relation:
        picked = tuple(told.get(question.term, "").split()) or question.picked
        return replace(question, picked=picked)
    controls = tuple(
        replace(each, value=told[each.name])
        if each.name in told and each.input not in _OWN
        else each
        for each in question.controls
    )
    return replace(question, controls=controls)


def offered(node: Node, kind: Type, told: Mapping[str, str]) -> Offered | None:
    """The picture that a link has brought along, if it is one we would fetch."""
    for name in _names(kind):
        if is_of_the_cooperative(node, told.get(name, "")):
            return Offered(name, told[name])
    return None


async def with_picture(node: Node, kind: Type, told: Told) -> Told:
    """``told`` with that picture as though it had been uploaded.

    Where it cannot be had, the rest is shown again with a sentence about it.
    """
    wanted = offered(node, kind, told.flat())
    if wanted is None:
        return told
    file = wanted.name.replace(".from", ".file")
    if file in told.uploads:
        return told
    try:
        content = await brought(node, wanted.url)
    except Refused:
        content = b""
    return replace(told, uploads={**told.uploads, file: Upload(content)})


def _names(kind: Type) -> list[str]:
    return [f"{t}.from" for t, each in kind.fields.items() if each.kind == "image"]
