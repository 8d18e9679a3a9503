"""A full disk: nothing is kept, it is said as it is, and reading goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

#: More than is written meanwhile but to the store, and less than the post takes.
_LEFT = 100_000
_LONG = " ".join(map(str, range(16_000)))


@contextmanager
def little_room() -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LEFT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_where_there_is_no_room_left_that_is_what_is_said(blog):
    ada = await blog.signed_in("Ada")
    form = await ada.get("/posts/new")

    with little_room():
        page = await ada.send(form, name="On rye", content=_LONG)
        front = await ada.get("/")

    assert page.status == 503
    assert "There is no room left here to write this down." in page.words
    assert front.status == 200
    assert (
        await blog.node.store.read(lambda r: r.get(f"{blog.base}/posts/on-rye")) is None
    )


async def test_afterwards_it_goes_on_as_if_nothing_had_been(blog):
    ada = await blog.signed_in("Ada")
    form = await ada.get("/posts/new")
    with little_room():
        await ada.send(form, name="On rye", content=_LONG)

    page = await ada.send(form, name="On rye", content="It is slow.")

    assert (page.status, page.path) == (200, "/posts/on-rye")
