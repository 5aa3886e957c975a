"""What may strike: each node by itself, whole units, and groups by the beta-factor model."""

from __future__ import annotations

import numpy as np
import pytest

from depgraph.analytics.basis.causes import Causes, Probabilities, Together, causes_of
from depgraph.analytics.basis.units import By
from depgraph.model import Kind
from depgraph.testing import graph

WORLD = graph("f1@a f1>s1 s1>x s1>y x<g y<g z>l1 l1>l2 q>unknown:q", {"g": {"country": "US"}, "z": {"country": "NL"}})


def listed(found: Causes) -> dict[tuple[str, str], tuple[float, tuple[str, ...]]]:
    seeds = [found.seed[a:b] for a, b in zip(found.seed_indptr[:-1], found.seed_indptr[1:], strict=True)]
    return {
        (kind, unit): (probability, tuple(WORLD.nodes.id[seed].tolist()))
        for kind, unit, probability, seed in zip(
            found.kind.tolist(), found.id.tolist(), found.probability.tolist(), seeds, strict=True
        )
    }


def test_the_more_particular_wins_and_unknown_providers_never_fail() -> None:
    """Nothing needs g: it is no member of its country, and keeps the chance of a party."""
    given = Probabilities(
        every=0.5,
        kind={Kind.PARTY: 0.1, Kind.PLACE: 0.0},
        country={"place:US": 0.2},
        node={WORLD.position("y"): 0.3},
    )
    assert listed(causes_of(WORLD, given)) == {
        ("function", "function:f1"): (0.5, ("function:f1",)),
        ("party", "name:a"): (0.1, ("name:a",)),
        ("party", "name:g"): (0.1, ("name:g",)),
        ("party", "name:q"): (0.1, ("name:q",)),
        ("party", "name:x"): (0.2, ("name:x",)),
        ("party", "name:y"): (0.3, ("name:y",)),
        ("party", "name:z"): (0.1, ("name:z",)),
        ("service", "service:s1"): (0.5, ("service:s1",)),
    }


def test_common_causes_fail_all_of_a_unit_at_once() -> None:
    given = Probabilities(
        common={By.GROUP: {"*": 0.01, "name:z": 0.0, "name:a": 0.0, "name:q": 0.0}, By.PLACE: {"place:l2": 0.02}}
    )
    assert listed(causes_of(WORLD, given)) == {
        ("group", "name:g"): (0.01, ("name:g", "name:x", "name:y")),
        ("place", "place:l2"): (0.02, ("place:l1", "place:l2")),
    }


def test_the_beta_factor_model_keeps_the_probability_of_each_node() -> None:
    """1 - (1 - common) (1 - own) is what was stated; the common part is beta times the smallest."""
    x, y, z = (WORLD.position(name) for name in "xyz")
    chances = {x: 0.1, y: 0.4, z: 1.0}
    pair, three = Together(nodes=(x, y), factor=0.2), Together(nodes=(z, y, x), factor=1.0)
    found = listed(causes_of(WORLD, Probabilities(node=chances, together=(pair, three))))
    for at, stated in chances.items():
        name = str(WORLD.nodes.id[at])
        not_struck = np.prod([1 - probability for probability, seeds in found.values() if name in seeds])
        assert 1 - not_struck == pytest.approx(stated, abs=1e-15)
    assert found["together", "name:x + name:y"] == (pytest.approx(0.02), ("name:x", "name:y"))
    assert found["together", "name:x + name:y + name:z"][0] == pytest.approx((0.1 - 0.02) / 0.98)
    assert ("party", "name:x") not in found, "all of what was left to it is in common"


def test_nothing_likely_is_no_cause() -> None:
    assert len(causes_of(WORLD, Probabilities())) == 0
    assert len(causes_of(WORLD, Probabilities(kind={Kind.PARTY: 0.0}))) == 0
