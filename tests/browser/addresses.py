"""Every kind of page there is, by peer: what is looked at in both themes and sizes."""

from __future__ import annotations

#: What anybody may open.
PUBLIC = {
    "blog": (
        "/",
        "/posts",
        "/posts?sort=name&tagged=bread",
        "/posts/welcome",
        "/posts/a-first-loaf",
        "/notes",
        "/notes/plum-buns",
        "/pages/about",
        "/tags",
        "/tags/bread",
        "/actor",
        "/search",
        "/search?q=oven",
        "/search?q=nothing+of+the+sort",
        "/activities",
        "/meta",
        "/types/post",
        "/relations/tagged",
        "/sign-in",
        "/mailbox",
        "/ns",
    ),
    "events": (
        "/",
        "/events",
        "/events?when=past",
        "/events/the-long-table",
        "/events/candlelit-strings",
        "/calendars",
        "/calendars?view=month",
        "/calendars?when=past",
        "/calendars/main",
        "/places/the-old-bakery",
        "/tickets/candlelit-strings-standard",
        "/tags/music",
        "/types/event",
    ),
    "shop": (
        "/",
        "/products",
        "/products?price.max=5&sort=-price",
        "/products/seeded-rye",
        "/tags/bread",
        "/types/order",
    ),
}

#: What only whoever keeps the peer may open.
OWN = {
    "blog": (
        "/posts/new",
        "/posts/welcome/edit",
        "/posts/welcome/relate?relation=tagged",
        "/posts/welcome/do/Delete",
        "/posts/welcome/do/Flag",
        "/account",
        "/queue",
        "/meta/new-type",
        "/meta/new-relation",
        "/meta/post/new-field",
        "/meta/post/toml",
        "/sparql",
    ),
    "events": (
        "/events/new",
        "/calendars/main/edit",
        "/calendars/main/schedule",
        "/series/new",
        "/events/candlelit-strings/cancel",
        "/events/candlelit-strings/postpone",
        "/events/candlelit-strings/allot",
    ),
    "shop": ("/products/new", "/products/seeded-rye/edit", "/orders", "/orders/new"),
}
