"""What leads from every page to the other peers of the cooperative."""

from __future__ import annotations

from peer.web.parts.menu import doors

_PEERS = {
    "blog": "https://blog.example",
    "events": "https://events.example",
    "shop": "https://shop.example",
    "hub": "https://blog.example",
}


def test_every_peer_leads_to_the_others_and_marks_itself():
    found = doors(_PEERS, "https://events.example")

    assert [(each.label, each.href, each.current) for each in found] == [
        ("Journal", "https://blog.example/", False),
        ("Events", "https://events.example/calendars", True),
        ("Shop", "https://shop.example/", False),
    ]


def test_a_peer_that_is_alone_leads_nowhere():
    assert not doors({}, "https://blog.example")
    assert not doors({"blog": "https://blog.example"}, "https://blog.example")
