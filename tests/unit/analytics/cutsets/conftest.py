"""Minimal cut sets by trying every set of units, to check the diagrams against."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def tried(slow: Any, by: str, target: str, bound: str) -> list[tuple[str, ...]]:
    """Return the minimal sets of units whose failure fails a node, by order, then by ids."""
    ends = slow.ends(by, bound)
    seeds = {unit: seeds for unit, (seeds, _) in ends.items()}
    # A service is asked about like any other node, though it belongs to who provides it alone.
    mine = 0 if slow.kind[target] == "service" else 1
    names = sorted(unit for unit in ends if target not in ends[unit][mine])
    found: list[tuple[str, ...]] = []
    for order in range(1, len(names) + 1):
        for chosen in combinations(names, order):
            smaller = any(set(one) <= set(chosen) for one in found)
            if not smaller and target in slow.failed(set().union(*(seeds[unit] for unit in chosen)), bound):
                found.append(chosen)
    return found


@pytest.fixture(scope="session")
def by_trying() -> Callable[[Any, str, str, str], list[tuple[str, ...]]]:
    """Return what finds minimal cut sets by trying every set of units."""
    return tried
