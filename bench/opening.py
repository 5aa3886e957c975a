"""Opening a store: the graph assembled from its facts, beside the same graph kept and mapped.

For each size a register is written and imported into an SQLite file. Then, each in a process of its own: the graph is
assembled with nothing kept; assembled and kept; and mapped, its SHA-256 checked. Whole commands are measured without a
kept graph, and with one. The unit of time is ``python -c "import numba"`` in the same run: what no command that fails
anything can do without. Kernels are compiled before anything is measured.
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

SIZES: Final = {"21,000 needs": 28_550, "1.13 million needs": 1_300_000}
"""Rows of the registers, needs and nodes together."""

COMMANDS: Final = {
    "21,000 needs": (
        ("status",),
        ("show", "Supplier 1"),
        ("blast", "Supplier 0"),
        ("spof", "--limit", "5"),
        ("gaps", "--limit", "5"),
        ("outage", "Supplier 1", "--days", "3", "--limit", "5"),
    ),
    "1.13 million needs": (("status",), ("blast", "Supplier 0"), ("spof", "--limit", "5")),
}
_TIMES: Final = 2
_COMMAND: Final = Path(sys.executable).with_name("depgraph")

_ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled to byte code once, as by an install, and not at each start."""

_OPEN: Final = """
import json, sys
from time import process_time
from depgraph.bootstrap import open_store
from depgraph.settings import Settings
from depgraph.usecases.view import open_view
store = open_store(sys.argv[1], Settings())
begun = process_time()
view = open_view(store)
print(json.dumps([process_time() - begun, len(view.graph.needs)]))
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What it takes to have the graph, in processor seconds, and how large the kept one is.

    Attributes
    ----------
    kept : float
        To assemble it and keep it, once.
    ratio : float
        How many times longer assembling takes than mapping.

    """

    needs: int
    assembled: float
    kept: float
    mapped: float
    ratio: float
    megabytes: float


def opening(store: Path) -> Opening:
    """Return what it takes to have the graph of a store."""
    assembled, needs = min(_opened(store, cache="off") for _ in range(_TIMES))
    kept, _ = _opened(store)
    mapped, _ = min(_opened(store) for _ in range(_TIMES))
    (file,) = store.with_name(f"{store.name}.graphs").iterdir()
    return Opening(needs, assembled, kept, mapped, assembled / mapped, file.stat().st_size / 1e6)


def commands(store: Path, asked: Sequence[tuple[str, ...]], unit: float) -> dict[str, dict[str, float]]:
    """Return for each command what it takes with nothing kept and with a kept graph, in units of importing numba."""
    found = {}
    for command in asked:
        arguments = [str(_COMMAND), *command, "--store", str(store)]
        for cache in ("off", ""):
            _processor(arguments, cache)  # compiled, and the graph kept
        without, kept = (min(_processor(arguments, cache) for _ in range(_TIMES)) / unit for cache in ("off", ""))
        found[command[0]] = {"assembled": without, "kept": kept, "ratio": without / kept}
    return found


def main() -> None:
    """Print the figures as one JSON object."""
    unit = min(_processor([sys.executable, "-c", "import numba"], "off") for _ in range(_TIMES))
    figures: dict[str, object] = {"import_numba_seconds": unit}
    with TemporaryDirectory() as made:
        for name, rows in SIZES.items():
            folder = Path(made, str(rows))
            folder.mkdir()
            write_register(folder, rows, seed=1)
            store = folder / "store.sqlite"
            taken = ["import", "register", str(folder), "--retrieved", "2026-01-01", "--store", str(store)]
            _processor([str(_COMMAND), *taken], "off")
            figures[name] = {"opening": asdict(opening(store)), "commands": commands(store, COMMANDS[name], unit)}
    print(json.dumps(figures))


def _opened(store: Path, cache: str = "") -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(store)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=_ENVIRONMENT | {"DEPGRAPH_CACHE": cache},
    )
    seconds, needs = json.loads(done.stdout)
    return seconds, needs


def _processor(arguments: list[str], cache: str) -> float:
    """Return the processor seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=_ENVIRONMENT | {"DEPGRAPH_CACHE": cache})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
