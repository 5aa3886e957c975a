"""Ctrl-C while something long is worked out: what is exact so far, marked, and 130; bars on terminals only."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

COMMAND = Path(sys.executable).with_name("depgraph")
FUNCTION, SMALL = "function:F", "function:G"


class Ended(NamedTuple):
    """How an interrupted command ended."""

    code: int
    out: str
    shown: str


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with thousands of organisations, and a function whose diagram takes more than its budget."""
    folder = tmp_path_factory.mktemp("hard")
    rows = [f"{FUNCTION},s{gate},all,20" for gate in range(40)]
    rows += [f"s{gate},v{(gate * step + step) % 61},two,2" for gate in range(40) for step in range(1, 6)]
    rows += [f"{SMALL},s{gate},few,3" for gate in range(4)]
    rows += [f"o{at},v{at * step % 61},any,1" for at in range(4_000) for step in (1, 2, 5)]
    header = "dependent,provider,requirement,at_least\n"
    (folder / "needs.csv").write_text(header + "\n".join(dict.fromkeys(rows)) + "\n", encoding="utf-8")
    (folder / "chances.toml").write_text("[kind]\nparty = 0.02\n", encoding="utf-8")
    store = folder / "store.sqlite"
    run("import", "register", folder / "needs.csv", store=store)
    # Kernels that nobody has called yet are compiled, which no interrupt can end.
    run("simulate", "--probabilities", folder / "chances.toml", "--trials", "600", store=store)
    for how in ((), ("--count",)):
        run("cutsets", SMALL, "--max-order", "4", *how, store=store)
    return store


def run(*arguments: str | Path, store: Path) -> str:
    """Run a command to its end, without a terminal, and return what it wrote."""
    command = [COMMAND, *arguments, "--store", store]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "%" not in done.stderr, "a bar where nobody looks"
    return done.stdout


def interrupted(arguments: Sequence[str | Path], store: Path, *, times: int = 1) -> Ended:
    """Press Ctrl-C once the bar on the terminal says how much is done."""
    ours, theirs = pty.openpty()
    shown = b""
    command = [COMMAND, *arguments, "--store", store]
    # At most one such process is alive at a time, and it ends with this block.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        try:
            while not re.search(rb"\d%", shown):
                # An error here: the process ended before it could be interrupted.
                shown += os.read(ours, 4_096)
            for _ in range(times):
                process.send_signal(signal.SIGINT)
            while True:
                try:
                    shown += os.read(ours, 4_096)
                except OSError:
                    # Nobody writes to the terminal any more.
                    break
            out, _ = process.communicate(timeout=300)
        finally:
            process.kill()
            os.close(ours)
    return Ended(process.returncode, out, shown.decode())


def test_simulate(store: Path) -> None:
    """The trials done are those of a simulation of so many trials."""
    asked = ["simulate", "--probabilities", store.with_name("chances.toml"), "--seed", "5", "--json", "--trials"]
    ended = interrupted([*asked, "10000000"], store)
    assert ended.code == 130
    assert "trials" in ended.shown
    assert "Traceback" not in ended.shown
    part = json.loads(ended.out)
    done = part["meta"]["trials_done"]
    assert part["meta"].pop("partial") == f"interrupted: exact for the first {done} of 10000000 trials"
    assert 0 < done < 10_000_000
    whole = json.loads(run(*asked, str(done), store=store))
    assert (part["meta"]["parameters"].pop("trials"), whole["meta"]["parameters"].pop("trials")) == (10_000_000, done)
    asked_for = part["meta"].pop("reproduce")
    assert whole["meta"].pop("reproduce") == asked_for.replace("--trials 10000000", f"--trials {done}")
    assert part == whole


@pytest.mark.parametrize("how", [(), ("--count",)], ids=["listing", "count"])
def test_cutsets(how: tuple[str, ...], store: Path) -> None:
    asked = ["cutsets", FUNCTION, *how, "--json", "--max-order"]
    ended = interrupted([*asked, "30"], store)
    assert ended.code == 130
    assert "cut sets" in ended.shown
    assert "Traceback" not in ended.shown
    part = json.loads(ended.out)
    found = re.match(r"interrupted: exact up to order (\d+): there may be larger sets", part["meta"]["partial"])
    assert found
    rows = [row for row in part["rows"] if row["order"] <= int(found[1])]
    assert rows == json.loads(run(*asked, found[1], store=store))["rows"]


def test_a_second_interrupt_needs_no_answer(store: Path) -> None:
    asked = ["simulate", "--probabilities", store.with_name("chances.toml"), "--trials", "10000000"]
    assert interrupted(asked, store, times=3).code == 130
