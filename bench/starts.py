"""The first use after an install, and the next one: whole commands, with no machine code kept and with all of it.

A register of 21,000 needs is written and imported; then each command is run as a first use, with an empty folder for
machine code, and again. So is the auditor's report of the demo, over the store that `demo` made. The unit of time is
``python -c "import numba"``, measured before each command and after it: what no command that fails anything can do
without.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.importing import write_register

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS: Final = 28_550
"""Rows of the register, needs and nodes together."""

QUESTIONS: Final = (
    ("spof", "--limit", "5"),
    ("outage", "Supplier 1", "--days", "3", "--limit", "5"),
    ("gaps", "--limit", "5"),
)
_TIMES: Final = 2
_COMMAND: Final = Path(sys.executable).with_name("depgraph")
_ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled to byte code once, as by an install, and not at each start."""

_UNIT: Final = (sys.executable, "-c", "import numba")


@dataclass(frozen=True, slots=True)
class Start:
    """What a command takes, in processor seconds and in units of importing numba.

    Attributes
    ----------
    import_numba_seconds : float
        The least of what was measured beside this command.
    first_seconds, first : float
        With no machine code kept: kernels are compiled.
    next_seconds, next : float
        With what the first one has kept.

    """

    import_numba_seconds: float
    first_seconds: float
    first: float
    next_seconds: float
    next: float


def start(question: Sequence[str], store: Path, kept: Path) -> Start:
    """Return what a command takes that finds no machine code in `kept`, and what it takes from then on."""
    arguments = (str(_COMMAND), *question, "--store", str(store))
    units = [_processor(_UNIT, kept) for _ in range(_TIMES)]
    first = _processor(arguments, kept)
    units += [_processor(_UNIT, kept) for _ in range(_TIMES)]
    following = min(_processor(arguments, kept) for _ in range(_TIMES))
    unit = min(units)
    return Start(unit, first, first / unit, following, following / unit)


def main() -> None:
    """Print the figures as one JSON object."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        register, store = folder / "register", folder / "store.sqlite"
        register.mkdir()
        write_register(register, ROWS, seed=1)
        taken = ("import", "register", str(register), "--retrieved", "2026-01-01", "--store", str(store))
        _processor((str(_COMMAND), *taken), folder)
        found = {question[0]: asdict(start(question, store, folder / question[0])) for question in QUESTIONS}
        demo = folder / "demo"
        _processor((str(_COMMAND), "demo", "--out", str(demo)), folder)
        report = ("report", "auditor", "--force", "--out", str(folder / "report.html"))
        found["report"] = asdict(start(report, demo / "depgraph.sqlite", folder / "kept"))
    print(json.dumps(found))


def _processor(arguments: Sequence[str], kept: Path) -> float:
    """Return the processor seconds of a process that keeps machine code in a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=_ENVIRONMENT | {"NUMBA_CACHE_DIR": str(kept)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
