"""The settings: ``SX_*`` in the environment, read once, into one frozen value.

Every setting is one row of :data:`SETTINGS`; what reads them, ``sx doctor`` and
``docs/operating.md`` all go by that table.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peer.settable import (
    COOPERATIVE,
    PAYMENTS,
    PORT,
    SETTINGS,
    SUMUP_URL,
    Setting,
)
from peer.settings import BadSetting, path

__all__ = ["COOPERATIVE", "PAYMENTS", "PORT", "SETTINGS", "SUMUP_URL", "Setting"]

#: Of the tests and their tools; not for operators.
_NOT_OURS = "SX_TEST_"


class ConfigError(ValueError):
    """A setting that is missing or wrong: one line that begins with its name."""


_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Config:
    domain: str
    base: str
    var: Path
    database_url: str
    listen: tuple[str, int] = ("127.0.0.1", PORT)
    workers: int = 1
    owner: str = "owner@localhost"
    smtp_url: str | None = None
    cache_url: str | None = None
    types: Path | None = None
    seeds: Path | None = None
    peers: Mapping[str, str] = field(default_factory=dict)
    dev_allow: frozenset[str] = frozenset()
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    log: str = "text"
    authorized_fetch: bool = False
    views: bool = True
    recheck_hours: int = 6
    payments: tuple[str, ...] = ("door",)
    transfer: str = ""
    transfer_days: int = 7
    returns: str = ""
    unpaid_lapsed: int = 20
    sumup_key: str = field(default="", repr=False)
    sumup_merchant: str = ""
    sumup_url: str = SUMUP_URL

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Config:
        """The settings in ``environ``; ConfigError names the first that is wrong."""
        told = _told(environ)
        domain = told.get("SX_DOMAIN")
        if domain is None:
            raise ConfigError("SX_DOMAIN is not set: it says which peer this is")
        listen = told.get("SX_LISTEN") or ("127.0.0.1", port_of(domain, told))
        base = told.get("SX_BASE") or f"http://{domain}.localhost:{listen[1]}"
        var = told.get("SX_VAR") or path(f"./var/{domain}")
        config = cls(
            domain=domain,
            base=base,
            var=var,
            database_url=told.get("SX_DATABASE_URL") or f"sqlite:///{var / 'peer.db'}",
            listen=listen,
            workers=told.get("SX_WORKERS", 1),
            owner=told.get("SX_OWNER") or f"owner@{_host(base)}",
            smtp_url=told.get("SX_SMTP_URL"),
            cache_url=told.get("SX_CACHE_URL"),
            types=told.get("SX_TYPES"),
            seeds=told.get("SX_SEEDS"),
            peers=_peers(told),
            dev_allow=told.get("SX_DEV_ALLOW", frozenset()),
            proxies=told.get("SX_PROXIES", ()),
            log=told.get("SX_LOG", "text"),
            authorized_fetch=told.get("SX_AUTHORIZED_FETCH") == "yes",
            views=told.get("SX_VIEWS") != "no",
            recheck_hours=told.get("SX_RECHECK_HOURS", 6),
            payments=told.get("SX_PAYMENTS") or _payments(told),
            transfer=told.get("SX_TRANSFER", ""),
            transfer_days=told.get("SX_TRANSFER_DAYS", 7),
            returns=told.get("SX_RETURNS", ""),
            unpaid_lapsed=told.get("SX_UNPAID_LAPSED", 20),
            sumup_key=told.get("SX_SUMUP_KEY", ""),
            sumup_merchant=told.get("SX_SUMUP_MERCHANT", ""),
            sumup_url=told.get("SX_SUMUP_URL", SUMUP_URL),
        )
        if config.workers > 1 and config.sqlite_file:
            raise ConfigError(
                f"SX_WORKERS: {config.workers} workers take PostgreSQL"
                " (SX_DATABASE_URL); with SQLite one process writes"
            )
        config._check_payments()
        return config

    def _check_payments(self) -> None:
        """What a way to pay cannot do without is there."""
        wanted = {
            "transfer": (("SX_TRANSFER", self.transfer),),
            "sumup": (
                ("SX_SUMUP_KEY", self.sumup_key),
                ("SX_SUMUP_MERCHANT", self.sumup_merchant),
            ),
        }
        for way in self.payments:
            for name, value in wanted.get(way, ()):
                if not value:
                    raise ConfigError(f"{name} is not set: SX_PAYMENTS has {way}")

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the store, where it is one."""
        scheme, _, file = self.database_url.partition(":///")
        return Path(file) if scheme == "sqlite" else None


def port_of(domain: str, told: Mapping[str, Any]) -> int:
    """The port of a peer that was given no address: each domain has its own."""
    order = COOPERATIVE.index(domain) if domain in COOPERATIVE else len(COOPERATIVE)
    return int(told.get("SX_PORT", PORT)) + order


def _host(base: str) -> str:
    return urlsplit(base).hostname or ""


def _payments(told: Mapping[str, Any]) -> tuple[str, ...]:
    """How orders are paid for where nobody says: in whatever way is set up."""
    ways = {
        "trial": "SX_DEV_ALLOW" in told,
        "sumup": "SX_SUMUP_KEY" in told and "SX_SUMUP_MERCHANT" in told,
        "transfer": "SX_TRANSFER" in told,
        "door": True,
    }
    return tuple(way for way, is_there in ways.items() if is_there)


def _peers(told: Mapping[str, Any]) -> Mapping[str, str]:
    """Who does what in this cooperative, by role; only those that were named."""
    named = {
        role: told[f"SX_{role.upper()}_BASE"]
        for role in (*COOPERATIVE, "hub")
        if f"SX_{role.upper()}_BASE" in told
    }
    if "blog" in named:
        named.setdefault("hub", named["blog"])
    return named


# -- from text ---------------------------------------------------------------------


def _told(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """What was set, each read by its setting; a setting left empty was not."""
    texts = {setting.name: _text(setting, environ) for setting in SETTINGS}
    return {name: _read(_BY_NAME[name], text) for name, text in texts.items() if text}


def _text(setting: Setting, environ: Mapping[str, str]) -> str:
    given = environ.get(setting.name, "").strip()
    file = environ.get(f"{setting.name}_FILE", "") if setting.secret else ""
    if not file:
        return given
    if given:
        raise ConfigError(f"{setting.name}: set it or {setting.name}_FILE, not both")
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as wrong:
        said = getattr(wrong, "strerror", None) or "it is not text"
        raise ConfigError(f"{setting.name}_FILE: cannot read {file}: {said}") from wrong


def _read(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except BadSetting as wrong:
        raise ConfigError(f"{setting.name}: {wrong}") from wrong


def unknown(environ: Mapping[str, str]) -> Sequence[str]:
    """A sentence for every ``SX_*`` in ``environ`` that no setting is called."""
    known = {*_BY_NAME, *(f"{s.name}_FILE" for s in SETTINGS if s.secret)}
    strange = sorted(
        name
        for name in environ
        if name.startswith("SX_") and not name.startswith(_NOT_OURS)
    )
    return [_unknown(name, known) for name in strange if name not in known]


def _unknown(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1, 0.7)
    return f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "")
