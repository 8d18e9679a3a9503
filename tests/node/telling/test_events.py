"""Events as Mobilizon, Gancio, Mastodon and Friendica read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from peer.node.outbox import Ask
from peer.node.telling import things
from peer.protocol.thing import DRAFT, Edge
from tests.house import BASE

NOW = "2026-11-21T09:00:00.000Z"
PLACE = {
    "name": "Cinema Ideal",
    "street": "Rua do Loreto 15",
    "city": "Lisboa",
    "country": "PT",
    "latitude": 38,
    "longitude": -9.1445,
}
VALUES = {
    "name": "Night of short films",
    "startTime": "2025-09-12T18:30:00.5Z",
    "endTime": "2025-09-12T23:00:00+01:00",
    "timezone": "Europe/Lisbon",
    "location": PLACE,
    "content": "Twelve films.",
    "image": {
        "url": f"{BASE}/media/x.webp",
        "mediaType": "image/webp",
        "alt": "A reel",
    },
}


async def made(node, kind: str, slug: str, audience: str = "public", **values) -> str:
    ask = Ask("Create", kind=kind, slug=slug, values=values, audience=audience)
    return (await node.publish(node.site, ask)).object.id


async def related(node, subject: str, relation: str, object: str) -> None:
    id = f"{subject}#{relation}-{object}"
    edge = Edge(id, subject, relation, object, subject, NOW, f"{id}/activity")
    await node.store.transact(lambda tx: tx.relate(edge))


async def told(node, id: str) -> dict[str, Any]:
    return await node.store.read(
        lambda read: things.document(read.get(id), read, node.lexicon)
    )


async def event(node, **changes: Any) -> dict[str, Any]:
    values = {k: v for k, v in {**VALUES, **changes}.items() if v is not None}
    return await told(node, await made(node, "Event", "films", **values))


async def test_the_summary_says_when_and_where(node):
    document = await event(node)

    assert document["summary"] == (
        "Fri 12 Sep 2025, 19:30-23:00 (Europe/Lisbon) - "
        "Cinema Ideal, Rua do Loreto 15, Lisboa"
    )


async def test_what_its_author_says_in_short_comes_after_that(node):
    document = await event(node, summary="Bring <cushions>.", location=None)

    assert document["summary"].endswith("(Europe/Lisbon). Bring &lt;cushions&gt;.")


async def test_an_event_that_goes_on_into_another_day_says_both(node):
    document = await event(node, endTime="2025-09-13T02:00:00+01:00", location=None)

    assert document["summary"] == (
        "Fri 12 Sep 2025, 19:30 - Sat 13 Sep 2025, 02:00 (Europe/Lisbon)"
    )


async def test_times_are_whole_seconds_with_the_offset_of_the_place(node):
    document = await event(node)

    assert document["startTime"] == "2025-09-12T19:30:00+01:00"
    assert document["endTime"] == "2025-09-12T23:00:00+01:00"
    assert (document["timezone"], document["displayEndTime"]) == ("Europe/Lisbon", True)
    assert datetime.fromisoformat(document["startTime"]).utcoffset() is not None


async def test_an_end_that_nobody_knows_is_not_made_up(node):
    document = await event(node, endTime=None)

    assert "endTime" not in document
    assert document["displayEndTime"] is False


async def test_there_is_one_place_and_its_degrees_are_not_whole_numbers(node):
    document = await event(node)

    place = document["location"]
    assert place["type"] == "Place"
    assert place["address"]["type"] == "PostalAddress"
    assert type(place["latitude"]) is float


async def test_at_one_of_our_places_it_is_that_place(node):
    hall = await made(node, "Place", "hall", name="Hall", location={"name": "Hall"})
    id = await made(node, "Event", "e", name="E", startTime=VALUES["startTime"])
    await related(node, id, "located", hall)

    document = await told(node, id)

    assert document["location"] == {"id": hall, "type": "Place", "name": "Hall"}


async def test_the_banner_comes_first(node):
    document = await event(node)

    banner = document["attachment"][0]
    assert (banner["type"], banner["name"]) == ("Document", "Banner")
    assert banner["url"] == f"{BASE}/media/x.webp"
    assert document["image"]["name"] == "A reel"


@pytest.mark.parametrize(
    ("status", "term", "name"),
    [
        ("CONFIRMED", "EventScheduled", "Night of short films"),
        ("TENTATIVE", "EventTentative", "Night of short films"),
        ("CANCELLED", "EventCancelled", "CANCELLED: Night of short films"),
    ],
)
async def test_its_status_is_said_in_all_dialects(node, status, term, name):
    document = await event(node, status=status)

    assert document["status"] == document["ical:status"] == status
    assert (document["eventStatus"], document["name"]) == (term, name)


async def test_a_name_that_would_be_html_elsewhere_is_none(node):
    document = await event(node, name="Films <script> & more")

    assert document["name"] == "Films script & more"


async def test_a_free_event_counts_its_places(node):
    document = await event(node, capacity=3)
    await related(node, f"{BASE}/people/ada", "attending", document["id"])
    await node.store.transact(
        lambda tx: tx.hold(document["id"], f"{BASE}/people/ada", 1, 3)
    )

    document = await told(node, document["id"])

    assert document["joinMode"] == "free"
    assert document["maximumAttendeeCapacity"] == 3
    assert document["remainingAttendeeCapacity"] == 2
    assert document["participantCount"] == 1


async def test_places_that_a_shop_has_to_sell_are_still_to_be_had(node):
    document = await event(node, capacity=3, joinMode="external")
    id, shop = document["id"], "https://shop.example/allotments/1"
    await related(node, id, "sold", "https://shop.example/orders/1#1")
    await node.store.transact(lambda tx: tx.hold(id, shop, 3, 3))

    document = await told(node, id)

    assert document["maximumAttendeeCapacity"] == 3
    assert document["remainingAttendeeCapacity"] == 2


async def test_where_everybody_fits_in_no_number_is_told(node):
    document = await event(node)

    assert "maximumAttendeeCapacity" not in document
    assert "remainingAttendeeCapacity" not in document


async def test_with_tickets_it_leads_to_where_they_are_sold(node):
    document = await event(node, joinMode="external")
    shop = "https://shop.example/tickets/1"

    assert document["externalParticipationUrl"] == document["id"]
    await related(node, shop, "sellsTicketsFor", document["id"])

    document = await told(node, document["id"])
    assert (document["joinMode"], document["externalParticipationUrl"]) == (
        "external",
        shop,
    )


async def test_the_first_calendar_speaks_for_it(node):
    document = await event(node)
    calendars = [
        await made(node, "Calendar", "hush", DRAFT, name="Hush"),
        await made(node, "Calendar", "city", name="City"),
        await made(node, "Calendar", "later", name="Later"),
    ]
    for calendar in calendars:
        await related(node, calendar, "scheduled", document["id"])

    document = await told(node, document["id"])

    assert document["attributedTo"] == calendars[1]
    assert document["cc"][0] == f"{calendars[1]}/followers"
    voice = await node.store.read(
        lambda read: things.voice(read.get(document["id"]), read)
    )
    assert voice == calendars[1]


async def test_on_no_calendar_its_owner_does(node):
    document = await event(node)

    assert document["attributedTo"] == f"{BASE}/actor"


async def test_it_says_what_mobilizon_would_crash_without(node):
    document = await event(node)

    assert document["contacts"] == [] and document["tag"] == []
    assert isinstance(document["to"], list) and isinstance(document["cc"], list)
    assert isinstance(document["url"], str)
    assert document["category"] == "MEETING"
    assert document["mediaType"] == "text/html"
    assert (document["draft"], document["isOnline"]) == (False, False)
    assert len(document["uuid"]) == 36
