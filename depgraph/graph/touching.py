"""`Touching`: which rows of a table of pairs name something, at either end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Touching:
    """Rows by what they name, so that nobody reads the whole table for one thing.

    Attributes
    ----------
    named : int[2 r]
        What either end of each of r rows names, sorted.
    rows : int[2 r]
        In which row.

    """

    named: NDArray[Any]
    rows: NDArray[Any]

    @staticmethod
    def of(first: NDArray[Any], second: NDArray[Any]) -> Touching:
        """Return the rows of a table with these ends."""
        both = np.concatenate([first, second])
        order = np.argsort(both, kind="stable")
        return Touching(both[order], (order % max(len(first), 1)).astype(np.int32))

    def find(self, codes: Iterable[int]) -> list[int]:
        """Return the rows that name any of these, each once and in order.

        Examples
        --------
        >>> import numpy as np
        >>> ends = Touching.of(np.array([4, 2, 4]), np.array([2, 7, 4]))
        >>> ends.find([4]), ends.find([2, 7]), ends.find([5])
        ([0, 2], [0, 1], [])

        """
        found: set[int] = set()
        # Of the same type: NumPy would else copy the whole column to compare it.
        for code in np.fromiter(codes, dtype=self.named.dtype):
            begin, end = (int(np.searchsorted(self.named, code, side=side)) for side in ("left", "right"))
            found.update(self.rows[begin:end].tolist())
        return sorted(found)
