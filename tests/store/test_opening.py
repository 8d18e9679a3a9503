"""A store that cannot be opened says why, in one sentence for the operator."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from store import open_store
from store.interface import Unreadable


async def opened(url: str) -> None:
    async with open_store(url):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "mysql://localhost/x",
        "sqlite://",
        "sqlite:///",
        "/tmp/x.db",
        "sqlite:x",
    ],
)
async def test_only_two_kinds_of_store_are_known(url):
    with pytest.raises(
        Unreadable, match=r"say sqlite:///folder/file\.db or postgresql:"
    ):
        await opened(url)


async def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(Unreadable, match=f"there is no folder {tmp_path}/no"):
        await opened(f"sqlite:///{tmp_path}/no/peer.db")


async def test_a_folder_where_a_file_should_be(tmp_path):
    with pytest.raises(Unreadable, match="is a folder"):
        await opened(f"sqlite:///{tmp_path}")


async def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "peer.db"
    file.write_text("Dear diary, " * 1000)

    with pytest.raises(Unreadable, match=f"{file} cannot be used as a store"):
        await opened(f"sqlite:///{file}")

    assert file.read_text().startswith("Dear diary")


async def test_the_database_of_some_other_program(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE bookmark (url)")

    with pytest.raises(Unreadable, match="of some other program"):
        await opened(f"sqlite:///{tmp_path}/other.db")


async def test_a_file_that_may_not_be_written(tmp_path, request):
    file = tmp_path / "peer.db"
    await opened(f"sqlite:///{file}")
    for each in tmp_path.iterdir():
        each.chmod(0o444)
    tmp_path.chmod(0o555)
    if os.geteuid() == 0:  # whom no permission keeps out
        os.seteuid(65534)
        request.addfinalizer(lambda: os.seteuid(0))

    with pytest.raises(Unreadable):
        await opened(f"sqlite:///{file}")


async def test_what_is_kept_is_for_nobody_elses_eyes(tmp_path):
    file, backup = tmp_path / "peer.db", tmp_path / "backup"
    async with open_store(f"sqlite:///{file}") as store:
        await store.transact(lambda tx: tx.keep("s", "secret", {}))
        await store.backup(backup)

        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}

    assert modes == dict.fromkeys(
        ("peer.db", "peer.db-wal", "peer.db-shm", "backup"), 0o600
    )


async def test_a_path_may_be_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    await opened("sqlite:///peer 1%.db")
    await opened("sqlite:///:memory:")

    assert {"peer 1%.db", ":memory:"} <= {file.name for file in tmp_path.iterdir()}


@pytest.mark.parametrize(
    "url, said",
    [
        ("postgresql://ada:secret@127.0.0.1:9/x", "no store at .*127.0.0.1:9/x"),
        ("postgresql://[localhost/x", "that is no address of a server"),
        ("postgresql://localhost/x?schema=a;b", "cannot be the name of a schema"),
        ("postgresql://localhost/x?schema=Public", "cannot be the name of a schema"),
        ("postgresql://localhost/x?pool=0", "1 to 100 connections"),
        ("postgresql://localhost/x?pool=many", "1 to 100 connections"),
        ("postgresql://localhost/x?nonsense=1", "no store at"),
    ],
)
async def test_a_server_that_cannot_be_used(url, said):
    with pytest.raises(Unreadable, match=said) as told:
        await opened(url)

    assert "secret" not in str(told.value) and "\n" not in str(told.value)


async def test_a_database_that_a_server_does_not_have(new_url):
    store_url = new_url("postgresql")

    with pytest.raises(Unreadable, match='database "nowhere" does not exist'):
        await opened(store_url + "&dbname=nowhere")


async def test_a_store_tells_of_itself(store, store_url, thing, index):
    one = thing()
    await store.transact(lambda tx: tx.put(one, index(one)))

    told = await store.describe()

    assert told["kind"].split()[0].lower() in store_url.replace(
        "postgresql", "postgresql"
    )
    assert told["bytes"] > 10_000
    assert told["rows"]["thing"] == 1 and told["rows"]["edge"] == 0
    assert "secret" not in told["where"]
