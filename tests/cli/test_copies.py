"""Backups and archives, from the command line."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile

import pytest


@pytest.fixture
def lived(blog, tmp_path):
    """A blog in which something has happened that no seed says."""
    blog("users", "add", "ana@example.org", "--name", "Ana Ruiz")
    blog("keys")
    blog("do", "Create", "Post", "name=Mine", "content=Of my own", "--as", "ana-ruiz")
    media = tmp_path / "var" / "blog" / "media" / "ab"
    media.mkdir(parents=True)
    (media / "abcd.webp").write_bytes(b"a picture")
    return blog


def replayed(sx, **settings) -> str:
    return sx("-d", "blog", "doctor", "--replay", **settings).stdout


# -- backups


def test_a_backup_becomes_the_same_peer(lived, sx, tmp_path):
    lived("backup", "b.tar")

    done = sx("-d", "blog", "restore", "b.tar", SX_VAR="new")

    assert done.exit_code == 0, done.output
    assert sx("-d", "blog", "keys", SX_VAR="new").stdout == lived("keys").stdout
    mine = sx("-d", "blog", "show", "mine", "--json", SX_VAR="new").stdout
    assert mine == lived("show", "mine", "--json").stdout
    assert (tmp_path / "new/media/ab/abcd.webp").read_bytes() == b"a picture"
    assert "ok replay" in replayed(sx, SX_VAR="new")


def test_a_backup_has_the_key_of_what_is_sealed_and_an_archive_has_not(
    lived, sx, tmp_path
):
    (tmp_path / "var" / "blog" / "seal.key").write_bytes(b"the key of a seal")
    lived("backup", "b.tar")
    lived("export", "a.tar")

    done = sx("-d", "blog", "restore", "b.tar", SX_VAR="new")

    assert done.exit_code == 0, done.output
    back = tmp_path / "new" / "seal.key"
    assert back.read_bytes() == b"the key of a seal"
    assert back.stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "a.tar") as archive:
        assert "seal.key" not in archive.getnames()


def test_a_backup_says_what_it_holds(lived):
    said = lived("backup", "b.tar").stdout

    assert "1 pictures; read back, and whole." in said


def test_a_rehearsal_leaves_nothing(lived, tmp_path):
    lived("backup", "b.tar")
    before = sorted(tmp_path.rglob("*"))

    done = lived("restore", "--verify", "b.tar")

    assert "could be restored" in done.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_a_peer_is_not_overwritten(lived):
    lived("backup", "b.tar")

    done = lived("restore", "b.tar")

    assert done.exit_code == 2
    assert "already: nothing was done" in done.stderr


def test_a_store_is_not_overwritten_where_there_are_no_pictures(lived, tmp_path):
    lived("backup", "b.tar")
    shutil.rmtree(tmp_path / "var/blog/media")

    assert "there is something in that store" in lived("restore", "b.tar").stderr


def test_a_backup_is_not_overwritten(lived):
    lived("backup", "b.tar")

    done = lived("backup", "b.tar")

    assert done.exit_code == 2
    assert done.stderr == "sx: b.tar is there already, and is not overwritten\n"


def test_a_folder_that_is_not_there_is_said(lived):
    done = lived("backup", "none/b.tar")

    assert done.exit_code == 2
    assert "none cannot be written to: No such file" in done.stderr


def test_an_archive_is_no_backup(lived):
    lived("export", "e.tar")

    done = lived("restore", "--verify", "e.tar")

    assert done.exit_code == 2
    assert "e.tar is another kind of file" in done.stderr


def test_another_peers_backup_is_refused(lived, sx):
    lived("backup", "b.tar")

    done = sx("-d", "events", "restore", "b.tar")

    assert done.exit_code == 2
    assert "is of http://blog.localhost:8801, and SX_BASE says" in done.stderr


def test_a_damaged_backup_is_refused_before_anything_is_made(lived, sx, tmp_path):
    lived("backup", "b.tar")
    content = bytearray((tmp_path / "b.tar").read_bytes())
    content[content.index(b"a picture")] ^= 1
    (tmp_path / "b.tar").write_bytes(content)

    done = sx("-d", "blog", "restore", "b.tar", SX_VAR="new")

    assert done.exit_code == 2
    assert "is damaged: media/ab/abcd.webp is not what it was" in done.stderr
    assert list((tmp_path / "new").iterdir()) == []


def test_where_nothing_was_started_there_is_nothing_to_take(sx):
    for command in ("backup", "export"):
        done = sx("-d", "blog", command, "x.tar")

        assert done.exit_code == 2
        assert "was the peer ever started?" in done.stderr


# -- archives


def test_an_archive_becomes_the_same_things(lived, sx, tmp_path):
    lived("export", "e.tar")

    done = sx("-d", "blog", "import", "e.tar", SX_VAR="new")

    assert done.exit_code == 0, done.output
    mine = sx("-d", "blog", "show", "mine", "--json", SX_VAR="new").stdout
    assert mine == lived("show", "mine", "--json").stdout
    assert "ana@example.org" in sx("-d", "blog", "users", "list", SX_VAR="new").stdout
    assert (tmp_path / "new/media/ab/abcd.webp").exists()
    assert "no new activities" in sx("-d", "blog", "seed", SX_VAR="new").stdout


def test_an_archive_has_no_secrets(lived, tmp_path):
    lived("users", "link", "ana-ruiz")
    lived("export", "e.tar")

    with tarfile.open(tmp_path / "e.tar") as tar:
        texts = {info.name: tar.extractfile(info).read() for info in tar}
    records = [json.loads(line) for line in texts["records.jsonl"].splitlines()]

    assert {each["space"] for each in records} == {"account", "email", "declared"}
    assert all("password" not in each["document"] for each in records)
    assert not any(b"PRIVATE KEY" in text for text in texts.values())


def test_an_archive_whose_log_tells_another_story_is_refused(lived, sx, tmp_path):
    lived("export", "e.tar")
    forged(tmp_path / "e.tar", "Of my own", "Of yours")

    done = sx("-d", "blog", "import", "e.tar", SX_VAR="new")

    assert done.exit_code == 2
    assert "its log gives something else than its things for" in done.stderr


def forged(path, old: str, new: str) -> None:
    """``things.jsonl`` of an archive rewritten, its digest too."""
    with tarfile.open(path) as tar:
        texts = {info.name: tar.extractfile(info).read() for info in tar}
    texts["things.jsonl"] = texts["things.jsonl"].replace(old.encode(), new.encode())
    manifest = json.loads(texts["manifest.json"])
    digest = hashlib.sha256(texts["things.jsonl"]).hexdigest()
    manifest["files"]["things.jsonl"] = digest
    texts["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(path, "w") as tar:
        for name, content in texts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
