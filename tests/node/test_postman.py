from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from peer.node.letters.mail import mailbox, post
from peer.node.letters.postman import MailServer, Postman

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASE = "https://blog.example"


class Office:
    """A mail server: takes letters as RFC 5321 says, and answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.answer = "250 taken"
        self.arrived = asyncio.Event()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode():
            verb = line[:4].upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                letter = (await reader.readuntil(b"\r\n.\r\n")).decode()
                self.letters.append(letter)
                self.arrived.set()
            said = self.answer if verb == "RCPT" else "250 yes"
            writer.write(f"{'221 bye' if verb == 'QUIT' else said}\r\n".encode())
            if verb == "QUIT":
                break
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def office():
    office = Office()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office


@pytest.fixture
def postman(store, office):
    server = MailServer.of(f"smtp://127.0.0.1:{office.port}", BASE, "The Blog")
    return Postman(store, server, lambda: NOW)


@pytest.fixture
async def letter(store):
    return await store.transact(
        lambda tx: post(tx, "ada@example.org", "Hello", "Text", now=NOW, token="1")
    )


async def test_a_letter_is_brought_to_the_mail_server(postman, office, letter, store):
    assert await postman.round() == 1

    assert await store.read(mailbox) == []
    assert "From: The Blog <no-reply@blog.example>\r\n" in office.letters[0]
    assert "To: ada@example.org\r\n" in office.letters[0]
    assert await postman.round() == 0


@pytest.mark.parametrize(
    ("answer", "again"), [("550 no such user", False), ("451 greylisted", True)]
)
async def test_what_the_server_says_decides_what_follows(
    postman, office, letter, store, answer, again
):
    office.answer = answer

    await postman.round()

    (kept,) = await store.read(mailbox)
    assert bool(kept.due) is again
    assert answer[4:] in kept.error
    assert office.letters == []


async def test_a_server_that_is_away_is_asked_again(store, letter):
    away = MailServer.of("smtp://127.0.0.1:1", BASE, "The Blog")

    await Postman(store, away, lambda: NOW).round()

    (kept,) = await store.read(mailbox)
    assert (kept.attempts, kept.due) == (1, "2026-11-21T12:01:00.000Z")


async def test_a_postman_goes_when_called_and_until_stopped(
    postman, office, store, letter
):
    walking = asyncio.create_task(postman.run())
    await asyncio.wait_for(office.arrived.wait(), 60)
    office.arrived.clear()
    await store.transact(
        lambda tx: post(tx, "bob@example.org", "Hello", "Text", now=NOW, token="2")
    )

    postman.wake()
    await asyncio.wait_for(office.arrived.wait(), 60)
    walking.cancel()
    await asyncio.wait([walking], timeout=60)

    assert len(office.letters) == 2
    assert walking.done()


def test_a_server_is_told_in_one_address():
    url = "smtps://u%40x:p%2Fw@mail.example:2525?from=hello@example.org"

    server = MailServer.of(url, BASE, "The Blog")

    assert (server.host, server.port, server.tls) == ("mail.example", 2525, True)
    assert (server.username, server.password) == ("u@x", "p/w")
    assert str(server.sender) == "The Blog <hello@example.org>"
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    ("url", "start_tls"),
    [
        ("smtp://u:p@mail.example", True),
        ("smtp://u:p@127.0.0.1", None),
        ("smtp://u:p@localhost", None),
        ("smtp://mail.example", None),
        ("smtps://u:p@mail.example", False),
    ],
)
def test_a_password_is_not_sent_in_the_clear(url, start_tls):
    assert MailServer.of(url, BASE, "The Blog").start_tls is start_tls
