"""What is wrong in a file of types or behaviors is said with its line, and no more."""

from __future__ import annotations

import sys

import pytest

import behaviors
from peer.model.declaration import DeclarationError
from peer.node.library import Shelf, all_behaviors, read_types

GOOD = """
from peer.model.behavior import on


@on("Polish", object="Post")
def polish(activity, read):
    return []
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A folder that behaviors are found in as well."""
    monkeypatch.setattr(behaviors, "__path__", [*behaviors.__path__, str(tmp_path)])

    def write(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, f"behaviors.{name}", False)

    return write


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD.replace("import on", "import no"), 2, "ImportError"),
        (GOOD.replace("read):", "read:"), 6, "SyntaxError"),
        (
            GOOD.replace("activity, read", "activity"),
            5,
            "should take activity and read",
        ),
        (GOOD.replace("def", "async def"), 5, "a behavior only reads"),
    ],
)
def test_a_behavior_that_cannot_be_read(written, text, line, said):
    written("polish_wrong", text)

    with pytest.raises(DeclarationError, match=said) as wrong:
        all_behaviors()

    assert str(wrong.value).startswith(f"behaviors/polish_wrong.py:{line}: ")


def test_two_that_answer_to_one_thing(written):
    written("polish_once", GOOD)
    written("polish_twice", GOOD)

    with pytest.raises(DeclarationError, match="both answer to Polish of Post"):
        all_behaviors()


def test_a_type_that_is_no_text(tmp_path):
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "type.toml").write_bytes(b'name = "Tool"\n# caf\xe9\n')

    with pytest.raises(
        DeclarationError, match=r"type\.toml:2: this is not text in UTF-8"
    ):
        read_types(Shelf((tmp_path,)), ["tool"])


def test_a_type_that_is_not_there_is_told_with_who_asks_for_it(tmp_path):
    with pytest.raises(
        DeclarationError, match=r"domain\.toml: types: there is no 'tol'"
    ):
        read_types(Shelf((tmp_path,)), ["tol"], "seeds/tools/domain.toml")
