"""An organizer, from an empty calendar to the thanks: what a venue does with us.

Questions, codes and letters are in test_organizing.py.  Real peers, a real browser, a
camera that sees a film; what pages look like is kept in tests/artefacts, wide
and narrow, light and dark.
"""

from __future__ import annotations

import base64
import io
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Page, expect

from peer.node.node import open_node
from peer.node.people import membership
from tests.browser.conftest import CHROMIUM, WITHIN
from tests.browser.hands import Person
from tests.browser.test_check_in import press
from tests.browser.test_story import PICTURES, appears, config, signs_in

LOOKS = [(w, t) for w in (1280, 390) for t in ("light", "dark")]
#: Each width and each theme once: what takes long is not done twice.
JUDGED = [(1280, "light"), (390, "dark")]
#: What our own reader of codes makes of a picture.
READ = """async (png) => {
    const { read } = await import("/static/v/0/qr.js");
    const raw = Uint8Array.from(atob(png), (each) => each.charCodeAt(0));
    const image = await createImageBitmap(new Blob([raw]));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return read(canvas.getImageData(0, 0, image.width, image.height));
}"""
A4 = (595.3, 841.9)  # in points; browsers round


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def organizers(cooperative):
    for domain in ("blog", "events"):
        async with open_node(config(cooperative, domain)) as node:
            await membership.admit(node, "olive@example.org", "Olive", "member")


@dataclass
class Club:
    """What is the same from step to step: an evening a week, from next Thursday on."""

    cooperative: Any
    visitor: Any
    axe: str
    first: date = field(default_factory=lambda: thursday(date.today()))
    notes: dict[str, str] = field(default_factory=dict)
    code: bytes = b""  # a picture of Ada's ticket

    def at(self, domain: str, path: str = "/") -> str:
        return self.cooperative.base(domain) + path

    def evening(self, weeks: int) -> date:
        return self.first + timedelta(weeks=weeks)

    async def person(self, **how: Any) -> Person:
        made = await self.visitor(**how)
        return Person(made.context, made.page, PICTURES, "")

    async def look(self, person: Person, step: str) -> None:
        """Everybody can use it, nothing sticks out, and there is a picture of it."""
        page = person.page
        PICTURES.mkdir(exist_ok=True)
        await page.wait_for_load_state()
        for width, theme in LOOKS:
            await page.set_viewport_size({"width": width, "height": 900})
            await page.emulate_media(color_scheme=theme)
            path = PICTURES / f"organizer-{step}-{width}-{theme}.png"
            await page.screenshot(path=path, full_page=True)
            if (width, theme) in JUDGED:
                assert await self.wrong(person) == [], f"{step} {width} {theme}"
            wide = "document.documentElement.scrollWidth - innerWidth"
            assert await page.evaluate(wide) <= 0, f"{step} {width} sticks out"
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.emulate_media(color_scheme="light")

    async def wrong(self, person: Person) -> list[Any]:
        await person.page.evaluate(self.axe)
        found = await person.page.evaluate("axe.run()")
        return [(e["id"], e["nodes"][0]["html"][:200]) for e in found["violations"]]


def thursday(day: date) -> date:
    """The next one, a week off at the most and never today."""
    return day + timedelta(days=(3 - day.weekday() - 1) % 7 + 1)


def said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B %Y}"


@pytest_asyncio.fixture(loop_scope="session")
async def club(cooperative, visitor, axe, organizers) -> Club:
    return Club(cooperative, visitor, axe)


async def test_a_calendar_and_an_evening_a_week(club):
    olive = await club.person()
    await a_calendar_is_made(club, olive)
    await an_evening_a_week_is_looked_at_and_put_on(club, olive)
    await one_date_some_dates_and_all_of_them_are_changed(club, olive)


async def test_an_evening_from_the_preview_to_the_last_guest(club, browser):
    olive = await club.person(permissions=["clipboard-read", "clipboard-write"])
    await an_evening_is_published(club, olive)
    await it_is_passed_on(club, olive)
    await it_stands_in_a_frame_of_another_site(club)
    await tickets_are_bought(club, "Ada", 4)
    await tickets_are_bought(club, "Bob", 1)
    await the_dashboard_knows(club, olive)
    await a_ticket_fits_on_a_sheet(club)
    await a_steward_gets_a_link(club, olive)
    await the_steward_lets_people_in(club, browser)
    await the_gates_are_counted(club, olive)


async def test_when_it_is_over_there_are_thanks(club):
    olive = await club.person()
    await an_evening_was(club, olive)
    await a_post_is_begun(club, olive)


# -- 1 -----------------------------------------------------------------------------


async def a_calendar_is_made(club: Club, olive: Person) -> None:
    await olive.open(club.at("events", "/calendars/new"))
    await signs_in(olive, "Olive")
    await olive.write("Name", "Thursday club")
    await olive.write("Handle", "main")
    await olive.write("Description", "Songs, and soup before them.")
    await olive.tick("Teal")
    await club.look(olive, "1-new-calendar")
    await olive.press("button", "Save")
    await expect(olive.find("heading", "It was not saved")).to_be_visible()
    await expect(olive.page.locator("main")).to_contain_text("@main is somebody here")
    await olive.write("Handle", "thursdays")
    await olive.press("button", "Save")

    await expect(olive.find("heading", "Thursday club").first).to_be_visible()
    assert olive.page.url == club.at("events", "/calendars/thursdays")
    handle = f"@thursdays@{club.at('events', '').partition('://')[2]}"
    await expect(olive.page.locator("main")).to_contain_text(handle)
    await club.look(olive, "1-calendar")

    found = await asked(olive, f"/.well-known/webfinger?resource=acct:{handle[1:]}")
    [actor] = [each["href"] for each in found["links"] if each["rel"] == "self"]
    told = await asked(olive, actor)
    assert (told["type"], told["preferredUsername"]) == ("Group", "thursdays")


async def asked(person: Person, address: str) -> Any:
    """What another server is told there."""
    told = {"headers": {"Accept": "application/activity+json"}}
    ask = "([a, told]) => fetch(a, told).then((answer) => answer.json())"
    return await person.page.evaluate(ask, [address, told])


# -- 2 -----------------------------------------------------------------------------


async def an_evening_a_week_is_looked_at_and_put_on(club: Club, olive: Person) -> None:
    await olive.press("link", "Schedule an event")
    await olive.write("Title", "Songs on Thursday")
    await olive.write("Starts", f"{club.first}T19:30")
    await olive.write("Ends", f"{club.first}T22:00")
    await olive.write("Place", "Upstairs")
    await olive.page.locator("summary", has_text="Repeats").click()
    await olive.choose("How often", "Every week")
    await olive.write("Until", str(club.evening(8)))
    await club.look(olive, "2-form")
    await olive.press("button", "Preview")

    main = olive.page.locator("main")
    await expect(main).to_contain_text("Nothing is published yet")
    await expect(main).to_contain_text("It is held on 9 dates")
    await olive.tick(said(club.evening(2)))
    await club.look(olive, "2-preview")
    await olive.press("button", "Change something")
    await expect(olive.labelled("Title")).to_have_value("Songs on Thursday")
    await expect(olive.labelled("Not on")).to_have_value(str(club.evening(2)))
    await olive.press("button", "Preview")
    await expect(main).to_contain_text("It is held on 8 dates")
    await olive.press("button", "Schedule")

    await expect(olive.find("heading", "Thursday club").first).to_be_visible()
    await club.look(olive, "2-calendar")
    await olive.press("link", "Songs on Thursday", within="main")
    await olive.press("link", "All dates of")
    await expect(main.get_by_role("link", name=said(club.evening(1)))).to_be_visible()
    await expect(main.get_by_role("link", name=said(club.evening(2)))).to_have_count(0)
    await expect(main.get_by_role("link", name=said(club.evening(8)))).to_be_visible()
    club.notes["series"] = olive.page.url
    await club.look(olive, "2-dates")
    first = f"{club.first:%Y-%m}"
    await olive.open(club.at("events", f"/calendars?view=month&month={first}"))
    await club.look(olive, "2-month")


async def one_date_some_dates_and_all_of_them_are_changed(
    club: Club, olive: Person
) -> None:
    await changes(club, olive, 1, "Change this date only", "Songs by candlelight")
    await changes(club, olive, 6, "This and all that follow", "Carols on Thursday")

    await olive.open(club.notes["series"])
    await expect(olive.page.locator("main")).not_to_contain_text(said(club.evening(7)))
    for week, title in (
        (0, "Songs on Thursday"),
        (1, "Songs by candlelight"),
        (3, "Songs on Thursday"),
        (6, "Carols on Thursday"),
        (8, "Carols on Thursday"),
    ):
        await opens(club, olive, week)
        await expect(olive.find("heading", title).first).to_be_visible()

    await changes(club, olive, 0, "All that lie ahead", "Thursday songs")
    await opens(club, olive, 3)
    await expect(olive.find("heading", "Thursday songs").first).to_be_visible()
    await opens(club, olive, 1)
    await expect(olive.find("heading", "Songs by candlelight").first).to_be_visible()


async def opens(club: Club, olive: Person, week: int) -> None:
    await olive.open(club.at("events", "/calendars/thursdays"))
    day = club.evening(week)
    leaf = olive.page.locator(f"article:has(time[datetime='{day}'])").last
    await leaf.get_by_role("heading").get_by_role("link").click()


async def changes(club: Club, olive: Person, week: int, which: str, title: str) -> None:
    await opens(club, olive, week)
    await olive.press("link", "Edit", within="main")
    await expect(olive.page.locator("main")).to_contain_text("one date of a series")
    await olive.tick(which)
    await olive.write("Title", title)
    if which.startswith("This and"):
        await club.look(olive, "2-edit")
    await olive.press("button", "Save")
    await expect(olive.find("heading", title).first).to_be_visible()


# -- 4 -----------------------------------------------------------------------------


async def an_evening_is_published(club: Club, olive: Person) -> None:
    await olive.open(club.at("events", "/calendars/main/schedule"))
    await signs_in(olive, "Olive")
    await olive.write("Title", "Night of the oud")
    await olive.write("Starts", f"{club.first}T20:00")
    await olive.write("Ends", f"{club.first}T23:00")
    await olive.write("Place", "Cellar")
    await olive.tick("With a ticket")
    await olive.write("Price in GBP", "12.00")
    await olive.write("Places", "40")
    await olive.press("button", "Preview")
    main = olive.page.locator("main")
    await expect(main).to_contain_text("Standard, £12.00: 40 places for shop.localhost")
    await club.look(olive, "4-preview")
    await olive.press("button", "Schedule")

    await olive.press("link", "Night of the oud", within="main")
    club.notes["event"] = olive.page.url
    await appears(olive, main.get_by_role("link", name="Buy ticket"))


async def it_is_passed_on(club: Club, olive: Person) -> None:
    page = olive.page
    await page.locator("summary", has_text="Share").click()
    await expect(olive.labelled("Link")).to_have_value(club.notes["event"])
    await olive.press("button", "Copy the link")
    await expect(page.locator("[data-copied]")).to_have_text("Copied.")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == club.notes["event"]
    club.notes["frame"] = await olive.labelled("For another website").input_value()
    await expect(page.locator("main")).to_contain_text("follow @main@")
    await club.look(olive, "4-event")

    await olive.press("link", "Poster to print")
    await expect(olive.find("heading", "Night of the oud")).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of")).to_be_visible()
    await club.look(olive, "4-poster")
    assert await sheets(page, "organizer-4-poster") == 1


async def sheets(page: Page, name: str) -> int:
    """How many sheets of A4 it takes on paper; they are kept, and a picture."""
    await page.set_viewport_size({"width": 794, "height": 1123})
    await page.emulate_media(media="print")
    await page.screenshot(path=PICTURES / f"{name}-on-paper.png", full_page=True)
    await page.emulate_media(media="null")
    printed = await page.pdf(
        path=PICTURES / f"{name}.pdf", format="A4", prefer_css_page_size=True
    )
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    for width, height in boxes:
        assert abs(float(width) - A4[0]) < 2 > abs(float(height) - A4[1])
    return len(re.findall(rb"/Type ?/Page\b", printed))


async def it_stands_in_a_frame_of_another_site(club: Club) -> None:
    """Which needs neither a cookie nor a script, and sets none."""
    reader = await club.person(scripts=False)
    async with elsewhere(f"<h1>Us</h1>{club.notes['frame']}") as site:
        await reader.open(site)
        framed = reader.page.frame_locator("iframe")
        title = framed.get_by_role("heading", name="Night of the oud")
        await expect(title).to_be_visible()
        await expect(framed.get_by_role("link", name="Buy ticket")).to_be_visible()
        assert await reader.context.cookies() == []
        await reader.page.screenshot(path=PICTURES / "organizer-4-frame.png")
    await reader.open(f"{club.notes['event']}/embed")
    for width, theme in LOOKS:
        await reader.page.set_viewport_size({"width": min(width, 640), "height": 300})
        await reader.page.emulate_media(color_scheme=theme)
        name = f"organizer-4-embed-{width}-{theme}.png"
        await reader.page.screenshot(path=PICTURES / name)


@asynccontextmanager
async def elsewhere(body: str) -> AsyncIterator[str]:
    """A site of somebody else's, with ``body`` on its only page."""

    async def page(_request: web.Request) -> web.Response:
        text = f"<!doctype html><html lang=en><title>Elsewhere</title>{body}"
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/favicon.ico", page)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    try:
        yield f"http://elsewhere.localhost:{listening.getsockname()[1]}/"
    finally:
        await runner.cleanup()


# -- 5, and 6 ----------------------------------------------------------------------


async def tickets_are_bought(club: Club, name: str, count: int) -> None:
    guest = await club.person(width=390)
    await guest.open(club.notes["event"])
    await guest.press("link", "Buy ticket")
    await guest.write("Standard", str(count))
    await guest.write("Your name", name)
    await guest.write("E-mail address", f"{name.lower()}@example.org")
    await guest.press("button", "Pay")
    await guest.page.wait_for_url(f"{club.at('shop')}orders/**")
    await guest.press("button", "Test payment")
    await guest.press("button", "Approve")
    await expect(guest.page.locator("main")).to_contain_text("Paid")
    await guest.page.wait_for_load_state()
    links = guest.page.locator("main h3 a[href*='/seats/']")
    seats = await links.evaluate_all("all => all.map((each) => each.href)")
    assert len(set(seats)) == count
    for number, seat in enumerate(dict.fromkeys(seats), 1):
        club.notes[f"{name} {number}"] = seat


async def the_dashboard_knows(club: Club, olive: Person) -> None:
    await olive.open(f"{club.notes['event']}/dashboard")
    main = olive.page.locator("main")
    await appears(olive, main.get_by_text("£60.00 taken"))
    await expect(main.locator("[data-sold]")).to_have_text("5")
    await expect(main.locator("[data-left]")).to_have_text("35")
    row = main.get_by_role("row", name="Standard")
    await expect(row).to_contain_text("£12.00")
    await appears(olive, main.get_by_role("img", name="Sold by day; 5 at the most"))
    await appears(olive, main.get_by_role("img", name="Views by day; 2 at the most"))
    await main.get_by_text("The same as a table").click()
    await club.look(olive, "5-dashboard")

    await olive.press("link", "Who is coming")
    await olive.write("Name, code or order", "ada")
    await olive.press("button", "Look")
    await expect(main.get_by_role("row", name="Ada")).to_have_count(4)
    await club.look(olive, "6-guests")
    async with olive.page.expect_download() as table:
        await olive.press("link", "Save as CSV")
    content = Path(await (await table.value).path()).read_text()
    assert content.count("Ada") == 4
    assert content.count("Bob") == 1


# -- 7 and 8 -----------------------------------------------------------------------


async def a_ticket_fits_on_a_sheet(club: Club) -> None:
    """Ada looks at her ticket, prints it, and holds it before a camera afterwards."""
    ada = await club.person(width=390)
    for number in range(1, 5):
        await ada.open(club.notes[f"Ada {number}"])
        shown = ada.page.locator(".qr .code")
        club.notes[f"code {number}"] = await shown.text_content() or ""
    await ada.open(club.notes["Ada 1"])
    code = ada.page.get_by_role("img", name="QR code of the ticket")
    club.code = await code.screenshot()
    club.notes["token"] = await ada.page.evaluate(
        READ, base64.b64encode(club.code).decode()
    )
    assert club.notes["token"].startswith("SX1")
    await club.look(ada, "7-ticket")
    assert await sheets(ada.page, "organizer-7-ticket") == 1


async def a_steward_gets_a_link(club: Club, olive: Person) -> None:
    await olive.open(f"{club.notes['event']}/check-in")
    await olive.write("Which door, or who stands there", "Main door")
    await olive.press("button", "Make a link")
    link = olive.page.locator("a.code")
    club.notes["steward"] = await link.get_attribute("href") or ""
    await club.look(olive, "7-stewards")


async def the_steward_lets_people_in(club: Club, browser: Browser) -> None:
    """With a camera that sees Ada's ticket, again and again; then without a network."""
    film = club.cooperative.var / "ticket.y4m"
    film.write_bytes(filmed(club.code))
    told = ["--no-sandbox", "--use-fake-ui-for-media-stream"]
    seen = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    phone = await browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*told, *seen], timeout=4 * WITHIN
    )
    try:
        context = await phone.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        page = await context.new_page()
        page.set_default_timeout(WITHIN)
        steward = Person(context, page, PICTURES, "")
        await steward.open(club.notes["steward"])
        await the_camera_sees_a_ticket(club, steward)
        await names_are_looked_up(club, steward)
        await there_is_no_network_for_a_while(club, steward)
    finally:
        await phone.close()


def filmed(picture: bytes) -> bytes:
    """A film of ``picture``, held before a wall by somebody who keeps still."""
    code = Image.open(io.BytesIO(picture)).convert("L").resize((360, 360))
    wall = Image.new("L", (640, 480), 190)
    wall.paste(code.rotate(8, fillcolor=190), (140, 60))
    grey = bytes([128]) * (320 * 240)
    frame = b"FRAME\n" + wall.tobytes() + grey + grey
    return b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 10


async def the_camera_sees_a_ticket(club: Club, steward: Person) -> None:
    verdict = steward.page.locator(".verdict")
    await steward.press("button", "Use the camera")
    await expect(verdict.get_by_role("heading")).to_have_text("Let in")
    await expect(verdict).to_contain_text("Ada")
    await expect(verdict).to_contain_text("1st entry")
    await steward.page.screenshot(path=PICTURES / "organizer-7-let-in.png")
    await steward.press(
        "button", "Use the camera"
    )  # off: it sees the same all the time
    await expect(steward.page.locator("video")).to_be_hidden()
    await steward.press("button", "Use the camera")
    await expect(verdict.get_by_role("heading")).to_have_text("Already in")
    await steward.press("button", "Use the camera")
    await expect(verdict).to_have_attribute("data-level", "warning")
    await expect(verdict).to_contain_text("already in since")
    await club.look(steward, "7-already-in")
    await verdict.get_by_role("button", name="Undo").click()
    await expect(steward.page.locator(".tally")).to_contain_text("0 in / 5 sold")


async def names_are_looked_up(club: Club, steward: Person) -> None:
    await steward.labelled("Code, scan or name").focus()
    await press(steward.page, "bob")
    await steward.press("button", "Let in Bob")
    await expect(steward.page.locator(".tally")).to_contain_text("1 in / 5 sold")


async def there_is_no_network_for_a_while(club: Club, steward: Person) -> None:
    page, heading = steward.page, steward.page.locator(".verdict h2")
    await steward.context.set_offline(True)
    for number in range(1, 4):
        await steward.labelled("Code, scan or name").focus()
        await press(page, club.notes[f"code {number}"])
        await expect(heading).to_have_text("Let in")
        await expect(page.locator("[data-sync]")).to_contain_text(f"{number} to sync")
    await press(page, forged(club.notes["token"]))
    await expect(heading).to_have_text("Not genuine")
    await club.look(steward, "7-alone")

    await steward.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("[data-sync]")).to_have_text("")
    await expect(page.locator(".tally")).to_contain_text("4 in / 5 sold")


def forged(token: str) -> str:
    """The same for another code: only its signature gives it away."""
    return token[:26] + ("B" if token[26] == "A" else "A") + token[27:]


async def the_gates_are_counted(club: Club, olive: Person) -> None:
    await olive.open(f"{club.notes['event']}/guests")
    await expect(olive.page.locator("main")).to_contain_text("Main door: 4")
    await club.look(olive, "8-gates")


# -- 9 -----------------------------------------------------------------------------


async def an_evening_was(club: Club, olive: Person) -> None:
    when = date.today() - timedelta(days=3)
    await olive.open(club.at("events", "/calendars/main/schedule"))
    await signs_in(olive, "Olive")
    await olive.write("Title", "An evening that was")
    await olive.write("Starts", f"{when}T20:00")
    await olive.write("Place", "Cellar")
    await olive.press("button", "Schedule")
    await expect(olive.find("heading", "That is over already")).to_be_visible()
    await olive.tick("Put it there all the same")
    await olive.press("button", "Schedule")
    await expect(olive.find("heading", "Main calendar")).to_be_visible()
    await olive.press("link", "An evening that was", within="main")
    club.notes["was"] = olive.page.url
    await olive.press("link", "Edit", within="main")
    await olive.labelled("Choose a file").set_input_files(drawn(club.cooperative.var))
    await olive.write("Description, for those who cannot see it", "The cellar, full")
    await olive.press("button", "Save")
    await expect(olive.page.get_by_role("img", name="The cellar, full")).to_be_visible()
    await olive.open(f"{club.notes['was']}/poster")
    assert await sheets(olive.page, "organizer-9-poster") == 1
    await olive.page.set_viewport_size({"width": 1280, "height": 900})
    await olive.open(club.notes["was"])


def drawn(folder: Path) -> Path:
    path = folder / "cellar.png"
    Image.new("RGB", (800, 600), "#7a4").save(path)
    return path


async def a_post_is_begun(club: Club, olive: Person) -> None:
    await club.look(olive, "9-over")
    await olive.press("link", "Write a thank-you post")
    await signs_in(olive, "Olive")
    title = olive.labelled("Title")
    await expect(title).to_have_value("Thank you for coming to An evening that was")
    await expect(olive.page.locator("[name=content]")).to_have_value(
        re.compile(re.escape(f"[An evening that was]({club.notes['was']})"))
    )
    await club.look(olive, "9-draft")
    await olive.press("button", "Save")

    await expect(olive.find("heading", "Thank you for coming")).to_be_visible()
    picture = olive.page.get_by_role("img", name="The cellar, full")
    await expect(picture).to_be_visible()
    address = await picture.get_attribute("src") or ""
    assert address.startswith(club.at("blog", "/media/"))
    await expect(olive.page.locator("main")).to_contain_text("Draft")
    await club.look(olive, "9-post")
