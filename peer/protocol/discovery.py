"""How a peer is found: WebFinger, host-meta and NodeInfo.

WebFinger (RFC 7033) tells which actor an address like ``ana@blog.example`` is for,
and where people from elsewhere may follow or answer it; NodeInfo, what runs here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from peer.protocol.iri import origin
from peer.protocol.terms import AS
from peer.protocol.wire.loose import is_address

JRD, XRD = "application/jrd+json", "application/xrd+xml"
#: To the letter: Mastodon takes no other for a link to an actor, but one.
ACTIVITY_JSON = "application/activity+json"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/"
VERSIONS = ("2.1", "2.0")
SOFTWARE = "sx-peer"

PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
INTENT = "https://w3id.org/fep/3b86/"

Document = dict[str, Any]

_LONGEST = 2048
_HOW = "people are looked for as acct:somebody@here, or by their address"
_USER = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,126}[a-z0-9_])?")


# -- what is asked for -------------------------------------------------------------


class NotAsked(ValueError):
    """Nobody who could be here was asked for; 400 says that nothing was asked."""

    def __init__(self, reason: str, status: int = 404) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody by user name, in small letters; or by an IRI of ours; or the peer."""

    user: str | None = None
    iri: str | None = None

    @property
    def is_peer(self) -> bool:
        return self.user is None and self.iri is None


def asked(resource: str | None, base: str) -> Asked:
    """Who ``resource`` asks for at the peer whose origin is ``base``."""
    if not resource:
        raise NotAsked("resource= says whom you look for", 400)
    if len(resource) > _LONGEST:
        raise NotAsked("this resource is longer than any", 400)
    scheme, colon, rest = resource.partition(":")
    match scheme.lower() if colon else "":
        case "http" | "https":
            return _by_iri(resource, base)
        case "acct":
            return _by_name(rest, base)
    if "@" in scheme:  # host:port, with nothing before it
        return _by_name(resource, base)
    raise NotAsked(_HOW, 404 if colon else 400)


def _by_iri(resource: str, base: str) -> Asked:
    if not is_address(resource) or origin(resource) != origin(base):
        raise NotAsked("that address is not of this peer")
    parts = urlsplit(resource)
    if parts.path in ("", "/") and not parts.query:
        return Asked()
    return Asked(iri=resource)


def _by_name(handle: str, base: str) -> Asked:
    user, at, host = handle.removeprefix("@").lower().rpartition("@")
    if not at or "@" in user:
        raise NotAsked("an account is written somebody@here", 400)
    here = urlsplit(base)
    if host not in (here.netloc.lower(), here.hostname):
        raise NotAsked("that account is not of this peer")
    if not _USER.fullmatch(user):
        raise NotAsked("nobody here has such a name")
    return Asked(user=user)


# -- WebFinger ---------------------------------------------------------------------


def account(
    user: str,
    base: str,
    actor: str,
    page: str,
    subscribe: str | None = None,
    intents: Mapping[str, str] | None = None,
) -> Document:
    """The JRD of an actor of ours.

    ``subscribe`` is where our people act on something elsewhere, with ``{uri}`` in
    it; ``intents`` the same by verb, with ``{object}`` (FEP-3b86).
    """
    links: list[Document] = [
        {"rel": "self", "type": ACTIVITY_JSON, "href": actor},
        {"rel": PROFILE_PAGE, "type": "text/html", "href": page},
    ]
    if subscribe:
        links.append({"rel": SUBSCRIBE, "template": subscribe})
    for verb, template in (intents or {}).items():
        links.append({"rel": INTENT + verb, "template": template})
    return {
        "subject": f"acct:{user}@{urlsplit(base).netloc}",
        "aliases": list(dict.fromkeys((actor, page))),
        "links": links,
    }


def service(base: str, application: str) -> Document:
    """The JRD of the peer itself, whose actor is ``application`` (FEP-d556)."""
    link = {"rel": f"{AS}Service", "type": ACTIVITY_JSON, "href": application}
    return {"subject": f"{base}/", "links": [link]}


def only(document: Document, rels: Iterable[str]) -> Document:
    """``document`` with the links that were asked for with ``rel=``; else all."""
    wanted = set(rels)
    links = [link for link in document["links"] if link["rel"] in wanted]
    return {**document, "links": links} if wanted else document


# -- host-meta ---------------------------------------------------------------------


def host_meta(base: str) -> str:
    """XRD, which old Friendica, GNU social and Pleroma still begin with."""
    template = html.escape(_lookup(base))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD}" template="{template}"/>\n'
        "</XRD>\n"
    )


def host_meta_json(base: str) -> Document:
    return {"links": [{"rel": "lrdd", "type": JRD, "template": _lookup(base)}]}


def _lookup(base: str) -> str:
    return f"{base}/.well-known/webfinger?resource={{uri}}"


# -- NodeInfo ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class About:
    """What a peer tells of itself; what it does not want to count, it leaves out."""

    name: str
    description: str
    version: str
    staff: Sequence[str] = ()
    open_registrations: bool = False
    users: Mapping[str, int] = field(default_factory=dict)
    posts: int | None = None
    comments: int | None = None


def nodeinfo_links(base: str, application: str) -> Document:
    """Where the versions are, and the actor of the peer itself (FEP-2677)."""
    links = [
        {"rel": NODEINFO + version, "href": f"{base}/nodeinfo/{version}"}
        for version in VERSIONS
    ]
    return {"links": [*links, {"rel": f"{AS}Application", "href": application}]}


def nodeinfo(version: str, about: About) -> Document:
    """NodeInfo 2.0 or 2.1 (FEP-f1d5, FEP-0151), without a number that is not true."""
    counts = {"localPosts": about.posts, "localComments": about.comments}
    return {
        "version": version,
        "software": {"name": SOFTWARE, "version": about.version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": about.open_registrations,
        "usage": {
            "users": dict(about.users),
            **{name: count for name, count in counts.items() if count is not None},
        },
        "metadata": {
            "nodeName": about.name,
            "nodeDescription": about.description,
            "staffAccounts": list(about.staff),
            "federation": {"enabled": True},
        },
    }


def nodeinfo_type(version: str) -> str:
    """The content type that says which version it is."""
    return f'application/json; profile="{NODEINFO}{version}#"'
