"""Work reads and writes what it is given, at once, and touches nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
from functools import partial

import pytest


async def promised(tx):
    """Async, so nothing that a transaction could wait for."""


def yielding(tx):
    yield tx.recall_all("s")


class Callable:
    async def __call__(self, tx):
        """Async, and not seen to be before it is called."""


@pytest.mark.parametrize(
    "work",
    [
        promised,
        partial(promised),
        yielding,
        lambda tx: promised(tx),
        lambda tx: (key for key, _ in tx.recall_all("s")),
        Callable(),
    ],
)
@pytest.mark.parametrize("how", ["read", "transact", "alone"])
async def test_work_does_not_wait_and_is_not_put_off(store, work, how):
    args = ("name",) if how == "alone" else ()

    with pytest.raises(TypeError):
        await getattr(store, how)(*args, work)

    assert await store.transact(lambda tx: 1) == 1


async def test_a_work_that_promised_too_much_leaves_no_trace(store):
    def work(tx):
        tx.keep("s", "k", {})
        return promised(tx)

    with pytest.raises(TypeError, match="coroutine"):
        await store.transact(work)

    assert await store.read(lambda read: read.recall_all("s")) == []


async def test_a_transaction_is_of_no_use_afterwards(store):
    leaked = []
    await store.transact(leaked.append)
    await store.read(leaked.append)

    for given in leaked:
        with pytest.raises(RuntimeError, match="has ended"):
            given.get("https://a.example/x")


@pytest.mark.parametrize("how", ["read", "transact"])
async def test_work_does_nothing_elsewhere(store, tmp_path, how):
    file = tmp_path / "file"
    file.write_text("before")
    elsewhere = [
        lambda _: socket.create_connection(("127.0.0.1", 9)),
        lambda _: socket.getaddrinfo("localhost", 80),
        lambda _: subprocess.run(["true"]),
        lambda _: os.system("true"),
        lambda _: file.write_text("after"),
        lambda _: file.open("a"),
        lambda _: os.open(file, os.O_RDWR),
        lambda _: file.unlink(),
        lambda _: file.rename(tmp_path / "other"),
    ]

    for work in elsewhere:
        with pytest.raises(RuntimeError, match="does no I/O elsewhere"):
            await getattr(store, how)(work)

    assert file.read_text() == "before"


async def test_work_may_read_files_and_others_may_do_as_they_like(store, tmp_path):
    file = tmp_path / "file"
    file.write_text("read me")

    assert await store.transact(lambda tx: file.read_text()) == "read me"

    file.write_text("written afterwards")
