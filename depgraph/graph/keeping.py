"""Needs of a graph as rows again: those that stay as they are, and those that are met otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.arrays import spread
from depgraph.graph.columns import RELATIONS, strings
from depgraph.graph.rows import DISPUTED, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from depgraph.arrays import Ints
    from depgraph.graph.core import Graph
    from depgraph.graph.edits import Moved
    from depgraph.graph.rows import Tables


def kept(graph: Graph, index: Ints, needs: NDArray[np.int64], tables: Tables) -> Rows:
    """Return some needs as the rows that state them.

    Parameters
    ----------
    index : int32[n]
        Where each node of the graph stands now.
    needs : int64[k]
    tables : Tables
        The ones that codes of the rows point into.

    """
    columns, requirements = graph.needs, graph.requirements
    names = tables.requirements.codes(requirements.names.tolist())
    types = tables.service_types.codes(columns.service_types.tolist())
    if graph.said is None:
        return _from_columns(graph, index, needs, tables)
    said, evidence = graph.said, columns.evidence
    counts = np.diff(evidence.indptr)[needs]
    of, record = np.repeat(needs, counts), spread(evidence.indptr[needs], counts)
    words = tables.at_least.codes(said.words.tolist())
    return Rows(
        first=index[columns.dependent[of]],
        second=index[columns.provider[of]],
        kind=columns.relation[of],
        requirement=names[requirements.name][columns.requirement[of]],
        at_least=words[said.at_least[record]],
        service_type=types[columns.service_type[of]],
        share=said.share[record],
        cost=said.cost_eur[record],
        confidence=said.confidence[record],
        valid_from=said.valid_from[record],
        valid_to=said.valid_to[record],
        run=(evidence.run[record] + 1).astype(np.int32),
        record=evidence.record[record],
        named=said.named[record],
        speaker=np.where(said.speaker[record] < 0, said.speaker[record], said.speaker[record] + 1).astype(np.int32),
        added=said.added[record],
        cost_blanks=said.cost_blanks[record],
        rung=said.rung[record],
        dated=said.dated[record],
        stance=said.disputed[record].astype(np.uint8) * np.uint8(DISPUTED),
    )


def _from_columns(graph: Graph, index: Ints, needs: NDArray[np.int64], tables: Tables) -> Rows:
    """Return needs of a graph that was not made from records as one row each, that declare what holds."""
    columns, requirements = graph.needs, graph.requirements
    names = tables.requirements.codes(requirements.names.tolist())
    words = tables.at_least.codes(requirements.words.tolist())
    types = tables.service_types.codes(columns.service_types.tolist())
    of = columns.requirement[needs]
    return Rows(
        first=index[columns.dependent[needs]],
        second=index[columns.provider[needs]],
        kind=columns.relation[needs],
        requirement=names[requirements.name][of],
        at_least=words[requirements.at_least][of],
        service_type=types[columns.service_type[needs]],
        share=columns.share[needs],
        cost=columns.cost_eur[needs],
        confidence=columns.confidence[needs],
        valid_from=columns.valid_from[needs],
        valid_to=columns.valid_to[needs],
        run=np.ones(len(needs), dtype=np.int32),
        record=strings([""] * len(needs)),
        named=np.ones(len(needs), dtype=np.bool_),
        speaker=np.ones(len(needs), dtype=np.int32),
        added=np.zeros(len(needs), dtype=np.bool_),
        cost_blanks=columns.cost_blanks[needs],
        rung=requirements.rung[of],
        dated=requirements.dated[of],
        stance=np.zeros(len(needs), dtype=np.uint8),
    )


def met_otherwise(
    graph: Graph, moved: Sequence[Moved], place: Ints, position: Mapping[str, int], tables: Tables
) -> Rows:
    """Return needs as the rows that state them, with what is otherwise now; `position` is that of each id."""
    needs = np.array([each.need for each in moved], dtype=np.int64)
    rows = kept(graph, place, needs, tables)
    if not moved:
        return rows
    counts = np.diff(graph.needs.evidence.indptr)[needs] if graph.said is not None else np.ones(len(moved), np.int64)
    of = np.repeat(np.arange(len(moved)), counts)
    first = np.diff(of, prepend=-1) != 0
    provider = np.array([position[each.provider] if each.provider else -1 for each in moved], dtype=np.int32)[of]
    relation = np.array([RELATIONS.index(each.relation) if each.relation else -1 for each in moved])[of]
    named = np.array([each.requirement is not None for each in moved], dtype=np.bool_)[of]
    requirement = tables.requirements.codes([each.requirement or "" for each in moved])[of]
    cited = np.array([bool(each.record) for each in moved], dtype=np.bool_)[of]
    rows.second = np.where(provider < 0, rows.second, provider).astype(np.int32)
    rows.kind = np.where(relation < 0, rows.kind, relation).astype(np.uint8)
    rows.requirement = np.where(named, requirement, rows.requirement).astype(np.int32)
    rows.at_least = np.where(named, 0, rows.at_least).astype(np.int32)
    rows.named = rows.named | named
    rows.added = rows.added | (provider >= 0)
    # Whoever meets it from now on does so from the change on, for all that its records add up to.
    rows.run = np.where(cited, 0, rows.run).astype(np.int32)
    rows.record = np.where(cited, strings([each.record for each in moved])[of], rows.record)
    rows.share = np.where(cited, np.where(first, graph.needs.share[needs][of], np.nan), rows.share)
    rows.cost = np.where(cited, np.where(first, graph.needs.cost_eur[needs][of], np.nan), rows.cost)
    whole = np.where(first, graph.needs.cost_blanks[needs][of], 0)
    rows.cost_blanks = np.where(cited, whole, rows.cost_blanks).astype(np.int32)
    rows.confidence = np.where(cited, graph.needs.confidence[needs][of], rows.confidence)
    rows.rung = np.where(cited, 0, rows.rung).astype(np.uint8)
    rows.stance = np.where(cited | (provider >= 0), 0, rows.stance).astype(np.uint8)
    for dates in (rows.valid_from, rows.valid_to, rows.dated):
        dates[cited] = np.datetime64("NaT", "D")
    return rows


def add_up(needs: Rows, met: Rows, added: Rows) -> None:
    """Add shares and costs of needs that meet needs which are there already to these.

    A change comes first in trust, so that its values would stand in the place of theirs.
    """
    if not len(met):
        return
    here = np.isin(needs.first, met.first)
    spoken = set(_keys(added, np.arange(len(added))))
    among: dict[tuple[int, ...], list[int]] = {}
    at = np.flatnonzero(here)
    for key, row in zip(_keys(needs, at), at.tolist(), strict=True):
        among.setdefault(key, []).append(row)
    for row, key in enumerate(_keys(met, np.arange(len(met)))):
        if key in among and key not in spoken and met.run[row] == 0:
            best = _give(needs.cost, met.cost, needs.run, among[key], row)
            needs.cost_blanks[best] += met.cost_blanks[row]
            met.cost_blanks[row] = 0
            _give(needs.share, met.share, needs.run, among[key], row)


def _give(
    there: NDArray[np.float64], moved: NDArray[np.float64], run: NDArray[np.int32], rows: Sequence[int], row: int
) -> int:
    """Add a value that is known to the row that the most trusted run says it in, and take it away; return that row."""
    known = [at for at in rows if not np.isnan(there[at])]
    best = min(known or rows, key=lambda at: (run[at], at))
    if not np.isnan(moved[row]):
        there[best] = moved[row] + (0.0 if np.isnan(there[best]) else there[best])
        moved[row] = np.nan
    return best


def _keys(rows: Rows, at: NDArray[np.int64]) -> list[tuple[int, ...]]:
    columns = (rows.first, rows.requirement, rows.second, rows.kind, rows.service_type)
    return list(zip(*(column[at].tolist() for column in columns), strict=True))
