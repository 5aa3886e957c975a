"""The graphs that benchmarks are measured on are graphs as the engines take them."""

from __future__ import annotations

import pytest

from bench.synthetic import synthetic
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units


@pytest.mark.parametrize("entangled", [False, True])
def test_a_made_graph_is_one_that_can_be_asked(*, entangled: bool) -> None:
    made = synthetic(20, 100, 1_000, seed=1, entangled=entangled)
    assert 800 < len(made.needs) < 1_200
    assert len(units(made, By.PARTY)) >= 20
    assert scope_of(made).victim.any()
    assert synthetic(20, 100, 1_000, seed=1, entangled=entangled).digest == made.digest
    assert made.digest != synthetic(20, 100, 1_000, seed=1, entangled=not entangled).digest
