"""Bundles: what is packed comes out again, whole, or it is said what is wrong."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from peer.node.copies.bundle import BadBundle, pack, unpack


def quietly(_done: int) -> None:
    """Nobody looks at a bar."""


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    names = {"store.db": b"rows " * 5000, "media/ab/abc.webp": b"picture"}
    found = {}
    for name, content in names.items():
        found[name] = tmp_path / name.replace("/", "-")
        found[name].write_bytes(content)
    return found


@pytest.fixture
def packed(tmp_path, files) -> Path:
    pack(tmp_path / "it.tar", {"made": "today"}, files, quietly)
    return tmp_path / "it.tar"


def test_what_went_in_comes_out(packed, files, tmp_path):
    bundle = unpack(packed, tmp_path / "out", quietly)

    assert bundle.told == {"made": "today"}
    assert set(bundle.files) == set(files)
    for name, path in files.items():
        assert (tmp_path / "out" / name).read_bytes() == path.read_bytes()


def test_only_its_owner_may_read_it(packed):
    assert packed.stat().st_mode & 0o077 == 0


def test_it_does_not_tell_whose_machine_it_was_made_on(packed):
    with tarfile.open(packed) as tar:
        assert {(info.uid, info.uname) for info in tar} == {(0, "")}


def test_nothing_is_overwritten(packed, files):
    before = packed.read_bytes()

    with pytest.raises(BadBundle, match="is there already"):
        pack(packed, {}, files, quietly)
    assert packed.read_bytes() == before


def test_half_a_bundle_is_never_there(tmp_path, files):
    files["gone"] = tmp_path / "gone"

    with pytest.raises(BadBundle, match="gone: No such file"):
        pack(tmp_path / "half.tar", {}, files, quietly)
    assert [path.name for path in tmp_path.glob("*.tar*")] == []


def test_every_byte_counts(packed, tmp_path):
    content = bytearray(packed.read_bytes())
    content[content.index(b"rows rows")] ^= 1
    packed.write_bytes(content)

    with pytest.raises(BadBundle, match=r"store\.db is not what it was"):
        unpack(packed, tmp_path / "out", quietly)


def test_half_of_one_is_damaged(packed, tmp_path):
    packed.write_bytes(packed.read_bytes()[:12_000])

    with pytest.raises(BadBundle, match="is damaged"):
        unpack(packed, tmp_path / "out", quietly)


def test_another_file_is_none(tmp_path):
    other = tmp_path / "other"
    other.write_text("hello")

    with pytest.raises(BadBundle, match="another kind of file"):
        unpack(other, tmp_path / "out", quietly)


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "a/../../outside"])
def test_no_name_leads_outside(tmp_path, name):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        for inside, content in (
            ("manifest.json", json.dumps({"files": {}}).encode()),
            (name, b"x"),
        ):
            info = tarfile.TarInfo(inside)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))

    with pytest.raises(BadBundle, match="is no name for a file"):
        unpack(evil, tmp_path / "in" / "here", quietly)
    assert not (tmp_path / "outside").exists()


def test_a_link_is_not_followed(tmp_path):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        content = json.dumps({"files": {}}).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("store.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)

    with pytest.raises(BadBundle, match="is no name for a file"):
        unpack(evil, tmp_path / "out", quietly)
