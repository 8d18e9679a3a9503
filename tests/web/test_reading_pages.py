"""What a reader meets: the front page, listings, a thing, and how often they ask."""

from __future__ import annotations

import pytest

from peer.model.permission import Role, Viewer
from peer.model.query import Query
from peer.node.outbox import Ask
from peer.protocol.thing import DRAFT, MEMBERS

POSTS = Query(("Post",), limit=100)


async def made(peer, kind, **values):
    """A new thing of the peer's own; its address on the site."""
    audience = values.pop("audience", None)
    ask = Ask("Create", kind=kind, values=values, audience=audience)
    done = await peer.node.publish(peer.node.site, ask)
    return done.object.id.removeprefix(peer.base)


async def posts(peer, count):
    asks = [
        Ask("Create", kind="Post", values={"name": f"Post {n:04}", "content": "Text."})
        for n in range(count)
    ]
    await peer.node.publish_all(peer.node.site, asks)


def titles(page):
    return [text for href, text in page.links if text.startswith("Post 0")]


# -- the front page, and around it -----------------------------------------------------


async def test_the_front_page_shows_what_the_domain_puts_there(any_peer):
    visitor = await any_peer.visitor()

    page = await visitor.get("/")

    assert page.status == 200
    assert any_peer.node.domain.title in page.words
    for name in any_peer.node.domain.front:
        assert any_peer.node.lexicon.types[name].plural in page.words


async def test_every_link_of_the_front_page_and_the_listings_leads_somewhere(any_peer):
    visitor = await any_peer.visitor()
    listings = [f"/{kind.path}" for kind in any_peer.node.lexicon.types.values()]
    pages = [await visitor.get(path) for path in ("/", *listings)]

    found = {href for page in pages for href, _ in page.links if href.startswith("/")}
    dead = [
        href for href in found if (await visitor.get(href, follow=True)).status >= 400
    ]

    assert dead == []


async def test_the_menu_says_where_one_is(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts")

    current = [told["href"] for _, told in page.tags if "aria-current" in told]
    assert current == ["/posts"]


async def test_a_slash_at_the_end_leads_to_the_page_without(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/?sort=name")

    assert (page.status, page.location) == (308, "/posts?sort=name")


@pytest.mark.parametrize("path", ["/", "/posts", "/posts/welcome", "/nothing"])
async def test_head_says_the_same_as_get_and_sends_nothing(blog, path):
    visitor = await blog.visitor()

    whole, head = await visitor.get(path), await visitor.ask("HEAD", path)

    assert head.status == whole.status
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert head.content == b""


async def test_what_is_not_there_says_so_and_offers_a_search(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/never-written")

    assert page.status == 404
    assert "There is nothing here" in page.words
    assert any(form.action == "/search" for form in page.forms)


async def test_what_has_not_changed_is_not_sent_again(blog):
    visitor = await blog.visitor()
    tag = (await visitor.get("/posts/welcome")).headers["ETag"]

    again = await visitor.get("/posts/welcome", If_None_Match=tag)

    assert (again.status, again.content) == (304, b"")
    assert again.headers["ETag"] == tag


async def test_what_is_somebodys_own_is_kept_by_nobody(blog):
    ada = await blog.signed_in("Ada")

    page = await ada.get("/posts/welcome")

    assert page.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.headers


# -- listings --------------------------------------------------------------------------


async def test_a_listing_goes_on_and_back_without_losing_or_repeating(blog):
    await posts(blog, 120)
    visitor = await blog.visitor()
    seen, path = [], "/posts?sort=name"
    while path:
        page = await visitor.get(path)
        seen += titles(page)
        path = next((href for href, text in page.links if text == "Further"), "")

    back = next(href for href, text in page.links if text == "Back")

    assert seen == [f"Post {n:04}" for n in range(120)]
    assert titles(await visitor.get(back)) == seen[-len(titles(page)) - 50 :][:50]


async def test_the_order_is_kept_in_the_address(blog):
    await posts(blog, 3)
    visitor = await blog.visitor()

    up = await visitor.get("/posts?sort=name")
    down = await visitor.get("/posts?sort=-name")

    assert titles(up) == list(reversed(titles(down)))


async def test_an_order_that_there_is_not_is_pointed_out(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts?sort=password")

    assert page.status == 200
    assert "There is no order called “password” here." in page.words


async def test_posts_are_found_by_their_tag(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts?tagged=bread")

    shown = {text for _, text in page.links}
    assert "A first loaf" in shown
    assert "Sixty chairs and a piano" not in shown


async def test_events_that_are_over_are_not_in_the_way(events):
    past = await made(
        events, "Event", name="Long ago", startTime="2020-01-01T20:00:00+00:00"
    )
    visitor = await events.visitor()

    ahead, before = await visitor.get("/events"), await visitor.get("/events?when=past")

    assert past not in [href for href, _ in ahead.links]
    assert [href for href, text in before.links if text == "Long ago"] == [past]
    assert ("/events?when=past", "What was before") in ahead.links


async def test_events_are_found_between_two_days(events):
    await made(events, "Event", name="In May", startTime="2030-05-04T20:00:00+00:00")
    await made(events, "Event", name="In June", startTime="2030-06-04T20:00:00+00:00")
    visitor = await events.visitor()

    page = await visitor.get(
        "/events?startTime.from=2030-05-01&startTime.to=2030-05-31"
    )

    assert "In May" in page.words
    assert "In June" not in page.words


async def test_a_date_that_is_none_is_pointed_out(events):
    visitor = await events.visitor()

    page = await visitor.get("/events?startTime.from=tomorrow")

    assert page.status == 200
    assert "“tomorrow” is not a date such as 2026-11-21." in page.words


async def test_goods_are_found_by_their_price(shop):
    pounds = {"currency": "GBP"}
    await made(shop, "Product", name="A crumb", price={"amount": 5, **pounds})
    await made(shop, "Product", name="An oven", price={"amount": 990_000, **pounds})
    visitor = await shop.visitor()

    cheap = await visitor.get("/products?price.max=0.05")
    dear = await visitor.get("/products?price.min=9900")

    assert ("A crumb" in cheap.words, "An oven" in cheap.words) == (True, False)
    assert ("A crumb" in dear.words, "An oven" in dear.words) == (False, True)


async def test_an_empty_list_says_what_to_do(blog):
    visitor, ada = await blog.visitor(), await blog.signed_in("Ada")

    empty, hers = await visitor.get("/organizations?x=1"), await ada.get("/places")
    none = await visitor.get("/posts?tagged=money&sort=name")

    assert empty.status == 200
    assert ("/places/new", "Make the first one") in hers.links
    assert "What goes into the price of a loaf" in none.words


# -- things ----------------------------------------------------------------------------


async def test_a_page_tells_others_what_it_is(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/welcome")

    told = {(tag, each.get("rel") or each.get("property")) for tag, each in page.tags}
    assert {("link", "canonical"), ("link", "alternate"), ("meta", "og:title")} <= told
    assert 'rel="alternate"; type="application/activity+json"' in page.headers["Link"]


async def test_a_tag_shows_what_is_filed_under_it(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/tags/bread")

    assert "A first loaf" in {text for _, text in page.links}


async def test_drafts_are_their_owners_alone(blog):
    await blog.signed_in("Ada")
    ada, bob = await blog.signed_in("Ada"), await blog.signed_in("Bob")
    stranger = await blog.visitor()
    values = {"name": "Half a thought", "content": "…"}
    ask = Ask("Create", kind="Post", values=values, audience=DRAFT)
    path = (await blog.node.publish(ada.viewer, ask)).object.id.removeprefix(blog.base)

    statuses = [(await each.get(path)).status for each in (ada, bob, stranger)]
    lists = [(await each.get("/posts")).words for each in (ada, bob, stranger)]

    assert statuses == [200, 404, 404]
    assert ["Half a thought" in words for words in lists] == [True, False, False]
    assert "Draft" in (await ada.get(path)).words


async def test_what_is_for_members_is_not_there_for_others(blog):
    path = await made(blog, "Post", name="Minutes", content="…", audience=MEMBERS)
    ada, stranger = await blog.signed_in("Ada"), await blog.visitor()

    hers, theirs = await ada.get(path), await stranger.get(path)
    nothing = await stranger.get("/posts/nothing-ever")

    assert (hers.status, theirs.status) == (200, 404)
    assert theirs.words.replace(path, "") == nothing.words.replace(
        "/posts/nothing-ever", ""
    )


async def test_a_tag_with_much_under_it_leads_to_all_of_it(blog):
    await posts(blog, 60)
    bread = f"{blog.base}/tags/bread"
    everything = await blog.node.store.read(lambda read: read.find(POSTS))
    ties = [
        Ask("Add", subject=each.id, relation="tagged", object=bread)
        for each in everything.items
    ]
    await blog.node.publish_all(blog.node.site, ties)
    visitor = await blog.visitor()

    page = await visitor.get("/tags/bread")

    assert ("/posts?tagged=bread", "Posts") in page.links
    assert (await visitor.get("/posts?tagged=bread")).status == 200


# -- how often the store is asked ------------------------------------------------------


async def test_a_listing_asks_as_often_for_many_as_for_few(blog):
    visitor = await blog.visitor()
    few = await visitor.get("/posts")

    await posts(blog, 300)
    many = await visitor.get("/posts")

    assert few.queries == many.queries <= 10


async def test_an_event_with_much_around_it_asks_no_more_than_ten_times(events):
    event = await made(
        events, "Event", name="Gig", startTime="2030-05-04T20:00:00+00:00", capacity=500
    )
    free = {"price": {"amount": 0, "currency": "GBP"}, "quantity": 9}
    asks = []
    for n in range(50):
        values = {"name": f"Ticket {n}", **free}
        asks.append(Ask("Create", kind="Ticket", values=values))
    tickets = await events.node.publish_all(events.node.site, asks)
    edges = [
        Ask(
            "Add",
            subject=each.object.id,
            relation="sellsTicketsFor",
            object=events.base + event,
        )
        for each in tickets
    ]
    await events.node.publish_all(events.node.site, edges)
    for n in range(30):
        fan = Viewer(f"https://elsewhere.example/{n}", Role.ACTOR, f"Fan {n}")
        asks = [Ask(verb, id=events.base + event) for verb in ("Like", "Join")]
        await events.node.publish_all(fan, asks)
    ada, stranger = await events.signed_in("Ada"), await events.visitor()

    hers, theirs = await ada.get(event), await stranger.get(event)

    assert "Tickets" in theirs.words
    assert "30 people" in theirs.words
    assert (hers.queries <= 10, theirs.queries <= 10) == (True, True)


async def test_what_is_elsewhere_and_unknown_is_listed_and_counted_all_the_same(blog):
    post = await made(blog, "Post", name="Loaf", content="Text.")
    there = "https://blog.example/posts/far-away"
    ends = {"subject": blog.base + post, "relation": "related", "object": there}

    await blog.node.publish(blog.node.site, Ask("Add", **ends))

    page = await (await blog.visitor()).get(post)
    assert (
        "/elsewhere?id=https%3A%2F%2Fblog.example%2Fposts%2Ffar-away",
        "far-away",
    ) in (page.links)
    assert await blog.node.store.read(lambda read: read.degree(**ends)) == 1
