"""Rows by what they name, compared with a look at every row."""

from __future__ import annotations

import numpy as np

from depgraph.graph.touching import Touching


def test_as_a_look_at_every_row_finds_them() -> None:
    random = np.random.default_rng(7)
    for rows in (0, 1, 2, 40):
        first, second = (random.integers(0, 12, rows).astype(np.int32) for _ in range(2))
        touching = Touching.of(first, second)
        for codes in ([], [0], [3, 3], [11, 2, 5], [99]):
            seen = np.flatnonzero(np.isin(first, codes) | np.isin(second, codes)).tolist()
            assert touching.find(codes) == seen
