"""`depgraph import --snapshots` and `depgraph diff` as a person runs them."""

from __future__ import annotations

import csv
import io
import json
import shlex
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Run


def _snapshot(folder: Path, day: str, needs: str) -> None:
    (folder / day).mkdir(parents=True)
    (folder / day / "needs.csv").write_text(f"dependent,provider\n{needs}", encoding="utf-8")


def test_what_changed_between_two_dated_files(depgraph: Run, tmp_path: Path) -> None:
    folder = tmp_path / "years"
    _snapshot(folder, "2024-01-01", "Town,Host\nCity,Host\n")
    _snapshot(folder, "2025-01-01", "")
    _snapshot(folder, "2026-01-01", "Town,Host\nCity,Cloud\n")
    done = depgraph("import", "register", "--snapshots", folder)
    assert done.returncode == 0, done.stderr
    assert [line.split(";")[-1] for line in done.stdout.splitlines()] == [
        " revision 1, in force",
        "2025-01-01: no data",
        " revision 2, in force",
    ]
    assert "3 of 3: 2026-01-01" in done.stderr
    assert "warning: 2025-01-01: no data of 2025-01-01, passed over: nothing to import" in done.stderr

    as_json = depgraph("diff", "2024-06-01", "2026-06-01", "--json")
    answer = json.loads(as_json.stdout)
    assert {(row["measure"], row["id"]) for row in answer["rows"]} >= {("score", "name:Host"), ("share", "name:Cloud")}
    facts = [(each["sort"], each["dependent"], each["provider"]) for each in answer["meta"]["changes"]]
    assert facts == [
        ("need", "name:City", "name:Cloud"),
        ("need", "name:City", "name:Host"),
        ("node", "name:Cloud", ""),
    ]
    program, *again = shlex.split(answer["meta"]["reproduce"])
    assert program == "depgraph"
    assert depgraph(*again, "--json").stdout == as_json.stdout

    rows = list(csv.DictReader(io.StringIO(depgraph("diff", "1", "2", "--facts", "--csv").stdout)))
    assert [rows[0][name] for name in ("dependent", "provider", "why")] == ["name:City", "name:Cloud", "record"]
    assert json.loads(rows[0]["records_after"]) == ["register:needs.csv:3"]

    table = depgraph("diff", "1", "2").stdout
    assert "Facts that changed" in table
    assert "Units whose failure would do more or less" in table
    assert "no fact came, went or changed" in depgraph("diff", "2", "2").stdout


def test_what_cannot_be_compared_is_one_line(depgraph: Run, tmp_path: Path) -> None:
    _snapshot(tmp_path, "2024-01-01", "Town,Host\n")
    assert depgraph("import", "register", tmp_path / "2024-01-01", "--retrieved", "2024-01-01").returncode == 0
    newer = tmp_path / "newer.sqlite"
    done = depgraph("import", "register", tmp_path / "2024-01-01", "--store", newer)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for asked, code, told in (
        (("diff", "1", "nowhere"), 2, "'nowhere' is no date, no revision and no store"),
        (("diff", "1", "2020-01-01"), 2, "its first data were retrieved on 2024-01-01"),
        (("diff", "1", newer), 4, "newer.sqlite"),
        (("import", "register", "--snapshots", tmp_path, "--retrieved", "2024-01-01"), 2, "leave PATH and --retrieved"),
        (("import", "register"), 2, "no path is given"),
    ):
        done = depgraph(*asked)
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
        assert told in done.stderr
