"""With which others a variable makes a node of a formula fail, and neither alone: 512 at a time, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    both,
    differ,
    either,
    every,
    is_any,
    load,
    none,
    pointers,
    set_bit,
    store,
    without,
)

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.faulttree.compile import Gates
    from depgraph.analytics.kernels.faulttree.spreading import Bench, Spread


@compiled
def settle_alone(gates: Gates, bench: Bench, alone: Rows, block: int) -> None:
    """Write with which of 512 variables, each alone, every node fails: rows ``n block`` to ``n (block + 1)``."""
    raw, work, found = pointers(gates), pointers(bench), pointers(alone)
    nodes = len(gates.of_node) - 1
    base = block * nodes
    for node in range(nodes):
        for entry in range(raw.own_indptr[node], raw.own_indptr[node + 1]):
            lane = raw.own[entry] - block * LANES
            if 0 <= lane < LANES:
                set_bit(found, base + node, lane)
    for component in range(len(gates.component) - 1):
        first, last = raw.component[component], raw.component[component + 1]
        changed = True
        while changed:
            changed = False
            for node in range(first, last):
                before = load(found, base + node)
                after = before
                for requirement in range(raw.of_node[node], raw.of_node[node + 1]):
                    after = either(after, _broken(raw, work, found, base, requirement))
                store(found, base + node, after)
                changed |= is_any(differ(before, after))
            changed &= last - first > 1


@compiled
def partners(  # noqa: PLR0917 - kernels have no keywords
    gates: Gates, spread: Spread, alone: Rows, after: Rows, bench: Bench, variable: int, node: int, found: Rows
) -> int:
    """Write with which later variables a variable fails a node that neither fails alone.

    Parameters
    ----------
    gates, spread
    alone : rows
        As `settle_alone` has it, all blocks of it.
    after : rows
        As `spreading.later` has it.
    bench : Bench
    variable, node : int
    found : rows
        One for each 512 variables.

    Returns
    -------
    int
        How many rows were read.

    """
    raw, flow, work, single = pointers(gates), pointers(spread), pointers(bench), pointers(alone)
    nodes = len(gates.of_node) - 1
    found[:] = 0
    fallen, touched = _fall(raw, flow, work, variable)
    read = fallen + touched
    for block in range(variable // LANES, len(found)):
        open_to = load(pointers(after), variable % LANES) if block == variable // LANES else every()
        news, looked = _fail_with(raw, flow, work, single, nodes, block, open_to, node, touched)
        read += looked
        if work.fresh[node]:
            store(pointers(found), block, load(work.extra, node))
        for at in range(news):
            store(work.extra, work.news[at], none())
            work.fresh[work.news[at]] = 0
    for at in range(fallen):
        work.down[work.fallen[at]] = 0
    for at in range(touched):
        work.gone[work.touched[at]] = 0
    return read


@compiled
def _fall(gates: Gates, spread: Spread, bench: Bench, variable: int) -> tuple[int, int]:
    """Fail what a variable alone does; return how many nodes that are, and how many requirements they touch."""
    fallen = touched = 0
    for entry in range(spread.seed_indptr[variable], spread.seed_indptr[variable + 1]):
        node = spread.seed[entry]
        if not bench.down[node]:
            bench.down[node] = 1
            bench.fallen[fallen] = node
            fallen += 1
    done = 0
    while done < fallen:
        node = bench.fallen[done]
        done += 1
        for entry in range(spread.holder_indptr[node], spread.holder_indptr[node + 1]):
            requirement = spread.holder[entry]
            if bench.gone[requirement] == 0:
                bench.touched[touched] = requirement
                touched += 1
            bench.gone[requirement] += 1
            dependent = spread.dependent[requirement]
            if bench.gone[requirement] >= gates.threshold[requirement] and not bench.down[dependent]:
                bench.down[dependent] = 1
                bench.fallen[fallen] = dependent
                fallen += 1
    return fallen, touched


@compiled
def _fail_with(  # noqa: PLR0917 - kernels have no keywords
    gates: Gates,
    spread: Spread,
    bench: Bench,
    alone: Rows,
    nodes: int,
    block: int,
    open_to: Lanes,
    node: int,
    touched: int,
) -> tuple[int, int]:
    """Fail the nodes that only the variable and a partner do; return how many those are, and how many rows were read.

    A partner with which `node` fails is followed no further.
    """
    base = block * nodes
    first = waiting = news = read = 0
    for at in range(touched):
        dependent = spread.dependent[bench.touched[at]]
        if not bench.down[dependent] and not bench.queued[dependent]:
            bench.queued[dependent] = 1
            bench.queue[waiting] = dependent
            waiting += 1
    while waiting:
        at = bench.queue[first]
        first = first + 1 if first + 1 < nodes else 0
        waiting -= 1
        bench.queued[at] = 0
        row = none()
        for requirement in range(gates.of_node[at], gates.of_node[at + 1]):
            row = either(row, _broken(gates, bench, alone, base, requirement))
        read += gates.indptr[gates.of_node[at + 1]] - gates.indptr[gates.of_node[at]]
        row = both(without(row, _failed(bench, alone, base, at)), open_to)
        if not is_any(row):
            continue
        if not bench.fresh[at]:
            bench.fresh[at] = 1
            bench.news[news] = at
            news += 1
        store(bench.extra, at, either(load(bench.extra, at), row))
        if at == node:
            open_to = without(open_to, row)
        for entry in range(spread.holder_indptr[at], spread.holder_indptr[at + 1]):
            dependent = spread.dependent[spread.holder[entry]]
            if not bench.down[dependent] and not bench.queued[dependent]:
                bench.queued[dependent] = 1
                last = first + waiting
                bench.queue[last if last < nodes else last - nodes] = dependent
                waiting += 1
    return news, read


@inlined
def _failed(bench: Bench, alone: Rows, base: int, node: int) -> Lanes:
    """Return the partners with which a node fails that the variable alone does not fail."""
    row = load(alone, base + node)
    return either(row, load(bench.extra, node)) if bench.fresh[node] else row


@compiled
def _broken(gates: Gates, bench: Bench, alone: Rows, base: int, requirement: int) -> Lanes:
    """Return the partners with which a requirement breaks that the variable alone does not break."""
    begin, end = gates.indptr[requirement], gates.indptr[requirement + 1]
    left = gates.threshold[requirement] - bench.gone[requirement]
    others = end - begin - bench.gone[requirement]
    one, everyone = none(), every()
    counted = 1 < left < others
    if counted:
        store(bench.layers, 0, every())
        for layer in range(1, left + 1):
            store(bench.layers, layer, none())
    for entry in range(begin, end):
        provider = gates.provider[entry]
        if bench.down[provider]:
            continue
        row = _failed(bench, alone, base, provider)
        one, everyone = either(one, row), both(everyone, row)
        if counted:
            for layer in range(left, 0, -1):
                more = both(load(bench.layers, layer - 1), row)
                store(bench.layers, layer, either(load(bench.layers, layer), more))
    if left == 1:
        return one
    return load(bench.layers, left) if counted else everyone
