"""What real servers have sent, sent again by somebody here: none of it is too much.

The payloads are not part of the tree: ``SX_FIXTURES`` names the folder that they are
in.  Their hosts become the host of whoever sends them, so that they are believed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.federation.fediverse.rules import PUBLIC

FOLDER = os.environ.get("SX_FIXTURES")
SKIPPED = "SX_FIXTURES names no folder: WHAT REAL SERVERS SENT IS NOT SENT AGAIN"
NOT_PAYLOADS = {"vectors", "contexts"}

pytestmark = pytest.mark.skipif(not FOLDER, reason=SKIPPED)


def payloads() -> list[Path]:
    found = Path(FOLDER or ".").glob("*/*.json*") if FOLDER else []
    return sorted(path for path in found if path.parent.name not in NOT_PAYLOADS)


def told(path: Path, base: str) -> list[dict[str, Any]]:
    """The documents in ``path``, with all of their hosts but the peer's own moved."""
    text = re.sub(r"https?://[\w.-]+(:\d+)?(?=/)", base, path.read_text())
    text = text.replace(f"{base}/ns/activitystreams", PUBLIC.partition("#")[0])
    parsed = json.loads(text)
    listed = parsed if isinstance(parsed, list) else [parsed]
    return [each for each in listed if isinstance(each, dict)]


@pytest.mark.parametrize("path", payloads(), ids=lambda path: "/".join(path.parts[-2:]))
async def test_what_was_recorded_is_answered(path, blog, mastodon):
    """As it is, and as the object of a Create by whoever sends it."""
    ana = mastodon.actor("ana")
    statuses = []

    for document in told(path, mastodon.base):
        said = {**document, "actor": ana.id} if "actor" in document else document
        note = {**document, "attributedTo": ana.id, "to": [PUBLIC, blog.actor]}
        for each in (said, document, ana.act("Create", note, to=note["to"])):
            statuses.append((await ana.deliver(each, blog.inbox)).status)

    assert [status for status in statuses if status >= 500] == []
    assert statuses
    assert (await blog.page("/")).status == 200


@pytest.mark.parametrize("followed", [True, False])
async def test_who_pretends_to_be_the_victim_is_not_believed(
    blog, evil, victim, followed
):
    """CVE-2024-23832 and its like: uploaded files that look like documents."""
    eve = evil.actor("eve")
    victim.actor("victim")
    if followed:
        await blog.meets(eve.id)
        await blog.does("Follow", eve.id)
        await blog.comes_to_hold(blog.actor, "follows", eve.id)
    for path in sorted((Path(FOLDER or ".") / "type-confusion").iterdir()):
        text = path.read_text().replace("https://victim.poc.example", victim.base)
        text = text.replace("https://attacker.poc.example", evil.base)
        name = path.name.partition("__")[2]
        victim.answers(
            f"/{name}", body=text.encode(), headers={"Content-Type": "application/json"}
        )
        document = json.loads(text)
        for verb in ("Announce", "Create", "Update"):
            for object in (document, f"{victim.base}/{name}"):
                said = eve.act(verb, object, to=[PUBLIC, blog.actor])
                assert (await eve.deliver(said, blog.inbox)).status < 500

    taken = [
        each
        async for each in blog.node.store.things()
        if each.id.startswith(victim.base)
    ]
    assert [each.id for each in taken if "TAKEN" in str(each.values)] == []
    assert [each.id for each in taken if "ATTACKER" in str(each.values)] == []
