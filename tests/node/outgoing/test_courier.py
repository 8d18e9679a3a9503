"""How something is brought to an inbox, and what is made of the answer."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from itertools import cycle

import pytest
from aiohttp import ServerDisconnectedError

from peer.node.outgoing.courier import Garbled, couriers
from peer.node.outgoing.dial import Unreachable
from peer.node.outgoing.reach import OutOfReach, Reach
from tests.node.outgoing.elsewhere import Elsewhere, Names, answer, serving

TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
HEADERS = {"content-type": "application/activity+json", "date": "today"}


class Inbox:
    """Answers each request with ``told``, and that without end if ``endless``."""

    def __init__(self, *told: bytes, closes=False, endless=False) -> None:
        self.told, self.closes, self.endless = told, closes, endless
        self.heads: list[bytes] = []
        self.connections = 0
        self.serving: set[asyncio.Task] = set()
        self.reads = asyncio.Event()
        self.reads.set()
        self.left = asyncio.Event()

    async def serve(self, reader, writer) -> None:
        self.connections += 1
        self.serving.add(asyncio.current_task())
        try:
            await self.reads.wait()
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head)
                length = int(head.partition(b"content-length: ")[2].split()[0])
                await reader.readexactly(length)
                for each in cycle(self.told) if self.endless else self.told:
                    writer.write(each)
                    await writer.drain()
                if self.closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.left.set()


@asynccontextmanager
async def open_inbox(inbox: Inbox):
    """A courier and the place of ``inbox``."""
    listens = socket.create_server(("127.0.0.1", 0))
    host = f"there.localhost:{listens.getsockname()[1]}"
    reach = Reach([host])
    async with (
        asyncio.timeout(60),
        await asyncio.start_server(inbox.serve, sock=listens),
    ):
        async with couriers(reach, "test") as courier:
            yield courier, reach.place(f"http://{host}/inbox?a=b")
        await asyncio.gather(*inbox.serving)


async def test_it_says_what_a_request_has_to_say():
    inbox = Inbox(TAKEN)
    async with open_inbox(inbox) as (courier, place):
        answer = await courier.bring(place, HEADERS, b"{}")

    (head,) = inbox.heads
    first, *lines = head.decode().split("\r\n")
    assert (answer.status, first) == (202, "POST /inbox?a=b HTTP/1.1")
    assert sorted(filter(None, lines)) == [
        "accept-encoding: gzip",
        "accept: */*",
        "content-length: 2",
        "content-type: application/activity+json",
        "date: today",
        f"host: {place.authority}",
        "user-agent: test",
    ]


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb", "a\0b"])
async def test_no_header_becomes_two(value):
    async with open_inbox(inbox := Inbox(TAKEN)) as (courier, place):
        with pytest.raises(ValueError, match="more than one line"):
            await courier.bring(place, {**HEADERS, "x": value}, b"{}")

    assert inbox.connections == 0


@pytest.mark.parametrize(
    ("told", "connections"),
    [
        ([TAKEN], 1),
        ([b"HTTP/1.1 204 x\r\n\r\n"], 1),
        (
            [
                b"HTTP/1.1 202 x\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"2\r\nok\r\n0\r\n\r\n",
            ],
            1,
        ),
        ([b"HTTP/1.1 103 x\r\nLink: </a>\r\n\r\n", TAKEN], 1),
        ([b"HTTP/1.1 202 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"], 3),
        ([b"HTTP/1.0 202 x\r\nContent-Length: 0\r\n\r\n"], 3),
        ([b"HTTP/1.1 202 x\r\nContent-Length: 9\r\n\r\n"], 3),
        ([b"HTTP/1.1 202 x\r\nContent-Length: 999999\r\n\r\n" + b"x" * 999_999], 3),
        ([b"HTTP/1.1 202 x\r\n\r\n"], 3),
        ([b"HTTP/1.1 202 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"], 3),
        ([b"HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"], 3),
        ([TAKEN + b"HTTP/1.1 500 smuggled\r\nContent-Length: 0\r\n\r\n"], 3),
    ],
)
async def test_a_connection_is_used_again_only_after_a_whole_answer(told, connections):
    inbox = Inbox(*told)
    async with open_inbox(inbox) as (courier, place):
        statuses = [
            (await courier.bring(place, HEADERS, b"{}")).status for _ in range(3)
        ]

    assert inbox.connections == connections
    assert len(set(statuses)) == 1 and statuses[0] in (101, 202, 204)


async def test_of_what_is_wrong_the_beginning_is_read():
    type = b"Content-Type: Text/Plain; a=b\r\n"
    text = b"HTTP/1.1 422 x\r\n" + type + b"Content-Length: 500\r\n\r\n"
    async with open_inbox(Inbox(text + b"n" * 500)) as (courier, place):
        answer = await courier.bring(place, HEADERS, b"{}")

    assert (answer.status, answer.content_type) == (422, "text/plain")
    assert answer.excerpt == b"n" * 200


async def test_what_breaks_off_is_known_by_what_it_was_to_be():
    text = b"HTTP/1.1 404 x\r\nContent-Length: 500\r\n\r\nno"
    async with open_inbox(Inbox(text, closes=True)) as (courier, place):
        answer = await courier.bring(place, HEADERS, b"{}")

    assert answer.status == 404


@pytest.mark.parametrize(
    "inbox",
    [
        Inbox(b"SSH-2.0-x\r\n\r\n"),
        Inbox(b"HTTP/1.1 202 x\r\n" + b"a" * 9999),
        Inbox(b"HTTP/1.1 202 x\r\n" + b"a: b\r\n" * 999),
        Inbox(b"HTTP/1.1 202 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        Inbox(b"HTTP/1.1 204 x\r\nContent-Length: 2\r\n\r\nok"),
    ],
    ids=["another protocol", "a long line", "many headers", "two lengths", "too much"],
)
async def test_an_answer_that_nobody_can_read_is_none(inbox):
    async with open_inbox(inbox) as (courier, place):
        with pytest.raises(Garbled):
            await courier.bring(place, HEADERS, b"{}")

        assert len(courier.kept) == 0


@pytest.mark.parametrize(
    "inbox",
    [
        Inbox(b"HTTP/1.1 103 x\r\nLink: </a>\r\n\r\n", endless=True),
        Inbox(b"HTTP/1.1 202 x\r\n"),
        Inbox(),
    ],
    ids=["always something else", "half a head", "nothing"],
)
async def test_who_never_comes_to_an_answer_is_left(inbox):
    async with open_inbox(inbox) as (courier, place):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await courier.bring(place, HEADERS, b"{}")
        await inbox.left.wait()

        assert len(courier.kept) == 0


async def test_nor_is_who_does_not_read_waited_for():
    inbox = Inbox(TAKEN)
    inbox.reads.clear()
    async with open_inbox(inbox) as (courier, place):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await courier.bring(place, HEADERS, b"x" * 20_000_000)
        inbox.reads.set()
        await inbox.left.wait()

        assert len(courier.kept) == 0


class Hasty(Inbox):
    """Answers before it reads what is said."""

    heard = 0

    async def serve(self, reader, writer) -> None:
        self.serving.add(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(self.told)
        await self.reads.wait()
        with suppress(ConnectionError):
            while some := await reader.read(65_536):
                self.heard += len(some)
        writer.close()


@pytest.mark.parametrize(
    "told", [TAKEN, TAKEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")]
)
async def test_who_answers_before_all_was_said_is_not_told_the_rest(told):
    """They may never read it, and it would be kept for them."""
    inbox = Hasty(told)
    inbox.reads.clear()
    async with open_inbox(inbox) as (courier, place):
        answer = await courier.bring(place, HEADERS, b"x" * 20_000_000)
        assert (answer.status, len(courier.kept)) == (202, 0)
        inbox.reads.set()
        await asyncio.gather(*inbox.serving)

    assert inbox.heard < 20_000_000


async def test_who_hangs_up_has_not_answered():
    async with open_inbox(Inbox(closes=True)) as (courier, place):
        with pytest.raises(ServerDisconnectedError):
            await courier.bring(place, HEADERS, b"{}")


async def test_where_one_is_closed_the_others_are_not_used_either():
    """They were to the same server, which may have been started anew."""
    inbox = Inbox(TAKEN)
    async with open_inbox(inbox) as (courier, place):
        together = [courier.bring(place, HEADERS, b"{}") for _ in range(3)]
        await asyncio.gather(*together)
        assert (inbox.connections, len(courier.kept)) == (3, 3)
        inbox.told, inbox.closes = (), True

        with pytest.raises(ServerDisconnectedError):
            await courier.bring(place, HEADERS, b"{}")
        assert len(courier.kept) == 0


# -- where it goes -----------------------------------------------------------------


@asynccontextmanager
async def named(*addresses: str):
    """A courier, who is given these ``addresses`` for a name, and servers there."""
    async with serving(Elsewhere(), "127.0.0.2") as there:
        names = Names(fickle_example=[list(addresses), ["127.0.0.9"]])
        reach = Reach([f"fickle.example:{there.port}"])
        place = reach.place(there.url(host="fickle.example"))
        async with couriers(reach, "test", names) as courier, asyncio.timeout(60):
            yield courier, place, there, names


async def test_one_address_that_leads_nowhere_is_not_the_end():
    async with named("127.0.0.3", "127.0.0.2") as (courier, place, there, names):
        await courier.bring(place, HEADERS, b"{}")

        assert (there.paths, names.asked) == (["/inbox"], ["fickle.example"])


async def test_where_all_lead_nowhere_nobody_is_there():
    async with named("127.0.0.3", "127.0.0.4") as (courier, place, _, _):
        with pytest.raises(Unreachable, match=r"fickle\.example"):
            await courier.bring(place, HEADERS, b"{}")


async def test_a_name_that_nobody_knows_is_nowhere():
    async with named() as (courier, place, _, _):
        with pytest.raises(Unreachable, match="no such name"):
            await courier.bring(place, HEADERS, b"{}")


async def test_what_was_judged_is_what_is_connected_to_again():
    async with named("127.0.0.2") as (courier, place, there, names):
        there.answers["/inbox"] = answer("", 202, Connection="close")
        for _ in range(2):
            await courier.bring(place, HEADERS, b"{}")

        assert (len(there.asked), len(names.asked)) == (2, 1)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fd00:ec2::254"]],
)
async def test_no_name_leads_to_what_is_not_public(addresses):
    reach = Reach()
    names = Names(evil_example=[addresses])
    async with couriers(reach, "test", names) as courier:
        with pytest.raises(OutOfReach, match="not a public address"):
            await courier.bring(reach.place("http://evil.example/"), HEADERS, b"")


@asynccontextmanager
async def safely(host, certificate, trust):
    """A courier with this ``trust``, where to go, and who is there."""
    async with serving(Elsewhere(), ssl=certificate[0]) as safe:
        reach = Reach([f"{host}:{safe.port}"])
        place = reach.place(f"https://{host}:{safe.port}/inbox")
        async with couriers(reach, "test", None, trust) as courier:
            yield courier, place, safe


async def test_who_shows_a_certificate_that_is_trusted_is_told(certificate):
    told = ("there.localhost", certificate, certificate[1])
    async with safely(*told) as (courier, place, safe):
        for _ in range(2):
            await courier.bring(place, HEADERS, b"{}")

        assert len(safe.asked) == 2


@pytest.mark.parametrize("host", ["there.localhost", "other.localhost"])
async def test_a_certificate_is_trusted_and_of_that_name(certificate, host):
    trust = None if host == "there.localhost" else certificate[1]
    async with safely(host, certificate, trust) as (courier, place, safe):
        with pytest.raises(Unreachable, match="certificate"):
            await courier.bring(place, HEADERS, b"{}")

        assert safe.asked == []
