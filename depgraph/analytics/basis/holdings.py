"""What an organisation has: its parts, and the functions that it and they own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.graph.remembering import remembered
from depgraph.model import TieKind

if TYPE_CHECKING:
    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Holdings:
    """The parts and functions of every party.

    Attributes
    ----------
    part_indptr, part : int64[n + 1], int32
        Direct parts of party i: ``part[part_indptr[i]:part_indptr[i + 1]]``.
    function_indptr, function : int64[n + 1], int32
        Likewise the functions that it owns itself.

    """

    part_indptr: Offsets
    part: Ints
    function_indptr: Offsets
    function: Ints

    @staticmethod
    def of(graph: Graph) -> Holdings:
        """Return those of a graph."""
        return _holdings(graph)

    def ways(self, start: int) -> dict[int, tuple[int, ...]]:
        """Return how each part and function of a node hangs on it: the nodes from `start` to it, the fewest.

        It comes first itself, then its parts from the top down, then the functions.

        Examples
        --------
        >>> from depgraph.testing import graph
        >>> small = graph("b^a f1@b f2@a")
        >>> ways = Holdings.of(small).ways(small.position("a"))
        >>> [[str(small.nodes.name[at]) for at in way] for way in ways.values()]
        [['a'], ['a', 'b'], ['a', 'f2'], ['a', 'b', 'f1']]

        """
        ways: dict[int, tuple[int, ...]] = {start: (start,)}
        parties = [start]
        for party in parties:
            for part in _row(self.part_indptr, self.part, party):
                if part not in ways:
                    ways[part] = (*ways[party], part)
                    parties.append(part)
        for party in parties:
            for function in _row(self.function_indptr, self.function, party):
                ways.setdefault(function, (*ways[party], function))
        return ways


@remembered
def _holdings(graph: Graph) -> Holdings:
    n = len(graph.nodes)
    return Holdings(*_grouped(*graph.tied(TieKind.PART_OF), n), *_grouped(*graph.tied(TieKind.OWNER), n))


def _row(indptr: Offsets, values: Ints, at: int) -> list[int]:
    found: list[int] = values[indptr[at] : indptr[at + 1]].tolist()
    return found


def _grouped(held: Ints, holder: Ints, n: int) -> tuple[Offsets, Ints]:
    """Return what each node holds, sorted, as rows."""
    order = np.lexsort((held, holder))
    return np.searchsorted(holder[order], np.arange(n + 1)).astype(np.int64), held[order]
