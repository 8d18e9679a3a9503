"""One peer in a process of its own: starting, answering, stopping."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from peer.cli.listening import listening
from peer.cli.stopping import Stop
from tests.federation.fediverse.ports import reserved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port() -> Iterator[int]:
    """Kept for the test, so that nobody else is given it before a peer listens."""
    with reserved(("peer",)) as found:
        yield found["peer"]


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A peer that has said that it listens."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SX_")}
    with subprocess.Popen(
        [sys.executable, "-m", "peer", "serve", "--link"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "SX_DOMAIN": "blog", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as peer:
        try:
            assert peer.stdout is not None
            assert "/sign-in/link/" in peer.stdout.readline()
            yield peer
        finally:
            peer.terminate()


def status(port: int, path: str = "/readyz") -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        found: int = answer.status
    return found


def test_a_taken_port_is_said_before_anything_is_opened(sx, port, tmp_path):
    with socket.create_server(("127.0.0.1", port)):
        done = sx("-d", "blog", "serve", SX_LISTEN=f"127.0.0.1:{port}")

    assert done.exit_code == 2
    assert done.stderr == (
        f"sx: SX_LISTEN: 127.0.0.1:{port} is taken: something else listens there\n"
    )
    assert not (tmp_path / "var").exists()


def test_an_address_of_another_machine_is_said():
    with pytest.raises(
        Stop, match=r"192\.0\.2\.1:80 is not an address of this machine"
    ):
        listening(("192.0.2.1", 80))


def test_workers_share_one_port():
    one = listening(("127.0.0.1", 0), shared=True)
    other = listening(one.getsockname(), shared=True)

    with one, other:
        assert one.getsockname() == other.getsockname()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path, port, number):
    with serving(tmp_path, SX_LISTEN=f"127.0.0.1:{port}", SX_LOG="json") as peer:
        assert status(port) == 200
        peer.send_signal(number)
        _, log = peer.communicate(timeout=120)

    assert peer.returncode == 0
    assert re.search(r'"event": "serving"', log)
    assert "Traceback" not in log


@pytest.mark.slow
def test_nothing_is_lost_when_it_is_killed(tmp_path, port, sx):
    here = f"127.0.0.1:{port}"
    blog = partial(sx, "-d", "blog", SX_LISTEN=here)
    with serving(tmp_path, SX_LISTEN=here) as peer:
        done = blog("do", "Create", "Post", "name=Kept", "content=x")
        peer.kill()
        peer.wait()

    with serving(tmp_path, SX_LISTEN=here):
        assert status(port) == 200
        assert done.exit_code == blog("show", "kept").exit_code == 0


@pytest.mark.slow
def test_health_checks_find_it(tmp_path, port, sx):
    here = f"127.0.0.1:{port}"

    with serving(tmp_path, SX_LISTEN=here):
        alive = sx("-d", "blog", "doctor", "--alive", SX_LISTEN=here)

    assert alive.exit_code == 0


@pytest.mark.slow
def test_several_workers_serve_one_store(tmp_path, port, new_url: Callable[[str], str]):
    settings = {
        "SX_LISTEN": f"127.0.0.1:{port}",
        "SX_WORKERS": "2",
        "SX_DATABASE_URL": new_url("postgresql"),
    }

    with serving(tmp_path, **settings) as peer:
        statuses = {status(port) for _ in range(20)}
        peer.send_signal(signal.SIGTERM)
        _, log = peer.communicate(timeout=120)

    assert statuses == {200}
    assert peer.returncode == 0
    assert log.count("serving") == 2
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced_however_young(tmp_path, port, new_url):
    settings = {
        "SX_LISTEN": f"127.0.0.1:{port}",
        "SX_WORKERS": "2",
        "SX_DATABASE_URL": new_url("postgresql"),
    }

    with serving(tmp_path, **settings) as peer:
        before = workers(peer)
        os.kill(before[0], signal.SIGKILL)
        while len(both := set(workers(peer)) & set(before)) > 1 or before[0] in both:
            assert peer.poll() is None
        while len(workers(peer)) < 2:
            assert peer.poll() is None
        answered = status(port)
        peer.send_signal(signal.SIGTERM)
        _, log = peer.communicate(timeout=120)

    assert (answered, peer.returncode) == (200, 0)
    assert log.count("a worker stopped; starting another") == 1
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_worker_that_cannot_start_is_tried_again_and_not_for_ever(
    tmp_path, port, new_url
):
    """A database that is cut off while a worker starts ends no peer."""
    settings = {
        "SX_LISTEN": f"127.0.0.1:{port}",
        "SX_WORKERS": "2",
        "SX_DATABASE_URL": new_url("postgresql"),
    }

    with serving(tmp_path, **settings) as peer:
        until = time.monotonic() + 300
        while peer.poll() is None and time.monotonic() < until:
            with suppress(OSError):  # it is no more
                if len(both := workers(peer)) == 2 and has_begun(both[1]):
                    os.kill(both[1], signal.SIGUSR1)
        _, log = peer.communicate(timeout=120)

    assert 4 <= log.count("a worker stopped; starting another") <= 5
    assert peer.returncode == signal.SIGUSR1


def has_begun(worker: int) -> bool:
    """Is it a program of its own by now?"""
    return b"--worker" in Path(f"/proc/{worker}/cmdline").read_bytes()


def workers(peer: subprocess.Popen[str]) -> list[int]:
    """By their age, the youngest last."""
    told = Path(f"/proc/{peer.pid}/task/{peer.pid}/children").read_text()
    return [int(pid) for pid in told.split()]


def test_what_no_worker_could_open_is_said_once(sx, port):
    done = sx(
        *("-d", "blog", "serve"),
        SX_WORKERS="2",
        SX_LISTEN=f"127.0.0.1:{port}",
        SX_DATABASE_URL="postgresql://127.0.0.1:9/none",
    )

    assert done.exit_code == 2
    assert done.stderr.count("sx: no store at postgresql://") == 1
