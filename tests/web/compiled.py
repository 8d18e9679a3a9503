"""The application, with templates that are compiled once for all tests of a process."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from peer.node.node import Node
from peer.web.app import make_app
from peer.web.visit import SITE


class _Compiled(BytecodeCache):
    """By where a template is; Jinja itself looks whether it still says the same."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def ready_app(node: Node, **how: Any) -> web.Application:
    app = make_app(node, **how)
    app[SITE].pages.environment.bytecode_cache = _COMPILED
    return app
