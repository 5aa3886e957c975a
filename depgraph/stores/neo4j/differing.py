"""Which needs of two graphs differ, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from depgraph.graph import spread
from depgraph.stores.neo4j.evidence import marking_rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Strings

    Positions = NDArray[np.int64]


class Differences(NamedTuple):
    """Positions of needs: `gone` in the graph before; `changed` and `new` in the graph after."""

    gone: Positions
    changed: Positions
    new: Positions


def differences(before: Graph, after: Graph) -> Differences:
    """Return which needs are gone, look different or are new.

    A need is named by its dependent, requirement, provider, relation and service type, all of which
    both graphs have once at most.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = differences(graph("a>x b>x:0.5"), graph("b>x:0.6 c>x"))
    >>> found.gone.tolist(), found.changed.tolist(), found.new.tolist()
    ([0], [0], [1])

    """
    together = [np.concatenate(pair) for pair in zip(*_named_by(before, after), strict=True)]
    order = np.lexsort(together[::-1])
    same = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for column in together:
        same &= column[order[1:]] == column[order[:-1]]
    # The sort is stable: of two that have one name, that of the graph before comes first.
    old, new = order[:-1][same], order[1:][same] - len(before.needs)
    differ = np.zeros(len(old), dtype=np.bool_)
    words = _common(before.requirements.words, after.requirements.words)
    for one, other in zip(_values(before, words[0]), _values(after, words[1]), strict=True):
        differ |= one[old] != other[new]
    differ[~differ] = _differently_cited(before, after, old[~differ], new[~differ])
    return Differences(
        gone=np.setdiff1d(np.arange(len(before.needs)), old, assume_unique=True),
        changed=np.sort(new[differ]),
        new=np.setdiff1d(np.arange(len(after.needs)), new, assume_unique=True),
    )


def _named_by(before: Graph, after: Graph) -> list[list[Positions]]:
    """Return what names the needs of each graph, in numbers that mean the same in both."""
    ids = _common(before.nodes.id, after.nodes.id)
    names = _common(before.requirements.names, after.requirements.names)
    types = _common(before.needs.service_types, after.needs.service_types)
    several = 1 + max(map(int, np.concatenate(types)), default=0)
    found = []
    for graph, node, name, sort in zip((before, after), ids, names, types, strict=True):
        needs, requirements = graph.needs, graph.requirements
        first = node[needs.dependent] << 32 | name[requirements.name[needs.requirement]]
        found.append([first, node[needs.provider], needs.relation * np.int64(several) + sort[needs.service_type]])
    return found


def _values(graph: Graph, word: Positions) -> list[NDArray[Any]]:
    """Return the columns of what is shown of a need besides its name and sources."""
    needs, requirements = graph.needs, graph.requirements
    of_requirement = (
        requirements.k_lower,
        requirements.k_upper,
        np.diff(requirements.indptr),
        requirements.rung,
        _bits(requirements.dated),
        word[requirements.at_least],
    )
    return [
        *(column[needs.requirement] for column in of_requirement),
        *map(_bits, (needs.confidence, needs.share, needs.cost_eur, needs.valid_from, needs.valid_to)),
        marking_rank(graph, needs.evidence),
    ]


def _bits(column: NDArray[Any]) -> Positions:
    """Return values as numbers of which those that are not known are equal."""
    return np.ascontiguousarray(column).view(np.int64)


def _differently_cited(before: Graph, after: Graph, old: Positions, new: Positions) -> NDArray[np.bool_]:
    """Return of which pairs of needs the sources differ."""
    one, other = before.needs.evidence, after.needs.evidence
    begin, begin_other = one.indptr[old], other.indptr[new]
    sizes = one.indptr[old + 1] - begin
    differ: NDArray[np.bool_] = sizes != other.indptr[new + 1] - begin_other
    alike = np.flatnonzero(~differ)
    entry, entry_other = spread(begin[alike], sizes[alike]), spread(begin_other[alike], sizes[alike])
    called, called_other = _common(_called(before), _called(after))
    unlike = called[one.run[entry]] != called_other[other.run[entry_other]]
    unlike |= one.record[entry] != other.record[entry_other]
    differ[np.repeat(alike, sizes[alike])[unlike]] = True
    return differ


def _called(graph: Graph) -> list[str]:
    return [f"{run.run.source}/{run.run.part}" for run in graph.runs]


def _common(one: Strings | list[str], other: Strings | list[str]) -> tuple[Positions, Positions]:
    """Return texts as numbers that mean the same on both sides."""
    code: dict[str, int] = {}
    found = [
        np.array([code.setdefault(text, len(code)) for text in list(side)], dtype=np.int64) for side in (one, other)
    ]
    return found[0], found[1]
