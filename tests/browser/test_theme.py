"""Light, dark and every hue: what was chosen is kept, and can be read."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

THEMES = ("light", "dark")
#: What stands on what, and how much lighter or darker it must be (WCAG 2.2 AA).
PAIRS = (
    ("--ink", "--paper", 4.5),
    ("--ink-2", "--paper", 4.5),
    ("--ink-2", "--sunk", 4.5),
    ("--ink", "--accent-soft", 4.5),
    ("--accent", "--paper", 4.5),
    ("--accent", "--raised", 4.5),
    ("--accent", "--accent-soft", 4.5),
    ("--accent-ink", "--accent", 4.5),
    ("--bad", "--paper", 4.5),
    ("--warn", "--sunk", 3),
    ("--ok", "--sunk", 3),
    ("--line-strong", "--paper", 3),
    ("--line-strong", "--raised", 3),
)
CONTRASTS = """([hues, pairs]) => {
  const canvas = document.createElement("canvas").getContext("2d");
  const channel = (value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const light = (name) => {
    document.body.style.color = `var(${name})`;
    canvas.fillStyle = getComputedStyle(document.body).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  };
  return hues.flatMap((hue) => {
    document.documentElement.style.setProperty("--hue", hue);
    return pairs.flatMap(([front, back, least]) => {
      const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
      const found = (high + 0.05) / (low + 0.05);
      const said = `${front} on ${back} at ${hue}: ${found.toFixed(2)}`;
      return found < least ? [said] : [];
    });
  });
}"""


@pytest.mark.parametrize("theme", THEMES)
async def test_any_hue_can_be_read(visitor, theme):
    reader = await visitor(color_scheme=theme)
    await reader.go("blog", "/")

    unread = await reader.page.evaluate(CONTRASTS, [list(range(0, 360, 10)), PAIRS])

    assert unread == []


async def test_each_peer_has_its_own_hue(visitor):
    reader = await visitor()
    hues = []
    for domain in ("blog", "events", "shop"):
        await reader.go(domain, "/")
        style = "getComputedStyle(document.documentElement).getPropertyValue('--hue')"
        hues.append(int(await reader.page.evaluate(style)))

    assert len(set(hues)) == 3


async def test_what_was_chosen_is_remembered(visitor):
    reader = await visitor(color_scheme="light")
    await reader.go("blog", "/posts/welcome")
    theme = reader.page.locator("html")

    async with reader.page.expect_response("**/theme"):
        await reader.page.get_by_role("button", name="Dark").click()
    await expect(theme).to_have_attribute("data-theme", "dark")
    await reader.go("blog", "/tags")

    await expect(theme).to_have_attribute("data-theme", "dark")
    dark = reader.page.get_by_role("button", name="Dark")
    await expect(dark).to_have_attribute("aria-pressed", "true")
    assert await color_of_paper(reader) < 60


async def test_who_chose_nothing_has_the_theme_of_their_system(visitor):
    reader = await visitor(color_scheme="dark")

    await reader.go("blog", "/")

    assert await color_of_paper(reader) < 60


async def color_of_paper(reader):
    """How much red there is in the background: 0 is black."""
    style = "getComputedStyle(document.documentElement).backgroundColor"
    return int(await reader.page.evaluate(f"{style}.match(/\\d+/)[0]"))
