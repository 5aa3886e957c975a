"""A machine with too little memory is told so, in one line and with the exit code of a fault."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from depgraph.errors import DepgraphError
from depgraph.model import Facts, Import, Marking, Need
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

_LEFT = 32 << 20
"""Bytes that a process may still take once it has begun."""

_CHILD = """
import resource, sys
from pathlib import Path
from cli.main import main

def run(store):
    try:
        main(["find", "a", "--json", "--store", store])
    except SystemExit as ended:
        return ended.code or 0
    return 0

small, large, left = sys.argv[1:]
assert run(small) == 0, "loads all that the command needs"
held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + int(left), resource.RLIM_INFINITY))
sys.exit(run(large))
"""


def _store(path: Path, record: str) -> str:
    store = SqliteStore(path)
    need = Need("name:a", "name:b", "uses", "", "", "", None, None, None, None, 1.0, record)
    store.replace(Import("made", "", "2026-01-01", Marking(), 50, ""), [Facts(needs=(need,))])
    store.close()
    return str(path)


def test_facts_that_memory_cannot_hold_are_told_as_such(tmp_path: Path) -> None:
    small, large = _store(tmp_path / "small", "r:1"), _store(tmp_path / "large", "r" * (3 * _LEFT))
    command = [sys.executable, "-c", _CHILD, small, large, str(_LEFT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == DepgraphError.exit_code, done.stderr
    assert done.stderr.splitlines() == [
        "depgraph: this machine has not enough memory for it: ask for less, or use a larger one"
    ]
