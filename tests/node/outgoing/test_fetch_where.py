"""Where fetching leads: from hop to hop, and no further than to the right server."""

from __future__ import annotations

import pytest

from peer.node.outgoing.client import calling
from peer.node.outgoing.courier import couriers
from peer.node.outgoing.fetch import Fetcher
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Budget, Line
from peer.node.outgoing.reach import Reach
from peer.node.outgoing.unfetched import Failure, OffLimits, Overrun, Unfit
from peer.protocol import cavage
from tests.node.outgoing.elsewhere import (
    KEY,
    Elsewhere,
    Names,
    answer,
    serving,
    speaks,
)


@pytest.fixture
def backend():
    return "sqlite"


# -- ids ---------------------------------------------------------------------------


async def test_a_document_is_where_its_id_says(fetch, elsewhere):
    url = elsewhere.serve("/notes/1")
    elsewhere.serve("/@ada/1", {"id": url})

    assert (await fetch(elsewhere.url("/@ada/1"))).url == url
    assert elsewhere.paths == ["/@ada/1", "/notes/1"]


@pytest.mark.parametrize(
    "id",
    [
        "http://other.localhost:{port}/notes/1",
        "https://there.localhost:{port}/notes/1",
        "http://there.localhost/notes/1",
        "https://victim.example/notes/1",
        "javascript:alert(1)",
        "http://[::1",
        "",
        None,
        7,
        ["http://there.localhost:{port}/notes/1"],
        {"id": "x"},
    ],
)
async def test_nobody_speaks_for_another_server(fetch, elsewhere, id):
    told = id.format(port=elsewhere.port) if isinstance(id, str) else id
    url = elsewhere.serve("/notes/1", {"id": told})

    with pytest.raises(Unfit, match=r"its id|no id"):
        await fetch(url)


async def test_an_id_that_says_it_is_yet_another_is_not_followed(fetch, elsewhere):
    elsewhere.serve("/1", {"id": elsewhere.url("/2")})
    elsewhere.serve("/2", {"id": elsewhere.url("/3")})
    elsewhere.serve("/3", {"id": elsewhere.url("/1")})

    with pytest.raises(Unfit, match="something else"):
        await fetch(elsewhere.url("/1"))

    assert elsewhere.paths == ["/1", "/2"]


# -- redirects ---------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(fetch, elsewhere, status):
    url = elsewhere.serve("/new")

    assert (await fetch(elsewhere.lead("/old", "/new", status))).url == url


async def test_each_hop_is_signed_for_its_own_host(fetch, elsewhere, clock):
    url = elsewhere.serve("/there", host="other.localhost")
    elsewhere.lead("/here", url)

    await fetch(elsewhere.url("/here"))

    hosts = [asked.host.partition(":")[0] for asked in elsewhere.asked]
    assert hosts == ["there.localhost", "other.localhost"]
    for asked in elsewhere.asked:
        assert cavage.claim(asked.message(), clock.time).holds(KEY.public_key())


async def test_a_cookie_goes_nowhere(fetch, elsewhere):
    elsewhere.serve("/new")
    elsewhere.answers["/old"] = answer("", 302, Location="/new", Set_Cookie="a=b")

    await fetch(elsewhere.url("/old"))

    assert [asked.headers.get("cookie") for asked in elsewhere.asked] == [None, None]


async def test_three_redirects_are_enough(fetch, elsewhere):
    elsewhere.serve("/4")
    for n in (1, 2, 3):
        elsewhere.lead(f"/{n}", f"/{n + 1}")
    elsewhere.lead("/0", "/1")

    assert await fetch(elsewhere.url("/1"))
    with pytest.raises(Unfit, match="more than 3 redirects"):
        await fetch(elsewhere.url("/0"))


async def test_who_leads_in_a_circle_is_left(fetch, elsewhere):
    elsewhere.lead("/a", "/b")
    elsewhere.lead("/b", "/a")

    with pytest.raises(Unfit, match="redirects"):
        await fetch(elsewhere.url("/a"))

    assert len(elsewhere.asked) == 4


async def test_hops_are_requests_like_any_other(fetch, elsewhere, clock):
    elsewhere.lead("/a", "/a")
    elsewhere.answers["/a"] = speaks("rfc9421", clock, elsewhere.answers["/a"])

    with pytest.raises(Overrun):
        await fetch(elsewhere.url("/a"), budget=Budget(3))

    assert len(elsewhere.asked) == 3


async def test_a_redirect_says_where(fetch, elsewhere):
    elsewhere.answers["/a"] = answer("", 302)

    with pytest.raises(Unfit, match="does not say where"):
        await fetch(elsewhere.url("/a"))


async def test_nobody_leads_us_from_https_to_http(
    elsewhere, certificate, store, clock, pen
):
    server, client = certificate
    async with serving(Elsewhere(), ssl=server) as safe:
        hosts = [f"there.localhost:{each.port}" for each in (safe, elsewhere)]
        safe.answers["/a"] = answer("", 302, Location=elsewhere.serve("/a"))
        reach = Reach(hosts)
        to = (reach, "test", None, client)

        async with calling(*to) as session, couriers(*to) as courier:
            line = Line(session, Hosts(store, clock), pen, clock, courier)
            with pytest.raises(Unfit, match="from https to http"):
                await Fetcher(store, line, reach).fetch(f"https://{hosts[0]}/a")

    assert (safe.paths, elsewhere.paths) == (["/a"], [])


async def test_a_certificate_must_be_one_that_is_trusted(
    certificate, store, clock, pen
):
    async with serving(Elsewhere(), ssl=certificate[0]) as safe:
        host = f"there.localhost:{safe.port}"
        url = f"https://{host}/a"
        with pytest.raises(Failure, match="certificate"):
            await fetched_with(None, Reach([host]), url, store, clock, pen)


async def test_a_redirect_does_not_make_an_id(fetch, elsewhere):
    elsewhere.serve("/evil", host="other.localhost")
    asked = elsewhere.lead("/people/ada", elsewhere.url("/evil", "other.localhost"))
    elsewhere.serve("/evil", {"id": asked}, host="other.localhost")

    with pytest.raises(Unfit, match="another server's"):
        await fetch(asked)


# -- within reach ------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        *(
            "http://127.0.0.1:{port}/",
            "http://localhost:{port}/",
            "http://[::1]:{port}/",
        ),
        *("http://x.localhost:{port}/", "http://there.localhost:{port}/"),
        *("http://[::ffff:127.0.0.1]:{port}/", "http://127.1:{port}/", "//0:{port}/"),
        *("http://x.localhost/", "http://127.0.0.1/", "https://169.254.169.254/"),
        *("file:///etc/passwd", "gopher://127.0.0.1:{port}/", "data:,x"),
        *("http://a@there.localhost:{port}/", "http://[::1"),
    ],
)
async def test_nobody_leads_us_to_where_we_do_not_go(fetch, elsewhere, canary, to):
    elsewhere.lead("/a", to.format(port=canary.port), 307)

    with pytest.raises(OffLimits):
        await fetch(elsewhere.url("/a"))


async def test_nor_by_an_id(fetch, elsewhere, canary):
    url = elsewhere.serve("/a", {"id": canary.url("/a")})

    with pytest.raises(Unfit, match="its id is nowhere"):
        await fetch(url)


async def fetched_with(names, reach, url, store, clock, pen):
    to = (reach, "test", names)
    async with calling(*to) as session, couriers(*to) as courier:
        line = Line(session, Hosts(store, clock), pen, clock, courier)
        return await Fetcher(store, line, reach).fetch(url)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fd00:ec2::254"]],
)
async def test_a_name_does_not_lead_there_either(addresses, store, clock, pen):
    names = Names(evil_example=[addresses])
    url = "http://evil.example/actor"

    with pytest.raises(OffLimits, match="not a public address"):
        await fetched_with(names, Reach(), url, store, clock, pen)


async def test_a_name_nobody_knows_is_no_answer(store, clock, pen):
    class Nobody(Names):
        async def resolve(self, host, port=0, family=0):
            raise OSError(None, "there is no such name")

    url = "http://evil.example/actor"

    with pytest.raises(Failure, match="no such name"):
        await fetched_with(Nobody(), Reach(), url, store, clock, pen)


async def test_what_was_judged_is_what_is_connected_to(store, clock, pen):
    names = Names(fickle_example=[["127.0.0.1"], ["127.0.0.2"]])

    async with (
        serving(Elsewhere()) as good,
        serving(Elsewhere(), "127.0.0.2", good.port) as evil,
    ):
        reach = Reach([f"fickle.example:{good.port}"])
        url = good.serve("/actor", host="fickle.example")
        found = await fetched_with(names, reach, url, store, clock, pen)

    assert found.url == url
    assert (good.paths, evil.paths, len(names.asked)) == (["/actor"], [], 1)
