"""The import command beside what is there: the store, the inputs, and what was imported before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    path = tmp_path / "register" / "needs.csv"
    path.parent.mkdir()
    path.write_text("dependent,provider\na,b\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_findings_are_never_written_over_the_store_or_an_input(
    depgraph: Callable[..., Any], needs: Path, tmp_path: Path, dry: tuple[str, ...]
) -> None:
    store = tmp_path / "facts.sqlite"
    assert depgraph("import", "register", needs, "--store", store).returncode == 0
    held, given = store.read_bytes(), needs.read_bytes()
    for out in (store, tmp_path / "facts.sqlite-wal", tmp_path / "facts.sqlite-shm", needs):
        for paths in (needs, needs.parent):
            done = depgraph("import", "register", paths, "--store", store, "--findings", out, *dry)
            assert (done.returncode, done.stdout) == (2, "")
            assert "name another file" in done.stderr
            assert len(done.stderr.splitlines()) == 1
    new = tmp_path / "new.sqlite"
    assert depgraph("import", "register", needs, "--store", new, "--findings", new, *dry).returncode == 2
    assert not new.exists()
    assert (store.read_bytes(), needs.read_bytes()) == (held, given)


def test_a_report_and_a_sample_are_not_written_over_a_store(
    depgraph: Callable[..., Any], needs: Path, tmp_path: Path
) -> None:
    for name in ("facts.html", "facts.xlsx"):
        assert depgraph("import", "register", needs, "--store", tmp_path / name).returncode == 0
    held = {path: path.read_bytes() for path in tmp_path.glob("facts.*")}
    for arguments in (
        ("report", "auditor", "--store", tmp_path / "facts.html", "--out", tmp_path / "facts.html"),
        ("report", "auditor", "--store", tmp_path / "facts.xlsx", "--out", tmp_path / "facts.html"),
        ("sample", "register", "--out", tmp_path / "facts.xlsx", "--force"),
    ):
        done = depgraph(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "is the store" in done.stderr
    assert {path: path.read_bytes() for path in held} == held


def test_the_demo_keeps_a_store_of_ones_own(depgraph: Callable[..., Any], needs: Path, tmp_path: Path) -> None:
    own = tmp_path / "depgraph.sqlite"
    assert depgraph("import", "register", needs, "--store", own).returncode == 0
    held = own.read_bytes()
    done = depgraph("demo", "--out", tmp_path)
    assert done.returncode == 2
    assert "holds more than samples (register)" in done.stderr
    assert own.read_bytes() == held


def test_a_marking_is_not_lost_by_importing_again(depgraph: Callable[..., Any], needs: Path) -> None:
    marked = ("--marking", "tlp:red", "--recipient", "north")
    assert depgraph("import", "register", needs, *marked).returncode == 0
    done = depgraph("import", "register", needs)
    assert done.returncode == 2
    assert "tlp:red (recipients: north)" in done.stderr
    assert "say --marking" in done.stderr
    assert depgraph("import", "register", needs, *marked).returncode == 0
    assert depgraph("import", "register", needs, "--marking", "tlp:clear").returncode == 0


def test_a_retrieved_date_after_today_has_to_be_meant(depgraph: Callable[..., Any], needs: Path) -> None:
    done = depgraph("import", "register", needs, "--retrieved", "2999-01-01")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--allow-future" in done.stderr
    assert depgraph("import", "register", needs, "--retrieved", "2999-01-01", "--allow-future").returncode == 0


def test_what_was_left_out_stays_in_sight(depgraph: Callable[..., Any], needs: Path) -> None:
    needs.write_text("dependent,provider,share\na,b,\na,c,\na,d,\na,e,2\n", encoding="utf-8")
    assert depgraph("import", "register", needs, "--skip-bad").returncode == 0
    told = "1 of 4 records of 'register' were left out, since they are bad"
    for command in (("status",), ("spof",), ("show", "a")):
        meta = json.loads(depgraph(*command, "--json").stdout)["meta"]
        assert meta["counts"]["left_out"] == 1, command
        assert [note for note in meta["notes"] if note.startswith(told)], command
        assert told in " ".join(depgraph(*command).stdout.split()), command
    (row,) = json.loads(depgraph("status", "--json").stdout)["rows"]
    assert (row["records"], row["left_out"]) == (4, 1)
