from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.node.outgoing.client import Resolver
from peer.node.outgoing.reach import Astray, OutOfReach, Reach, is_public
from tests.node.outgoing.elsewhere import Names

ADDRESSES = [
    line.split()
    for line in Path(__file__).with_name("addresses.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("verdict", "address"), ADDRESSES)
def test_only_what_all_share_is_public(verdict, address):
    assert is_public(address) == (verdict == "public")


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://a.example", "a.example", "/"),
        ("HTTPS://A.Example:443/x?y=1#main-key", "a.example", "/x?y=1"),
        ("http://a.example:443/", "a.example:443", "/"),
        ("http://8.8.8.8/x", "8.8.8.8", "/x"),
        ("https://[2606:4700::1111]/x", "[2606:4700::1111]", "/x"),
        ("https://münchen.example/é", "xn--mnchen-3ya.example", "/%C3%A9"),
        ("https://a_b.example/a%2Fb", "a_b.example", "/a%2Fb"),
    ],
)
def test_the_web_is_within_reach(url, authority, target):
    place = Reach().place(url)

    assert (place.authority, place.target) == (authority, target)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "/x",
        "//a.example/x",
        "http://",
        "http:///x",
        "http:a.example",
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example:80/",
        "data:,x",
        "unix:/run/x",
        "javascript:alert(1)",
        "acct:a@a.example",
        "urn:uuid:1",
        "http://a.example:22/",
        "http://a.example:6379/",
        "https://a.example:8443/",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a.example:/",
        "http://a.example:80x/",
        "http://a.example:\u0668\u0660/",
        "http://a.example:80:80/",
        "https://u@a.example/",
        "https://u:p@a.example/",
        "https://@a.example/",
        "https://a.example\\@b.example/",
        "https://a.example/\\x",
        "https://a b.example/",
        "https://a.example/\n",
        "\thttps://a.example/",
        "https://a.ex\tample/",
        "\x00",
        "http://localhost/",
        "http://intranet/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.66/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://1.2.3.4.5/",
        "http://0/",
        "http://a.example.0x1/",
        "http://a.example.1/",
        "http://169.254.169.254/",
        "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
        "http://\u2460\u2461\u2466.0.0.1/",
        "http://\u24d4xample.com/",
        "http://a\u3002example/",
        "http://127\u30020\u30020\u30021/",
        "http://ex%61mple.com/",
        "http://127%2e0.0.1/",
        "http://[::1]/",
        "http://[::1",
        "http://::1/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.a]/",
        "http://[]/",
        "http://[::]:80/",
        "http://a.example./",
        "http://.example/",
        "http://a..example/",
        "http://-a.example/",
        "http://a-.example/",
        "https://a.example/\ud800",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        f"https://a.example/{'x' * 2048}",
    ],
)
def test_whatever_could_be_read_in_two_ways_is_out_of_reach(url):
    with pytest.raises(OutOfReach, match=r".+"):
        Reach().place(url)


def test_development_reaches_exactly_what_it_names():
    reach = Reach(["blog.localhost:8801", "127.0.0.1:9000", "[::1]:9001", "db:80"])

    for url in (
        "http://blog.localhost:8801/x",
        "http://Blog.LOCALHOST:8801/x",
        "http://127.0.0.1:9000/",
        "http://[::1]:9001/",
        "http://[0:0::1]:9001/",
        "http://db/",
        "https://a.example/",
    ):
        assert reach.place(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://blog.localhost:8802/",
        "http://events.localhost:8801/",
        "http://127.0.0.1:8801/",
        "http://[::ffff:127.0.0.1]:9000/",
        "http://127.1:9000/",
        "http://127.0.0.1/",
        "http://db:8080/",
        "ftp://blog.localhost:8801/",
        "http://u@blog.localhost:8801/",
    ],
)
def test_and_nothing_beside_that(url):
    reach = Reach(["blog.localhost:8801", "127.0.0.1:9000", "[::1]:9001", "db:80"])

    with pytest.raises(OutOfReach):
        reach.place(url)


@pytest.mark.parametrize(
    ("location", "onward"),
    [
        ("/b", "https://a.example/b"),
        ("c?d", "https://a.example/x/c?d"),
        ("//b.example/", "https://b.example/"),
        ("http://b.example/", "http://b.example/"),
    ],
)
def test_a_redirect_is_read_from_where_it_was_given(location, onward):
    reach = Reach()

    place = reach.onward(reach.place("https://a.example/x/y"), location)

    assert str(place.url) == onward


@pytest.mark.parametrize("location", ["http://[::1", "//127.0.0.1/", "javascript:x"])
def test_a_redirect_is_judged_like_any_url(location):
    reach = Reach()

    with pytest.raises(OutOfReach):
        reach.onward(reach.place("https://a.example/x/y"), location)


# -- once a name is resolved -------------------------------------------------------


async def test_all_that_a_name_stands_for_must_be_public():
    names = Names(
        good_example=[["8.8.8.8", "2606:4700::1111"]],
        mixed_example=[["8.8.8.8", "10.0.0.1"]],
        mapped_example=[["8.8.8.8", "::ffff:10.0.0.1"]],
        cloud_example=[["169.254.169.254"]],
    )
    resolver = Resolver(Reach(), names)

    assert len(await resolver.resolve("good.example", 443)) == 2
    for name in ("mixed.example", "mapped.example", "cloud.example", "x.localhost"):
        with pytest.raises(Astray, match="not a public address"):
            await resolver.resolve(name, 443)


async def test_a_name_that_changes_its_mind_is_judged_each_time():
    resolver = Resolver(Reach(), Names(fickle_example=[["8.8.8.8"], ["127.0.0.1"]]))

    first = await resolver.resolve("fickle.example", 443)

    assert [each["host"] for each in first] == ["8.8.8.8"]
    with pytest.raises(Astray):
        await resolver.resolve("fickle.example", 443)


async def test_names_of_this_machine_need_no_resolver():
    names = Names()
    resolver = Resolver(Reach(["blog.localhost:8801"]), names)

    found = await resolver.resolve("blog.localhost", 8801)

    assert [each["host"] for each in found] == ["127.0.0.1"]
    assert names.asked == []


# -- whatever comes ----------------------------------------------------------------

_PIECES = [
    *("http", "https", "://", "//", ":80", ":443", "localhost", "a.example"),
    *("127.0.0.1", "::1", "0x7f", "\u2460", "\u3002", "\xdf", "\ud800", "\0"),
    *"/:@[].#?%\\-_ 017fx",
]
_TEXTS = st.text() | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(_TEXTS)
def test_no_url_does_more_than_be_refused(text):
    reach = Reach()
    try:
        place = reach.place(text)
    except OutOfReach:
        return

    assert place.url.port in (80, 443) and place.url.scheme in ("http", "https")
    assert place.authority.isascii() and "@" not in place.authority
    assert reach.place(str(place.url)) == place


@given(_TEXTS)
def test_no_redirect_does_either(text):
    reach = Reach()
    try:
        reach.onward(reach.place("https://a.example/x"), text)
    except OutOfReach:
        return


@given(st.text() | st.ip_addresses().map(str))
def test_no_address_confuses_it(text):
    assert is_public(text) in (True, False)
