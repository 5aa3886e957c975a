"""Pairs that stop a node: found with 512 partners at a time, and from a diagram of short sets."""

from __future__ import annotations

import random

import numpy as np
import pytest

from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.diagram import Budget, Diagram, ExhaustedError
from depgraph.analytics.cutsets.doubles import doubles
from depgraph.analytics.cutsets.families import family_of
from depgraph.analytics.cutsets.formula import Formula, formula, outside
from depgraph.analytics.cutsets.singles import singles
from depgraph.analytics.kernels.faulttree.zdd import orders, sets
from depgraph.testing import graph

READS = 1 << 40


def rest_of(text: str) -> Formula:
    """Return the formula of service s0 without the products that stop it alone."""
    small = graph(text)
    products, top = units(small, By.PRODUCT), small.position("service:s0")
    chosen = outside(small, products, top)
    whole = formula(small, products, chosen, top, upper=True)
    chosen[whole.unit[singles(small, products, whole.unit, top, upper=True)]] = False
    return formula(small, products, chosen, top, upper=True)


def tangled(seed: int, *, services: int, products: int) -> str:
    """Return services that need each other in circles, and products, k of two to seven at a time."""
    rng = random.Random(seed)
    words = []
    for at in range(services):
        for _ in range(rng.choice([1, 1, 2])):
            size = rng.choice([2, 2, 3, 4, 7])
            needed = [f"s{rng.randrange(services)}" for _ in range(size // 2)]
            needed += [f"p{rng.randrange(products)}" for _ in range(size - len(needed))]
            needed = [name for name in dict.fromkeys(needed) if name != f"s{at}"]
            words.append(f"s{at}>{rng.randint(1, max(1, len(needed) - 1))}({','.join(needed)})")
    return " ".join(words)


def by_diagram(rest: Formula) -> list[tuple[int, ...]]:
    diagram = Diagram(len(rest.unit), Budget())
    root = diagram.family(rest, 2)
    found = sets(diagram.tables, root, 2, sum(orders(diagram.tables, root))) if root else np.zeros((0, 2))
    return sorted(map(tuple, found.tolist()))


@pytest.mark.parametrize("chunk", range(5))
def test_as_a_diagram_has_them(chunk: int) -> None:
    """Most services are in one circle; about a third of these formulas have pairs."""
    for seed in range(chunk * 80, (chunk + 1) * 80):
        rng = random.Random(seed)
        rest = rest_of(
            tangled(seed, services=rng.choice([8, 20, 40, 100, 200]), products=rng.choice([6, 12, 30, 100, 300]))
        )
        found = doubles(rest, most=10**6, reads=READS)
        assert list(map(tuple, found.pair.tolist())) == ([] if rest.node < 0 else by_diagram(rest))
        assert found.number == len(found.pair)


@pytest.mark.parametrize("seed", range(6))
def test_more_than_two_blocks(seed: int) -> None:
    rest = rest_of(tangled(seed, services=900, products=1_400))
    assert len(rest.unit) > 1_024
    assert list(map(tuple, doubles(rest, most=10**6, reads=READS).pair.tolist())) == by_diagram(rest)


def test_two_of_many() -> None:
    """Any two of 600 products stop it, and none alone: all pairs."""
    rest = rest_of(f"s0>599({','.join(f'p{at}' for at in range(600))})")
    found = doubles(rest, most=10**6, reads=READS)
    assert found.number == len(np.unique(found.pair, axis=0)) == 600 * 599 // 2
    assert (found.pair[:, 0] < found.pair[:, 1]).all()
    few = doubles(rest, most=1_000, reads=READS)
    assert few.number == found.number
    assert len(few.pair) <= 1_000


def test_too_wide_for_reading_is_left_to_a_diagram() -> None:
    rest = rest_of(f"s0>599({','.join(f'p{at}' for at in range(600))})")
    with pytest.raises(ExhaustedError):
        doubles(rest, most=0, reads=1_000)
    budget = Budget(steps=20_000)
    with pytest.raises(ExhaustedError):
        doubles(rest, most=0, reads=budget.steps << 5)
    family, interrupted = family_of(rest, 2, None, budget, None)
    assert (family.counts, family.order, interrupted) == ((0, 0, 600 * 599 // 2), 2, False)
