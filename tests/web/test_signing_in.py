"""Signing in, with a link first and a password second, and signing out again."""

from __future__ import annotations

import re

import pytest


async def link_for(peer, visitor, email, next="/"):
    """Ask for a link, and read it in the mailbox of the development pages."""
    await visitor.send(
        await visitor.get(f"/sign-in?next={next}"), "/sign-in", email=email
    )
    mail = await visitor.get("/mailbox")
    return re.search(rf"{re.escape(peer.base)}(/sign-in/link/[\w-]+)", mail.text)[1]


async def test_a_link_by_mail_signs_in_and_leads_on(blog):
    await blog.signed_in("Ada")
    visitor = await blog.visitor()
    link = await link_for(blog, visitor, "ada@example.org", next="/posts/welcome")

    page = await visitor.send(await visitor.get(link))

    assert page.path == "/posts/welcome"
    assert "You are signed in." in page.words
    assert page.has_form("/sign-out")


async def test_looking_at_a_link_does_not_use_it_up(blog):
    await blog.signed_in("Ada")
    scanner, visitor = await blog.visitor(), await blog.visitor()
    link = await link_for(blog, visitor, "ada@example.org")
    for _ in range(3):
        await scanner.get(link)

    page = await visitor.send(await visitor.get(link))

    assert page.has_form("/sign-out")


async def test_a_link_works_once(blog):
    await blog.signed_in("Ada")
    visitor, thief = await blog.visitor(), await blog.visitor()
    link = await link_for(blog, visitor, "ada@example.org")
    seen = await thief.get(link)
    await visitor.send(await visitor.get(link))

    late, again = await thief.send(seen), await thief.get(link)

    assert (late.status, again.status) == (410, 410)
    assert "This link has been used" in again.words


async def test_a_link_is_good_for_a_quarter_of_an_hour(blog):
    await blog.signed_in("Ada")
    visitor = await blog.visitor()
    link = await link_for(blog, visitor, "ada@example.org")

    blog.clock.tick(minutes=16)

    assert (await visitor.get(link)).status == 410


async def test_who_is_new_says_what_to_be_called(blog):
    visitor = await blog.visitor()
    link = await link_for(blog, visitor, "cy@example.org")
    form = await visitor.get(link)

    nameless = await visitor.send(form, name="  ")
    page = await visitor.send(nameless, name="Cy")

    assert nameless.status == 422
    assert "Say what you like to be called." in nameless.words
    assert "Cy" in page.words


async def test_nobody_is_told_who_has_an_account(blog):
    await blog.signed_in("Ada")
    visitor = await blog.visitor()
    form = await visitor.get("/sign-in")

    known = await visitor.send(form, "/sign-in", email="ada@example.org")
    unknown = await visitor.send(form, "/sign-in", email="eve@example.org")

    assert known.words.replace("ada@", "eve@") == unknown.words


async def test_what_is_no_address_is_said_at_the_field(blog):
    visitor = await blog.visitor()

    page = await visitor.send(await visitor.get("/sign-in"), "/sign-in", email="ada@")

    assert page.status == 422
    assert "does not look like an e-mail address" in page.words
    assert dict(page.form("/sign-in").fields)["email"] == "ada@"


async def test_trying_too_often_is_answered_with_when_to_come_back(blog):
    visitor = await blog.visitor()
    form = await visitor.get("/sign-in")
    told = {"email": "ada@example.org", "password": "not-this-one"}

    pages = [await visitor.send(form, "/sign-in/password", **told) for _ in range(6)]

    assert [page.status for page in pages] == [403] * 5 + [429]
    assert int(pages[-1].headers["Retry-After"]) > 0


# -- with a password -------------------------------------------------------------------


@pytest.fixture
async def ada(blog):
    """Ada, who has set a password."""
    visitor = await blog.signed_in("Ada")
    await visitor.send(
        await visitor.get("/account"), "/password", new="seven sour loaves"
    )
    return visitor


async def test_a_password_signs_in(blog, ada):
    visitor = await blog.visitor()
    form = await visitor.get("/sign-in?next=/tags/bread")

    page = await visitor.send(
        form, "/sign-in/password", email="ada@example.org", password="seven sour loaves"
    )

    assert page.path == "/tags/bread"
    assert page.has_form("/sign-out")


async def test_a_wrong_password_and_a_wrong_address_read_the_same(blog, ada):
    visitor = await blog.visitor()
    form = await visitor.get("/sign-in")
    told = {"password": "seven sweet loaves"}

    wrong = await visitor.send(
        form, "/sign-in/password", email="ada@example.org", **told
    )
    nobody = await visitor.send(
        form, "/sign-in/password", email="eve@example.org", **told
    )

    assert (wrong.status, nobody.status) == (403, 403)
    assert wrong.words == nobody.words


async def test_a_new_password_signs_other_devices_out(blog, ada):
    other = await blog.signed_in("Ada")

    await ada.send(await ada.get("/account"), "/password", new="eight sour loaves")

    assert (await ada.get("/account")).status == 200
    assert (await other.get("/account")).status == 303


async def test_a_password_that_is_too_short_is_said_at_its_field(blog, ada):
    page = await ada.send(await ada.get("/account"), "/password", new="short")

    assert page.status == 422
    assert "at least 10 characters" in page.words


# -- sessions --------------------------------------------------------------------------


async def test_signing_out_ends_it(blog):
    ada = await blog.signed_in("Ada")
    cookie = {c.key: c.value for c in ada.session.cookie_jar}["session"]

    page = await ada.send(await ada.get("/"), "/sign-out")

    ada.session.cookie_jar.update_cookies({"session": cookie})
    assert "You are signed out." in page.words
    assert (await ada.get("/account")).status == 303


async def test_a_device_is_signed_out_from_another(blog):
    here, there = await blog.signed_in("Ada"), await blog.signed_in("Ada")
    page = await here.get("/account")

    await here.send(page, "/devices")

    assert (await here.get("/account")).status == 200
    assert (await there.get("/account")).status == 303


async def test_a_session_survives_a_restart_of_the_program(blog):
    ada = await blog.signed_in("Ada")

    found = await blog.node.store.read(lambda read: read.recall_all("session"))

    assert len(found) == 1
    assert (await ada.get("/account")).status == 200


async def test_who_comes_often_stays_signed_in(blog):
    ada = await blog.signed_in("Ada")
    for _ in range(4):
        blog.clock.tick(days=20)
        page = await ada.get("/account")

        assert page.status == 200
        assert "session=" in page.headers["Set-Cookie"]


async def test_who_stays_away_is_signed_out(blog):
    ada = await blog.signed_in("Ada")

    blog.clock.tick(days=31)

    assert (await ada.get("/account")).status == 303


async def test_a_session_that_is_made_up_is_none(blog):
    visitor = await blog.visitor()
    for cookie in ("x", "0" * 16 + "." + "A" * 43, "é", "a" * 5000):
        page = await visitor.get("/account", Cookie=f"session={cookie}")

        assert page.status in (303, 400)


async def test_a_name_is_changed_for_the_world_as_well(blog):
    ada = await blog.signed_in("Ada")

    await ada.send(await ada.get("/account"), "/name", name="Ada L.")

    assert "Ada L." in (await ada.get("/people/ada")).words
    assert "Ada L." in (await ada.get("/")).words


async def test_the_cookie_is_for_this_host_and_no_script(blog):
    visitor = await blog.visitor()
    link = await link_for(blog, visitor, "cy@example.org")

    answer = await visitor.send(await visitor.get(link), follow=False, name="Cy")

    cookie = next(c for c in answer.headers.getall("Set-Cookie") if "session=" in c)
    told = {part.strip().partition("=")[0].lower() for part in cookie.split(";")}
    assert {"httponly", "samesite", "max-age", "path"} <= told
    assert "domain" not in told


async def test_signing_in_leaves_nothing_of_the_session_before(blog):
    first = await blog.signed_in("Ada")
    before = {c.key: c.value for c in first.session.cookie_jar}["session"]
    link = await link_for(blog, await blog.visitor(), "cy@example.org")

    await first.send(await first.get(link), name="Cy")

    after = {c.key: c.value for c in first.session.cookie_jar}["session"]
    stale = await blog.visitor()
    assert before != after
    assert (await stale.get("/account", Cookie=f"session={before}")).status == 303


# -- being asked to sign in ------------------------------------------------------------


async def test_a_reader_is_led_to_sign_in_and_back(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/new?x=1")

    assert (page.status, page.location) == (303, "/sign-in?next=%2Fposts%2Fnew%3Fx%3D1")


async def test_a_program_is_told_that_it_is_not_known(blog):
    visitor = await blog.visitor()

    page = await visitor.get("/posts/new", Accept="application/json")

    assert page.status == 401
    assert page.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/%2Fevil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x=1",
        "/.//evil.example",
        "http:evil.example",
        "/sign-out",
        "\\\\evil.example",
        "/%252Fevil.example",
    ],
)
async def test_nobody_is_led_away_after_signing_in(blog, target):
    ada, visitor = await blog.signed_in("Ada"), await blog.visitor()

    known = await ada.ask("GET", "/sign-in", params={"next": target})
    form = await visitor.ask("GET", "/sign-in", params={"next": target})

    assert (known.status, known.location) == (303, "/")
    assert dict(form.form("/sign-in").fields)["next"] == "/"


async def test_the_mailbox_is_gone_once_mail_is_really_sent(make_peer):
    peer = await make_peer("blog", smtp_url="smtp://localhost:2525")

    page = await (await peer.visitor()).get("/mailbox")

    assert page.status == 404


async def test_the_theme_is_remembered(blog):
    visitor = await blog.visitor()
    page = await visitor.get("/posts")

    after = await visitor.send(page, "/theme", theme="dark")
    system = await visitor.send(after, "/theme", theme="auto")

    assert after.path == "/posts"
    assert ("html", "dark") in [
        (tag, told.get("data-theme")) for tag, told in after.tags
    ]
    assert 'data-theme="' not in system.text
