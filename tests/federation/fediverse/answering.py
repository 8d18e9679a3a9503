"""What a server of these tests answers when asked, and does of itself when told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from tests.federation.fediverse import wording
from tests.federation.fediverse.calling import Unreadable
from tests.federation.fediverse.handwriting import AS2, Letter, Unproven

if TYPE_CHECKING:
    from tests.federation.fediverse.actor import Actor
    from tests.federation.fediverse.server import Server

JRD = "application/jrd+json"


async def answer(server: Server, letter: Letter) -> web.Response:
    """A GET, as this dialect answers it."""
    path = urlsplit(letter.url).path
    if path.startswith("/.well-known/") or path.startswith("/nodeinfo"):
        return _well_known(server, letter)
    stub = _key_stub(server, path)
    if stub is not None:
        return _document(stub)
    if server.dialect.signed_gets:
        try:
            await server.verify(letter)
        except (Unproven, Unreadable) as wrong:
            server.refused.append(f"GET {path}: {wrong}")
            return web.Response(status=401)
    if server.base + path in server.gone:
        return web.Response(status=410)
    found = _found(server, server.base + path)
    return web.Response(status=404) if found is None else _document(found)


def _document(document: dict[str, Any], kind: str = AS2) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), content_type=kind)


def _found(server: Server, id: str) -> dict[str, Any] | None:
    if id in server.objects:
        return {"@context": wording.CONTEXT, **server.objects[id]}
    if id in server.actors:
        return server.actors[id].document()
    owner, _, name = id.rpartition("/")
    if owner in server.actors:
        return _collection(server.actors[owner], id, name)
    return None


def _collection(actor: Actor, id: str, name: str) -> dict[str, Any] | None:
    match name:
        case "outbox":
            return wording.collection(id, list(reversed(actor.made)))
        case "followers":
            return wording.collection(id, sorted(actor.followers))
        case "following":
            return wording.collection(id, sorted(actor.following))
        case "featured":
            return wording.collection(id, actor.featured)
    return None


def _key_stub(server: Server, path: str) -> dict[str, Any] | None:
    """Where a key has an address of its own, that is shown to everybody."""
    id = server.base + path
    for actor in server.actors.values():
        if actor.key_id == id != actor.id:
            shown = actor.document()
            wanted = ("@context", "id", "type", "preferredUsername", "publicKey")
            return {name: shown[name] for name in wanted}
    return None


def _well_known(server: Server, letter: Letter) -> web.Response:
    parts = urlsplit(letter.url)
    if parts.path == "/.well-known/webfinger":
        resource = parse_qs(parts.query).get("resource", [""])[0]
        return _fingered(server, resource)
    if parts.path == "/.well-known/nodeinfo":
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        link = {"rel": rel, "href": f"{server.base}/nodeinfo/2.0"}
        return _document({"links": [link]}, JRD)
    if parts.path == "/nodeinfo/2.0":
        told = {
            "version": "2.0",
            "software": {"name": server.dialect.name, "version": "0"},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": False,
            "usage": {"users": {}},
            "metadata": {},
        }
        return _document(told, "application/json")
    return web.Response(status=404)


def _fingered(server: Server, resource: str) -> web.Response:
    for actor in server.actors.values():
        subject = f"acct:{actor.name}@{server.host}"
        if resource in (subject, actor.id):
            link = {"rel": "self", "type": AS2, "href": actor.id}
            told = {"subject": subject, "aliases": [actor.id], "links": [link]}
            return _document(told, JRD)
    return web.Response(status=404)


# -- what follows from what was received ---------------------------------------------


async def react(server: Server, activity: dict[str, Any]) -> None:
    inner = activity.get("object")
    match activity["type"]:
        case "Follow":
            await _followed(server, activity)
        case "Join":
            await _joined(server, activity)
        case "Undo" if isinstance(inner, dict) and inner.get("type") == "Follow":
            followed = server.actors.get(inner["object"])
            if followed is not None:
                followed.followers.discard(activity["actor"])
        case "Accept" | "Reject":
            _answered(server, activity, inner)
        case "Move":
            await _moved(server, activity)


async def _followed(server: Server, activity: dict[str, Any]) -> None:
    followed = server.actors.get(activity["object"])
    if followed is None:
        return
    followed.asked.append(activity)
    if not followed.locked:
        await followed.accept(activity)


async def _joined(server: Server, activity: dict[str, Any]) -> None:
    """A place at an event of ours: there is always one."""
    event = server.objects.get(activity["object"])
    if event is not None:
        await server.actors[event["attributedTo"]].accept(activity)


def _answered(server: Server, activity: dict[str, Any], inner: Any) -> None:
    id = inner["id"] if isinstance(inner, dict) else inner
    for actor in server.actors.values():
        for asked in actor.made:
            if asked["id"] == id and asked["type"] == "Follow":
                if activity["type"] == "Accept":
                    actor.following.add(activity["actor"])
                else:
                    actor.following.discard(activity["actor"])


async def _moved(server: Server, activity: dict[str, Any]) -> None:
    """Who followed the old one follows the new one, if that one agrees."""
    old, new = activity["object"], activity["target"]
    target = await server.lookup(new, fresh=True)
    if activity["actor"] != old or old not in target.get("alsoKnownAs", []):
        raise Unreadable(f"{new} does not say that it was {old}")
    for actor in server.actors.values():
        if old in actor.following:
            actor.following.discard(old)
            await actor.follow(new)
