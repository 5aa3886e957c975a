"""Who says so: the sources of items as people see them, and the most closed marking of each."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from depgraph.arrays import rows_of, spread
from depgraph.model import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Evidence, Graph


def sources(graph: Graph, evidence: Evidence, at: NDArray[np.int64]) -> list[list[str]]:
    """Return source and record of whoever speaks of the items `at`."""
    called = [f"{run.run.source}/{run.run.part}" if run.run.part else run.run.source for run in graph.runs]
    entries, sizes = _entries(evidence, at)
    records = evidence.record[entries].tolist()
    said = [f"{called[run]} {record}" for run, record in zip(evidence.run[entries].tolist(), records, strict=True)]
    return [said[begin:end] for begin, end in pairwise([0, *np.cumsum(sizes).tolist()])]


def marking_rank(graph: Graph, evidence: Evidence) -> NDArray[np.int64]:
    """Return the position in `depgraph.model.LABELS` of the most closed marking of each item; 0 is clear."""
    items = len(evidence.indptr) - 1
    worst = np.zeros(items, dtype=np.int64)
    closed = np.array([LABELS.index(run.run.marking.label) for run in graph.runs], dtype=np.int64)
    if closed.any():
        np.maximum.at(worst, rows_of(evidence.indptr), closed[evidence.run])
    return worst


def markings(worst: NDArray[np.int64]) -> list[str | None]:
    """Return markings as they are shown: nothing where all is clear."""
    return [LABELS[label].value if label else None for label in worst.tolist()]


def _entries(evidence: Evidence, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    begin = evidence.indptr[at]
    sizes = evidence.indptr[at + 1] - begin
    return spread(begin, sizes), sizes
