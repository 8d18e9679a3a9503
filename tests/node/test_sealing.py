"""What is sealed opens with the key of this peer, for what it was sealed for alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from peer.node.sealing import FILE, Unsealable, seal, unseal


def test_what_was_sealed_comes_out_again(tmp_path):
    sealed = seal(tmp_path, "the cheese counter", "a key, with a \0 in it")

    assert "key" not in sealed
    assert unseal(tmp_path, "the cheese counter", sealed) == "a key, with a \0 in it"


def test_nothing_opens_for_anything_else(tmp_path):
    sealed = seal(tmp_path, "the cheese counter", "a key")

    with pytest.raises(Unsealable):
        unseal(tmp_path, "the bread shelf", sealed)


@pytest.mark.parametrize("wrong", ["", "no seal at all", "gAAAAA=="])
def test_what_is_no_seal_does_not_open(tmp_path, wrong):
    with pytest.raises(Unsealable):
        unseal(tmp_path, "the cheese counter", wrong)


def test_without_its_key_it_stays_shut(tmp_path):
    sealed = seal(tmp_path, "the cheese counter", "a key")
    (tmp_path / FILE).unlink()

    with pytest.raises(Unsealable):
        unseal(tmp_path, "the cheese counter", sealed)


def test_a_key_that_is_damaged_opens_nothing(tmp_path):
    sealed = seal(tmp_path, "the cheese counter", "a key")
    (tmp_path / FILE).write_bytes(b"half of a ke")

    with pytest.raises(Unsealable):
        unseal(tmp_path, "the cheese counter", sealed)
    with pytest.raises(Unsealable):
        seal(tmp_path, "the cheese counter", "another key")


def test_the_key_is_for_the_peer_alone(tmp_path):
    seal(tmp_path, "the cheese counter", "a key")

    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_those_who_make_it_at_once_make_one(tmp_path):
    with ThreadPoolExecutor(16) as workers:
        sealed = list(workers.map(lambda n: seal(tmp_path, f"{n}", "a key"), range(64)))

    assert {unseal(tmp_path, f"{n}", each) for n, each in enumerate(sealed)} == {
        "a key"
    }
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
