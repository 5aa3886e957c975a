"""Importing a register of a million rows, beside what reading the same files alone takes.

The rows of needs.csv and of nodes.csv are 1,000,000 together: seven needs to each node, as an organisation
with two functions of ten needs each has them. ``python -m bench.importing`` measures each stage in a process
of its own, so that peak memory is its own. Ratios compare figures of one run on one machine.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

NEEDS_HEADER: Final = (
    "dependent,provider,relation,service_type,requirement,at_least,share,annual_cost_eur,valid_from,valid_to,confidence"
)
TABLES: Final = ("nodes.csv", "needs.csv")
NODES_HEADER: Final = "id,kind,country,sector,owner,criticality,people,service_type"


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage took.

    Attributes
    ----------
    name : str
        ``csv.reader``, ``csv.DictReader`` and ``pandas`` read both files and check nothing; ``read``
        is the importer alone, ``check`` a dry run, ``import`` all of it into an SQLite file.
    seconds, cpu_seconds : float
        Wall time, and time of the processor: much less than wall time means a busy machine or disk.
    microseconds_per_row : float
    ratio : float
        Times ``csv.reader``.
    megabytes : float
        Peak memory of its process.

    """

    name: str
    seconds: float
    cpu_seconds: float
    microseconds_per_row: float
    ratio: float
    megabytes: float


def write_register(folder: Path, rows: int, seed: int) -> None:
    """Write a register of so many rows, needs and nodes together, the same for the same seed.

    Each owner has two functions and each function ten needs of services, a few of them the
    most used by far; one of the ten is of any of its suppliers, with a share.
    """
    random = Random(seed)  # noqa: S311  # test data, no secret
    functions = rows * 20 // 231 + 1
    owners = functions // 2 + 1
    services = functions // 20 + 10
    needs = rows - functions - owners - services
    with (folder / "nodes.csv").open("w", encoding="utf-8") as nodes:
        nodes.write(f"{NODES_HEADER}\n")
        for owner in range(owners):
            nodes.write(f"Organisation {owner},party,NL,sector {owner % 12},,,{owner % 997 * 100},\n")
        for function in range(functions):
            criticality = function % 10 / 10
            nodes.write(f"function {function},function,,,Organisation {function // 2},{criticality},,\n")
        for service in range(services):
            nodes.write(f"service {service},service,,,,,,S{service % 19 + 1:02}\n")
    with (folder / "needs.csv").open("w", encoding="utf-8") as file:
        file.write(f"{NEEDS_HEADER}\n")
        for need in range(needs):
            function = need // 10
            service = int(services * random.random() ** 3)
            cost = random.randrange(1_000_000)
            if need % 10:
                file.write(f"function {function},service {service},uses,,,,,{cost},20{need % 20 + 10}-01-01,,\n")
            else:
                file.write(f"function {function},Supplier {service},,S01,main,any,0.{need % 9 + 1},{cost},,,0.9\n")


def run_stage(name: str, folder: Path) -> tuple[float, float, float]:
    """Return the seconds that a stage takes, those of the processor, and the peak megabytes of this process."""
    stages: dict[str, Callable[[Path], int]] = {
        "csv.reader": _csv_reader,
        "csv.DictReader": _csv_dict_reader,
        "pandas": _pandas,
        "read": _read,
        "check": _check,
        "import": _import,
    }
    begin, cpu_begin = perf_counter(), process_time()
    found = stages[name](folder)
    seconds, cpu_seconds = perf_counter() - begin, process_time() - cpu_begin
    assert found > 0
    return seconds, cpu_seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int = 1_000_000, seed: int = 1) -> list[Stage]:
    """Return what each stage takes, each in a process of its own."""
    stages = []
    with TemporaryDirectory(prefix="depgraph-bench-") as made:
        write_register(Path(made), rows, seed)
        alone = 0.0
        for name in ("csv.reader", "csv.DictReader", "pandas", "read", "check", "import"):
            command = [sys.executable, "-m", "bench.importing", "--stage", name, "--folder", made]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds, cpu_seconds, megabytes = json.loads(done.stdout)
            alone = alone or seconds
            stages.append(Stage(name, seconds, cpu_seconds, seconds / rows * 1e6, seconds / alone, megabytes))
    return stages


def _csv_reader(folder: Path) -> int:
    return sum(_rows_of(folder / table, csv.reader) for table in TABLES)


def _csv_dict_reader(folder: Path) -> int:
    return sum(_rows_of(folder / table, csv.DictReader) for table in TABLES)


def _rows_of(path: Path, reader: Callable[[TextIO], Iterable[object]]) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in reader(file))


def _pandas(folder: Path) -> int:
    import pandas as pd  # noqa: PLC0415  # its memory is of its own stage only

    return sum(len(pd.read_csv(folder / table, low_memory=False)) for table in TABLES)


def _read(folder: Path) -> int:
    from depgraph.ports import Given  # noqa: PLC0415  # likewise
    from importers.register import SOURCE  # noqa: PLC0415

    return sum(len(facts.needs) for facts in SOURCE.read(Given((folder,))))


def _check(folder: Path) -> int:
    return _imported(folder, dry_run=True)


def _import(folder: Path) -> int:
    return _imported(folder, dry_run=False)


def _imported(folder: Path, *, dry_run: bool) -> int:
    from depgraph.ports import Given  # noqa: PLC0415  # likewise
    from depgraph.stores.sqlite import SqliteStore  # noqa: PLC0415
    from depgraph.usecases.keeping.importing import import_source  # noqa: PLC0415
    from importers.register import SOURCE  # noqa: PLC0415

    store = SqliteStore(folder / "store")
    try:
        answer = import_source(store, SOURCE, Given((folder,)), today="2026-01-01", dry_run=dry_run)
    finally:
        store.close()
    return answer.counts.needs


def main() -> None:
    """Measure, and print one JSON object; with ``--stage`` only one stage, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stage")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.stage:
        print(json.dumps(run_stage(asked.stage, asked.folder)))
    else:
        stages = measure(asked.rows, asked.seed)
        print(json.dumps({"rows": asked.rows, "stages": [asdict(stage) for stage in stages]}, indent=1))


if __name__ == "__main__":
    main()
