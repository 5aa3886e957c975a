"""With which partners a unit fails a node that neither fails alone, against sets of nodes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.exposure import exposure_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.cutsets.pairs import _side
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import rows
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.pair_rules import Meeting, workspace_of
from depgraph.analytics.kernels.failure.pairs import pair_partners

if TYPE_CHECKING:
    from depgraph.graph import Graph


@pytest.mark.parametrize("by", [By.PARTY, By.GROUP, By.PRODUCT])
def test_partners_are_those_of_the_oracle(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], by: By
) -> None:
    pairs_found = 0
    for seed in range(5_000, 5_040):
        source = random_text(seed).graph()
        slow, everyone, scope = plain(source), units(source, by), scope_of(source)
        exposure = exposure_of(source, scope, everyone.seed)
        for bound, name in ((LOWER, "lower"), (UPPER, "upper")):
            side = _side(source, exposure, everyone, scope, bound)
            core = [slow.ids[node] for node in exposure.layout.node[: side.rules.core].tolist()]
            seeds = [seeds for _, (seeds, _) in sorted(slow.ends(by.value, name).items())]
            falls = [slow.failed(some, name) for some in seeds]
            expected: dict[tuple[int, int], set[int]] = {}
            for first, second in combinations(range(len(seeds)), 2):
                more = slow.failed(seeds[first] | seeds[second], name) - falls[first] - falls[second]
                for node in more & set(core):
                    expected.setdefault((first, core.index(node)), set()).add(second)
            row = rows(1)
            meeting = bundled(Meeting(side.rules, side.seeds, workspace_of(side.rules, 0), side.alone, row))
            for unit in range(len(seeds)):
                for target in range(len(core)):
                    pair_partners(meeting, unit, target, len(seeds))
                    partners = np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little")).tolist()
                    assert set(partners) == expected.get((unit, target), set())
                    pairs_found += len(partners)
    assert pairs_found or by == By.PRODUCT
