"""What tests of concentration ask of an answer, and random markets."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from depgraph.analytics.measures.concentration import Concentration, Indices
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph


def shares_in(found: Concentration, market: str = "all") -> dict[str, tuple[float, float]]:
    at = [one.name for one in found.markets].index(market)
    rows = zip(
        found.market.tolist(),
        found.units.id[found.unit].tolist(),
        found.share_lower.tolist(),
        found.share_upper.tolist(),
        strict=True,
    )
    return {unit: (lower, upper) for row, unit, lower, upper in rows if row == at}


def indices_of(found: Concentration, market: str = "all") -> Indices:
    result = next(one.indices for one in found.markets if one.name == market)
    assert result is not None
    return result


def drawn(seed: int) -> Graph:
    """Dependants with shares, services of several types and providers, unknowns, groups and countries."""
    rng = random.Random(seed)
    parties = [f"x{number}" for number in range(rng.randint(1, 6))]
    services = [f"s{number}" for number in range(rng.randint(1, 5))]
    ends: dict[str, list[str]] = defaultdict(list)
    for service in services:
        ends[service] += rng.sample(parties, rng.randint(0, min(3, len(parties))))
        ends[service] += rng.sample(["unknown:q", "p1", "p2", "l1", "l2", *services], rng.randint(0, 3))
    for dependant in [f"a{number}" for number in range(rng.randint(1, 5))] + [
        f"f{number}" for number in range(rng.randint(0, 4))
    ]:
        ends[dependant] += rng.sample([*parties, *services, "unknown:q", "unknown:r", "l1"], rng.randint(1, 4))
    words = [
        f"{left}>{right}" + (f":{rng.choice((0.1, 0.25, 0.3, 0.5, 1.0))}" if stated and ":" not in right else "")
        for left, rights in ends.items()
        for right in rights
        for stated in (rng.random() < 0.4,)
        if left != right
    ]
    words += [f"f{number}@a0" for number in range(2)]
    words += [f"{one}<{other}" for one, other in itertools.pairwise(parties) if rng.random() < 0.4]
    attributes: dict[str, dict[str, str | float]] = {}
    for party in parties:
        marked = {"hyperscaler": "yes"} if rng.random() < 0.3 else {}
        attributes[party] = {**marked, **({"country": rng.choice(["NL", "US"])} if rng.random() < 0.6 else {})}
    for service in services:
        attributes[service] = {"service_type": rng.choice(["S01", "S17"])} if rng.random() < 0.7 else {}
    for number in range(5):
        attributes[f"a{number}"] = {"sector": rng.choice(["care", "tax"]), "people": rng.choice([0, 10, 300])}
    attributes["a1"] = {}
    return graph(" ".join(words), attributes)


@pytest.fixture(scope="session")
def shares() -> Callable[..., dict[str, tuple[float, float]]]:
    """Return what gives the bounds of the share of each unit in a market."""
    return shares_in


@pytest.fixture(scope="session")
def indices() -> Callable[..., Indices]:
    """Return what gives the indices of a market."""
    return indices_of


@pytest.fixture(scope="session")
def random_market() -> Callable[[int], Graph]:
    """Return what draws a market from a seed."""
    return drawn
