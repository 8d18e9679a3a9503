"""Somebody on a server of these tests: who they are, and what they do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.federation.fediverse import handwriting, wording
from tests.federation.fediverse.calling import Answer
from tests.federation.fediverse.handwriting import Letter
from tests.federation.fediverse.rules import PUBLIC
from tests.federation.fediverse.wording import Document, activity, mention

if TYPE_CHECKING:
    from tests.federation.fediverse.server import Server

NOT_UNDERSTOOD = (400, 401)


@cache
def rsa_key(owner: str, generation: int = 0) -> RSAPrivateKey:
    """Made once: all who have one name have one key, on whatever server."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ed25519_key(owner: str, generation: int = 0) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


class Actor:
    def __init__(
        self,
        server: Server,
        name: str,
        kind: str = "Person",
        *,
        locked: bool = False,
        keys_of: str = "",
    ) -> None:
        self.server, self.name, self.kind, self.locked = server, name, kind, locked
        self._own = keys_of or ("itself" if kind == "Application" else name)
        self.id = server.base + wording.filled(server.dialect.home, name=name)
        self.rsa, self.ed25519 = rsa_key(self._own), ed25519_key(self._own)
        self.forges: RSAPrivateKey | None = None  # what it signs with instead
        self.followers: set[str] = set()
        self.following: set[str] = set()
        self.asked: list[Document] = []  # Follows that came in
        self.made: list[Document] = []  # activities, oldest first
        self.featured: list[str] = []
        self.more: dict[str, Any] = {}  # what this one's document says besides

    # -- who ------------------------------------------------------------------------

    @property
    def inbox(self) -> str:
        return f"{self.id}/inbox"

    @property
    def handle(self) -> str:
        return f"{self.name}@{self.server.host}"

    @property
    def key_id(self) -> str:
        return wording.filled(self.server.dialect.key_id, actor=self.id)

    def document(self) -> Document:
        pem = self.rsa.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        shown = {
            "@context": wording.CONTEXT,
            "id": self.id,
            "type": self.kind,
            "preferredUsername": self.name,
            "name": self.name.capitalize(),
            "summary": f"<p>{self.name} of {self.server.dialect.name}</p>",
            "inbox": self.inbox,
            "outbox": f"{self.id}/outbox",
            "followers": f"{self.id}/followers",
            "following": f"{self.id}/following",
            "featured": f"{self.id}/featured",
            "endpoints": {"sharedInbox": f"{self.server.base}/inbox"},
            "url": f"{self.server.base}/@{self.name}",
            "manuallyApprovesFollowers": self.locked,
            "publicKey": {
                "id": self.key_id,
                "owner": self.id,
                "publicKeyPem": pem.decode(),
            },
        }
        if self.server.dialect.proofs:
            shown["@context"] = wording.PROVEN
            shown["assertionMethod"] = [self._multikey()]
        return {**shown, **self.more}

    @property
    def proof_id(self) -> str:
        return f"{self.id}#ed25519-key"

    def _multikey(self) -> Document:
        return {
            "id": self.proof_id,
            "type": "Multikey",
            "controller": self.id,
            "publicKeyMultibase": handwriting.multikey(self.ed25519.public_key()),
        }

    def turns_keys(self) -> None:
        """The same ids, other keys."""
        self.rsa, self.ed25519 = rsa_key(self._own, 1), ed25519_key(self._own, 1)

    # -- sending --------------------------------------------------------------------

    def sign(self, letter: Letter, how: str) -> None:
        if not self.server.dialect.names_port:
            letter.headers["Host"] = letter.url.split("/")[2].partition(":")[0]
        sign = {
            "cavage": handwriting.sign_cavage,
            "rfc9421": handwriting.sign_rfc9421,
        }[how]
        sign(letter, self.key_id, self.forges or self.rsa)

    async def knock(self, letter: Letter) -> Answer:
        """Signed in one way, then in the other, as long as it is not understood."""
        for how in self.server.dialect.knocks:
            fresh = Letter(
                letter.method, letter.url, letter.headers.copy(), letter.body
            )
            self.sign(fresh, how)
            answer = await self.server.caller.send(fresh)
            if answer.status not in NOT_UNDERSTOOD:
                break
        return answer

    async def deliver(self, content: Mapping[str, Any] | bytes, inbox: str) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return await self.knock(Letter("POST", inbox, body=body))

    async def say(self, said: Document, to: Sequence[str]) -> Document:
        """``said`` to the actors ``to``, once for each inbox that they share."""
        if self.server.dialect.embeds_actor:
            said["actor"] = self.document()
        if self.server.dialect.linked:
            said["signature"] = wording.linked_signature(self.key_id)
        if self.server.dialect.proofs:
            said["@context"] = wording.PROVEN
            said = handwriting.prove(said, self.proof_id, self.ed25519)
        self.made.append(self.server.serve(said))
        for inbox in dict.fromkeys([await self.inbox_of(each) for each in to]):
            answer = await self.deliver(said, inbox)
            assert answer.ok, (
                f"{self.server.dialect.name}: {inbox} answered {answer.status}"
                f" {answer.content[:500]!r} to {said['type']}"
            )
        return said

    async def inbox_of(self, id: str) -> str:
        them = await self.server.lookup(id)
        return str(them.get("endpoints", {}).get("sharedInbox") or them["inbox"])

    def id_of(self, verb: str, object: str = "") -> str:
        """The id of the next activity of that kind, as this dialect mints them."""
        dialect = self.server.dialect
        template = dialect.ids.get(verb, dialect.other)
        names = {"actor": self.id, "verb": verb.lower(), "n": self.server.next()}
        id = wording.filled(template, object=object, **names)
        return id if id.startswith("http") else self.server.base + id

    def act(self, verb: str, object: Any, **more: Any) -> Document:
        """An activity, not yet said."""
        about = object.get("id", "") if isinstance(object, dict) else str(object)
        if not about.startswith(self.server.base):
            about = self.new_id()
        return activity(verb, self.id_of(verb, about), self.id, object, **more)

    def new_id(self) -> str:
        """The id of the next thing that this one makes."""
        template = self.server.dialect.object
        id = wording.filled(template, actor=self.id, n=self.server.next())
        return id if id.startswith("http") else self.server.base + id

    # -- acting ---------------------------------------------------------------------

    async def follow(self, whom: str) -> Document:
        return await self.say(self.act("Follow", whom), [whom])

    async def accept(self, asked: Mapping[str, Any], verb: str = "Accept") -> Document:
        """Say yes to a Follow (or a Join); or, with ``verb``, no."""
        if asked["type"] == "Follow" and verb == "Accept":
            self.followers.add(asked["actor"])
        object = wording.answered(self.server.dialect, asked)
        return await self.say(self.act(verb, object), [asked["actor"]])

    async def reject(self, asked: Mapping[str, Any]) -> Document:
        self.followers.discard(asked["actor"])
        return await self.accept(asked, "Reject")

    async def undo(self, done: Mapping[str, Any], to: Sequence[str]) -> Document:
        return await self.say(
            self.act("Undo", wording.undone(self.server.dialect, done)), to
        )

    async def post(
        self, text: str, to: Sequence[str], *, id: str = "", **more: Any
    ) -> Document:
        """A Create of a note, told to the actors ``to``; the note can be fetched."""
        note = self.note(text, id=id, **more)
        create = self.act("Create", note, to=note["to"], cc=note["cc"])
        create["published"] = note["published"]
        return await self.say(create, to)

    def note(self, text: str, *, id: str = "", **more: Any) -> Document:
        """A note that is served, and told to nobody."""
        more.setdefault("cc", [f"{self.id}/followers"])
        id = id or self.new_id()
        return self.server.serve(
            wording.note(self.server.dialect, id, self.id, text, **more)
        )

    async def reply(self, text: str, to: str, **more: Any) -> Document:
        """An answer to the thing ``to``, told to its author."""
        author = await self.server.author_of(to)
        more.setdefault("tags", [mention(author["id"], author["preferredUsername"])])
        more.setdefault("cc", [f"{self.id}/followers", author["id"]])
        return await self.post(text, [author["id"]], inReplyTo=to, **more)

    async def like(self, thing: str, **more: Any) -> Document:
        author = await self.server.author_of(thing)
        return await self.say(self.act("Like", thing, **more), [author["id"]])

    async def react(self, thing: str) -> Document:
        """A like with a picture, in the way of this dialect."""
        author = await self.server.author_of(thing)
        said = {**self.act("Like", thing), **self.server.dialect.like}
        return await self.say(said, [author["id"]])

    async def announce(self, thing: str, **more: Any) -> Document:
        author = await self.server.author_of(thing)
        object: Any = thing
        if self.server.dialect.announce != "id":
            object = await self.server.read(thing)
        if self.server.dialect.announce == "activity":
            made = {"type": "Create", "actor": author["id"], "object": object}
            object = {"id": f"{thing}#create", **made}
        said = self.act("Announce", object, to=[PUBLIC], cc=[author["id"]], **more)
        return await self.say(said, [author["id"]])

    async def join(self, event: str, verb: str = "") -> Document:
        """Take part in ``event``; in some dialects that is an Accept of it."""
        author = await self.server.author_of(event)
        verb = verb or self.server.dialect.rsvp
        object: Any = event if verb == "Join" else await self.server.read(event)
        return await self.say(self.act(verb, object), [author["id"]])

    async def leave(self, event: str, joined: Mapping[str, Any]) -> Document:
        author = await self.server.author_of(event)
        if joined["type"] == "Join":
            return await self.say(self.act("Leave", event), [author["id"]])
        object = await self.server.read(event)
        return await self.say(self.act("Reject", object), [author["id"]])

    async def update(self, thing: Document, to: Sequence[str], **more: Any) -> Document:
        newer = self.server.serve({**thing, **more, "updated": wording.wire()})
        return await self.say(
            self.act("Update", newer, to=thing["to"], cc=thing["cc"]), to
        )

    async def delete(self, thing: Mapping[str, Any], to: Sequence[str]) -> Document:
        self.server.objects.pop(thing["id"], None)
        self.server.gone.add(thing["id"])
        object = wording.deleted(self.server.dialect, thing)
        return await self.say(self.act("Delete", object, to=[PUBLIC]), to)

    async def leave_for_good(self, to: Sequence[str], gone: bool = True) -> Document:
        """The account is deleted; ``gone`` or not, its document says so with 410."""
        said = self.act("Delete", self.id, to=[PUBLIC])
        if gone:
            self.server.gone.add(self.id)
        return await self.say(said, to)

    async def move(self, new: str, to: Sequence[str]) -> Document:
        """Go on as ``new``, which has to say that it was this one."""
        self.more["movedTo"] = new
        return await self.say(self.act("Move", self.id, target=new), to)

    async def flag(self, things: Sequence[str], to: str, why: str = "") -> Document:
        """Mastodon reports in the name of the server, and many things in a list."""
        object: Any = list(things) if len(things) > 1 else things[0]
        return await self.say(self.act("Flag", object, content=why), [to])

    async def block(self, whom: str) -> Document:
        return await self.say(self.act("Block", whom), [whom])
