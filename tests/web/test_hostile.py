"""What attackers send, and that it does nothing but come back as words."""

from __future__ import annotations

import asyncio

from peer.node.outbox import Ask

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    "<iframe src=//evil.example></iframe>",
    "<form action=//evil.example><input name=x></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "<button formaction=javascript:alert(1)>x</button>",
]
_FORBIDDEN = {"iframe", "base", "object", "embed", "math", "style", "noscript"}


def is_inert(page):
    """Nothing runs, loads from elsewhere, or sends anything there."""
    for tag, told in page.tags:
        if tag in _FORBIDDEN or any(name.startswith("on") for name in told):
            return False
        links = [
            told.get(name) or "" for name in ("href", "src", "action", "formaction")
        ]
        if any(
            link.strip().lower().startswith(("javascript:", "data:")) for link in links
        ):
            return False
        if any("//evil.example" in link for link in links[1:]):
            return False
        if tag == "script" and not (told.get("src") or "").startswith("/static/"):
            return told.get("type") == "application/ld+json"
    return True


async def test_what_somebody_writes_runs_nowhere(blog):
    owner, stranger = await blog.owner(), await blog.visitor()
    asks = [
        ask
        for n, payload in enumerate(PAYLOADS)
        for ask in (
            Ask(
                "Create",
                kind="Post",
                values={"name": payload, "summary": payload, "content": payload},
                slug=f"x{n}",
            ),
            Ask("Create", kind="Tag", values={"name": payload[:60]}, slug=f"y{n}"),
        )
    ]
    ties = [
        Ask("Add", subject=f"@{2 * n}", relation="tagged", object=f"@{2 * n + 1}")
        for n in range(len(PAYLOADS))
    ]
    await blog.node.publish_all(blog.node.site, [*asks, *ties])
    every = range(len(PAYLOADS))

    pages = [
        await stranger.get(path)
        for path in (
            *("/", "/posts", "/tags", "/search?q=alert", "/activities"),
            *(f"/posts/x{n}" for n in every),
            *(f"/tags/y{n}" for n in every),
        )
    ]
    pages += [await owner.get(f"/posts/x{n}/edit") for n in every]
    pages += [await owner.get(f"/posts/x{n}/do/Delete") for n in every]

    assert [page.path for page in pages if page.status != 200] == []
    assert [page.path for page in pages if not is_inert(page)] == []


async def test_a_name_with_markup_in_it_is_a_name(blog):
    ada = await blog.signed_in("Ada")

    await ada.send(await ada.get("/account"), "/name", name="<b onclick=x>Ada</b>")
    page = await ada.get("/people/ada")

    assert is_inert(page)
    assert "<b onclick=x>Ada</b>" in page.words


async def test_what_stands_in_an_address_is_not_carried_out(blog):
    visitor = await blog.visitor()
    for payload in PAYLOADS:
        for path, params in (
            ("/search", {"q": payload, "kind": payload, "cursor": payload}),
            ("/posts", {"tagged": payload, "sort": payload, "cursor": payload}),
            ("/activities", {"verb": payload, "actor": payload, "before": payload}),
            ("/sign-in", {"next": payload}),
            (f"/{payload}", {}),
            (f"/posts/{payload}", {}),
            ("/posts/new/relate-options", {"relation": payload, "q": payload}),
        ):
            page = await visitor.ask("GET", path, params=params)

            assert page.status < 500, (path, payload)
            assert is_inert(page), (path, payload)


ODD_ADDRESSES = [
    "/posts/%00",
    "/posts/welcome%00",
    "/%00/welcome",
    "/posts/..%2f..%2fetc%2fpasswd",
    "/posts/%2e%2e/%2e%2e",
    "/static/v/0/..%2f..%2fapp.py",
    "/media/..%2fpeer.db",
    "/media/x.svg",
    "/posts/%0d%0aSet-Cookie:%20x=1",
    "/posts/%F0%9F%A5%90",
    "/posts/%FF%FE",
    "/posts/%ZZ",
    "/posts/" + "a" * 4000,
    "/" + "a/" * 500 + "a",
    "/posts/welcome.exe",
    "/posts/welcome.ttl.ttl",
    "/.git/config",
    "/.env",
    "/peer.db",
    "/__debug__",
    "/posts/welcome/../welcome/%2e",
    "/types/post.toml%00.ttl",
]


async def test_odd_addresses_lead_nowhere(blog):
    for path in ODD_ADDRESSES:
        answer = await raw(blog, f"GET {path} HTTP/1.1")

        assert answer.startswith("HTTP/1.1 4"), path
        assert "\nSet-Cookie: x" not in answer
        assert "Traceback" not in answer


async def test_a_slash_at_the_end_leads_nowhere_else(blog):
    for path in ("//evil.example/", "///evil.example//", "/%2Fevil.example/"):
        answer = await raw(blog, f"GET {path} HTTP/1.1")

        assert "\nLocation: //" not in answer
        assert "\nLocation: http" not in answer


ODD_QUERIES = [
    "cursor=x",
    "cursor=%00",
    "cursor=" + "A" * 3000,
    "cursor=eyJhIjoxfQ==",
    "sort=%27%3BDROP%20TABLE%20thing",
    "tagged=%27%20OR%201=1--",
    "tagged=bread&tagged=money&sort=&sort=name",
    "&&&&====",
    "%FF=%FE",
    "q=%ED%A0%80&cursor=%ED%A0%80&actor=%ED%A0%80",
    "q=%00&kind=%00&verb=%00&actor=%00&object=%00",
    "x=" + "y" * 7000,
]


async def test_odd_queries_break_nothing(blog):
    for query in ODD_QUERIES:
        for path in ("/posts", "/search", "/activities", "/posts/new/relate-options"):
            answer = await raw(blog, f"GET {path}?{query}&relation=tagged&q=a HTTP/1.1")

            assert answer.startswith(("HTTP/1.1 2", "HTTP/1.1 4")), (path, query)
            assert "sqlite" not in answer.lower()


# -- bytes on a socket -----------------------------------------------------------------


async def raw(peer, *lines, body=b"", host=None):
    """Send a request as it stands; the answer as text, up to the end."""
    name, _, port = peer.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    head = [*lines, f"Host: {host or f'{name}:{port}'}", "Connection: close", "", ""]
    writer.write("\r\n".join(head).encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode("utf-8", "replace")


async def test_another_hosts_pages_are_not_here(blog):
    for host in ("evil.example", "shop.localhost", "blog.localhost:1", "x" * 300):
        answer = await raw(blog, "GET / HTTP/1.1", host=host)

        assert answer.startswith("HTTP/1.1 421")


async def test_two_hosts_are_one_too_many(blog):
    answer = await raw(blog, "GET / HTTP/1.1", "Host: evil.example")

    assert " 400 " in answer[:14]


async def test_a_request_that_names_no_host_is_refused(blog):
    port = int(blog.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")

    answer = await reader.read()
    writer.close()

    assert b" 400 " in answer[:14]


async def test_who_asks_for_another_site_in_full_is_not_given_this_one(blog):
    _, _, host = blog.address.partition("//")

    assert " 200 " in (await raw(blog, f"GET {blog.address}/ HTTP/1.1"))[:14]
    for there in ("evil.example", f"{host}@evil.example", f"x@{host}", "[::1]"):
        answer = await raw(blog, f"GET http://{there}/ HTTP/1.1")

        assert " 421 " in answer[:14], there


async def test_what_cannot_be_unpacked_is_refused_and_no_fault_of_ours(blog):
    packed = "Content-Encoding: identity", "Content-Encoding: gzip", "Content-Length: 2"
    for path, kind in (
        ("/inbox", "application/activity+json"),
        ("/people/nobody/inbox", "application/activity+json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/sign-in", "multipart/form-data; boundary=x"),
    ):
        told = f"POST {path} HTTP/1.1", f"Content-Type: {kind}", *packed
        answer = await raw(blog, *told, body=b"{}")

        assert answer[9:12] in ("400", "404", "415"), (path, kind)


async def test_other_versions_of_http_are_not_spoken(blog):
    for version in (" HTTP/0.9", " HTTP/2.0", ""):
        answer = await raw(blog, f"GET /posts{version}")

        assert " 505 " in answer[:14], version


NO_REQUESTS = [
    ["GET / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"],
    ["GET / HTTP/1.1", "Transfer-Encoding: xchunked"],
    ["GET / HTTP/1.1", "Content-Length: +5"],
    ["GET / HTTP/1.1", "Content-Length: -1"],
    ["GET / HTTP/1.1", "X: " + "a" * 70_000],
    ["GET / HTTP/1.1", *(f"X-{n}: 1" for n in range(1000))],
    ["GET /" + "a" * 70_000 + " HTTP/1.1"],
    ["GET / HTTP/1.1", "X : 1"],
    ["FROB / HTTP/1.1"],
    ["\x00\x01\x02"],
]


async def test_what_is_no_request_is_refused_without_a_word_about_us(blog):
    for lines in NO_REQUESTS:
        answer = await raw(blog, *lines)

        assert answer.startswith(("HTTP/1.1 4", "HTTP/1.0 4")), lines
        assert "aiohttp" not in answer
        assert "Python" not in answer
