"""What kernels call their arrays, and rows of different lengths, as `depgraph.graph.columns` does.

Kernels do not know that module, as they know no graph.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Offsets: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


def offsets(counts: NDArray[np.integer]) -> Offsets:
    """Return where rows of so many entries begin, and where the last one ends.

    Examples
    --------
    >>> offsets(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]

    """
    begins = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=begins[1:])
    return begins


def rows_of(indptr: NDArray[np.integer]) -> Ints:
    """Return the row of each entry, rows being ``[indptr[i], indptr[i + 1])``.

    Examples
    --------
    >>> rows_of(np.array([0, 2, 2, 5])).tolist()
    [0, 0, 2, 2, 2]

    """
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
