from __future__ import annotations

import asyncio

import pytest

from peer.protocol import cavage
from peer.protocol.moment import read as moment
from tests.node.outgoing.elsewhere import (
    AS2,
    KEY,
    Barred,
    answer,
    dripping,
    speaks,
)

# -- arriving ----------------------------------------------------------------------


async def test_what_is_enqueued_arrives_once_and_signed(desk, elsewhere, inbox, clock):
    id = await desk.post("1", inbox)

    await desk.drain()
    await desk.drain()

    (asked,) = elsewhere.asked
    assert (asked.method, asked.document["id"]) == ("POST", id)
    assert asked.headers["content-type"] == AS2
    assert cavage.claim(asked.message(), clock.time).holds(KEY.public_key())
    assert (await desk.waiting(), desk.counts.delivered) == ([], 1)


async def test_one_activity_goes_to_many_and_is_loaded_once(desk, elsewhere):
    inboxes = [elsewhere.url("/inbox", f"h{n}.localhost") for n in range(40)]
    id = await desk.post("1", *inboxes)

    await desk.drain()

    assert (len(elsewhere.asked), desk.loaded) == (40, [id])
    assert await desk.waiting() == []


async def test_somebody_who_wakes_it_is_served_at_once(desk, elsewhere, inbox):
    worker = asyncio.create_task(desk.deliverer.run())
    await desk.post("1", inbox)
    desk.deliverer.wake()
    await elsewhere.heard(1)

    await desk.post("2", inbox)
    desk.deliverer.wake()
    await elsewhere.heard(2)

    worker.cancel()
    await asyncio.wait([worker])
    assert await desk.waiting() == []


async def test_a_host_is_not_sent_everything_at_once(desk, elsewhere):
    barred = elsewhere.answers["/barred"] = Barred()
    for n in range(20):
        await desk.post(str(n), elsewhere.url("/barred"), about=str(n))
    task = asyncio.create_task(desk.drain())

    await elsewhere.heard(8)
    barred.opened.set()
    await task

    assert (barred.most, len(elsewhere.asked)) == (8, 20)


async def test_a_host_that_does_not_answer_holds_nobody_else_up(desk, elsewhere):
    barred = elsewhere.answers["/barred"] = Barred()
    await desk.post("1", elsewhere.url("/barred"))
    others = [elsewhere.url("/inbox", f"h{n}.localhost") for n in range(40)]
    await desk.post("2", *others)
    task = asyncio.create_task(desk.drain())

    await elsewhere.heard(41)

    barred.opened.set()
    await task


# -- signatures --------------------------------------------------------------------


async def test_a_host_that_wants_the_newer_signature_gets_it(
    desk, elsewhere, inbox, clock
):
    elsewhere.answers["/inbox"] = speaks("rfc9421", clock)
    await desk.post("1", inbox)
    await desk.drain()
    asked = len(elsewhere.asked)

    await desk.post("2", inbox)
    await desk.drain()

    assert (asked, len(elsewhere.asked)) == (2, 3)
    assert await desk.waiting() == []


async def test_who_takes_neither_is_tried_again_later(desk, elsewhere, inbox):
    elsewhere.answers["/inbox"] = answer("who?", 401, type="text/plain")
    await desk.post("1", inbox)

    await desk.drain()

    assert len(elsewhere.asked) == 2
    assert (await desk.only()).error == "They answered 401: who?"


async def test_what_is_wrong_with_the_activity_is_not_the_signatures_fault(
    desk, elsewhere, inbox
):
    first = answer("no such type", 400, type="text/plain")
    elsewhere.answers["/inbox"] = [first, answer("", 401)]
    await desk.post("1", inbox)

    await desk.drain()

    delivery = await desk.only()
    assert (delivery.due, delivery.error) == ("", "They answered 400: no such type")


# -- what an answer means ----------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_what_was_taken_is_done(desk, elsewhere, inbox, status):
    elsewhere.answers["/inbox"] = answer("", status)
    await desk.post("1", inbox)

    await desk.drain()

    assert await desk.waiting() == []


@pytest.mark.parametrize("status", [400, 403, 404, 405, 406, 410, 413, 415, 422])
async def test_what_is_refused_is_given_up_but_kept_to_be_seen(
    desk, elsewhere, inbox, status, clock
):
    elsewhere.answers["/inbox"] = answer("<h1>", status, type="text/html")
    await desk.post("1", inbox)

    await desk.drain()
    clock.tick(days=30)
    await desk.drain()

    delivery = await desk.only()
    assert (delivery.due, delivery.error) == ("", f"They answered {status}.")
    assert desk.counts.given_up == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 408, 429, 500, 502, 503])
async def test_what_may_pass_is_tried_again(desk, elsewhere, inbox, status, clock):
    elsewhere.answers["/inbox"] = answer("", status, Location="/other")
    await desk.post("1", inbox)
    began = clock.time

    await desk.drain()

    delivery = await desk.only()
    assert round((moment(delivery.due) - began).total_seconds()) == 16
    assert delivery.attempts == 1 and str(status) in delivery.error
    assert "/other" not in elsewhere.paths

    elsewhere.answers.clear()
    clock.tick(seconds=17)
    await desk.drain()
    assert await desk.waiting() == []


async def test_who_does_not_answer_in_time_is_tried_again(desk, elsewhere, inbox):
    elsewhere.answers["/inbox"] = barred = Barred()
    desk.deliverer = desk.another(deadline=0.1)
    await desk.post("1", inbox)

    await desk.drain()

    barred.opened.set()
    assert (await desk.only()).error == "There was no answer in time."


async def test_an_answer_is_enough_however_slowly_it_goes_on(desk, elsewhere, inbox):
    elsewhere.answers["/inbox"] = dripping
    await desk.post("1", inbox)

    await desk.drain()

    assert await desk.waiting() == []


async def test_who_is_not_there_is_tried_again(desk, nobody):
    await desk.post("1", f"http://{nobody}/inbox")

    await desk.drain()

    assert "There was no answer" in (await desk.only()).error


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"HTTP/1.1 500 x\r\nContent-Type: text/plain\r\n\r\na\0b\xff\r\n", "500: a b"),
        (b"HTTP/1.1 500 a\0\xff\x1b[31m\r\n\r\n", "They answered 500."),
        (b"\0\xed\xa0\x80\r\n\r\n", "There was no answer"),
        (b"HTTP/1.1 202 x\r\n" + b"a: b\r\n" * 9999, "There was no answer"),
        (b"", "There was no answer"),
    ],
)
async def test_whatever_they_say_can_be_written_down(desk, nobody, sent, said):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        writer.close()

    port = int(nobody.partition(":")[2])
    async with await asyncio.start_server(serve, "127.0.0.1", port):
        await desk.post("1", f"http://{nobody}/inbox")
        await desk.drain()

    error = (await desk.only()).error
    assert said in error and error.isprintable()


async def test_a_connection_that_was_closed_meanwhile_is_made_again(desk, nobody):
    requests = []

    async def serve(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            requests.append(head)
            length = int(head.lower().partition(b"content-length: ")[2].split()[0])
            await reader.readexactly(length)
            if len(requests) == 2:
                break
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    port = int(nobody.partition(":")[2])
    async with await asyncio.start_server(serve, "127.0.0.1", port):
        for name in "12":
            await desk.post(name, f"http://{nobody}/inbox", about=name)
            await desk.drain()

    assert (len(requests), desk.counts.delivered) == (3, 2)
