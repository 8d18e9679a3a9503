"""``sx doctor``: what it looks at, and what it says."""

from __future__ import annotations

import json
import sqlite3

import pytest


def findings(done) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for each in json.loads(done.stdout):
        found.setdefault(each["about"], []).append((each["state"], each["said"]))
    return found


def test_a_peer_that_was_started_is_well(blog):
    done = blog("doctor", "--json")

    told = findings(done)
    assert done.exit_code == 0
    assert {"settings", "domain", "types", "behaviors", "store", "log"} <= set(told)
    assert not [each for each in json.loads(done.stdout) if each["state"] == "wrong"]
    assert "Post" in told["types"][0][1]


def test_people_read_one_line_each(blog):
    said = blog("doctor").stdout.splitlines()

    assert said[0].startswith("ok settings")
    assert all(line[:2] in ("ok", "--", "!!") for line in said)


def test_before_the_first_start_there_is_nothing_wrong(sx, tmp_path):
    done = sx("-d", "blog", "doctor", "--json")

    assert done.exit_code == 0
    assert findings(done)["store"] == [
        ("note", "there is none yet: the first start makes it")
    ]
    assert not (tmp_path / "var").exists()


def test_the_log_gives_the_same_again(blog):
    [(state, said)] = findings(blog("doctor", "--replay", "--json"))["replay"]

    assert state == "well"
    assert "give the same" in said


def test_a_store_that_was_tampered_with_is_found_out(blog, tmp_path):
    with sqlite3.connect(tmp_path / "var/blog/peer.db") as db:
        db.execute(
            "UPDATE thing SET document = replace(document, 'Welcome', 'Go away')"
            " WHERE id LIKE '%/posts/welcome'"
        )

    done = blog("doctor", "--replay")

    assert done.exit_code == 1
    assert "!! replay     the log gives something else for" in done.stdout
    assert "/posts/welcome" in done.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SX_WORKERS": "many"}, "!! settings   SX_WORKERS: 'many' is not"),
        ({"SX_BASE": "http://blog.example.org"}, "-- settings   SX_BASE is http"),
        ({"SX_DOMIAN": "x"}, "-- settings   SX_DOMIAN is no setting; did you mean"),
    ],
)
def test_settings_are_looked_at(sx, settings, said):
    assert said in sx("-d", "blog", "doctor", **settings).stdout


def test_an_unknown_domain_is_wrong(sx):
    done = sx("-d", "garden", "doctor")

    assert done.exit_code == 1
    assert "there is no 'garden'" in done.stdout


def test_a_store_that_is_none_is_wrong(sx, tmp_path):
    (tmp_path / "var/blog").mkdir(parents=True)
    (tmp_path / "var/blog/peer.db").write_text("this is no database at all, but a text")

    done = sx("-d", "blog", "doctor")

    assert done.exit_code == 1
    assert "!! store" in done.stdout
    assert "Traceback" not in done.output


def test_a_store_of_another_origin_is_noticed(blog):
    done = blog("doctor", SX_BASE="https://blog.example.org")

    assert done.exit_code == 1
    assert "!! settings   SX_BASE: the store is of http://blog.localhost:8801" in (
        done.stdout
    )


def test_a_peer_that_cannot_be_reached_is_told_of(blog):
    done = blog("doctor", SX_SHOP_BASE="http://127.0.0.1:9")

    assert done.exit_code == 1
    assert "!! peers      http://127.0.0.1:9 cannot be reached" in done.stdout


def test_a_clock_that_goes_wrong_is_noticed(blog, tmp_path):
    with sqlite3.connect(tmp_path / "var/blog/peer.db") as db:
        [(document,)] = db.execute("SELECT document FROM log ORDER BY seq DESC LIMIT 1")
        told = json.loads(document) | {"published": "2999-01-01T00:00:00.000Z"}
        db.execute(
            "INSERT INTO log (id, type, actor, object, document) SELECT id || 'x',"
            " type, actor, object, ? FROM log ORDER BY seq DESC LIMIT 1",
            [json.dumps(told | {"id": told["id"] + "x"})],
        )

    assert "!! clock      the newest activity is of 2999" in blog("doctor").stdout


def test_health_checks_are_told_by_the_status_alone(blog):
    done = blog("doctor", "--alive", SX_LISTEN="127.0.0.1:9")

    assert (done.exit_code, done.output) == (1, "")
