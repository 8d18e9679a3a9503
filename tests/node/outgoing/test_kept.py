"""Connections are kept open to as many servers as there is room for."""

from __future__ import annotations

import resource

from peer.node.outgoing.kept import KEPT_OPEN, TO_ONE, Kept


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_first_are_kept_and_whoever_comes_too_late_is_not():
    kept = Kept(2, Clock())

    assert [kept.keeps(host) for host in "abcab"] == [True, True, False, True, True]


def test_who_is_not_met_again_gives_the_place_up():
    clock = Clock()
    kept = Kept(2, clock)
    assert kept.keeps("a") and kept.keeps("b")
    clock.now = KEPT_OPEN / 2
    assert kept.keeps("a") and not kept.keeps("c")

    clock.now = KEPT_OPEN

    assert kept.keeps("c") and kept.keeps("a")
    assert not kept.keeps("b")


def test_all_that_may_be_kept_leaves_most_files_to_those_who_come(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 4096))

    assert 0 < Kept().most * TO_ONE <= 1024 / 4
