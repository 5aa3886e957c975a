"""Which nodes, needs and ties of two graphs differ, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from depgraph.arrays import spread
from depgraph.graph.columns import NODE_NUMBERS, NODE_TEXTS
from depgraph.stores.neo4j.evidence import marking_rank
from depgraph.stores.neo4j.projection import roles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Evidence, Graph
    from depgraph.graph.columns import Strings

    Positions = NDArray[np.int64]
    Pair = tuple[Any, Any]


class Differences(NamedTuple):
    """Positions of items: `gone` in the graph before; `changed` and `new` in the graph after."""

    gone: Positions
    changed: Positions
    new: Positions

    @staticmethod
    def all_new(count: int) -> Differences:
        """Return that nothing was there before."""
        nothing = np.zeros(0, dtype=np.int64)
        return Differences(nothing, nothing, np.arange(count))


def differing_needs(before: Graph, after: Graph) -> Differences:
    """Return which needs are gone, look different or are new.

    A need is named by its dependent, requirement, provider, relation and service type, all of which
    both graphs have once at most.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = differing_needs(graph("a>x b>x:0.5"), graph("b>x:0.6 c>x"))
    >>> found.gone.tolist(), found.changed.tolist(), found.new.tolist()
    ([0], [0], [1])

    """
    words = _common(before.requirements.words, after.requirements.words)
    columns = zip(_values(before, words[0]), _values(after, words[1]), strict=True)
    cited = before.needs.evidence, after.needs.evidence
    return _differences(before, after, _named_by(before, after), columns, cited)


def differing_nodes(before: Graph, after: Graph) -> Differences:
    """Return which nodes are gone, look different or are new; a node is named by its id.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = differing_nodes(graph("a>x b>y"), graph("b>y c>y", {"b": {"people": 7}}))
    >>> found.gone.tolist(), found.changed.tolist(), found.new.tolist()
    ([0, 2], [0], [1])

    """
    one, other = before.nodes, after.nodes
    columns: list[Pair] = [
        *((getattr(one, name), getattr(other, name)) for name in ("kind", "unknown", "other", *NODE_TEXTS)),
        *((_bits(getattr(one, name)), _bits(getattr(other, name))) for name in NODE_NUMBERS),
        (roles(before), roles(after)),
        (marking_rank(before, one.evidence), marking_rank(after, other.evidence)),
        _otherwise_called(before, after),
    ]
    return _differences(before, after, [_common(one.id, other.id)], columns, (one.evidence, other.evidence))


def differing_ties(before: Graph, after: Graph) -> Differences:
    """Return which ties are gone, look different or are new; a tie is named by its kind and both ends.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> found = differing_ties(graph("a<g b<g"), graph("b<g c<g"))
    >>> found.gone.tolist(), found.changed.tolist(), found.new.tolist()
    ([0], [0], [1])

    """
    one, other = before.ties, after.ties
    ids = _common(before.nodes.id, after.nodes.id)
    named = [
        (one.kind, other.kind),
        (ids[0][one.subject], ids[1][other.subject]),
        (ids[0][one.object], ids[1][other.object]),
    ]
    columns = [
        (_bits(one.share), _bits(other.share)),
        (marking_rank(before, one.evidence), marking_rank(after, other.evidence)),
    ]
    return _differences(before, after, named, columns, (one.evidence, other.evidence))


def _differences(
    before: Graph, after: Graph, named: Iterable[Pair], columns: Iterable[Pair], cited: tuple[Evidence, Evidence]
) -> Differences:
    """Return what differs of items: what names them, in numbers that mean the same, what is shown, and who says so."""
    sizes = [len(evidence.indptr) - 1 for evidence in cited]
    old, new = _alike(list(named), sizes[0])
    differ = np.zeros(len(old), dtype=np.bool_)
    for one, other in columns:
        if one is not other or old is not new:
            differ |= np.asarray(one)[old] != np.asarray(other)[new]
    differ[~differ] = _differently_cited(_called(before), _called(after), cited, old[~differ], new[~differ])
    return Differences(
        gone=np.setdiff1d(np.arange(sizes[0]), old, assume_unique=True),
        changed=np.sort(new[differ]),
        new=np.setdiff1d(np.arange(sizes[1]), new, assume_unique=True),
    )


def _alike(named: Sequence[Pair], size: int) -> tuple[Positions, Positions]:
    """Return the positions of items that have one name in both graphs; twice the same where all of them stay."""
    if all(np.array_equal(*pair) for pair in named):
        same = np.arange(size)
        return same, same
    together = [np.concatenate(pair) for pair in named]
    order = np.lexsort(together[::-1])
    alike = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for column in together:
        alike &= column[order[1:]] == column[order[:-1]]
    # The sort is stable: of two that have one name, that of the graph before comes first.
    return order[:-1][alike], order[1:][alike] - size


def _named_by(before: Graph, after: Graph) -> list[Pair]:
    """Return what names the needs of each graph, in numbers that mean the same in both."""
    ids = _common(before.nodes.id, after.nodes.id)
    names = _common(before.requirements.names, after.requirements.names)
    types = _common(before.needs.service_types, after.needs.service_types)
    columns = [
        (needs.dependent, requirements.name[needs.requirement], needs.provider, needs.relation, needs.service_type)
        for needs, requirements in ((graph.needs, graph.requirements) for graph in (before, after))
    ]
    plain = list(zip(*columns, strict=True))
    if all(one is other for one, other in (ids, names, types)) and all(np.array_equal(*pair) for pair in plain):
        return plain
    several = 1 + max(map(int, np.concatenate(types)), default=0)
    packed = []
    for column, node, name, sort in zip(columns, ids, names, types, strict=True):
        dependent, requirement, provider, relation, service_type = column
        first = node[dependent] << 32 | name[requirement]
        packed.append((first, node[provider], relation * np.int64(several) + sort[service_type]))
    return list(zip(*packed, strict=True))


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


def _otherwise_called(before: Graph, after: Graph) -> Pair:
    """Return two columns that differ at the nodes whose aliases do."""
    pairs = [set(graph.aliases.items()) for graph in (before, after)]
    found = {node_id for _, node_id in pairs[0] ^ pairs[1]}
    there = [node_id in found for node_id in after.nodes.id.tolist()] if found else [False] * len(after.nodes)
    return np.zeros(len(before.nodes), dtype=np.bool_), np.array(there, dtype=np.bool_)


def _differently_cited(
    before: Sequence[str], after: Sequence[str], cited: tuple[Evidence, Evidence], old: Positions, new: Positions
) -> NDArray[np.bool_]:
    """Return of which pairs of items the sources differ; `before` and `after` are what the runs are called."""
    one, other = cited
    begin, begin_other = one.indptr[old], other.indptr[new]
    sizes = one.indptr[old + 1] - begin
    differ: NDArray[np.bool_] = sizes != other.indptr[new + 1] - begin_other
    alike = np.flatnonzero(~differ)
    entry, entry_other = spread(begin[alike], sizes[alike]), spread(begin_other[alike], sizes[alike])
    called, called_other = _common(before, after)
    unlike = called[one.run[entry]] != called_other[other.run[entry_other]]
    if one.record is not other.record or not np.array_equal(entry, entry_other):
        unlike |= one.record[entry] != other.record[entry_other]
    differ[np.repeat(alike, sizes[alike])[unlike]] = True
    return differ


def _called(graph: Graph) -> list[str]:
    return [f"{run.run.source}/{run.run.part}" for run in graph.runs]


def _common(one: Strings | Sequence[str], other: Strings | Sequence[str]) -> tuple[Positions, Positions]:
    """Return texts, each once at most on either side, as numbers that mean the same on both."""
    if one is other or (len(one) == len(other) and bool(np.all(np.asarray(one) == np.asarray(other)))):
        same = np.arange(len(one))
        return same, same
    code: dict[str, int] = {}
    found = [
        np.array([code.setdefault(text, len(code)) for text in list(side)], dtype=np.int64) for side in (one, other)
    ]
    return found[0], found[1]
