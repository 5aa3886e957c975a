"""`--as`: the keeper sees all, and somebody else what he may."""

from __future__ import annotations

import io
import json
import shlex
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from depgraph.model import Facts, Import, Label, Marking, Node
from depgraph.stores.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Give a store of an open part and one of the hub care."""
    path = tmp_path / "facts.sqlite"
    opened = SqliteStore(path)
    for part, marking in (("", Marking()), ("care", Marking(Label.AMBER, hubs=("care",)))):
        facts = Facts(nodes=(Node(f"name:X{part}", {"name": f"X{part}"}, "n.csv:2"),))
        opened.replace(Import("register", part, "2026-01-01", marking, 50, ""), [facts])
    opened.close()
    return str(path)


def told(*arguments: str) -> dict[str, Any]:
    with redirect_stdout(io.StringIO()) as printed, pytest.raises(SystemExit) as ended:
        main([*arguments, "--json"])
    assert ended.value.code == 0, arguments
    answer: dict[str, Any] = json.loads(printed.getvalue())
    return answer


@pytest.mark.parametrize(
    "command", [["find", "x"], ["status"], ["trend", "--measure", "hhi", "--over", "revisions"], ["diff", "1", "1"]]
)
def test_a_command_answers_as_somebody_sees_it(store: str, command: list[str]) -> None:
    asked = [*command, "--store", store]
    keeper, care, water = (told(*asked, *words) for words in ([], ["--as", "hub:care"], ["--as", "hub:water"]))
    assert keeper["rows"] == care["rows"]
    if command[0] != "diff":
        assert len(keeper["rows"]) == 2
        assert len(water["rows"]) == 1
    assert "seen_by" not in keeper["meta"]["parameters"]
    assert water["meta"]["parameters"]["as"] == ["hub:water"]
    assert told(*shlex.split(water["meta"]["reproduce"])[1:]) == water


def test_nobody_is_a_clear_line(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["status", "--store", store, "--as", "nobody"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("depgraph: 'nobody' is no role: use operator")
