"""Who answers a question may still not be there for what is brought to them."""

from __future__ import annotations

import pytest

from peer.node.acquaintance import SOONER, Trust
from peer.node.outgoing.backoff import WAITS

BASE = "https://events.example"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def trust(clock):
    return Trust(clock)


def tried(trust, clock, seconds):
    """How often all is tried, where whoever is met is missed each time."""
    times = 0
    until = clock.now + seconds
    while clock.now < until:
        if trust.is_there(BASE):
            trust.used(BASE)
            times += 1
        clock.now += SOONER[0]
    return times


def test_whoever_is_back_is_believed_at_once(trust):
    assert trust.is_there(BASE)


def test_nothing_is_given_up_because_a_server_answers_and_takes_nothing(trust, clock):
    assert tried(trust, clock, 24 * 3600) < len(WAITS)


def test_once_something_arrives_they_are_believed_as_before(trust, clock):
    tried(trust, clock, 3600)

    trust.restored([BASE])

    assert trust.is_there(BASE)
    assert tried(trust, clock, 20) == 4
