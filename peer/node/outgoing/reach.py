"""Whom this peer speaks to: public addresses, and what development names exactly.

A URL is judged as it is written, and the addresses that its name stands for once
they are known (``client``): what a name says of itself proves nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from urllib.parse import urljoin, urlsplit

from yarl import URL

_LONGEST = 2048
_REMEMBERED = 4096  # inboxes, mostly: the same ones again and again
_PORTS = (80, 443)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")

#: A host and perhaps a port: nobody's name and password, nothing left empty.  The
#: full stop of Chinese would become a dot on the way.
_AUTHORITY = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^@%:\[\]\u3002]+)(?::[0-9]{1,5})?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")

#: What ends like this is an IPv4 address to some (WHATWG URL, inet_aton).
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")

# The special-purpose registries of IANA, and what clouds answer their guests on.
_NOT_PUBLIC_4 = [
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(each)
    for each in (
        "2001::/23",  # Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: whoever still has it can be reached otherwise
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]
_NAT64 = IPv6Network("64:ff9b::/96")


class OutOfReach(ValueError):
    """Somewhere that nothing is ever sent, and why."""


class Astray(OutOfReach):
    """A name that stands, for now, for an address that nothing is sent to."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes.

    ``host`` has the port: it is one server's name.  ``authority`` is the Host header,
    in which a usual port is left out, and ``target`` stands on the request line.
    """

    url: URL
    host: str
    authority: str
    origin: str
    target: str


class Reach:
    """``allowed`` are pairs of host and port, for development; see SX_DEV_ALLOW."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._judged = lru_cache(_REMEMBERED)(self._judge)

    def place(self, text: str) -> Place:
        """Where ``text`` leads, without its fragment; OutOfReach where we do not go."""
        return self._judged(text)

    def _judge(self, text: str) -> Place:
        url = _read(text)
        host = f"{url.host_subcomponent}:{url.port}"
        if host not in self._allowed:
            if url.port not in _PORTS:
                raise OutOfReach(f"port {url.port} is not one of the web's")
            _check_host(url.raw_host or "")
        authority = url.host_port_subcomponent or ""
        return Place(
            url, host, authority, f"{url.scheme}://{authority}", url.raw_path_qs
        )

    def schemes_of(self, authority: str) -> tuple[str, ...]:
        """How to ask a host that was given by name alone, the likelier way first."""
        return ("http", "https") if authority in self._allowed else ("https",)

    def onward(self, place: Place, location: str) -> Place:
        """Where ``place`` sends us."""
        try:
            return self.place(urljoin(str(place.url), location))
        except OutOfReach:
            raise
        except ValueError as wrong:
            raise OutOfReach(f"that is not a URL: {wrong}") from wrong

    def check(self, name: str, port: int, address: str) -> None:
        """Astray where ``name`` stands for an ``address`` that is not public."""
        if f"{name}:{port}" not in self._allowed and not is_public(address):
            raise Astray(f"{name} is {address}, which is not a public address")


def is_public(address: str) -> bool:
    """Is ``address`` one machine's, in the internet that all share?

    >>> is_public("::ffff:10.0.0.1")
    False
    """
    try:
        ip = _unwrapped(ip_address(address))
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in each for each in _NOT_PUBLIC_4)
    return ip in _PUBLIC_6 and not any(ip in each for each in _NOT_PUBLIC_6)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that is meant, where an IPv6 address only leads to one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip


def _read(text: str) -> URL:
    if len(text) > _LONGEST:
        raise OutOfReach(f"that is longer than {_LONGEST} characters")
    if _UNSEEN.search(text):
        raise OutOfReach("that holds characters that no URL has")
    try:
        _check_authority(urlsplit(text).netloc)
        url = URL(text).with_fragment(None)
    except OutOfReach:
        raise
    except ValueError as wrong:
        raise OutOfReach(f"that is not a URL: {wrong}") from wrong
    if url.scheme not in ("http", "https"):
        raise OutOfReach("that is neither http nor https")
    return url


def _check_authority(authority: str) -> None:
    if not _AUTHORITY.fullmatch(authority):
        raise OutOfReach("that has no host and port that can be read in one way only")
    # Full-width digits and their like would turn into an address on the way.
    if unicodedata.normalize("NFKC", authority) != authority:
        raise OutOfReach("that host is written in a roundabout way")


def _check_host(host: str) -> None:
    if ":" in host or _NUMBER.fullmatch(host):
        _check_literal(host)
    elif not _NAME.fullmatch(host) or len(host) > 253:
        raise OutOfReach("that host has no full name")


def _check_literal(host: str) -> None:
    try:
        written = IPv6Address(host) if ":" in host else IPv4Address(host)
    except AddressValueError as wrong:
        raise OutOfReach("that host is an address in no usual form") from wrong
    if not is_public(str(written)):
        raise OutOfReach(f"{host} is not a public address")
