"""Compiled code is kept for the next start, and made anew where it cannot be kept or no longer fits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import depgraph
from depgraph.analytics.kernels.base.jit import compiled

PACKAGE = Path(depgraph.__file__).parent
ASK = """
import numpy as np
from depgraph.analytics.kernels.failure.components import _search, ordered
order, begins = ordered(np.ones(2, dtype=bool), np.array([0, 1, 1]), np.array([1], dtype=np.int32))
hits = sum(_search.stats.cache_hits.values())
print(order.tolist(), begins.tolist(), "kept" if hits else "made")
"""


def ask(folder: Path, cache: Path | None, **more: str) -> str:
    """Run a kernel of the package in `folder` in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), **more}
    if cache:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package whose sources may be changed."""
    folder = tmp_path / "copy"
    for source in PACKAGE.rglob("*.py"):
        target = folder / "depgraph" / source.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return folder


@pytest.mark.long
def test_the_second_start_compiles_nothing(copy: Path, tmp_path: Path) -> None:
    assert [ask(copy, tmp_path / "cache") for _ in range(2)] == ["[1, 0] [0, 1, 2] made", "[1, 0] [0, 1, 2] kept"]


@pytest.mark.long
def test_code_of_another_file_that_changed_is_not_kept(copy: Path, tmp_path: Path) -> None:
    """Also where the change keeps the size and the date of the file, as a reproducible build does."""
    ask(copy, tmp_path / "cache")
    lanes = copy / "depgraph" / "analytics" / "kernels" / "base" / "lanes.py"
    before = lanes.stat()
    lanes.write_text(re.sub("scenarios side by side", "scenarios side on side", lanes.read_text()))
    os.utime(lanes, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert lanes.stat().st_size == before.st_size
    assert ask(copy, tmp_path / "cache").endswith("made")


@pytest.mark.long
@pytest.mark.parametrize(("home", "second"), [("{tmp_path}", "kept"), ("/proc/none", "made")])
def test_an_installation_that_nobody_may_write_to(copy: Path, tmp_path: Path, home: str, second: str) -> None:
    """The user's cache folder keeps the code; an account without one has it made in each process."""
    # A file where the folder should be stops everyone, also root, who may write anywhere.
    (copy / "depgraph" / "analytics" / "kernels" / "failure" / "__pycache__").touch()
    cache = home.format(tmp_path=tmp_path)
    said = [ask(copy, None, PYTHONDONTWRITEBYTECODE="1", HOME=cache, XDG_CACHE_HOME=f"{cache}/cache") for _ in range(2)]
    assert [line.split()[-1] for line in said] == ["made", second]


def test_without_a_file_there_is_nothing_to_keep() -> None:
    """A function typed into a console has no source to keep code beside."""
    made: dict[str, object] = {}
    exec("def three(x):\n    return x + 3\n", made)  # noqa: S102 - a function without a file
    assert compiled(made["three"])(4) == 7  # type: ignore[operator,type-var]  # what exec made has no type
