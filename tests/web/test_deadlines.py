"""Who takes for ever to say what they want is not waited for, and others are served."""

from __future__ import annotations

import asyncio

import pytest

#: Seconds.  Less, and a machine that hesitates would close on those who are served.
SOON = 2.0


@pytest.fixture
async def hasty(make_peer):
    """A peer whose patience is two seconds instead of twenty."""
    return await make_peer("blog", head_deadline=SOON, body_deadline=SOON)


async def connect(peer):
    name, _, port = peer.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    return reader, writer, f"{name}:{port}"


async def drip(writer, text):
    """One byte at a time, until nobody listens any more."""
    try:
        while True:
            writer.write(text)
            await writer.drain()
            await asyncio.sleep(SOON / 10)
    except ConnectionError:
        return


async def end_of(reader):
    """What came until the connection was closed, gently or not."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def test_heads_that_drip_are_closed_while_others_are_served(hasty):
    sockets = [await connect(hasty) for _ in range(20)]
    for _, writer, _ in sockets:
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
    dripping = [asyncio.create_task(drip(writer, b"x")) for _, writer, _ in sockets]
    visitor = await hasty.visitor()

    page = await visitor.get("/")
    ends = await asyncio.gather(*(end_of(reader) for reader, _, _ in sockets))

    assert page.status == 200
    assert ends == [b""] * 20
    for task, (_, writer, _) in zip(dripping, sockets, strict=True):
        task.cancel()
        writer.close()


async def test_bodies_that_drip_are_refused_while_others_are_served(hasty):
    ada = await hasty.signed_in("Ada")
    cookie = {c.key: c.value for c in ada.session.cookie_jar}["session"]
    sockets = [await connect(hasty) for _ in range(20)]
    for _, writer, host in sockets:
        head = (
            f"POST /posts/new HTTP/1.1\r\nHost: {host}\r\nCookie: session={cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 9999\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode())

    page = await ada.get("/")
    answers = await asyncio.gather(*(reader.readline() for reader, _, _ in sockets))

    assert page.status == 200
    assert answers == [b"HTTP/1.1 408 Request Timeout\r\n"] * 20
    for _, writer, _ in sockets:
        writer.close()


async def test_many_who_say_nothing_keep_nobody_out(hasty):
    idle = [await connect(hasty) for _ in range(200)]
    visitor = await hasty.visitor()

    page = await visitor.get("/")
    ends = await asyncio.gather(*(reader.read() for reader, _, _ in idle))

    assert page.status == 200
    assert set(ends) == {b""}
    for _, writer, _ in idle:
        writer.close()


async def test_many_requests_in_a_row_are_all_answered(hasty):
    reader, writer, host = await connect(hasty)
    one = f"GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    writer.write(one * 499 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    answer = await reader.read()

    assert answer.count(b"HTTP/1.1 200 OK") == 500
    writer.close()
