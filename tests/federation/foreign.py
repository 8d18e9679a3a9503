"""Somebody else's implementation, bovine, in a process of its own.

It changes pyld for the whole process and writes where it is started, so it is never
imported by a test.  Told on standard input who it is and whom to follow, it reads,
follows, likes, and says on standard output what it was answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiohttp
from bovine import BovineActor
from bovine.activitystreams.activity_factory import ActivityFactory

from tests.federation.fediverse.calling import Here


async def visit(told: dict[str, Any]) -> dict[str, Any]:
    connector = aiohttp.TCPConnector(resolver=Here())
    async with aiohttp.ClientSession(connector=connector) as session:
        me = BovineActor(
            actor_id=told["actor"]["id"],
            public_key_url=told["actor"]["publicKey"]["id"],
            secret=told["secret"],
        )
        await me.init(session)
        them = await me.get(told["whom"])
        said = ActivityFactory(told["actor"])
        follow = said.follow(them["id"], id=told["ids"][0]).build()
        followed = await me.post(them["inbox"], follow)
        outbox = await me.get(them["outbox"])
        page = await me.get(outbox["first"])
        newest = page["orderedItems"][0]["object"]
        like = said.like(newest["id"], id=told["ids"][1]).build()
        liked = await me.post(them["endpoints"]["sharedInbox"], like)
        return {
            "statuses": [followed.status, liked.status],
            "name": them["preferredUsername"],
            "liked": newest["id"],
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(visit(json.load(sys.stdin)))))
