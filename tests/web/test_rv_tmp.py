from __future__ import annotations
import pytest
from peer.node.outbox import Ask
from peer.model.permission import Viewer, Role
from peer.node.trading import orders
from peer.web.exchange.negotiation import EXPANDED
from tests.web.test_codes_and_questions import shop, sold_here
from tests.web.test_asked_before_paying import unasked, field_on, kept

async def test_bad_referer(blog):
    guest = await blog.visitor()
    p = await guest.get("/nowhere", Referer="http://[")
    assert p.status == 404
    s = await guest.post("/nowhere", headers={"Referer": "http://["})
    print(s.status)
    assert s.status < 500

async def test_expanded_of_lists(blog):
    guest = await blog.visitor()
    for a in ("/actor/outbox", "/actor/followers", "/people"):
        p = await guest.get(a, Accept="application/ld+json")
        q = await guest.get(a, Accept=EXPANDED)
        print(a, p.status, q.status, p.headers.get("Content-Type"), q.headers.get("Content-Type"))
    log = await blog.node.store.read(lambda read: read.log(limit=50))
    for e in log:
        pa = e.activity.id.removeprefix(blog.base)
        p = await guest.get(pa, Accept="application/ld+json")
        if p.status == 200:
            q = await guest.get(pa, Accept=EXPANDED)
            print(pa, p.status, q.status, q.headers.get("Content-Type"))
            break
    assert 0

async def test_changed_answers(shop, unasked):
    id, path, key = unasked
    guest = await shop.visitor()
    page, field = await field_on(guest, path, key)
    await guest.fill(page, "/answers", {field: "Vegan"}, follow=True)
    page, field = await field_on(guest, path, key)
    await guest.fill(page, "/answers", {field: "None"}, follow=True)
    page, field = await field_on(guest, path, key)
    print(dict(page.form("/answers").fields), (await kept(shop, id))["answers"])
    assert 0
