"""The ways to pay that this peer has, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from peer.node.paying.by_hand import DOOR, TRANSFER
from peer.node.paying.calling import Calling
from peer.node.paying.provider import Provider
from peer.node.paying.sumup import SumUp
from peer.node.paying.trial import TrialProvider
from peer.node.refusal import Refused

if TYPE_CHECKING:
    from peer.node.node import Node

_DEADLINE = 8.0  # seconds; somebody may be waiting


def offered(node: Node) -> Sequence[Provider]:
    """What a buyer may choose from."""
    known = _known(node)
    return [known[name] for name in node.config.payments]


def way(node: Node, name: str) -> Provider:
    """The provider of that name, which may be one that is no longer offered."""
    found = _known(node).get(name)
    if found is None:
        raise Refused("Nobody can pay like that here.", 404)
    return found


def _known(node: Node) -> Mapping[str, Provider]:
    config = node.config
    calling = Calling(
        "SumUp",
        config.sumup_url,
        config.sumup_key,
        lambda: node.outgoing,
        _DEADLINE,
    )
    ways: Sequence[Provider] = (
        DOOR,
        TRANSFER,
        SumUp(calling, config.sumup_merchant),
        TrialProvider(node),
    )
    return {each.name: each for each in ways}
