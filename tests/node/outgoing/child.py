"""A process that delivers until it is killed: ``child.py STORE PORT``."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from peer.node.outgoing.client import calling
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Line
from peer.node.outgoing.pen import Pen
from peer.node.outgoing.reach import Reach
from store import open_store
from tests.node.outgoing.desk import Desk, document_of
