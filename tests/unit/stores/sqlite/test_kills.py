"""An import that is killed at any moment leaves the last complete one."""

from __future__ import annotations

import random
import signal
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

import pytest

from depgraph.model import Node
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

    from depgraph.model import Facts, Import

ROWS = 3000

IMPORTER = """
import sys
from depgraph.model import Facts, Import, Marking, Need, Node
from depgraph.stores.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")

def facts(number):
    for at in range(int(sys.argv[2])):
        if at % 250 == 0:
            print("row", number, at)
        yield Facts(nodes=(Node(f"name:{at}", {"name": f"import{number}x"}, f"r:{at}"),))
    print("end", number)

for number in range(1, 1000):
    print("stored", store.replace(run, facts(number)).revision)
"""


def _held(path: Path) -> int:
    """Return the number of the import that the store holds, which must be complete."""
    store = SqliteStore(path)
    with store.load() as snapshot:
        if not snapshot.imports:
            return 0
        (imported,) = snapshot.imports
        number = snapshot.revision
        expected = [Node(f"name:{at}", {"name": f"import{number}x"}, f"r:{at}") for at in range(ROWS)]
        assert list(imported.nodes) == expected
        assert imported.counts.nodes == ROWS
    assert len(store.search(f"import{number}x", limit=ROWS + 1)) == ROWS
    assert store.search(f"import{number + 1}x", limit=1) == []
    return number


def _stored(process: Popen[str]) -> int:
    """Return the last import that the process said to have stored, after its end."""
    output, _ = process.communicate()
    # A kill may cut the last line short: only what ends was said.
    lines = [line for line in output.splitlines(keepends=True) if line.startswith("stored") and line.endswith("\n")]
    return max((int(line.split()[1]) for line in lines), default=0)


def _read_until(process: Popen[str], prefix: str) -> int:
    """Read what the process says up to a line; return the last import stored until then."""
    assert process.stdout is not None
    stored = 0
    for line in process.stdout:
        if line.startswith("stored") and line.endswith("\n"):
            stored = int(line.split()[1])
        if line.startswith(prefix):
            return stored
    raise AssertionError("the process ended too early")


@pytest.mark.parametrize("seed", range(8))
def test_killed_while_writing(program: Callable[..., Popen[str]], tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    process = program(IMPORTER, str(tmp_path / "store"), str(ROWS))
    stored = _read_until(process, f"row {choose.randint(1, 3)} {choose.randrange(0, ROWS, 250)}")
    process.send_signal(signal.SIGKILL)
    stored = max(stored, _stored(process))
    assert _held(tmp_path / "store") in {stored, stored + 1}


@pytest.mark.parametrize("seed", range(12))
def test_killed_around_the_commit(program: Callable[..., Popen[str]], tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    process = program(IMPORTER, str(tmp_path / "store"), str(ROWS))
    stored = _read_until(process, f"end {choose.randint(1, 2)}")
    with pytest.raises(TimeoutExpired):
        process.wait(choose.uniform(0, 0.06))
    process.send_signal(signal.SIGKILL)
    stored = max(stored, _stored(process))
    assert _held(tmp_path / "store") in {stored, stored + 1}


def test_killed_before_the_first_import_was_complete(
    program: Callable[..., Popen[str]], tmp_path: Path, run: Import, some: Callable[..., list[Facts]]
) -> None:
    path = tmp_path / "store"
    process = program(IMPORTER, str(path), str(ROWS))
    _read_until(process, "row 1 2750")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert path.exists()
    assert _held(path) == 0
    assert SqliteStore(path).replace(run, some(1)).revision == 1


@pytest.mark.parametrize("row", [0, 1000, 2750])
def test_interrupted_from_the_keyboard(program: Callable[..., Popen[str]], tmp_path: Path, row: int) -> None:
    process = program(IMPORTER, str(tmp_path / "store"), str(ROWS))
    stored = _read_until(process, f"row 3 {row}")
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert complaint.rstrip().endswith("KeyboardInterrupt")
    assert stored == 2
    assert _held(tmp_path / "store") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_the_next_import_cleans_up(
    program: Callable[..., Popen[str]], tmp_path: Path, run: Import, some: Callable[..., list[Facts]]
) -> None:
    path = tmp_path / "store"
    process = program(IMPORTER, str(path), str(ROWS))
    _read_until(process, "row 2 2750")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (tmp_path / "store-wal").exists()
    assert SqliteStore(path).replace(run, some(2)).revision == 2
    assert [found.name for found in tmp_path.iterdir()] == ["store"]


def test_another_process_reads_while_one_writes(
    program: Callable[..., Popen[str]], tmp_path: Path, run: Import, some: Callable[..., list[Facts]]
) -> None:
    path = tmp_path / "store"
    SqliteStore(path).replace(run, some(5))
    process = program(IMPORTER, str(path), "200000")
    _read_until(process, "row 1 1000")
    store = SqliteStore(path)
    for _ in range(5):
        with store.load() as snapshot:
            assert [len(list(item.nodes)) for item in snapshot.imports] == [5]
    assert process.poll() is None
    assert store.describe().revision == 1
