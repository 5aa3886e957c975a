"""`depgraph import --snapshots` and `depgraph diff` as a person runs them."""

from __future__ import annotations

import csv
import io
import json
import shlex
import sqlite3
import subprocess
from typing import TYPE_CHECKING

from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.moments import at_moment
from tests.e2e.conftest import COMMAND

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


def test_a_killed_import_of_snapshots_leaves_whole_ones_and_goes_on(depgraph: Run, tmp_path: Path) -> None:
    """The process is killed (SIGKILL) as it begins with the second file: nothing of a file is there by half."""
    folder = tmp_path / "years"
    _snapshot(folder, "2024-01-01", "Town,Host\n")
    _snapshot(folder, "2025-01-01", "".join(f"Town {at},Host\n" for at in range(5_000)))
    _snapshot(folder, "2026-01-01", "".join(f"Town {at},Cloud\n" for at in range(2_500)))
    asked = [COMMAND, "import", "register", "--snapshots", folder]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("2 of 3"):
                process.kill()
        process.wait()
    store = SqliteStore(str(tmp_path / "store.sqlite"))
    told = store.describe()
    # Only whole revisions are there: the first, and the second if the kill came when that was stored.
    assert [held.run.retrieved for held in told.history] == ["2024-01-01", "2025-01-01"][: told.revision]
    assert len(at_moment(store).graph.needs) == {1: 1, 2: 5_000}[told.revision]
    store.close()
    done = depgraph("import", "register", "--snapshots", folder)
    first, *_, last = [line.split(";")[-1] for line in done.stdout.splitlines()]
    assert (first, last) == ("2024-01-01: there already, revision 1", " revision 3, in force"), done.stderr


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
        (("diff", "1", "nowhere"), 2, "'nowhere' is no date, no revision, no report and no store"),
        (("diff", "1", "2020-01-01"), 2, "its first data were retrieved on 2024-01-01"),
        (("diff", "1", newer), 4, "newer.sqlite"),
        (("import", "register", "--snapshots", tmp_path, "--retrieved", "2024-01-01"), 2, "leave PATH and --retrieved"),
        (("import", "register"), 2, "no path is given"),
    ):
        done = depgraph(*asked)
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
        assert told in done.stderr
