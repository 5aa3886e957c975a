"""Where two graphs say something different of what is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.ids import id_key, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Differing:
    """What differs between two graphs.

    Attributes
    ----------
    before, after : bool[n]
        Nodes of either graph of which it says a requirement, a provider of it, or how many of
        these it needs, that the other graph does not say.
    gone : int64[g]
        Requirements of the first graph, by dependent and name, that the second has not.

    """

    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    gone: Offsets


def differing(before: Graph, after: Graph) -> Differing:
    """Return where two graphs differ; nodes and requirements are the same by the keys of id and name.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> one, other = graph("a>x|y b>x c>x|z"), graph("a>x&y b>x c>x|z")
    >>> one.nodes.id[differing(one, other).before].tolist()
    ['name:a']

    """
    ids = _codes([list(map(id_key, graph.nodes.id.tolist())) for graph in (before, after)])
    names = _codes([list(map(key, graph.requirements.names.tolist())) for graph in (before, after)])
    largest = 1 + max(int(np.diff(graph.requirements.indptr).max(initial=0)) for graph in (before, after))
    keys = [
        ids[side][graph.requirements.dependent] * np.int64(1 + max(map(_top, names)))
        + names[side][graph.requirements.name]
        for side, graph in enumerate((before, after))
    ]
    rows = [_rows(graph, keys[side], ids[side], largest) for side, graph in enumerate((before, after))]
    alone = _alone(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))
    size = len(rows[0][0])
    marks = []
    for graph, lonely in ((before, alone[:size]), (after, alone[size:])):
        of = np.repeat(graph.requirements.dependent, np.diff(graph.requirements.indptr))
        mark = np.zeros(len(graph.nodes), dtype=np.bool_)
        mark[of[lonely]] = True
        marks.append(mark)
    return Differing(marks[0], marks[1], np.flatnonzero(~np.isin(keys[0], keys[1])))


def _codes(sides: Sequence[Sequence[str]]) -> list[Offsets]:
    """Return for each side int64: one code for the same text on any side."""
    codes = {text: code for code, text in enumerate(sorted(set().union(*sides)))}
    return [np.array([codes[text] for text in side], dtype=np.int64) for side in sides]


def _top(codes: Offsets) -> int:
    return int(codes.max(initial=0))


def _rows(graph: Graph, keys: Offsets, ids: Offsets, largest: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return each provider of each requirement: which requirement, and which provider under which bounds."""
    requirements = graph.requirements
    sizes = np.diff(requirements.indptr)
    bounds = (requirements.k_lower.astype(np.int64) * largest + requirements.k_upper) * largest + sizes
    return np.repeat(keys, sizes), ids[requirements.provider] * np.int64(largest) ** 3 + np.repeat(bounds, sizes)


def _alone(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.bool_]:
    """Return bool: rows that no other row equals."""
    order = np.lexsort((second, first))
    same = (np.diff(first[order]) == 0) & (np.diff(second[order]) == 0)
    twice = np.zeros(len(order), dtype=np.bool_)
    twice[1:] |= same
    twice[:-1] |= same
    found = np.zeros(len(order), dtype=np.bool_)
    found[order] = ~twice
    return found
