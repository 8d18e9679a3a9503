"""Three peers side by side: what each is told, and how they start and stop."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from peer.cli.commands.up import planned
from peer.cli.stopping import Stop
from peer.config import unknown
from tests.federation.fediverse.ports import in_a_row

ROOT = Path(__file__).parents[2]


def test_each_has_its_own_store_and_port():
    peers = planned({}, ["blog", "events"], 9001)

    assert [p.config.listen for p in peers] == [
        ("127.0.0.1", 9001),
        ("127.0.0.1", 9002),
    ]
    assert [p.config.base for p in peers] == [
        "http://blog.localhost:9001",
        "http://events.localhost:9002",
    ]
    assert len({p.config.database_url for p in peers}) == 2


def test_they_know_of_one_another_and_may_speak_plain_http():
    shop = planned({"SX_DEV_ALLOW": "my.localhost:1"}, ["blog", "shop"], 9001)[1].config

    assert shop.peers == {
        "blog": "http://blog.localhost:9001",
        "shop": "http://shop.localhost:9002",
        "hub": "http://blog.localhost:9001",
    }
    assert shop.dev_allow == {
        "blog.localhost:9001",
        "shop.localhost:9002",
        "my.localhost:1",
    }


def test_a_domain_of_ones_own_is_started_beside_them():
    [blog, own] = planned({}, ["blog", "tools"], 9001)

    assert list(unknown(blog.environ)) == []
    assert own.config.base == "http://tools.localhost:9002"
    assert own.config.peers["blog"] == "http://blog.localhost:9001"
    assert "tools.localhost:9002" in blog.config.dev_allow


def test_their_folders_lie_side_by_side(tmp_path):
    peers = planned({"SX_VAR": str(tmp_path)}, ["blog", "shop"], 9001)

    assert [p.config.var for p in peers] == [tmp_path / "blog", tmp_path / "shop"]


@pytest.mark.parametrize("name", ["SX_BASE", "SX_LISTEN", "SX_DATABASE_URL"])
def test_what_each_needs_for_itself_is_not_shared(name):
    with pytest.raises(Stop, match=f"{name}: every peer needs its own"):
        planned({name: "x"}, ["blog", "events"], 9001)


def test_nobody_is_started_twice():
    with pytest.raises(Stop, match="named twice"):
        planned({}, ["blog", "blog"], 9001)


def test_a_taken_port_is_said_in_one_line(sx, taken_port):
    done = sx("up", "--port", str(taken_port))

    assert done.exit_code == 2
    assert done.stderr == (
        f"sx: SX_LISTEN: 127.0.0.1:{taken_port} is taken: something else listens there;"
        " choose others with SX_PORT=9001\n"
    )


def test_a_wrong_setting_is_said_in_one_line(sx):
    done = sx("up", SX_WORKERS="many")

    assert done.exit_code == 2
    assert done.stderr == "sx: SX_WORKERS: 'many' is not a whole number\n"


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def free_ports():
    """The first of three in a row, which are kept for the test."""
    with in_a_row(3) as first:
        yield first


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    settings = {k: v for k, v in os.environ.items() if not k.startswith("SX_")}
    return subprocess.Popen(
        [sys.executable, "-m", "peer", "up", *words],
        cwd=folder,
        env={**settings, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_three_peers_start_and_stop_together(tmp_path, free_ports):
    with start(tmp_path, "--port", str(free_ports)) as up:
        assert up.stdout is not None
        links = []
        for line in up.stdout:
            links += re.findall(r"http://\S+/sign-in/link/\S+", line)
            if "Ctrl-C" in line:
                break
        statuses = [status(free_ports + n) for n in range(3)]
        up.send_signal(signal.SIGINT)
        _, log = up.communicate(timeout=120)

    assert len(links) == 3
    assert statuses == [200, 200, 200]
    assert up.returncode == 0
    assert "Traceback" not in log
    assert re.search(r"^events \| ", log, re.M)
    assert {p.name for p in (tmp_path / "var").iterdir()} == {"blog", "events", "shop"}


@pytest.mark.slow
def test_a_peer_that_cannot_start_stops_the_others(tmp_path, free_ports):
    with start(tmp_path, "--port", str(free_ports), "blog", "nowhere") as up:
        said, log = up.communicate(timeout=120)

    assert up.returncode == 2
    assert "there is no 'nowhere'; there are blog, events, shop" in log
    assert "nowhere | did not start (exit 2)" in log
    assert "Traceback" not in log
    assert said == ""


@pytest.mark.slow
def test_peers_do_not_outlive_who_started_them(tmp_path, free_ports):
    with start(tmp_path, "--port", str(free_ports), "blog") as up:
        assert up.stdout is not None
        assert any("Ctrl-C" in line for line in up.stdout)
        with socket.create_connection(("127.0.0.1", free_ports), 120) as peer:
            up.kill()

            assert peer.recv(1) == b""


def status(port: int) -> int:
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/readyz", timeout=60
    ) as answer:
        return answer.status
