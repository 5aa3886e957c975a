"""forget, revert and doctor: what a keeper of a store does with it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def imported(depgraph: Run, tmp_path: Path) -> Path:
    """Import a register and a part of it into the store of this test; return the store."""
    for part, rows in (("", "a,b\n"), ("east", "b,c\n")):
        needs = tmp_path / "needs.csv"
        needs.write_text(f"dependent,provider\n{rows}", encoding="utf-8")
        done = depgraph("import", "register", needs, "--part", part, "--retrieved", "2026-01-01")
        assert done.returncode == 0, done.stderr
    return tmp_path / "store.sqlite"


def _state(depgraph: Run, *options: str) -> tuple[int, str]:
    meta = json.loads(depgraph("spof", "--json", *options).stdout)["meta"]
    return meta["counts"]["needs"], meta["graph_digest"]


def test_an_import_is_taken_out_and_brought_back(depgraph: Run, imported: Path) -> None:
    before = _state(depgraph)
    assert depgraph("forget", "register", "--part", "east", "--yes").stderr == (
        "taken out, as revision 3; depgraph revert --to 2 brings it back\n"
    )
    assert _state(depgraph)[0] == 1
    assert _state(depgraph, "--revision", "2") == before
    assert depgraph("revert", "--to", "2", "--yes").stderr == (
        "back at revision 2, as revision 4; depgraph revert --to 3 undoes it\n"
    )
    assert _state(depgraph) == before
    rows = json.loads(depgraph("status", "--json").stdout)["rows"]
    assert [(row["part"], row["revision"], row["replaced_by"]) for row in rows] == [("", 1, None), ("east", 2, None)]
    assert imported.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forget", "register"], "nobody is there to be asked: give --yes"),
        (["revert", "--to", "1"], "nobody is there to be asked: give --yes"),
        (["forget", "registre", "--yes"], "no import of 'registre' is in force: there are register, register --part"),
        (["forget", "register", "--part", "west", "--yes"], "no import of 'register' of part 'west' is in force"),
        (["revert", "--to", "7", "--yes"], "the store has no revision 7: the latest is 2"),
        (["revert", "--to", "2", "--yes"], "revision 2 holds what the latest, 2, holds: nothing to change"),
    ],
)
def test_what_is_not_done(
    depgraph: Run, imported: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    before = imported.read_bytes()
    with Path("/dev/null").open(encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        done = depgraph(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"depgraph: {said}")
    assert len(done.stderr.splitlines()) == 1
    assert imported.read_bytes() == before


def test_doctor_finds_a_store_sound_or_damaged(depgraph: Run, imported: Path) -> None:
    done = depgraph("doctor", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"][-1]["detail"].endswith("2 imports, sound")
    content = imported.read_bytes()
    at = content.rindex(b"needs.csv:2")
    imported.write_bytes(content[:at] + b"needs.csv:3" + content[at + 11 :])
    done = depgraph("doctor", "--json")
    last = json.loads(done.stdout)["rows"][-1]
    assert (done.returncode, last["ok"]) == (4, False)
    assert "is damaged: restore it from a backup" in last["detail"]
    done = depgraph("spof")
    assert (done.returncode, done.stdout) == (4, "")
    assert "is damaged: restore it from a backup" in done.stderr


def test_doctor_vouches_for_no_facts_of_an_earlier_depgraph(depgraph: Run, tmp_path: Path) -> None:
    kept = Path(__file__).parents[1] / "unit" / "stores" / "sqlite" / "kept" / "tables-1.store.gz"
    store = tmp_path / "old.sqlite"
    store.write_bytes(gzip.decompress(kept.read_bytes()))
    done = depgraph("doctor", "--json", "--store", store)
    assert done.returncode == 0
    assert "without digests: revision " in json.loads(done.stdout)["rows"][-1]["detail"]
