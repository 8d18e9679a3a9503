"""The JSON-LD contexts that we know.  There are no others: none is ever fetched.

The two files are W3C's and the Credentials Community Group's, unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from peer.protocol.terms import AS_CONTEXT

SECURITY_CONTEXT = "https://w3id.org/security/v1"

_FILES = {
    AS_CONTEXT: "activitystreams.jsonld",
    SECURITY_CONTEXT: "security-v1.jsonld",
}

#: By address, the documents that stand there.
BUNDLED: Mapping[str, Mapping[str, Any]] = {
    address: json.loads(files(__name__).joinpath(name).read_text("utf-8"))
    for address, name in _FILES.items()
}

#: What each word of ActivityStreams means.
AS_TERMS: Mapping[str, Any] = BUNDLED[AS_CONTEXT]["@context"]
