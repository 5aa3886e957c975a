"""Minimal cut sets beside relibmss and dd, on the same trees in the same run; order 2 and pairs on a sector's graph.

Trees are one from practice (`baobab1` of the Aralia set, 46,188 sets) and seeded ones: gates of two to
four inputs (any, all, all but one) over gates further down and shared events. All take the same formula
with variables in the same order. relibmss does all that ours does (the function, its minimal solutions,
their number); dd makes the function only. A peer that takes longer than a minute is stopped.

``python -m bench.cutsets`` measures each part in a process of its own, so that peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.graph import Graph

_TREES: Final = ("baobab1", "1", "4", "2")
"""One from practice; seeds of trees of 400 gates, most of which the top needs, over 300 events."""

_PUBLISHED: Final = Path(__file__).parents[1] / "tests" / "golden" / "aralia"

_LIMIT: Final = 60.0


def seeded(seed: int, events: int = 300, gates: int = 400) -> str:
    """Return a fault tree as text for `depgraph.testing.graph`."""
    rng = random.Random(seed)  # noqa: S311 - a tree, not a secret
    words = []
    for at in range(gates):
        inputs = []
        for _ in range(rng.choice([2, 2, 3, 3, 4])):
            if at < gates - 1 and rng.random() < 0.55:
                inputs.append(f"s{rng.randint(at + 1, min(gates - 1, 2 * at + 4))}")
            else:
                inputs.append(f"p{rng.randrange(events)}")
        inputs = list(dict.fromkeys(inputs))
        kind = rng.choice("|&2") if len(inputs) > 2 else rng.choice("|&")
        if len(inputs) == 1:
            words.append(f"s{at}>{inputs[0]}")
        elif kind == "2":
            words.append(f"s{at}>{len(inputs) - 1}({','.join(inputs)})")
        else:
            words.append(f"s{at}>{kind.join(inputs)}")
    return " ".join(words)


def _tree(name: str) -> tuple[Graph, int]:
    """Return the tree of a seed or a name, and where its top is."""
    from depgraph.testing import fault_tree, graph  # noqa: PLC0415 - each part loads what it needs

    if name.isdigit():
        found = graph(seeded(int(name)))
        return found, found.position("service:s0")
    found = fault_tree((_PUBLISHED / f"{name}.txt").read_text(encoding="utf-8"))
    return found, found.position("service:r1")


def _formula(name: str) -> Formula:
    from depgraph.analytics.basis.units import By, units  # noqa: PLC0415
    from depgraph.analytics.cutsets.formula import formula, outside  # noqa: PLC0415

    found, top = _tree(name)
    products = units(found, By.PRODUCT)
    return formula(found, products, outside(found, products, top), top, upper=True)


def ours(tree: str) -> dict[str, Any]:
    """Return what the count takes, once the code is loaded."""
    from depgraph.analytics.basis.units import By, units  # noqa: PLC0415
    from depgraph.analytics.cutsets.minimal import count_cut_sets  # noqa: PLC0415
    from depgraph.testing import graph  # noqa: PLC0415

    small = graph("f1>2(p1,p2,p3)")
    count_cut_sets(small, units(small, By.PRODUCT), 0, upper=True)
    found, top = _tree(tree)
    products = units(found, By.PRODUCT)
    rest = _formula(tree)
    begin = process_time()
    counts = count_cut_sets(found, products, top, upper=True).counts
    return {
        "gates": int(np.count_nonzero(np.diff(rest.gates.of_node))),
        "events": len(rest.unit),
        "sets": sum(counts),
        "largest_order": len(counts),
        "seconds": process_time() - begin,
    }


def relibmss(tree: str) -> dict[str, Any]:
    """Return what relibmss takes for the same."""
    import relibmss as package  # noqa: PLC0415

    rest = _formula(tree)
    system = package.BSS()
    variables = [system.defvar(f"v{level}") for level in range(len(rest.unit))]
    begin = process_time()
    top = _built(rest, variables, system.kofn)
    count = system.getbdd(top).minpath().count()
    return {"sets": int(count), "seconds": process_time() - begin}


def dd(tree: str) -> dict[str, Any]:
    """Return what dd takes, by CUDD, to make the function."""
    from dd import cudd  # noqa: PLC0415

    rest = _formula(tree)
    manager = cudd.BDD()
    manager.configure(reordering=False)
    manager.declare(*(f"v{level}" for level in range(len(rest.unit))))
    variables = [manager.var(f"v{level}") for level in range(len(rest.unit))]

    def at_least(k: int, inputs: list[Any]) -> Any:
        layer = [manager.true] + [manager.false] * k
        for each in inputs:
            for j in range(k, 0, -1):
                layer[j] = manager.ite(each, layer[j - 1], layer[j])
        return layer[k]

    begin = process_time()
    top = _built(rest, variables, at_least)
    return {"nodes": len(top), "seconds": process_time() - begin}


def _built(rest: Formula, variables: list[Any], at_least: Callable[[int, list[Any]], Any]) -> Any:
    """Return the formula of a tree as a peer's expression."""
    gates = rest.gates
    found: list[Any] = []
    for node in range(len(gates.of_node) - 1):
        causes = [variables[level] for level in gates.own[gates.own_indptr[node] : gates.own_indptr[node + 1]]]
        for requirement in range(gates.of_node[node], gates.of_node[node + 1]):
            inputs = [found[at] for at in gates.provider[gates.indptr[requirement] : gates.indptr[requirement + 1]]]
            causes.append(at_least(int(gates.threshold[requirement]), inputs))
        found.append(causes[0] if len(causes) == 1 else at_least(1, causes))
    return found[rest.node]


def sector(_: str) -> dict[str, Any]:
    """Return what cut sets up to order 2 and pairs take in graphs of 1.13 million needs, pairs in a tiered one."""
    from bench.synthetic import synthetic  # noqa: PLC0415
    from depgraph.analytics.basis.scope import scope_of  # noqa: PLC0415
    from depgraph.analytics.basis.units import By, units  # noqa: PLC0415
    from depgraph.analytics.cutsets.minimal import cut_sets  # noqa: PLC0415
    from depgraph.analytics.cutsets.pairs import pairs  # noqa: PLC0415

    tiny = synthetic(20, 100, 1_000, seed=1)
    pairs(tiny, units(tiny, By.PARTY), scope_of(tiny))
    cut_sets(tiny, units(tiny, By.PARTY), 0, upper=True, order=2)
    order_two: dict[str, Any] = {}
    for name in ("entangled", "tiered"):
        graph = synthetic(10_000, 100_000, 1_130_000, seed=1, entangled=name == "entangled")
        everything = units(graph, By.PARTY)
        found_in = order_two[name] = []
        for target in (0, 5, 17, 40_000):
            begin = perf_counter()
            for upper in (False, True):
                cut_sets(graph, everything, target, upper=upper, order=2)
            found_in.append(perf_counter() - begin)
        found_in.sort()
    scope = scope_of(graph)
    suppliers = np.flatnonzero(np.arange(len(everything)) >= len(everything) - 10_000)
    some = everything.take(np.sort(np.random.default_rng(1).choice(suppliers, 500, replace=False)))
    return {
        "needs": len(graph.needs),
        "order_two_of_a_function_at_both_ends": order_two,
        "pairs_of_500_units": _pairs(graph, some, scope),
        "pairs_of_10000_units": _pairs(graph, everything.take(suppliers), scope),
    }


def _pairs(graph: Graph, some: Units, scope: Scope) -> dict[str, Any]:
    from depgraph.analytics.cutsets.pairs import pairs  # noqa: PLC0415

    begin = perf_counter()
    found = pairs(graph, some, scope, limit=20)
    return {"seconds": perf_counter() - begin, "add_something": found.found}


_PARTS: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "depgraph": ours,
    "relibmss": relibmss,
    "dd": dd,
    "sector": sector,
}


def _run(part: str, tree: str) -> dict[str, Any]:
    """Return the figures of one part in a process of its own, or that it was stopped."""
    command = [sys.executable, "-m", "bench.cutsets", "--part", part, "--tree", tree]
    limit = _LIMIT if part in ("relibmss", "dd") else None
    try:
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit).stdout
    except subprocess.TimeoutExpired:
        return {"stopped_after_seconds": _LIMIT}
    result: dict[str, Any] = json.loads(told)
    return result


def main() -> None:
    """Measure, and print one JSON object; with ``--part`` only that, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=_PARTS)
    parser.add_argument("--tree", default="baobab1")
    asked = parser.parse_args()
    if asked.part:
        figures = _PARTS[asked.part](asked.tree)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures | {"peak_megabytes": peak}))
        return
    trees = {}
    for tree in _TREES:
        found = {part: _run(part, tree) for part in ("depgraph", "relibmss", "dd")}
        if "sets" in found["relibmss"]:
            assert found["relibmss"]["sets"] == found["depgraph"]["sets"]
        trees[f"seed {tree}" if tree.isdigit() else tree] = found
    print(json.dumps({"trees": trees, "sector": _run("sector", "")}, indent=1))


if __name__ == "__main__":
    main()
