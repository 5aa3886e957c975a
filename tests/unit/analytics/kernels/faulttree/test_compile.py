"""Formulas with circles: what depends on what, in which order, and whether diagrams say what the least fixed point does."""

from __future__ import annotations

import random
from itertools import combinations, pairwise, product
from typing import NamedTuple

import numpy as np
import pytest

from depgraph.analytics.kernels.failure.components import ordered
from depgraph.analytics.kernels.faulttree.bdd import UNLIMITED, tables_of
from depgraph.analytics.kernels.faulttree.compile import FAMILY, FUNCTION, Gates, solve
from depgraph.analytics.kernels.faulttree.cone import depth_first, needed
from depgraph.analytics.kernels.faulttree.zdd import orders, probability, sets

VARIABLES = 5


class Formula(NamedTuple):
    """Of each node its own variables, and its requirements: a threshold, and providers."""

    own: list[list[int]]
    needs: list[list[tuple[int, list[int]]]]

    def fails(self, true: set[int]) -> set[int]:
        """Return the least fixed point."""
        failed: set[int] = set()
        while True:
            more = {
                node
                for node in range(len(self.own))
                if true & {*self.own[node]}
                or any(len(failed & {*some}) >= threshold for threshold, some in self.needs[node])
            }
            if more <= failed:
                return failed
            failed |= more


def drawn(seed: int) -> Formula:
    draw = random.Random(seed)
    count = draw.randint(1, 7)
    own = [draw.sample(range(VARIABLES), draw.choice((0, 1, 1, 2))) for _ in range(count)]
    needs: list[list[tuple[int, list[int]]]] = [[] for _ in range(count)]
    for _ in range(draw.randint(0, 2 * count)):
        some = draw.sample(range(count), draw.randint(1, count))
        needs[draw.randrange(count)].append((draw.randint(1, len(some)), some))
    # Nodes are to be in order: components after those that they need.
    indptr, provider = rows([[each for _, some in of for each in some] for of in needs])
    order, _ = ordered(np.ones(count, dtype=np.bool_), indptr, provider)
    position = {int(node): at for at, node in enumerate(order)}
    return Formula(
        [own[node] for node in order],
        [[(threshold, [position[each] for each in some]) for threshold, some in needs[node]] for node in order],
    )


def rows(given: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    flat = [each for some in given for each in some]
    return np.cumsum([0] + [len(some) for some in given]), np.array(flat, dtype=np.int32)


def gates(formula: Formula) -> Gates:
    flat = [need for of in formula.needs for need in of]
    own_indptr, own = rows(formula.own)
    indptr, provider = rows([some for _, some in flat])
    of_node = np.cumsum([0] + [len(of) for of in formula.needs])
    count = len(formula.own)
    order, component = ordered(np.ones(count, dtype=np.bool_), indptr[of_node], provider)
    assert sorted(order.tolist()) == list(range(count))
    ends = [sorted(order[a:b].tolist()) for a, b in pairwise(component.tolist())]
    assert [each for some in ends for each in some] == list(range(count))
    return Gates(component, own_indptr, own, of_node, np.array([t for t, _ in flat], dtype=np.int32), indptr, provider)


@pytest.mark.parametrize("seed", range(40))
def test_diagrams_are_the_least_fixed_point(seed: int) -> None:
    formula = drawn(seed)
    count = len(formula.own)
    truth = {
        true: formula.fails({*true}) for size in range(VARIABLES + 1) for true in combinations(range(VARIABLES), size)
    }
    made, tables = gates(formula), tables_of(VARIABLES, 12)
    tables.state[2] = 1 << 40
    found = np.zeros(count, dtype=np.int64)
    assert solve(tables, made, found, 0, FUNCTION, UNLIMITED) == len(made.component) - 1
    for node, bits in product(range(count), product((0.0, 1.0), repeat=VARIABLES)):
        true = tuple(at for at, bit in enumerate(bits) if bit)
        assert probability(tables, int(found[node]), np.array(bits)) == (node in truth[true])
    tables = tables_of(VARIABLES, 12)
    tables.state[2] = 1 << 40
    found[:] = 0
    solve(tables, made, found, 0, FAMILY, UNLIMITED)
    for node in range(count):
        cuts = {frozenset(true) for true, failed in truth.items() if node in failed}
        minimal = {one for one in cuts if not any(other < one for other in cuts)}
        number = sum(orders(tables, int(found[node])))
        listed = sets(tables, int(found[node]), VARIABLES, number) if number else []
        assert {frozenset(level for level in row if level >= 0) for row in map(list, listed)} == minimal


@pytest.mark.parametrize("seed", range(40))
def test_a_cone_is_what_can_have_a_part(seed: int) -> None:
    draw = random.Random(seed)
    formula = drawn(1_000 + seed)
    made, count = gates(formula), len(formula.own)
    fallible = np.array([draw.random() < 0.8 for _ in range(count)])
    target = draw.randrange(count)
    inside, kept, known = needed(made.of_node, made.indptr, made.provider, made.threshold, fallible, target)
    wanted, waiting = set[int](), [target] if fallible[target] else []
    through = dict[int, int]()
    while waiting:
        node = waiting.pop()
        wanted.add(node)
        for at, (threshold, some) in enumerate(formula.needs[node], start=int(made.of_node[node])):
            can_fail = [each for each in some if fallible[each]]
            if len(can_fail) >= threshold:
                through[at] = len(can_fail)
                waiting += [each for each in can_fail if each not in wanted]
    assert set(np.flatnonzero(inside).tolist()) == wanted
    assert {int(at): int(known[at]) for at in np.flatnonzero(kept)} == through


@pytest.mark.parametrize("seed", range(40))
def test_variables_are_met_depth_first(seed: int) -> None:
    formula = drawn(2_000 + seed)
    root = len(formula.own) - 1
    met: list[int] = []
    seen = set[int]()

    def visit(node: int) -> None:
        if node in seen:
            return
        seen.add(node)
        met.extend(level for level in formula.own[node] if level not in met)
        for _, some in formula.needs[node]:
            for each in some:
                visit(each)

    visit(root)
    assert depth_first(gates(formula), root).tolist() == met
    assert depth_first(gates(formula), -1).tolist() == []
