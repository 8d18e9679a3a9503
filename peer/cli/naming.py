"""Things and people by the names that one types: IRI, path, last part, handle."""

from __future__ import annotations

from peer.cli.stopping import NotDone
from peer.model.permission import Viewer
from peer.model.reading import Read
from peer.node import handles
from peer.node.node import Node
from peer.node.people import accounts
from peer.node.people.accounts import Account
from peer.protocol.origin import same_origin


async def resolved(node: Node, name: str) -> str:
    """The id that ``name`` stands for; a bare word is looked for under every type.

    What is on another server is looked at there, if it is not known here.
    """
    if "@" in name and "://" not in name:
        known = await node.store.read(lambda read: handles.known(read, name))
        return known or (await node.incoming.strangers.found(name)).id
    if "://" in name:
        return await _looked_at(node, name)
    if "/" in name:
        return f"{node.base}/{name.strip('/')}"
    paths = [kind.path for kind in node.lexicon.types.values()]
    homes = [f"{node.base}/{path}/{name}" for path in paths]
    there = await node.store.read(lambda read: read.many(homes))
    found = sorted(id for id, thing in there.items() if not thing.deleted)
    if not found:
        raise NotDone(f"nothing here is called {name!r}")
    if len(found) > 1:
        shown = " or ".join(id.removeprefix(node.base) for id in found)
        raise NotDone(f"more than one thing is called {name!r}: {shown}?")
    return found[0]


async def _looked_at(node: Node, id: str) -> str:
    known = await node.store.read(lambda read: read.get(id) or read.edge(id))
    if known is not None or same_origin(id, node.base):
        return id
    return (await node.incoming.strangers.found(id)).id


async def account(node: Node, name: str) -> Account:
    """The account of an e-mail address, of a person's id, or of its last part."""
    found = await node.store.read(lambda read: _account(read, node.base, name))
    if found is None:
        who = "`sx users list` says who there is"
        raise NotDone(f"nobody here is called {name!r}; {who}")
    return found


def _account(read: Read, base: str, name: str) -> Account | None:
    if "@" in name:
        return accounts.find_by_email(read, name.lower())
    id = name if "://" in name else f"{base}/people/{name.rpartition('/')[2]}"
    return accounts.find(read, id)


async def acting(node: Node, name: str | None) -> Viewer:
    """Who acts: somebody with an account, or the peer itself."""
    if name is None:
        return node.site
    found = await account(node, name)
    if found.disabled:
        raise NotDone(f"the account of {found.name} is disabled")
    return found.viewer
