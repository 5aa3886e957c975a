"""No command's answer depends on whether its graph was assembled or kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_json_form import CHANCES, CHANGE, CITY, RUNS

if TYPE_CHECKING:
    from tests.e2e.conftest import Done, Run

MORE = {
    "as of": ("spof", "--as-of", "2026-06-01"),
    "confidence": ("gaps", "--min-confidence", "0.95"),
    "revision": ("status", "--revision", "1"),
    "no such revision": ("status", "--revision", "9"),
    "by group": ("spof", "--by", "group"),
    "nothing is called so": ("show", "Microsfot"),
}
FORMS = ("--json", "")


@pytest.fixture
def filled(register: Path, depgraph: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    own = tmp_path / "own.sqlite"
    shutil.copy(register, own)
    monkeypatch.setenv("DEPGRAPH_STORE", str(own))
    (tmp_path / "chances.toml").write_text(CHANCES, encoding="utf-8")
    (tmp_path / "change.toml").write_text(CHANGE, encoding="utf-8")
    return depgraph


def graphs(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "own.sqlite.graphs").glob("*"))


@pytest.mark.parametrize("name", [*RUNS, *MORE])
def test_every_answer_is_the_same_without_a_kept_graph_with_a_new_one_and_with_an_old_one(
    filled: Run, register: Path, tmp_path: Path, name: str
) -> None:
    command = {**RUNS, **MORE}[name]

    def asked(cache: str) -> Done:
        """Ask of the same store each time: trace notes in it what it drew, and tells of it the next time."""
        shutil.copy(register, tmp_path / "own.sqlite")
        return filled(*arguments, DEPGRAPH_CACHE=cache)

    for form in FORMS:
        arguments = [*command, *([form] if form else []), *(["--force"] if "--out" in command else [])]
        without = asked("off")
        assert not graphs(tmp_path)
        first, second = (asked("") for _ in range(2))
        assert first == second == without
        assert graphs(tmp_path) or without.returncode == 2
        shutil.rmtree(tmp_path / "own.sqlite.graphs", ignore_errors=True)


def test_off_writes_nothing_and_a_folder_that_is_named_is_used(filled: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    filled("spof", DEPGRAPH_CACHE="off")
    assert sorted(tmp_path.rglob("*")) == before
    filled("spof", DEPGRAPH_CACHE=str(tmp_path / "named"))
    (file,) = (tmp_path / "named" / "graphs").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert not graphs(tmp_path)


def test_a_store_in_a_folder_that_may_not_be_written_is_kept_in_that_of_the_user(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "own.sqlite.graphs").symlink_to(tmp_path)  # root may write wherever it likes
    without = filled("spof", "--json", DEPGRAPH_CACHE="off")
    assert filled("spof", "--json", DEPGRAPH_CACHE="") == filled("spof", "--json") == without
    assert len(list((tmp_path / "home" / "depgraph" / "graphs").iterdir())) == 1


def test_where_no_graph_can_be_kept_each_command_says_so_in_one_line(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    without = filled("status", "--json", DEPGRAPH_CACHE="off")
    for _ in range(2):
        done: Done = filled("status", "--json", DEPGRAPH_CACHE=str(tmp_path / "file"))
        assert (done.returncode, done.stdout) == (0, without.stdout)
        assert done.stderr.startswith("depgraph: the graph could not be kept in ")
        assert done.stderr.count("\n") == 1


def test_a_damaged_graph_is_told_once_and_made_anew(filled: Run, tmp_path: Path) -> None:
    without = filled("show", CITY, "--json", DEPGRAPH_CACHE="off")
    filled("show", CITY, DEPGRAPH_CACHE="")
    (file,) = graphs(tmp_path)
    file.write_bytes(file.read_bytes()[:-100])
    done = filled("show", CITY, "--json")
    assert done.stdout == without.stdout
    assert done.stderr.count("\n") == 1
    assert "is damaged: it is assembled anew" in done.stderr
    assert filled("show", CITY, "--json") == without


def test_doctor_names_the_folder_and_prune_empties_it(filled: Run, tmp_path: Path) -> None:
    def said() -> str:
        rows = json.loads(filled("doctor", "--json").stdout)["rows"]
        return str(next(row["detail"] for row in rows if row["check"] == "kept graphs"))

    assert said() == f"none in '{tmp_path / 'own.sqlite.graphs'}'"
    filled("spof")
    filled("spof", "--min-confidence", "0.5")
    kept, damaged = graphs(tmp_path)
    damaged.write_bytes(b"half")
    size = kept.stat().st_size / 1e6
    assert said() == (f"1 in '{tmp_path / 'own.sqlite.graphs'}', {size:.1f} MB, sound; 1 was damaged and is deleted")
    filled("prune")
    assert not graphs(tmp_path)
    assert filled("doctor", "--json", DEPGRAPH_CACHE="off").returncode == 0
    assert said() == "none are kept: DEPGRAPH_CACHE is off"


def test_doctor_says_where_no_graph_can_be_kept_and_why(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    rows = json.loads(filled("doctor", "--json", DEPGRAPH_CACHE=str(tmp_path / "file")).stdout)["rows"]
    folder = tmp_path / "file" / "graphs"
    assert {row["check"]: row["detail"] for row in rows}["kept graphs"] == (
        f"none in '{folder}'; no new one can be kept in '{folder}' ('{tmp_path / 'file'}' is no folder)"
    )


def test_forgetting_deletes_at_once_what_rested_on_it(filled: Run, tmp_path: Path) -> None:
    filled("status")
    assert graphs(tmp_path)
    (tmp_path / "own.sqlite.graphs").chmod(0o755)  # by somebody who copied it, say: then none is used or kept there
    assert filled("forget", "register", "--yes", DEPGRAPH_CACHE="off").returncode == 0
    assert not graphs(tmp_path)
