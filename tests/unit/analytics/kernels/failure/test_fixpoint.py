"""Thresholds of every size, and circles, for 512 scenarios at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from depgraph.analytics.basis.units import Units
from depgraph.graph.columns import strings
from depgraph.testing import graph


def scenarios(seeds: list[np.ndarray[tuple[int], np.dtype[np.int64]]]) -> Units:
    """Return units that fail these nodes and have no other members."""
    indptr = np.concatenate(([0], np.cumsum([len(seed) for seed in seeds]))).astype(np.int64)
    names = strings([f"set:{at:03}" for at in range(len(seeds))])
    flat = np.concatenate(seeds).astype(np.int32)
    return Units(id=names, name=names, kind=names, seed_indptr=indptr, seed=flat, member_indptr=indptr, member=flat)


@pytest.mark.parametrize("n", [2, 3, 4, 7, 8, 9, 16, 33, 200])
def test_k_of_n(failed_sets: Callable[..., Any], n: int) -> None:
    """For every k, 600 random scenarios: broken when fewer than k of n are left."""
    small = graph(" ".join(f"d{k:03}>{k}({','.join(f'v{at}' for at in range(n))})" for k in range(n + 1)))
    dependants = [small.position(f"d{k:03}") for k in range(n + 1)]
    providers = np.array([small.position(f"v{at}") for at in range(n)])
    rng = np.random.default_rng(n)
    seeds = [rng.permutation(providers)[: rng.integers(0, n + 1)] for _ in range(600)]
    kept = failed_sets(small, scenarios(seeds))
    for at, seed in enumerate(seeds):
        lower, upper = (fails[:, at] for fails in kept)
        assert lower[dependants].tolist() == [n - len(seed) < k for k in range(n + 1)]
        assert upper[dependants].tolist() == lower[dependants].tolist()


def test_a_circle_is_swept_until_nothing_changes(failed_sets: Callable[..., Any]) -> None:
    """Against the order of evaluation: a ring of 300, entered anywhere, falls as a whole."""
    n = 300
    ring = (
        " ".join(f"r{at:03}>r{(at * 7 + 7) % n:03}" for at in range(n))
        + " "
        + " ".join(f"r{at:03}>r{(at + 1) % n:03}" for at in range(n))
    )
    small = graph(ring)
    kept = failed_sets(small, scenarios([np.array([at]) for at in range(n)]))
    assert kept[0].all()
