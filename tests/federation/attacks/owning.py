"""B: who owns what.  All of it properly signed, by somebody whose it is not."""

from __future__ import annotations

from functools import partial

from tests.federation.attacks.world import FINE, REFUSED, Attack, World, row
from tests.federation.fediverse.handwriting import Letter
from tests.federation.fediverse.rules import AS2, PUBLIC
from tests.federation.fediverse.wording import linked_signature

ROWS: list[Attack] = []
attack = partial(row, ROWS)


async def told_by(w: World, actor, text: str) -> dict:
    """A reply of ``actor``'s that T has taken."""
    note = actor.note(text, inReplyTo=w.post, cc=[w.blog.actor])
    said = actor.act("Create", note, to=note["to"], cc=note["cc"])
    assert (await w.send(w.says(said, actor))).ok
    return note


@attack("B02", FINE)
def ids_that_are_none(w: World) -> list[Letter]:
    letters = []
    for id in ("", None, 7, "javascript:alert(1)", [], {}, "x" * 100, " "):
        said = w.eve.act("Listen", w.post)
        letters.append(w.says({**said, "id": id}))
    return letters


@attack("B04", FINE)
def a_thing_with_an_id_of_the_victims(w: World) -> Letter:
    note = w.eve.note("Mine now.", id=f"{w.victim.base}/notes/1", inReplyTo=w.post)
    return w.claims("Create", note, to=[PUBLIC], cc=[w.blog.actor])


@attack("B05", FINE)
def a_thing_with_an_id_of_the_peers(w: World) -> list[Letter]:
    letters = []
    for id in (w.post, f"{w.blog.base}/posts/new-one", f"{w.blog.base}/actor"):
        note = w.eve.note("Mine now.", id=id, inReplyTo=w.post)
        letters += [w.claims("Create", note), w.claims("Update", note)]
    return letters


@attack("B06", 401, 403)
def the_actor_is_the_peers_own(w: World) -> list[Letter]:
    verbs = ("Like", "Offer", "Create", "Update")
    return [
        w.says({**w.eve.act(verb, w.post), "actor": w.blog.actor}) for verb in verbs
    ]


@attack("B08", FINE)
async def an_update_by_a_sibling(w: World) -> list[Letter]:
    note = await told_by(w, w.vic, "Mine.")
    taken = {**note, "attributedTo": w.sue.id, "content": "<p>Yours?</p>"}
    await w.seen()
    return [
        w.says(w.sue.act("Update", taken), w.sue),
        w.says(w.sue.act("Update", {**note, "content": "<p>Yours?</p>"}), w.sue),
    ]


@attack("B10", FINE)
async def a_delete_of_anothers_thing(w: World) -> list[Letter]:
    note = await told_by(w, w.vic, "Mine.")
    await w.seen()
    return [w.claims("Delete", note["id"]), w.claims("Delete", w.post)]


@attack("B12", FINE)
async def an_undo_of_anothers_follow(w: World) -> list[Letter]:
    follow = w.vic.act("Follow", w.blog.actor)
    await w.send(w.says(follow, w.vic))
    await w.seen()
    return [w.claims("Undo", follow), w.claims("Undo", follow["id"])]


@attack("B13", FINE)
async def an_undo_by_a_sibling(w: World) -> list[Letter]:
    follow = w.vic.act("Follow", w.blog.actor)
    await w.send(w.says(follow, w.vic))
    await w.seen()
    both = (follow, follow["id"], {**follow, "actor": w.sue.id})
    return [w.says(w.sue.act("Undo", each), w.sue) for each in both[:2]]


@attack("B16", FINE)
async def an_update_of_anothers_actor(w: World) -> Letter:
    await told_by(w, w.vic, "Mine.")
    await w.seen()
    key = w.eve.document()["publicKey"]["publicKeyPem"]
    own = w.vic.document()
    false = {
        **own,
        "name": "Eve",
        "publicKey": {**own["publicKey"], "publicKeyPem": key},
    }
    return w.claims("Update", false)


@attack("B17", FINE)
def what_the_victim_never_said(w: World) -> Letter:
    note = w.vic.note("Never.", inReplyTo=w.post)
    w.victim.objects.pop(note["id"])
    said = w.vic.act("Create", note, cc=[w.blog.actor])
    return w.says(said)


@attack("B18", FINE)
async def an_altered_copy_of_what_the_victim_said(w: World) -> list[Letter]:
    note = await told_by(w, w.vic, "Mine.")
    await w.seen()
    false = {**note, "content": "<p>Other words.</p>"}
    return [
        w.says({**w.vic.act(verb, false), "id": f"{w.victim.base}/a/{verb}"})
        for verb in ("Create", "Update")
    ]


@attack("B20", FINE)
def a_proof_that_does_not_hold(w: World) -> Letter:
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": f"{w.vic.id}#ed25519-key",
        "proofPurpose": "assertionMethod",
        "created": "2026-11-21T00:00:00Z",
        "proofValue": "z" + "1" * 86,
    }
    return w.says({**w.vic.act("Like", w.post), "proof": proof})


@attack("B20b", FINE)
def a_linked_signature_that_nobody_can_check(w: World) -> Letter:
    signature = linked_signature(w.vic.key_id)
    return w.says({**w.vic.act("Like", w.post), "signature": signature})


@attack("B21", FINE)
def an_announce_of_a_forged_copy(w: World) -> Letter:
    note = {**w.vic.note("Mine."), "content": "<p>Other words.</p>"}
    return w.claims("Announce", note, to=[PUBLIC])


@attack("B22", FINE)
async def an_announce_of_what_is_not_there(w: World) -> list[Letter]:
    await w.follow(w.eve)
    note = w.vic.note("Mine.")
    w.evil.objects[f"{w.evil.base}/copy"] = {**note, "content": "<p>Other.</p>"}
    body = b'{"id": "%s/t", "type": "Note", "content": "T"}' % w.evil.base.encode()
    for kind in ("text/plain", "application/json", "text/html"):
        name = kind.replace("/", "-")
        w.evil.answers(f"/{name}", body=body, headers={"Content-Type": kind})
    await w.seen()
    names = ("copy", "text-plain", "application-json", "text-html")
    return [w.claims("Announce", f"{w.evil.base}/{name}") for name in names]


@attack("B24", FINE)
async def a_move_of_another_to_oneself(w: World) -> Letter:
    await w.follow(w.vic)
    w.eve.more["alsoKnownAs"] = [w.vic.id]
    await w.seen()
    return w.claims("Move", w.vic.id, target=w.eve.id)


@attack("B25", FINE)
def something_put_on_our_collections(w: World) -> list[Letter]:
    note = w.eve.note("Look!")
    letters = []
    for name in ("featured", "followers", "outbox", "upcoming"):
        target = f"{w.blog.actor}/{name}"
        letters.append(w.claims("Add", note["id"], target=target))
        letters.append(w.claims("Remove", w.post, target=target))
    return letters


@attack("B26", FINE)
def a_context_that_turns_words_around(w: World) -> Letter:
    context = [AS2, {"actor": "http://junk.example/", "speaker": "as:actor"}]
    said = w.eve.act("Follow", w.blog.actor)
    return w.says({**said, "@context": context, "type": "Block", "speaker": w.vic.id})


@attack("B28", FINE)
def the_actor_in_full_beside_the_actor(w: World) -> Letter:
    said = w.eve.act("Listen", w.post)
    return w.says({**said, f"{AS2}#actor": w.vic.id, "as:actor": w.vic.id})


@attack("B29", FINE)
def two_actors(w: World) -> list[Letter]:
    said = w.eve.act("Like", w.post)
    both = [w.eve.id, w.vic.id]
    return [w.says({**said, "actor": order}) for order in (both, both[::-1])][1:]


@attack("B30", 401, 403)
def an_embedded_actor_with_a_false_key(w: World) -> Letter:
    key = w.eve.document()["publicKey"]["publicKeyPem"]
    own = w.vic.document()
    false = {**own, "publicKey": {**own["publicKey"], "publicKeyPem": key}}
    letter = w.legit({**w.vic.act("Like", w.post), "actor": false}, w.vic)
    return w.signed(letter, w.vic, key=w.eve.rsa)


@attack("B32", FINE)
def an_order_in_anothers_name(w: World) -> list[Letter]:
    verbs = ("Offer", "Join", "Invite", "Create", "Like", "Announce")
    return [w.says(w.vic.act(verb, w.post)) for verb in verbs]


@attack("B33", FINE)
async def an_answer_by_who_was_not_asked(w: World) -> list[Letter]:
    w.vic.locked = True
    await w.blog.meets(w.vic.id)
    await w.blog.does("Follow", w.vic.id)
    asked = (await w.victim.got("Follow")).activity
    await w.seen()
    verbs = ("Accept", "Reject", "Undo", "Remove")
    return [
        *(w.claims(verb, asked) for verb in verbs),
        *(w.claims(verb, asked["id"]) for verb in verbs),
    ]


@attack("B38", FINE)
async def more_readers_for_what_is_anothers(w: World) -> Letter:
    note = await told_by(w, w.vic, "Mine.")
    await w.seen()
    return w.claims("Update", {**note, "to": [w.eve.id, PUBLIC]}, to=[w.eve.id])


@attack("B43", REFUSED)
def the_actor_is_nobody(w: World) -> list[Letter]:
    said = w.eve.act("Like", w.post)
    return [w.says({**said, "actor": told}) for told in (None, "", 7, [], {}, "x")]
