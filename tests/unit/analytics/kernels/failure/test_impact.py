"""What 512 units do at once, column by column, against the oracle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.exposure import exposure_of
from depgraph.analytics.basis.layouts import scenarios_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.impact import (
    COLUMNS,
    FAILS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    REACH,
    measure,
    workspace_of,
)

if TYPE_CHECKING:
    from depgraph.graph import Graph


@pytest.mark.parametrize("by", [By.PARTY, By.GROUP, By.SERVICE])
def test_columns(plain: Callable[[Graph], Any], random_text: Callable[[int], Any], by: By) -> None:
    for seed in range(7_000, 7_040):
        source = random_text(seed).graph()
        everyone, wanted = units(source, by), plain(source).measures(by.value)
        exposure = exposure_of(source, scope_of(source), everyone.seed)
        turn = np.full(len(source.nodes), -1, dtype=np.int32)
        turn[exposure.turn] = np.arange(len(exposure.turn), dtype=np.int32)
        members = Members(everyone.member_indptr, turn[everyone.member])
        turns = exposure.victims.turns
        result = np.zeros((len(everyone), COLUMNS), dtype=np.int64)
        workspace = workspace_of(exposure.layout, turns, min(len(everyone.member), turns))
        scenarios = scenarios_of(exposure.layout, everyone)
        if len(everyone):
            given = [bundled(each) for each in (exposure.layout, exposure.victims, scenarios, members, workspace)]
            measure(*given, result, 0)
        names = {"fails": FAILS, "functions": FUNCTIONS, "organisations": ORGANISATIONS, "people": PEOPLE}
        for row, (_, expected) in zip(result.tolist(), sorted(wanted.items()), strict=True):
            assert row[REACH] == expected["reach"]
            for name, column in names.items():
                assert row[LOWER * MEASURES + column] == expected[f"{name}_lower"]
                assert row[UPPER * MEASURES + column] == expected[f"{name}_upper"]
