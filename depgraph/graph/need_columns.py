"""From resolved rows to the aligned columns of needs, requirements and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.columns import RELATIONS, TIE_KINDS, Needs, Requirements, Said, Ties
from depgraph.graph.merging import blanks, earliest, evidence, firsts, latest, merge, sort
from depgraph.graph.requirements import Group, group
from depgraph.graph.rows import concatenate
from depgraph.model import Finding, Relation, TieKind

if TYPE_CHECKING:
    from depgraph.graph.columns import Nodes
    from depgraph.graph.rows import Rows, Tables

_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)
_OWNER: Final = TIE_KINDS.index(TieKind.OWNER)


def valid(rows: Rows, tables: Tables, as_of: str) -> tuple[Rows, Rows]:
    """Return the rows that are valid on the date and those that are not, with dates in place of codes of dates."""
    days = np.array([text or "NaT" for text in tables.dates.strings()], dtype="datetime64[D]")
    today = np.datetime64(as_of, "D")
    begun, going = ~(days > today), ~(days < today)  # no date compares with NaT, which is open
    keep = begun[rows.valid_from] & going[rows.valid_to]
    rows.valid_from, rows.valid_to = days[rows.valid_from], days[rows.valid_to]
    rows.rung = np.where(begun[rows.dated], rows.rung, 0).astype(np.uint8)  # nothing was tested or written down yet
    rows.dated = days[rows.dated]
    others = rows.taken(np.flatnonzero(~keep))
    if len(others):
        rows.keep(keep)
    return rows, others


def with_owners(needs: Rows, ties: Rows) -> Rows:
    """Add the need of each function on its owner, where nobody else is named to run it."""
    owned = np.flatnonzero(ties.kind == _OWNER)
    run = np.unique(needs.first[needs.kind == _RUN_BY])
    implied = ties.taken(owned[~np.isin(ties.first[owned], run)])
    if not len(implied):
        return needs
    implied.kind[:] = _RUN_BY
    implied.share[:] = np.nan
    implied.cost_blanks[:] = 1
    return concatenate([needs, implied])


def need_columns(rows: Rows, nodes: Nodes, tables: Tables) -> tuple[Needs, Requirements, Said, list[Finding]]:
    """Return the needs, their requirements, what each record says, and where sources disagree.

    `rows` are settled (`depgraph.graph.settling`); their ends are positions in `nodes`.
    """
    names, name = tables.requirements.ranked(rows.requirement)
    service_types, rows.service_type = tables.service_types.ranked(rows.service_type)
    words, rows.at_least = tables.at_least.ranked(rows.at_least)
    order, starts = sort(
        rows,
        keys=(rows.first, name, rows.second, rows.kind, rows.service_type),
        sizes=(len(nodes), len(names), len(nodes), len(RELATIONS), len(service_types)),
    )
    rows.keep(order)
    said = Said(
        at_least=rows.at_least,
        words=words,
        named=rows.named,
        # Most graphs are as imports state them: then neither column takes room.
        speaker=rows.run if np.array_equal(rows.speaker, rows.run) else rows.speaker,
        added=rows.added if rows.added.any() else np.broadcast_to(np.False_, len(rows)),
        share=rows.share,
        cost_eur=rows.cost,
        cost_blanks=rows.cost_blanks,
        confidence=rows.confidence,
        valid_from=rows.valid_from,
        valid_to=rows.valid_to,
        rung=rows.rung if rows.rung.any() else np.broadcast_to(np.uint8(0), len(rows)),
        dated=rows.dated if not np.isnat(rows.dated).all() else np.broadcast_to(np.datetime64("NaT", "D"), len(rows)),
        disputed=rows.stance > 0 if rows.stance.any() else np.broadcast_to(np.False_, len(rows)),
    )
    requirements, of_row, findings = group(
        Group(rows.first, name[order], names, rows.second, said, rows.record, nodes.id, nodes.unknown)
    )
    columns = Needs(
        dependent=firsts(rows.first, starts),
        provider=firsts(rows.second, starts),
        relation=firsts(rows.kind, starts),
        requirement=firsts(of_row, starts),
        service_type=firsts(rows.service_type, starts),
        service_types=service_types,
        share=merge(rows.share, rows.run, starts, "sum"),
        cost_eur=merge(rows.cost, rows.run, starts, "sum"),
        cost_blanks=blanks(rows.cost, rows.cost_blanks, rows.run, starts),
        confidence=merge(rows.confidence, rows.run, starts, "max"),
        valid_from=earliest(rows.valid_from, starts),
        valid_to=latest(rows.valid_to, starts),
        evidence=evidence(rows, starts),
    )
    return columns, requirements, said, findings


def tie_columns(rows: Rows, nodes: int) -> Ties:
    """Return the ties of rows whose ends are positions of nodes."""
    order, starts = sort(rows, keys=(rows.kind, rows.first, rows.second), sizes=(len(TIE_KINDS), nodes, nodes))
    rows.keep(order)
    return Ties(
        kind=firsts(rows.kind, starts),
        subject=firsts(rows.first, starts),
        object=firsts(rows.second, starts),
        share=merge(rows.share, rows.run, starts, "max"),
        evidence=evidence(rows, starts),
    )
