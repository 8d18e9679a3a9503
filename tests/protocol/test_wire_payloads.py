"""What real servers have sent, and what each of it is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from peer.protocol import strict
from peer.protocol.wire import noted, said, somebody
from peer.protocol.wire.loose import Unreadable

FOLDER = os.environ.get("SX_FIXTURES")
SKIPPED = "SX_FIXTURES names no folder: WHAT REAL SERVERS SENT IS NOT READ"

#: By folder, what each payload is: an activity says of how many objects, and which
#: activity it brings along.  "-" is what is read as nothing.
PAYLOADS = {
    "bovine": """
        mastodon_delete_actor_1 Delete 1
        mastodon_flow_1_update_note Update 1
        mitra_follow Follow 1
        munching_cow_create_note_1 Create 1
    """,
    "examples": """
        KEYS -
        commerce-01-create-proposal Create 1
        commerce-01b-fallback-note Note
        commerce-02-offer-agreement Offer 1
        commerce-03a-accept-agreement Accept 1
        commerce-03b-reject Reject 1
        commerce-04-update-agreement-paid Update 1
        commerce-05-confirmation-ticket Create 1
        commerce-06-fulfilment-notice-to-events-peer Join 1
        commerce-07a-cancel-before-accept Undo 1 Offer
        commerce-07b-cancel-request-after-accept Offer 1 Delete
        commerce-07c-cancelled-by-shop Update 1
        commerce-08-proposal-sold-out-update Update 1
        event-01-create Create 1
        event-02-object-as-fetched Event
        event-03-announce-by-aggregating-calendar Announce 1
        event-04-update-cancelled Update 1
        event-05-delete Delete 1
        event-06-join Join 1
        event-07-accept-join Accept 1 Join
        event-08-reject-join-use-shop Reject 1 Join
        event-09-leave Leave 1
        event-10-calendar-actor Group
        relation-01-edge-signed-by-subject-owner Relationship
        relation-02-offer-edge Offer 1
        relation-03-stamp-object-as-fetched RelationshipAuthorization
        relation-04a-accept-with-stamp Accept 1 Offer
        relation-04b-reject Reject 1 Offer
        relation-05-edge-updated-with-stamp Relationship
        relation-06-add-to-calendar Add 1
        relation-07a-revoked-by-object-owner Delete 1
        relation-07b-remove-from-calendar Remove 1
        relation-07c-withdrawn-by-subject-owner Delete 1
    """,
    "fedify": """
        activitypub.academy__users__brauca_darradiul Person
        example.com__cross-origin-actor Create 0
        example.com__person2 Person
        example.com__wrong-type https://example.com/
        oeee.cafe__ap__users__3609fd4e-d51d-4db8-9f04-4189815864dd Person
        wizard.casa__users__hongminhee Person
    """,
    "gancio": """
        AP-location__bad-location-without-a-name Place
        AP-location__multiple-mixed-locations -
        AP-location__physical-location-no-address Place
        AP-location__physical-location-with-postal-address Place
        AP-location__physical-location-with-simple-string-address Place
        AP-location__physical-location-without-id Place
        AP-location__virtual-location Place
    """,
    "ghost": """
        article-update-activity Update 1
        note-with-image-create-activity Create 1
        publish-note-create-activity-with-mentions Create 1
        publish-post-create-activity Create 1
    """,
    "lemmy": """
        discourse__objects__group Group
        discourse__objects__page Note
        friendica__activities__create_page_2 Create 1
        friendica__activities__delete Delete 1
        friendica__activities__undo_dislike_page Undo 1 Dislike
        friendica__objects__person_1 Person
        gnusocial__activities__create_note Create 1
        gnusocial__activities__like_note Like 1
        lemmy__activities__block__undo_block_user Undo 1 Block
        lemmy__activities__community__add_mod Add 1
        lemmy__activities__community__announce_create_page Announce 1 Create
        lemmy__activities__community__report_page Flag 1
        lemmy__activities__deletion__delete_user Delete 1
        lemmy__activities__deletion__undo_delete_page Undo 1 Delete
        lemmy__activities__following__accept Accept 1 Follow
        lemmy__activities__following__undo_follow Undo 1 Follow
        lemmy__collections__group_followers Collection
        lemmy__collections__group_moderators OrderedCollection
        lemmy__collections__group_outbox OrderedCollection
        lemmy__collections__person_outbox OrderedCollection
        lemmy__objects__group Group
        lemmy__objects__instance Application
        lemmy__objects__page Page
        lemmy__objects__person Person
        lemmy__objects__private_message Note
        lemmy__objects__tombstone Tombstone
        lotide__activities__delete_note Delete 1
        lotide__objects__person Person
        mastodon__activities__delete Delete 1
        mastodon__activities__flag Flag 3
        mastodon__collections__featured OrderedCollection
        mastodon__objects__note_2 Note
        mastodon__objects__person Person
        mbin__activities__accept Accept 1 Follow
        mbin__activities__flag Flag 2
        mbin__objects__instance Application
        mitra__activities__accept Accept 1
        mitra__activities__create_post Create 1
        mobilizon__objects__event Event
        mobilizon__objects__group Group
        nodebb__objects__group Group
        nodebb__objects__page Article
        peertube__activities__announce_video Announce 1
        peertube__objects__group Group
        peertube__objects__note Note
        peertube__objects__person Person
        peertube__objects__video Video
        pleroma__objects__chat_message ChatMessage
        pleroma__objects__person Person
        smithereen__objects__person Person
        wordpress__activities__announce Announce 1 Update
        wordpress__objects__group Group
        wordpress__objects__person Person
    """,
    "peertube": "announce-without-context Announce 1",
    "type-confusion": """
        attacker.poc.example__objects__notes__falsified-victim-mention Note
        victim.poc.example__objects___at_victim Person
        victim.poc.example__user-contents__attacker___at_FAKE__outbox__1 Create 1
        victim.poc.example__user-contents__attacker___at_victim Person
        victim.poc.example__user-contents__attacker__fake-attribution-note Note
    """,
    "wordpress": """
        notiz-blog-author-matthias-pfefferle Person
        notiz-blog-well-known-webfinger -
    """,
    "wp-event-bridge": "events__gancio-v1.22 Event",
}


def payloads() -> list[Any]:
    """Folder, name and result of each."""
    lines = [(f, line) for f, told in PAYLOADS.items() for line in told.splitlines()]
    split = [(f, *line.split(maxsplit=1)) for f, line in lines if line.strip()]
    return [pytest.param(*each, id="/".join(each[:2])) for each in split]


def folder() -> Path:
    if not FOLDER:
        pytest.skip(SKIPPED)
    return Path(FOLDER)


def document(file: Path) -> Any:
    """The payload in ``file``; in WordPress' recordings, the body of the answer."""
    raw = file.read_bytes()
    recorded = json.loads(raw)
    is_recording = isinstance(recorded, dict) and "body" in recorded
    return strict.read(recorded["body"].encode() if is_recording else raw)


def result(told: Any) -> str:
    try:
        activity = said.read(told)
        inner = said.inner(activity)
    except Unreadable:
        return noted.read(told).type
    words = [activity.type, str(len(activity.objects)), inner.type if inner else ""]
    return " ".join(filter(None, words))


@pytest.mark.parametrize(("where", "name", "expected"), payloads())
def test_what_a_real_server_sent_is_what_it_is(where, name, expected):
    (file,) = (folder() / where).glob(f"{name}.json*")

    try:
        found = result(document(file))
    except (Unreadable, strict.NotJson):
        found = "-"

    assert found == expected


def test_no_payload_is_left_out():
    kept = {f"{p.values[0]}/{p.values[1]}" for p in payloads()}
    there = {
        f"{file.parent.name}/{file.stem}"
        for file in folder().glob("*/*.json*")
        if file.parent.name not in ("vectors", "contexts")
    }

    assert there == kept


def test_every_actor_but_one_without_an_inbox_is_somebody():
    lines = [p.values for p in payloads()]
    actors = [
        (w, n) for w, n, is_a in lines if is_a in ("Person", "Group", "Application")
    ]
    nobody = set()
    for where, name in actors:
        (file,) = (folder() / where).glob(f"{name}.json*")
        try:
            somebody.read(document(file))
        except Unreadable:
            nobody.add(name)

    assert len(actors) > 20 and nobody == {"example.com__person2"}
