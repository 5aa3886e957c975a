"""Measure everything, or the subjects named, and write the figures to ``bench/results.json``.

Each subject is a module with a `main` that prints one JSON object, and runs in a process of its own.
Figures of one subject are of one run on one machine, which is what ratios need; figures of another
machine are no match for them.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, Final

RESULTS: Final = Path(__file__).with_name("results.json")

SUBJECTS: Final = (
    "failure",
    "gaps",
    "centrality",
    "simulation",
    "outage",
    "importing",
    "sources",
    "opening",
    "starts",
    "cutsets",
    "what_if",
    "causes",
    "names",
    "serving",
    "load",
    "cluster",
    "neo4j_store",
)
"""The last one needs a Neo4j server, which ``make tools`` fetches for it."""

_PACKAGES: Final = (
    "depgraph",
    "numpy",
    "numba",
    "llvmlite",
    "scipy",
    "igraph",
    "rustworkx",
    "networkx",
    "networkit",
    "pandas",
)


def machine() -> dict[str, Any]:
    """Return what the figures depend on besides the code."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]
    return {
        "processor": processor[0],
        "cores": len(processor),
        "memory_megabytes": int(memory) // 1024,
        "load_before": float(Path("/proc/loadavg").read_text(encoding="utf-8").split()[0]),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in _PACKAGES},
    }


def run(subject: str) -> dict[str, Any]:
    """Return the figures of one subject, and the machine as it was."""
    before = machine()
    begin = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{subject}"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=RESULTS.parent.parent,
    )
    return {"machine": before, "seconds": perf_counter() - begin, "figures": json.loads(done.stdout)}


def rounded(value: Any) -> Any:
    """Return figures with four digits that count."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all, if none is named")
    for subject in parser.parse_args().subjects or SUBJECTS:
        found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        found[subject] = rounded(run(subject))
        RESULTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(json.dumps({subject: found[subject]}, indent=1))


if __name__ == "__main__":
    main()
