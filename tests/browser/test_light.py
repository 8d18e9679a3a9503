"""What a page costs: bytes, requests, and how much it moves while it comes."""

from __future__ import annotations

import pytest

from tests.browser.addresses import OWN, PUBLIC

MOST_BYTES = 50_000
#: A form has the editor and every time zone, and its token keeps it uncompressed.
MOST_BYTES_OF_A_FORM = 60_000
MOST_REQUESTS = 4
MOST_SHIFT = 0.05
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries())
    if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def of(pages):
    return [(domain, path) for domain, paths in pages.items() for path in paths]


async def cost_of(someone, domain, path):
    """Bytes and requests of a first visit, pictures apart, and the layout shift."""
    session = await someone.context.new_cdp_session(someone.page)
    await session.send("Network.enable")
    kinds, sizes = {}, {}
    session.on(
        "Network.responseReceived",
        lambda told: kinds.update({told["requestId"]: told["response"]["mimeType"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}),
    )
    await someone.page.add_init_script(WATCH_SHIFTS)
    await someone.go(domain, path)
    await someone.page.wait_for_load_state("networkidle")
    counted = [sizes[id] for id, kind in kinds.items() if _is_counted(kind)]
    return sum(counted), len(counted), await someone.page.evaluate("window.shifted")


def _is_counted(kind):
    """Numbers that change come by an answer that goes on while the page is open."""
    return not kind.startswith("image/") and kind != "text/event-stream"


@pytest.mark.parametrize(("domain", "path"), of(PUBLIC))
async def test_a_page_is_light_and_keeps_still(visitor, domain, path):
    reader = await visitor(width=390)

    size, requests, shift = await cost_of(reader, domain, path)

    assert size <= MOST_BYTES
    assert requests <= MOST_REQUESTS
    assert shift <= MOST_SHIFT


@pytest.mark.parametrize(("domain", "path"), of(OWN))
async def test_a_form_is_light_and_keeps_still(owner, domain, path):
    keeper = await owner(domain, width=390)

    size, requests, shift = await cost_of(keeper, domain, path)

    assert size <= MOST_BYTES_OF_A_FORM
    assert requests <= MOST_REQUESTS
    assert shift <= MOST_SHIFT
