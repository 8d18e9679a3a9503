"""What other servers state and agree to, as they sign it; and how it then stands."""

from __future__ import annotations

from dataclasses import replace

from peer.model.consent import state
from tests.federation.fediverse import handwriting
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.fediverse.wording import PROVEN

ALLOCATED = "https://rose-ash.com/ns/sx#allocatedTo"


def mitra_like(dialect):
    return replace(dialect, proofs=True)


def edge_of(actor, subject, object, **changed):
    """An edge as its owner signs it."""
    n = actor.server.next()
    told = {
        "@context": PROVEN,
        "id": f"{actor.server.base}/edges/{n}",
        "type": "Relationship",
        "attributedTo": actor.id,
        "subject": subject,
        "relationship": ALLOCATED,
        "object": object,
        "published": "2025-08-01T08:00:00Z",
        "to": [PUBLIC],
        **changed,
    }
    return actor.server.serve(handwriting.prove(told, actor.proof_id, actor.ed25519))


async def offers(actor, events, edge, **more):
    """What the events peer answers to an Offer of ``edge``."""
    said = actor.act("Offer", edge, to=[edge["object"]], **more)
    said["@context"] = PROVEN
    said = handwriting.prove(said, actor.proof_id, actor.ed25519)
    return said, await actor.deliver(said, events.inbox)


async def edges_of(peer):
    found = [*await peer.edges(relation="allocatedTo")]
    return [*found, *await peer.edges(relation="consents")]


async def allocated(blog, mitra, post, group):
    """The Offer as the other server has it."""
    await blog.meets(group.id)
    await blog.does("Add", subject=post, relation="allocatedTo", object=group.id)
    return (await mitra.got("Offer")).activity


def stamp_of(group, offer, **changed):
    told = {
        "@context": PROVEN,
        "id": f"{group.server.base}/stamps/{group.server.next()}",
        "type": "RelationshipAuthorization",
        "attributedTo": group.id,
        "interactingObject": offer["object"]["id"],
        "interactionTarget": group.id,
        "published": "2025-08-01T08:30:00Z",
        "to": [PUBLIC],
        **changed,
    }
    return group.server.serve(handwriting.prove(told, group.proof_id, group.ed25519))


async def accepts(group, blog, offer, stamp):
    inner = {"type": "Offer", "id": offer["id"], "actor": offer["actor"]}
    said = group.act("Accept", inner, result=stamp, to=[offer["actor"]])
    return await group.deliver(said, blog.inbox)


async def standing(blog, post):
    def look(read):
        [edge] = read.edges(subject=post, relation="allocatedTo")
        return state(edge, read)

    return await blog.node.store.read(look)
