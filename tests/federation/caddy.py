"""Caddy before everybody, with certificates of an authority that is made for it."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

CADDY = shutil.which("caddy")
MISSING = "Caddy is not here: NOTHING IS TESTED OVER HTTPS"

_SITE = """
https://{name}.localhost:{proxy} {{
  bind 127.0.0.1
  tls {folder}/cert.pem {folder}/key.pem
  reverse_proxy 127.0.0.1:{port}
}}
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for all hosts of these tests: ``root`` is its certificate."""

    root: Path

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root))


def authority(folder: Path, names: Mapping[str, int]) -> Authority:
    """A new authority, and one certificate for all of ``names``, in ``folder``."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("An authority for tests", root_key, None, root_key, ())
    hosts = [f"{name}.localhost" for name in names]
    leaf = _certificate("A host of tests", key, root, root_key, hosts)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "cert.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return Authority(folder / "root.pem")


def _certificate(name, key, issuer, issuer_key, hosts) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "encipher_only", "decipher_only"),
        ),
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=issuer is None,
                crl_sign=issuer is None,
                **usage,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = made.add_extension(names, critical=False)
    return made.sign(issuer_key, SHA256())


@asynccontextmanager
async def caddy(folder: Path, ports: Mapping[str, int]) -> AsyncIterator[Authority]:
    """Caddy at ``ports["proxy"]``, before all other names."""
    assert CADDY, MISSING
    told = authority(folder, ports)
    proxy = ports["proxy"]
    sites = [
        _SITE.format(name=name, proxy=proxy, port=port, folder=folder)
        for name, port in ports.items()
        if name != "proxy"
    ]
    options = "{\n admin off\n auto_https off\n}\n"
    (folder / "Caddyfile").write_text(options + "".join(sites))
    process = await asyncio.create_subprocess_exec(
        *(CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"),
        env={"HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await _serving(process)
        yield told
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _serving(process: asyncio.subprocess.Process) -> None:
    told = b""
    async with asyncio.timeout(120):
        while line := await process.stderr.readline():
            told += line
            if b"serving initial configuration" in line:
                return
    raise AssertionError(f"Caddy did not start: {told.decode()}")
