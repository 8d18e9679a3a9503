"""FEDERATION.md says what is there, and there is what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from peer.node.incoming.verbs import VERBS
from peer.node.library import all_behaviors
from peer.protocol.actor import IMPLEMENTS
from peer.protocol.discovery import JRD, XRD
from peer.protocol.feps import FEPS
from peer.web.exchange.negotiation import REPRESENTATIONS
from peer.web.routes import ROUTES

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "FEDERATION.md").read_text()
#: What is only done here, or is told of in the words of others.
OURS_ALONE = {"Arrive", "Expire", "Extend", "View", "Wait", "Withdraw"}


def rows(head: str) -> list[list[str]]:
    """The cells of the table whose first row begins with ``head``."""
    _, found, after = TEXT.partition(f"| {head} |")
    assert found, f"there is no table of {head}"
    table = after.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def words(head: str) -> set[str]:
    return {word for row in rows(head) for word in re.split(r",\s*", row[0])}


def test_the_proposals_are_those_of_the_program():
    said = {row[0].removeprefix("FEP-"): row[1] for row in rows("proposal")}

    assert said == FEPS


def test_whatever_proposal_the_code_speaks_of_is_listed():
    files = [
        f
        for room in ("peer", "behaviors", "store")
        for f in (ROOT / room).rglob("*.py")
    ]
    spoken = {
        number
        for file in files
        for number in re.findall(r"(?:FEP-|/fep/)([0-9a-f]{4})\b", file.read_text())
    }

    assert spoken <= FEPS.keys()


def test_what_actors_say_that_they_can_is_said_here():
    for name in IMPLEMENTS.values():
        title = name.partition(":")[0].removesuffix(" signatures using the")
        assert title.split(" ")[0] in TEXT


def in_short(path: str) -> str:
    for own in ("/{path}/{slug}/", "/actor/"):
        if path.startswith(own):
            return "{id}/" + path.removeprefix(own)
    return path


@pytest.mark.parametrize(
    "route",
    [r for r in ROUTES if ".federation." in r.handler.__module__],
    ids=lambda route: route.path,
)
def test_each_address_for_other_servers_is_listed(route):
    assert f"`{in_short(route.path)}`" in TEXT


def test_no_address_is_listed_that_is_not_there():
    there = {in_short(route.path) for route in ROUTES}
    listed = {row[0].strip("`") for head in ("address",) for row in rows(head)}
    _, _, collections = TEXT.partition("## Collections")
    listed |= set(re.findall(r"^\| `([^`]+)` \|", collections, re.M))

    assert listed <= there


def test_what_is_taken_is_what_is_understood():
    assert words("taken") == set(VERBS)


def test_each_verb_that_others_hear_of_is_said():
    verbs = {behavior.verb for behavior in all_behaviors()}

    assert verbs - OURS_ALONE <= words("taken") | words("sent")
    assert words("sent") <= verbs | {"Accept", "Reject"}


@pytest.mark.parametrize("media", [*REPRESENTATIONS, JRD, XRD])
def test_each_form_is_named(media):
    assert f"`{media}`" in TEXT


def test_each_type_is_named_as_others_read_it():
    said = {row[0]: row[1] for row in rows("kind")}
    there = {}
    for file in (ROOT / "types").glob("*/type.toml"):
        told = tomllib.loads(file.read_text())
        there[told["name"]] = told["is_a"]

    assert said.keys() == there.keys()
    for name, is_a in there.items():
        assert said[name] in (is_a.partition(":")[2], is_a)
