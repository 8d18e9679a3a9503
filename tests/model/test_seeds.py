"""The seeds that come with the program: they hold together before they are played."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from peer.config import COOPERATIVE
from peer.model import domain as domains
from peer.model import relative
from peer.model.declaration import Type, from_toml
from peer.model.domain import Domain
from peer.model.validation import problems

ROOT = Path(__file__).parents[2]
DOMAINS = sorted(path.parent.name for path in ROOT.glob("seeds/*/domain.toml"))
ANY_DAY = datetime(2031, 3, 12, 12, 0, tzinfo=UTC)
LINK = re.compile(r"\]\((/[^)#]*)")


@dataclass(frozen=True)
class Bundle:
    """All that one domain is seeded with."""

    domain: Domain
    steps: Sequence[tuple[str, Mapping[str, Any]]]  # file, and what stands there

    @classmethod
    def of(cls, name: str) -> Bundle:
        source = ROOT / "seeds" / name / "domain.toml"
        text = source.read_text()
        domain = domains.from_toml(name, text, str(source))
        files = [
            *sorted(ROOT.glob("seeds/_any/[0-9]*.toml")),
            *sorted(ROOT.glob(f"seeds/{name}/[0-9]*.toml")),
        ]
        steps = [
            (file.name, step)
            for file in files
            for step in tomllib.loads(file.read_text())["do"]
        ]
        return cls(domain, steps)

    @cached_property
    def types(self) -> Mapping[str, Type]:
        files = [ROOT / "types" / name / "type.toml" for name in self.domain.types]
        found = [from_toml(file.read_text(), str(file))[0] for file in files]
        return {kind.name: kind for kind in found}

    @property
    def created(self) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """File, step and object of each Create."""
        for file, step in self.steps:
            if step["verb"] == "Create":
                yield file, step, step["object"]

    @property
    def stated(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for file, step in self.steps:
            if step["verb"] == "Add":
                yield file, step

    @property
    def offered(self) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """File, event and object of what other peers are offered."""
        for file, step in self.steps:
            if step["verb"] == "Offer":
                event = self.named[step["subject"].removeprefix("@")]
                yield file, event, step["object"]

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, Any]]:
        return {step.get("as", told["slug"]): told for _, step, told in self.created}

    def of_kind(self, kind: str) -> Sequence[Mapping[str, Any]]:
        return [told for _, _, told in self.created if told["kind"] == kind]

    def values(self, told: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        """What the thing holds once it has been made at ``now``."""
        fields = self.types[told["kind"]].fields
        return {
            term: relative.moment(value, now, self.domain.zone) or value
            if term in fields and fields[term].kind == "moment"
            else value
            for term, value in told.items()
            if term not in ("kind", "slug")
        }


@pytest.fixture(scope="module", params=DOMAINS)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return Bundle.of(request.param)


@pytest.fixture(scope="module")
def events() -> Bundle:
    return Bundle.of("events")


def test_the_front_page_and_the_menu_are_of_types_that_the_domain_has(
    bundle: Bundle,
) -> None:
    domain = bundle.domain

    assert domain.front and domain.menu and domain.tagline
    assert {*domain.front, *domain.menu} <= set(bundle.types)


def test_every_thing_is_whole(bundle: Bundle) -> None:
    wrong = {
        f"{file}: {told['slug']}": found
        for file, _, told in bundle.created
        if (found := problems(bundle.types[told["kind"]], bundle.values(told, ANY_DAY)))
    }

    assert wrong == {}


def test_every_thing_has_an_address_of_its_own(bundle: Bundle) -> None:
    addresses = [(told["kind"], told["slug"]) for _, _, told in bundle.created]

    assert len(addresses) == len(set(addresses))


def test_every_price_is_in_the_money_of_the_domain(bundle: Bundle) -> None:
    prices = [told["price"] for _, _, told in bundle.created if "price" in told]

    assert {price["currency"] for price in prices} <= {bundle.domain.currency}


def test_every_edge_is_between_things_that_were_made_before_it(bundle: Bundle) -> None:
    made: dict[str, str] = {}
    candidates = {
        kind["name"]: kind.get("candidates", "") for kind in bundle.of_kind("Relation")
    }

    for file, step in bundle.steps:
        if step["verb"] == "Create":
            name = step.get("as", step["object"]["slug"])
            assert name not in made, f"{file}: two things are called {name}"
            made[name] = step["object"]["kind"]
        elif step["verb"] == "Offer":
            assert step["subject"].removeprefix("@") in made, f"{file}: {step}"
        else:
            ends = [step[end].removeprefix("@") for end in ("subject", "object")]
            assert set(ends) <= set(made), f"{file}: {ends}"
            wanted = candidates[step["relation"]]
            assert wanted in ("", made[ends[1]]), f"{file}: {step}"


def test_nothing_is_stated_twice(bundle: Bundle) -> None:
    edges = [
        (step["subject"], step["relation"], step["object"]) for _, step in bundle.stated
    ]

    assert len(edges) == len(set(edges))


def test_every_link_in_the_prose_leads_somewhere(bundle: Bundle) -> None:
    there = {
        f"/{bundle.types[told['kind']].path}/{told['slug']}"
        for _, _, told in bundle.created
    }
    texts = [str(value) for _, _, told in bundle.created for value in told.values()]

    links = [link for text in texts for link in LINK.findall(text)]

    assert links
    assert [link for link in links if link not in there] == []


def test_a_visitor_learns_who_this_is_and_how_to_get_in(bundle: Bundle) -> None:
    pages = {page["slug"] for page in bundle.of_kind("Page")}

    assert {"about", "contact", "accessibility"} <= pages


def test_the_newest_post_of_the_journal_is_the_welcome() -> None:
    blog = Bundle.of("blog")

    posts = {
        relative.moment(step["published"], ANY_DAY, blog.domain.zone): told["slug"]
        for _, step, told in blog.created
        if told["kind"] == "Post" and step.get("audience", "public") == "public"
    }

    assert None not in posts
    assert posts[max(filter(None, posts))] == "welcome"


@pytest.mark.parametrize("days", range(7))
def test_whichever_day_it_is_there_is_something_on(events: Bundle, days: int) -> None:
    now = ANY_DAY + timedelta(days=days)

    starts = [
        datetime.fromisoformat(events.values(told, now)["startTime"])
        for told in events.of_kind("Event")
    ]

    assert len([start for start in starts if start > now]) >= 8
    assert len([start for start in starts if start < now]) >= 1


def test_some_events_are_free_but_have_few_places(events: Bundle) -> None:
    few = [told for told in events.of_kind("Event") if told.get("capacity")]

    assert [told for told in few if told.get("joinMode", "free") == "free"]


def test_who_needs_a_ticket_finds_one(events: Bundle) -> None:
    wanted = {
        told["slug"]
        for told in events.of_kind("Event")
        if told.get("joinMode") == "external"
    }

    sold = {event["slug"] for _, event, _ in events.offered}

    assert wanted and wanted == sold


def test_shops_are_offered_all_places_of_an_event_and_no_more(events: Bundle) -> None:
    given: dict[str, int] = {}
    for _, event, told in events.offered:
        given[event["slug"]] = given.get(event["slug"], 0) + told["quantity"]
    room = {told["slug"]: told.get("capacity") for told in events.of_kind("Event")}

    assert given == {slug: room[slug] for slug in given}


def test_what_is_offered_is_whole_and_for_a_peer_that_there_is(events: Bundle) -> None:
    offered = [told for _, _, told in events.offered]

    assert {told["shop"] for told in offered} <= set(COOPERATIVE)
    assert len({told["slug"] for told in offered}) == len(offered)
    for told in offered:
        ends = {"shop": "https://a.example/actor", "event": "https://b.example/e"}
        values = {**events.values(told, ANY_DAY), **ends, "state": "offered"}
        assert problems(events.types["Allotment"], values) == {}
