"""The inbox: from the bytes that came to what was done about them.

Each step can end it, and says with which status: is it JSON, an activity, signed, by
whom, for themselves?  Only then is anything looked up by the ids in it.  What follows
is done in one transaction, behind the same door as everything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from peer.model.effect import follows_from
from peer.model.lexicon import Lexicon
from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.node.checks import check
from peer.node.incoming.authentic import Authentic
from peer.node.incoming.farewells import Farewells
from peer.node.incoming.forwarding import Forwarding
from peer.node.incoming.keyring import Keyring
from peer.node.incoming.looking import Looking
from peer.node.incoming.meaning import (
    FORGET,
    GONE,
    Answer,
    Do,
    Looked,
    Meaning,
    Need,
    Nothing,
    id_given,
)
from peer.node.incoming.strangers import Strangers
from peer.node.incoming.synchronizing import Synchronizing
from peer.node.incoming.threads import Threads
from peer.node.incoming.trading import again
from peer.node.incoming.verbs import meant
from peer.node.moderation.blocks import is_blocked
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.refusal import Refused
from peer.node.telling.dispatch import Dispatch, NotBrief
from peer.node.telling.things import voice
from peer.node.trading import fairness, guessing
from peer.protocol import strict
from peer.protocol.moment import wire
from peer.protocol.origin import (
    NotTheirs,
    check_said,
    is_forwarded,
    same,
    same_origin,
)
from peer.protocol.signature import BadSignature, Message
from peer.protocol.thing import Activity, Thing
from peer.protocol.wire import said as wire_said
from peer.protocol.wire.loose import Unreadable, id_of
from peer.protocol.wire.said import Said
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

#: More than that would keep everybody waiting.
_QUICKLY_READ = 64 * 1024
_ROUNDS = 6
_AT_ONCE = 50  # things under way beside
_REMEMBERED = timedelta(days=7)

#: Who asks for these is told when the answer is no.
_ANSWERED = frozenset(("Follow", "Join", "Offer", "QuoteRequest"))
#: What these do is a few rows, mostly: nobody who follows hears of them from here.
_BRIEF = frozenset(("Announce", "Create", "EmojiReact", "Follow", "Like", "Undo"))
#: Of these what follows depends on who was asked, or has ordered: not on the type.
_BY_THEMSELVES = frozenset(("Accept", "Reject", "Withdraw"))


@dataclass(slots=True)
class Inbox:
    node: Node
    strangers: Strangers = field(init=False)
    authentic: Authentic = field(init=False)
    forwarding: Forwarding = field(init=False)
    farewells: Farewells = field(init=False)
    looking: Looking = field(init=False)
    threads: Threads = field(init=False)
    synchronizing: Synchronizing = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.strangers = Strangers(self.node)
        self.authentic = Authentic(self.node, Keyring(self.strangers))
        keyring = self.authentic.keyring
        self.farewells = Farewells(self.node, self.strangers, keyring)
        self.forwarding = Forwarding(self.node, self.strangers, keyring, self.farewells)
        self.looking = Looking(self.node, self.strangers, self.farewells)
        self.threads = Threads(self.node, self.strangers)
        self.synchronizing = Synchronizing(self.node, self.strangers)

    # -- who asks for a document ---------------------------------------------------

    async def reader(self, message: Message) -> str | None:
        """Who signed a request for a document; None where nobody provably did."""
        try:
            return await self.authentic.signer(self.authentic.claim(message), Budget(4))
        except (BadSignature, NotTheirs, NotFetched, Unreadable):
            return None

    # -- what is posted ------------------------------------------------------------

    async def receive(self, message: Message) -> Answer:
        """Take what was posted to any inbox of this peer."""
        try:
            answer = await self._received(message)
        except strict.NotJson as wrong:
            answer = Answer(wrong.status, str(wrong))
        except (Unreadable, BadSignature, NotTheirs) as wrong:
            answer = Answer(wrong.status, str(wrong))
        except NotFetched as wrong:
            answer = Answer(401, f"your key was not to be had: {wrong.reason}")
        if answer.status >= 300 or not answer.done:
            log.info("inbox.nothing", status=answer.status, reason=answer.reason)
        return answer

    async def _received(self, message: Message) -> Answer:
        told = await _read(message.body)
        claim = self.authentic.claim(message)
        budget = Budget()
        known = await self.authentic.known(claim)
        if known is not None:
            signer = known.owner
        elif _is_farewell(told):
            return await self.farewells.heard(told, budget)
        else:
            signer = await self.authentic.signer(claim, budget)
        if self.node.outgoing is not None:
            self.node.outgoing.heard(signer)
        if is_forwarded(told, signer):
            return await self._forwarded(told, signer, budget)
        check_said(told, signer, self.node.base)
        answer = await self._carry(told, budget)
        await self._afterwards(told, message, answer, budget)
        return answer

    async def _afterwards(
        self, told: Said, message: Message, answer: Answer, budget: Budget
    ) -> None:
        """What nobody has to wait for."""
        await self.forwarding.after(told, message, done=answer.done)
        if answer.done and (id := self._answers_elsewhere(told)):
            self._meanwhile(self.threads.above(id, budget))
        url = await self.synchronizing.url(message, told.actor)
        if url is not None:
            self._meanwhile(self.synchronizing.put_right(told.actor, url, budget))

    def _answers_elsewhere(self, told: Said) -> str | None:
        """The id of what answers something that is not ours."""
        object = told.object
        if told.type != "Create" or not isinstance(object, dict):
            return None
        answered = id_of(object.get("inReplyTo"))
        is_ours = answered is None or same_origin(answered, self.node.base)
        return None if is_ours else told.object_id

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` beside: it is begun again another time, if it is cut short."""
        if self.node.outgoing is None or len(self._tasks) >= _AT_ONCE:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()):
            log.error("inbox.afterwards", exc_info=wrong)

    async def rest(self) -> None:
        """Let go of what is still under way, before the peer stops."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forwarded(self, told: Said, signer: str, budget: Budget) -> Answer:
        """Handed over by another server, which proves nothing by that."""
        if same_origin(told.actor, self.node.base):
            raise NotTheirs(f"{told.actor} is ours, and does not act through an inbox")
        if await self.node.store.read(lambda read: is_blocked(read, signer)):
            return Answer(403, "this peer has nothing to do with you")
        if await self.forwarding.is_proven(told, budget):
            check_said(told, told.actor, self.node.base)
            return await self._carry(told, budget)
        reason = await self.forwarding.looked_up(told, budget)
        return Answer(202, reason)

    # -- what it means, and doing it -----------------------------------------------

    async def _carry(self, told: Said, budget: Budget) -> Answer:
        looked = Looked()
        for _ in range(_ROUNDS):
            outcome = await self._once(told, looked)
            if isinstance(outcome, Answer):
                return outcome
            looked = await self.looking.at(outcome, looked, budget)
        return Answer(202, "it leads on and on")

    async def _once(self, told: Said, looked: Looked) -> Answer | Need:
        """One transaction: what is wanted first, or what was done."""
        node, now = self.node, self.node.now()
        dispatch = Dispatch(node.base, wire(now), node.lexicon)
        dispatch.brief = told.type in _BRIEF

        def work(tx: Transaction) -> Answer | Need:
            return self._work(told, looked, now, dispatch, tx)

        try:
            try:
                outcome = await node.store.transact(work, brief=dispatch.brief)
            except NotBrief:
                dispatch.brief = False
                outcome = await node.store.transact(work)
        except Refused as refused:
            return await self._refused(told, looked, refused)
        if dispatch.count and node.outgoing is not None:
            node.outgoing.wake()
        return outcome

    def _work(
        self,
        told: Said,
        looked: Looked,
        now: datetime,
        dispatch: Dispatch,
        tx: Transaction,
    ) -> Answer | Need:
        node, lexicon = self.node, self.node.lexicon_of(tx)
        dispatch.count = 0
        if is_blocked(tx, told.actor):
            return Answer(403, "this peer has nothing to do with you")
        means = _meaning(told, lexicon, node.base, now, tx, looked)
        if (known := tx.activity(id_given(told))) is not None:
            return again(means, known, lambda answer: dispatch.tell(answer, tx))
        match meant(means):
            case Need() as need:
                return need
            case Nothing(reason, status):
                if reason == FORGET:
                    _remember_gone(told, wire(now + _REMEMBERED), tx)
                return Answer(status, reason)
            case Do(activity):
                if _is_about_ours(activity, node.base):
                    check(activity, Viewer(activity.actor, Role.ACTOR), lexicon, tx)
                guessing.check(tx, activity, now)
                fairness.check(tx, node.config, activity, now)
                activity = fairness.noted(tx, node.config, activity, now)
                node.door(tx, dispatch, lexicon).carry_out([activity], tx)
        return Answer(202, "done", done=True)

    async def _refused(self, told: Said, looked: Looked, refused: Refused) -> Answer:
        """Nothing was done.  Who asked for something is told so, and why."""
        if told.type not in _ANSWERED or refused.status in (401, 404, 410, 503):
            return Answer(_status(refused), refused.reason)
        node, now = self.node, self.node.now()
        dispatch = Dispatch(node.base, wire(now), node.lexicon)

        def work(tx: Transaction) -> None:
            lexicon = node.lexicon_of(tx)
            means = meant(_meaning(told, lexicon, node.base, now, tx, looked))
            if not isinstance(means, Do) or not _is_answered(means.activity):
                return
            notes = {**means.activity.notes, "refused": refused.reason}
            asked = replace(means.activity, notes=notes)
            if not tx.record(asked):
                return
            guessing.note(tx, asked, refused, now)
            by = voice(asked.thing, tx)
            no = follows_from(asked, "Reject", by, asked, {"content": refused.reason})
            node.door(tx, dispatch).carry_out([no], tx)

        await node.store.transact(work)
        if node.outgoing is not None:
            node.outgoing.wake()
        return Answer(202, refused.reason)


async def _read(body: bytes) -> Said:
    if len(body) > _QUICKLY_READ:
        return await asyncio.to_thread(_said, body)
    return _said(body)


def _said(body: bytes) -> Said:
    return wire_said.read(strict.read(body))


def _meaning(
    told: Said, lexicon: Lexicon, base: str, now: datetime, read: Read, looked: Looked
) -> Meaning:
    return Meaning(told, lexicon, base, now, read, looked.tried, looked)


def _is_farewell(told: Said) -> bool:
    return told.type == "Delete" and same(told.object_id, told.actor)


def _is_about_ours(activity: Activity, base: str) -> bool:
    """Is it for our declarations to say whether they may?"""
    object = activity.object
    if activity.type in _BY_THEMSELVES:
        return False
    if isinstance(object, Activity):
        return True
    return object.id.startswith(f"{base}/")


def _is_answered(activity: Activity) -> bool:
    """Was something asked for, and not that something else be taken back?"""
    return activity.type in _ANSWERED and isinstance(activity.object, Thing)


def _remember_gone(told: Said, until: str, tx: Transaction) -> None:
    if told.object_id is not None:
        tx.keep(GONE, told.object_id, {"by": told.actor}, until)


def _status(refused: Refused) -> int:
    """To servers, what cannot be done is done with; what they may not is told.

    What may well be done in a moment they are to say again.
    """
    if refused.status == 503:
        return 503
    return 403 if refused.status in (401, 403) else 202
