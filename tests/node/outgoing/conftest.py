from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from peer.node.outgoing.client import calling
from peer.node.outgoing.courier import couriers
from peer.node.outgoing.fetch import Fetcher
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Line
from peer.node.outgoing.pen import Pen, Signer
from peer.node.outgoing.reach import Reach
from peer.protocol.keys import private_pem
from tests.federation.fediverse.ports import reserved
from tests.node.outgoing.desk import Desk
from tests.node.outgoing.elsewhere import KEY, Elsewhere, serving


@pytest.fixture
async def elsewhere():
    async with serving(Elsewhere()) as started:
        yield started


@pytest.fixture
async def canary():
    """Somewhere that nothing may ever be sent."""
    async with serving(Elsewhere()) as started:
        yield started
        assert started.asked == []


@pytest.fixture
def nobody() -> Iterator[str]:
    """Where nobody is, and nobody else can come to be."""
    with reserved(("nobody",)) as ports:
        yield f"nobody.localhost:{ports['nobody']}"


@pytest.fixture
def reach(elsewhere, nobody) -> Reach:
    names = ["there", "other", *(f"h{n}" for n in range(40))]
    return Reach([nobody, *(f"{name}.localhost:{elsewhere.port}" for name in names)])


@pytest.fixture
def signer() -> Signer:
    return Signer("https://test.example/actor#main-key", KEY)


@pytest.fixture
def pen():
    with Pen() as pen:
        yield pen


@pytest.fixture
async def line(store, clock, pen, reach) -> Line:
    to = (reach, "test")
    async with calling(*to) as session, couriers(*to) as courier:
        yield Line(session, Hosts(store, clock), pen, clock, courier)


@pytest.fixture
def fetcher(store, line, reach):
    return Fetcher(store, line, reach)


@pytest.fixture
def fetch(fetcher, signer):
    async def fetched(url, signer=signer, **told):
        return await fetcher.fetch(url, signer, **told)

    return fetched


@pytest.fixture
def desk(store, line, reach, clock, signer):
    return Desk(store, line, reach, clock, signer)


@pytest.fixture
def inbox(elsewhere):
    return elsewhere.url("/inbox")


@pytest.fixture
def certificate(tmp_path):
    """What a server of that name shows, and who trusts it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "there.localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("there.localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, KEY.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .sign(KEY, SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(signed.public_bytes(Encoding.PEM))
    key = tmp_path / "key.pem"
    key.write_text(private_pem(KEY))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file, key)
    return server, ssl.create_default_context(cafile=str(file))
