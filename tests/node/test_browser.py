from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.node.people.browser import device_of, form_token, is_own_form, safe_next

SECRET = b"s" * 32


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/posts/welcome",
        "/search?q=a//b%20c",
        "/account#sessions",
        "/tags/caf%C3%A9",
    ],
)
def test_a_path_of_ours_is_where_one_goes_next(path):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "posts",
        "https://evil.example",
        "HTTPS:/evil.example",
        "javascript:alert(1)",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\nLocation: https://evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "/%09/evil.example",
        "/%2Fevil.example",
        "/%2f%2fevil.example",
        "/%5Cevil.example",
        "/%255Cevil.example",
        "/%25252Fevil.example",
        "/%25252525252525252Fevil.example",
        "/./\\evil.example",
        "/..//evil.example",
        "/a/..%2f/evil.example",
        "/%2e%2e/evil",
        "/a//evil.example",
        " /posts",
        "/po sts",
        "/\u2028/evil.example",
        "/\uff0fevil.example",
        "@evil.example",
        "/" + "x" * 3000,
        "?next=/",
        "#",
    ],
)
def test_what_may_lead_elsewhere_is_not(path):
    assert safe_next(path) == "/"
    assert safe_next(path, "/account") == "/account"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link/x", "/sign-out?a=b"])
def test_signing_in_does_not_lead_to_signing_in_or_out(path):
    assert safe_next(path) == "/"


@given(st.text(st.sampled_from("/\\%25fFcC.:@?#a0 \t\r\n"), max_size=20))
def test_next_is_always_one_path_on_this_site(text):
    found = safe_next(text)

    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isprintable()


def test_a_form_of_ours_is_known_by_its_token():
    token = form_token(SECRET, "cookie")

    assert is_own_form(SECRET, "cookie", token)


@pytest.mark.parametrize(
    ("secret", "cookie", "told"),
    [
        (b"o" * 32, "cookie", form_token(SECRET, "cookie")),
        (SECRET, "another", form_token(SECRET, "cookie")),
        (SECRET, "", form_token(SECRET, "")),
        (SECRET, "cookie", ""),
        (SECRET, "cookie", form_token(SECRET, "cookie").upper()),
        (SECRET, "cookie", "é\ud800"),
    ],
)
def test_a_form_from_elsewhere_is_not_ours(secret, cookie, told):
    assert not is_own_form(secret, cookie, told)


@pytest.mark.parametrize(
    ("told", "device"),
    [
        ("Mozilla/5.0 (iPhone; like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("(Linux; Android 16) Chrome/142.0 Safari/537.36", "Chrome on Android"),
        ("(Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("<script>alert(1)</script>\r\n", "Some browser"),
        ("", "Some browser"),
    ],
)
def test_a_device_is_told_in_our_words(told, device):
    assert device_of(told) == device
