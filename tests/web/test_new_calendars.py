"""A calendar is made on one screen: its handle, its color, its clock, whom it takes."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from peer.node.outbox import Ask
from peer.web import assets

CLUB = {"name": "Thursday club", "handle": "thursdays", "color": "teal"}
GIG = {"name": "Gig", "startTime": "2030-12-05T19:30:00+00:00"}


@pytest.fixture
async def ada(events):
    return await events.signed_in("Ada")


async def makes(visitor, **told):
    form = await visitor.get("/calendars/new")
    return await visitor.fill(form, "", {**CLUB, **told})


async def puts_on(events, calendar, **values):
    asks = [
        Ask("Create", kind="Event", values={**GIG, **values}),
        Ask(
            "Add",
            subject=f"{events.base}/calendars/{calendar}",
            relation="scheduled",
            object="@0",
        ),
    ]
    return (await events.node.publish_all(events.node.site, asks))[0].thing


# -- what it is called ---------------------------------------------------------------


async def test_it_can_be_followed_by_the_handle_that_was_chosen(events, ada):
    page = await makes(ada)

    host = events.base.partition("://")[2]
    assert page.path == "/calendars/thursdays"
    assert f"Follow it from anywhere as @thursdays@{host}" in page.words
    finger = f"/.well-known/webfinger?resource=acct:thursdays@{host}"
    assert (await ada.get(finger)).status == 200
    actor = await ada.get("/calendars/thursdays", Accept="application/activity+json")
    assert '"type":"Group"' in actor.text.replace(" ", "")


@pytest.mark.parametrize("told", ["@thursdays", "THURSDAYS", " thursdays ", "full"])
async def test_it_may_be_typed_as_it_is_mentioned(events, ada, told):
    host = events.base.partition("://")[2]

    page = await makes(ada, handle=f"@thursdays@{host}" if told == "full" else told)

    assert page.path == "/calendars/thursdays"


async def test_without_a_handle_it_is_called_by_its_name(ada):
    page = await makes(ada, handle="")

    assert page.path == "/calendars/thursday-club"


@pytest.mark.parametrize("taken", ["main", "workshops", "ada", "events"])
async def test_nobody_is_given_the_handle_of_somebody_else(events, ada, taken):
    page = await makes(ada, handle=taken)

    assert page.status == 422
    assert f"@{taken} is somebody here already" in page.words
    assert dict(page.form("").fields)["name"] == "Thursday club"


@pytest.mark.parametrize("wrong", ["a b", "déjà", "new", "-x", "x" * 41, "a@b.example"])
async def test_a_handle_that_nobody_could_mention_is_explained(ada, wrong):
    page = await makes(ada, handle=wrong)

    assert page.status == 422
    assert "A handle" in page.words.partition("It was not saved")[2]


async def test_what_is_no_actor_has_no_handle(events, ada):
    page = await ada.get("/events/new")

    assert "field-handle" not in page.text


async def test_who_keeps_it_does_not_rename_it_afterwards(ada):
    await makes(ada)

    page = await ada.get("/calendars/thursdays/edit")

    assert "field-handle" not in page.text


async def test_the_clock_on_our_wall_is_set_already(ada):
    form = await ada.get("/calendars/new")

    assert "<option selected>Europe/London" in form.text


# -- its color -----------------------------------------------------------------------


async def test_its_events_have_its_color_wherever_they_are_shown(events, ada):
    await makes(ada)
    gig = await puts_on(events, "thursdays")
    visitor = await events.visitor()

    for path in (
        "/calendars",
        "/calendars/thursdays",
        "/calendars?view=month&month=2030-12",
        "/events?sort=-startTime",
        f"/events/{gig.slug}",
    ):
        page = await visitor.get(path)
        colors = [told["data-color"] for _, told in page.tags if "data-color" in told]
        assert "teal" in colors, path
        assert not [told for _, told in page.tags if "style" in told]


async def test_color_is_never_all_that_is_said(events, ada):
    await makes(ada)
    await puts_on(events, "thursdays")
    visitor = await events.visitor()

    month = await visitor.get("/calendars?view=month&month=2030-12")
    found = await visitor.get("/events?sort=-startTime")

    assert ("/calendars/thursdays", "Thursday club") in month.links
    assert "Thursday club" in found.words


async def test_a_card_changes_with_its_calendar(events, ada):
    await makes(ada)
    await puts_on(events, "thursdays")
    visitor = await events.visitor()
    await visitor.get("/calendars")

    form = await ada.get("/calendars/thursdays/edit")
    await ada.fill(form, "", {"color": "orchid", "name": "Friday club"})

    page = await visitor.get("/events?sort=-startTime")
    colors = [told["data-color"] for _, told in page.tags if "data-color" in told]
    assert colors == ["orchid"]
    assert "Friday club" in page.words


async def test_a_color_that_is_none_is_refused(ada):
    page = await makes(ada, color='red"><script>')

    assert page.status == 422
    assert "<script>" not in page.text


async def test_a_month_with_many_colors_asks_as_often(events, ada):
    visitor = await events.visitor()
    for n, color in enumerate(("teal", "orchid", "goldenrod")):
        await makes(ada, name=f"Club {n}", handle=f"club-{n}", color=color)
    await puts_on(events, "club-0")
    few = await visitor.get("/calendars?view=month&month=2030-12")
    for n in range(12):
        told = {"name": f"Gig {n}", "startTime": f"2030-12-{n + 1:02}T19:30:00+00:00"}
        await puts_on(events, f"club-{n % 3}", **told)

    many = await visitor.get("/calendars?view=month&month=2030-12")

    assert many.queries == few.queries <= 10


# -- whether it can be read ------------------------------------------------------------

SHEET = (Path(assets.__file__).parent / "static" / "sx.css").read_text()
WHITE, NIGHT = "#ffffff", "#15120f"
PAPER, DARK = "#fffdfa", "#15120f"
RAISED, INK, PALE = "#1e1a17", "#1f1a17", "#efe8e1"


def tints():
    found = re.findall(r'\[data-color="(\w+)"\] \{ --tint: (\d+); \}', SHEET)
    return {name: int(hue) for name, hue in found}


def oklch(light, chroma, hue):
    """The linear light of red, green and blue, cut to what a screen has."""
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, each)) for each in rgb)


def hexed(text):
    parts = (int(text[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    )


def contrast(one, other):
    bright, dim = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other)), reverse=True
    )
    return (bright + 0.05) / (dim + 0.05)


async def test_every_color_that_can_be_chosen_is_in_the_stylesheet(events):
    choices = events.node.lexicon.types["Calendar"].fields["color"].choices

    assert set(choices) == set(tints())


@pytest.mark.parametrize("name", tints())
def test_each_of_them_can_be_read_in_both_themes(name):
    told = SHEET[SHEET.index("[data-color] {") :]
    made = re.findall(r"oklch\(([\d.]+) ([\d.]+) var\(--tint\)\)", told)
    light, dark, soft, dim = (oklch(float(a), float(b), tints()[name]) for a, b in made)

    pairs = [
        *((light, hexed(paper)) for paper in (PAPER, WHITE)),
        *((dark, hexed(paper)) for paper in (DARK, RAISED)),
        *((light, soft), (dark, dim)),
        *((hexed(INK), soft), (hexed(PALE), dim)),
        *((hexed(NIGHT), dark),),
    ]
    assert min(contrast(*pair) for pair in pairs) >= 4.5
