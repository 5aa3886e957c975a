"""Failed sets as bits, against brute force and against the counts of `impacts`."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.testing import graph

if TYPE_CHECKING:
    from depgraph.graph import Graph


@pytest.mark.parametrize("by", list(By))
def test_brute_force(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], failed_sets: Callable[..., Any], by: By
) -> None:
    for seed in range(60):
        source = random_text(seed).graph()
        slow = plain(source)
        kept = failed_sets(source, units(source, by))
        wanted = {bound: slow.ends(by.value, bound) for bound in ("lower", "upper")}
        assert kept[0].shape[1] == len(wanted["lower"])
        for at, unit in enumerate(sorted(wanted["lower"])):
            for bound, column in zip(("lower", "upper"), (fails[:, at] for fails in kept), strict=True):
                fallen = {slow.ids[node] for node in np.flatnonzero(column)}
                assert fallen == slow.failed(wanted[bound][unit][0], bound)


def test_more_units_than_one_block(failed_sets: Callable[..., Any]) -> None:
    """The bits of each of 1,300 units, members apart, are as many as `impacts` counts."""
    rng = random.Random(3)
    words = [f"a{at}>{rng.choice('?1')}(a{rng.randrange(1_300)},a{rng.randrange(1_300)})" for at in range(1_300)]
    small = graph(" ".join(words))
    everyone = units(small, By.PARTY)
    kept = failed_sets(small, everyone)
    measured = impacts(small, everyone, scope_of(small))
    for on, fails in zip(kept, (measured.fails_lower, measured.fails_upper), strict=True):
        assert np.array_equal(on.sum(axis=0, dtype=np.int64) - 1, fails)
    assert measured.fails_upper.max() > 10
