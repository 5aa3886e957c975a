"""What kernels call their arrays, as `depgraph.graph.columns` does, which they do not know."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Offsets: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
