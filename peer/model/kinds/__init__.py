"""The kinds of fields there are.

``KINDS`` is the only list of them.  Another kind is one more value in one of these
files and one more name below; nothing else in the program asks which there are.
"""

from __future__ import annotations

from collections.abc import Mapping

from peer.model.kinds.image import IMAGE
from peer.model.kinds.kind import Control, Kind, Site, Wrong
from peer.model.kinds.link import LINK
from peer.model.kinds.moment import MOMENT, ZONE
from peer.model.kinds.money import MONEY
from peer.model.kinds.number import COUNT, FLAG
from peer.model.kinds.place import PLACE
from peer.model.kinds.table import TABLE
from peer.model.kinds.text import CHOICE, LINE, PROSE

__all__ = ["KINDS", "Control", "Kind", "Site", "Wrong"]

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        LINE,
        PROSE,
        MOMENT,
        COUNT,
        MONEY,
        PLACE,
        CHOICE,
        FLAG,
        LINK,
        IMAGE,
        TABLE,
        ZONE,
    )
}
