"""A type that brings its own page, card and form; the rest is any type's."""

from __future__ import annotations

import pytest

DOMAIN = """
title = "Walks"
hue   = 60
types = ["walk", "stroll"]
front = ["Walk"]
menu  = ["Walk", "Stroll"]
"""
WALK = """
name = "Walk"
is_a = "as:Object"
[fields.name]
kind  = "line"
label = "Way"
[permits]
Create = "member"
Update = "owner"
[listing]
order = "name"
"""
STROLL = """
name    = "Stroll"
is_a    = "as:Object"
extends = ["Walk"]
"""
FORM = """
<p>Put on good shoes.</p>
{% include "_any/form.html" %}
"""


@pytest.fixture
async def walks(make_peer, tmp_path):
    """A peer of a domain of its own, with a type that looks like no other."""
    files = {
        "seeds/walks/domain.toml": DOMAIN,
        "types/walk/type.toml": WALK,
        "types/stroll/type.toml": STROLL,
        "types/walk/page.html": "<h1>{{ thing.title }}, on foot</h1>",
        "types/walk/card.html": "<p>{{ thing.title }}, in short</p>",
        "types/walk/form.html": FORM,
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return await make_peer("walks", types=tmp_path / "types", seeds=tmp_path / "seeds")


@pytest.mark.parametrize("path", ["walks", "strolls"])
async def test_they_are_used_for_it_and_for_what_extends_it(walks, path):
    ada = await walks.signed_in("Ada")
    form = await ada.get(f"/{path}/new")
    assert "Put on good shoes." in form.words

    page = await ada.send(form, name="To the weir")
    listing = await ada.get(f"/{path}")

    assert "To the weir, on foot" in page.words
    assert "To the weir, in short" in listing.words
