"""Operations on functions and families, against sets of sets; tables that grow, and work that is interrupted."""

from __future__ import annotations

import random
from itertools import chain, combinations

import numpy as np
import pytest

from depgraph.analytics.cutsets.diagram import Budget, Diagram, ExhaustedError
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.faulttree import bdd
from depgraph.analytics.kernels.faulttree.bdd import (
    ANY,
    CHOICE,
    HOLDING,
    MINIMAL,
    PRODUCT,
    SHORT,
    UNION,
    UNLIMITED,
    UNMET,
    USED,
    WITHOUT,
)
from depgraph.analytics.kernels.faulttree.zdd import orders, probability, sets

VARIABLES = 6
EVERY = [frozenset(one) for size in range(VARIABLES + 1) for one in combinations(range(VARIABLES), size)]

Family = frozenset[frozenset[int]]


@compiled
def node_at(tables, level, low, high) -> int:
    return bdd.node_of(tables, level, low, high)


def smallest(family: Family | set[frozenset[int]]) -> Family:
    return frozenset(one for one in family if not any(other < one for other in family))


def some(rng: random.Random) -> Family:
    return smallest({frozenset(rng.sample(range(VARIABLES), rng.randint(1, 4))) for _ in range(rng.randint(0, 6))})


def made(diagram: Diagram, family: Family) -> int:
    """Return the node of a minimal family."""
    node = 0
    for one in sorted(family, key=sorted):
        product = 1
        for level in one:
            single = int(node_at(diagram.tables, level, 0, 1))
            product = diagram.applied(PRODUCT, product, single, UNLIMITED)
        node = diagram.applied(UNION, node, product)
    return node


def read(diagram: Diagram, node: int) -> Family:
    counts = orders(diagram.tables, node)
    rows = sets(diagram.tables, node, VARIABLES, sum(counts))
    found = [frozenset(level for level in row if level >= 0) for row in rows.tolist()]
    assert len(set(found)) == len(found)
    assert [sum(len(one) == order for one in found) for order in range(len(counts))] == list(counts)
    return frozenset(found)


def true_in(diagram: Diagram, function: int, chosen: frozenset[int]) -> bool:
    node = diagram.tables.node
    while function > 1:
        function = int(node[4 * function + (2 if int(node[4 * function]) in chosen else 1)])
    return function == 1


@pytest.mark.parametrize("seed", range(60))
def test_operations(seed: int) -> None:
    rng = random.Random(seed)
    diagram = Diagram(VARIABLES, Budget())
    a, b, c = (some(rng) for _ in range(3))
    x, y, z = (made(diagram, family) for family in (a, b, c))
    assert read(diagram, x) == a
    assert read(diagram, diagram.applied(UNION, x, y)) == smallest(a | b)
    product = smallest({one | other for one in a for other in b})
    assert read(diagram, diagram.applied(PRODUCT, x, y, UNLIMITED)) == product
    for most in range(VARIABLES + 1):
        short = frozenset(one for one in product if len(one) <= most)
        assert read(diagram, diagram.applied(PRODUCT, x, y, most)) == short
        assert read(diagram, diagram.applied(SHORT, x, most)) == frozenset(one for one in a if len(one) <= most)
    left = frozenset(one for one in a if not any(other <= one for other in b))
    assert read(diagram, diagram.applied(WITHOUT, x, y)) == left
    for level in range(VARIABLES):
        assert read(diagram, diagram.applied(HOLDING, x, level)) == frozenset(one for one in a if level in one)
    f, g, h = (diagram.applied(ANY, node) for node in (x, y, z))
    assert read(diagram, diagram.applied(UNMET, x, g)) == left
    assert diagram.applied(MINIMAL, f) == x
    choice = diagram.applied(CHOICE, f, g, h)
    for chosen in EVERY:
        met = [any(one <= chosen for one in family) for family in (a, b, c)]
        assert true_in(diagram, f, chosen) == met[0]
        assert true_in(diagram, choice, chosen) == (met[1] if met[0] else met[2])


@pytest.mark.parametrize("seed", range(10))
def test_probability_is_the_sum_over_all_states(seed: int) -> None:
    rng = random.Random(seed)
    diagram = Diagram(VARIABLES, Budget())
    family = some(rng)
    function = diagram.applied(ANY, made(diagram, family))
    chance = np.array([rng.random() for _ in range(VARIABLES)])
    wanted = sum(
        np.prod([chance[level] if level in state else 1 - chance[level] for level in range(VARIABLES)])
        for state in EVERY
        if any(one <= state for one in family)
    )
    assert probability(diagram.tables, function, chance) == pytest.approx(wanted, abs=1e-12)


def pairs(diagram: Diagram, count: int) -> int:
    """Return the family of the unions of one from each pair (i, count + i): 2^count sets."""
    node = 1
    for at in range(count):
        first, second = (int(node_at(diagram.tables, level, 0, 1)) for level in (at, count + at))
        node = diagram.applied(PRODUCT, node, diagram.applied(UNION, first, second), UNLIMITED)
    return node


def test_tables_grow_and_pauses_change_nothing() -> None:
    """Badly ordered pairs need many nodes; with a pause in each long operation the diagram is the same."""
    count = 13
    whole, paused = (Diagram(2 * count, Budget(at_once=at_once)) for at_once in (1 << 20, 1_000))
    for diagram in (whole, paused):
        node = pairs(diagram, count)
        assert orders(diagram.tables, node) == (0,) * count + (2**count,)
    assert whole.tables.state[USED] > 1 << 14
    assert paused.tables.size > 1 << 14


def test_an_interrupt_is_heard_in_the_middle_of_an_operation() -> None:
    """Without it the operation would take a step for each of 2^40 sets."""

    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pairs(Diagram(80, Budget(steps=1 << 60, at_once=1_000), interrupt), 40)


def test_a_budget_is_kept() -> None:
    with pytest.raises(ExhaustedError):
        pairs(Diagram(40, Budget(nodes=1 << 15)), 20)
    with pytest.raises(ExhaustedError):
        pairs(Diagram(40, Budget(steps=5_000)), 20)


def test_sets_are_cut_off_at_a_size() -> None:
    diagram = Diagram(VARIABLES, Budget())
    family = frozenset(map(frozenset, ([0], [1, 2], [3, 4, 5])))
    node = made(diagram, family)
    rows = sets(diagram.tables, node, 2, 2)
    assert sorted(sorted(level for level in chain(row) if level >= 0) for row in rows.tolist()) == [[0], [1, 2]]
