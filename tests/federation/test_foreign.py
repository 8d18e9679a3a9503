"""A peer that others have written, over the same sockets: bovine."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.federation.peers import ROOT


@pytest.mark.slow
async def test_bovine_reads_follows_and_likes(blog, mastodon, tmp_path):
    ana = mastodon.actor("ana")
    post = await blog.makes("Post", name="On rye", content="Slow.")
    secret = ana.rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    told = {
        "actor": ana.document(),
        "secret": secret.decode(),
        "whom": blog.actor,
        "ids": [f"{ana.id}#follow", f"{ana.id}#like"],
    }

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, ROOT / "tests/federation/foreign.py"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate(json.dumps(told).encode())

    assert process.returncode == 0, errors.decode()
    answers = json.loads(said)
    assert [status // 100 for status in answers["statuses"]] == [2, 2]
    assert answers["liked"] == post
    assert (await mastodon.got("Accept")).activity["actor"] == blog.actor
    assert await blog.total(f"{blog.actor}/followers") == 1
    assert await blog.total(f"{post}/likes") == 1
