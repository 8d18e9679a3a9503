"""The settings that there are: one row each, for who reads them and for the docs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peer.settings import (
    address,
    addresses,
    cache_url,
    database_url,
    email,
    folder,
    networks,
    one_of,
    origin,
    path,
    smtp_url,
    some_of,
    whole,
    word,
)

#: Where the three peers of the cooperative listen when nobody says otherwise.
PORT = 8801
COOPERATIVE = ("blog", "events", "shop")

#: The ways to pay that there are, and where SumUp is.
PAYMENTS = ("door", "transfer", "sumup", "trial")
SUMUP_URL = "https://api.sumup.com"


@dataclass(frozen=True, slots=True)
class Setting:
    """``default`` is in words; ``secret`` ones may come as ``<name>_FILE``."""

    name: str
    help: str
    default: str = "none"
    read: Callable[[str], Any] = str
    secret: bool = False


SETTINGS = (
    Setting(
        "SX_DOMAIN",
        "Which peer this is: a folder of seeds/, such as blog, events or shop.",
        "none: without one, ./serve.sh starts all three",
        word,
    ),
    Setting(
        "SX_BASE",
        "The peer's own origin, as strangers see it. It is part of every id that is "
        "minted, so settle it before the first start.",
        "http://<domain>.localhost:<port>",
        origin,
    ),
    Setting("SX_BLOG_BASE", "The origin of the cooperative's blog.", read=origin),
    Setting("SX_EVENTS_BASE", "The origin of its events calendar.", read=origin),
    Setting("SX_SHOP_BASE", "The origin of its shop.", read=origin),
    Setting(
        "SX_HUB_BASE",
        "The peer that signs people in for the others.",
        "SX_BLOG_BASE",
        origin,
    ),
    Setting("SX_VAR", "Folder of the store, keys and uploads.", "./var/<domain>", path),
    Setting(
        "SX_DATABASE_URL",
        "The store: sqlite:///<path> or postgresql://<user>:<password>@<host>/<name>.",
        "SQLite in SX_VAR",
        database_url,
        secret=True,
    ),
    Setting(
        "SX_CACHE_URL",
        "Where workers share counts, as redis://<host>. Kept for later: nothing "
        "uses it yet.",
        read=cache_url,
        secret=True,
    ),
    Setting(
        "SX_WORKERS",
        "How many processes serve. More than one takes PostgreSQL.",
        "1",
        whole(1, 64),
    ),
    Setting(
        "SX_LISTEN",
        "Where to listen, as <host>:<port>.",
        "127.0.0.1 and a port from SX_PORT on",
        address,
    ),
    Setting(
        "SX_PORT",
        "The first of the ports that the three peers take when started together.",
        str(PORT),
        whole(1, 65533),
    ),
    Setting(
        "SX_OWNER", "E-mail address of who keeps this peer.", "owner@<host>", email
    ),
    Setting(
        "SX_SMTP_URL",
        "The mail server, as smtp://<user>:<password>@<host>:<port>, or smtps://.",
        "none: mail is shown at /mailbox instead",
        smtp_url,
        secret=True,
    ),
    Setting(
        "SX_PAYMENTS",
        "How orders are paid for, with commas: door, transfer, sumup, and for trying "
        "things out, trial, with which no money moves.",
        "door, and what is set up below; in development (SX_DEV_ALLOW) trial as well",
        some_of(*PAYMENTS),
    ),
    Setting(
        "SX_TRANSFER",
        "The bank account that transfers go to, as buyers are to read it; a "
        "semicolon ends a line.",
    ),
    Setting(
        "SX_TRANSFER_DAYS",
        "How many days an order is kept for who pays by bank transfer; not beyond the "
        "start of what it is for.",
        "7",
        whole(1, 30),
    ),
    Setting(
        "SX_RETURNS",
        "What the shop says about cancelling and returning; a department may say "
        "something else of what stands on its shelves.",
    ),
    Setting(
        "SX_SUMUP_KEY",
        "The API key of the seller's SumUp account.",
        secret=True,
    ),
    Setting("SX_SUMUP_MERCHANT", "The merchant code of that account."),
    Setting(
        "SX_SUMUP_URL",
        "Where SumUp is asked; another address is for tests.",
        SUMUP_URL,
        origin,
    ),
    Setting(
        "SX_UNPAID_LAPSED",
        "Whoever lets so many orders lapse unpaid within a day may have two to be paid "
        "at a time, until they pay or the day is over; 0 for no limit. A buyer is an "
        "address of mail, an account or a browser; a whole server may ten times more.",
        "20",
        whole(0, 10000),
    ),
    Setting("SX_TYPES", "A folder of types beside the program's own.", read=folder),
    Setting("SX_SEEDS", "A folder of seeds beside the program's own.", read=folder),
    Setting(
        "SX_DEV_ALLOW",
        "Peers that may be spoken to over plain HTTP or at private addresses, as "
        "<host>:<port>, with commas. For development.",
        read=addresses,
    ),
    Setting(
        "SX_PROXIES",
        "Reverse proxies whose X-Forwarded-For is believed: addresses or networks, "
        "with commas. Without it all who come through one count as one visitor.",
        read=networks,
    ),
    Setting(
        "SX_AUTHORIZED_FETCH",
        "Whether programs must sign what they ask for, so that who is blocked gets "
        "nothing. Pages stay open.",
        "no",
        one_of("no", "yes"),
    ),
    Setting(
        "SX_VIEWS",
        "Whether it is counted how often public pages are looked at: a number a page "
        "and day, and nothing of who looks.",
        "yes",
        one_of("no", "yes"),
    ),
    Setting(
        "SX_RECHECK_HOURS",
        "After how many hours whoever has signed something is asked whether it still "
        "stands. Before anybody pays they are asked anyway.",
        "6",
        whole(1, 720),
    ),
    Setting("SX_LOG", "How logs are written.", "text", one_of("text", "json")),
)
