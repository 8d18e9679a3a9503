"""The command line itself: finding commands, helping, and stopping politely."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from peer.cli import Commands, main
from peer.config import SETTINGS

ROOT = Path(__file__).parents[2]
COMMANDS = main.list_commands(None)  # type: ignore[arg-type]


def test_a_command_is_called_what_its_file_is(sx):
    assert {"serve", "up", "types", "import", "doctor", "do"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_with_an_example(sx, name):
    done = sx(name, "--help")

    assert done.exit_code == 0
    assert re.search(r"^ +([A-Z_]+=\S+ )*sx ", done.stdout, re.M)


def test_the_whole_is_listed_with_one_line_each(sx):
    listed = sx("--help").stdout

    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", listed, re.M)


def test_an_unknown_command_is_named(sx):
    done = sx("srve")

    assert done.exit_code == 2
    assert "No such command 'srve'" in done.stderr


def test_without_a_domain_a_peer_does_not_start(sx):
    done = sx("serve")

    assert done.exit_code == 2
    assert done.stderr == "sx: SX_DOMAIN is not set: it says which peer this is\n"


def test_an_unknown_domain_is_told_the_known_ones(sx):
    done = sx("-d", "garden", "seed")

    assert done.exit_code == 2
    assert done.stderr == (
        "sx: SX_DOMAIN: there is no 'garden'; there are blog, events, shop\n"
    )


def test_a_misspelt_setting_is_told_of(sx):
    done = sx("serve", SX_DOMAN="blog")

    assert "SX_DOMAN is no setting; did you mean SX_DOMAIN?" in done.stderr


# -- settings


def test_settings_are_listed_without_secrets(sx):
    done = sx("settings", SX_SMTP_URL="smtp://me:s3cret@mail.example", SX_LOG="json")

    assert "SX_LOG  json" in done.stdout
    assert "SX_SMTP_URL  (set)" in done.stdout
    assert "s3cret" not in done.stdout


def test_settings_are_told_to_scripts(sx):
    done = sx("settings", "--json", SX_DOMAIN="blog")

    told = {each["name"]: each for each in json.loads(done.stdout)}
    assert set(told) == {setting.name for setting in SETTINGS}
    assert told["SX_DOMAIN"]["value"] == "blog"
    assert told["SX_BASE"]["set"] is False


def test_the_operators_guide_has_the_table_as_it_is_printed(sx):
    table = sx("settings", "--markdown").stdout

    assert table in (ROOT / "docs" / "operating.md").read_text()


# -- completion


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_shells_are_told_how_to_complete(sx, shell):
    assert "_SX_COMPLETE" in sx("completion", shell).stdout


def test_bash_reads_what_it_is_told(sx, tmp_path):
    script = sx("completion", "bash").stdout

    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


# -- types


def test_types_are_listed_without_a_peer(sx):
    done = sx("types")

    assert done.exit_code == 0
    assert re.search(r"^Post +/posts +as:Article", done.stdout, re.M)
    assert not Path("var").exists()


def test_a_type_is_told_of_with_what_it_permits(sx):
    done = sx("types", "post")

    assert re.search(r"^  name +line +required", done.stdout, re.M)
    assert re.search(r"^  Create +member +behaviors\.create", done.stdout, re.M)


def test_a_type_that_is_not_there_is_told_the_known_ones(sx):
    done = sx("types", "Poll")

    assert done.exit_code == 1
    assert "there is no type 'Poll'; there are " in done.stderr


def test_types_of_ones_own_are_found(sx, tmp_path):
    (tmp_path / "own" / "poll").mkdir(parents=True)
    (tmp_path / "own" / "poll" / "type.toml").write_text(
        'name = "Poll"\n[fields.name]\nkind = "line"\n'
    )

    assert re.search(r"^Poll +/polls", sx("types", SX_TYPES="own").stdout, re.M)


def test_a_wrong_type_names_file_and_line(sx, tmp_path):
    (tmp_path / "own" / "poll").mkdir(parents=True)
    (tmp_path / "own" / "poll" / "type.toml").write_text(
        'name = "Poll"\n[fields.name]\nkind = "lyne"\n'
    )

    done = sx("types", SX_TYPES="own")

    assert done.exit_code == 2
    assert re.match(
        r"sx: .*poll/type\.toml:3: fields\.name\.kind: is one of", done.stderr
    )


def test_commands_are_read_only_when_they_are_asked_for():
    assert isinstance(main, Commands)
    assert main.get_command(None, "nothing") is None  # type: ignore[arg-type]
