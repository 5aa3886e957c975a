"""From resolved rows to the aligned columns of needs, requirements and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.graph.columns import RELATIONS, TIE_KINDS, Ints, Needs, Requirements, Strings, Ties
from depgraph.graph.merging import evidence, firsts, merge, sort
from depgraph.graph.requirements import group
from depgraph.graph.rows import concatenate
from depgraph.model import Finding, Relation, TieKind

if TYPE_CHECKING:
    from depgraph.graph.rows import Rows, Tables

_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)
_OWNER: Final = TIE_KINDS.index(TieKind.OWNER)


def valid(rows: Rows, tables: Tables, as_of: str) -> Rows:
    """Keep the rows that are valid on the date, and turn codes of dates into dates."""
    days = np.array([text or "NaT" for text in tables.dates.strings()], dtype="datetime64[D]")
    today = np.datetime64(as_of, "D")
    begun, going = ~(days > today), ~(days < today)  # no date compares with NaT, which is open
    keep = begun[rows.valid_from] & going[rows.valid_to]
    if not keep.all():
        rows.keep(keep)
    rows.valid_from, rows.valid_to = days[rows.valid_from], days[rows.valid_to]
    return rows


def with_owners(needs: Rows, ties: Rows) -> Rows:
    """Add the need of each function on its owner, where nobody else is named to run it."""
    owned = np.flatnonzero(ties.kind == _OWNER)
    run = np.unique(needs.first[needs.kind == _RUN_BY])
    implied = ties.taken(owned[~np.isin(ties.first[owned], run)])
    if not len(implied):
        return needs
    implied.kind[:] = _RUN_BY
    implied.share[:] = np.nan
    return concatenate([needs, implied])


def need_columns(rows: Rows, ids: Strings, tables: Tables) -> tuple[Needs, Requirements, list[Finding]]:
    """Return the needs and requirements of rows whose ends are positions in `ids`, and where sources disagree."""
    names, name = _named(rows, ids, tables)
    service_types, rows.service_type = tables.service_types.ranked(rows.service_type)
    order, starts = sort(
        rows,
        keys=(rows.first, name, rows.second, rows.kind, rows.service_type),
        sizes=(len(ids), len(names), len(ids), len(RELATIONS), len(service_types)),
    )
    rows.keep(order)
    requirements, of_row, findings = group(
        dependent=rows.first,
        name=name[order],
        names=names,
        provider=rows.second,
        at_least=rows.at_least,
        words=tables.at_least.strings(),
        records=rows.record,
        ids=ids,
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
        confidence=merge(rows.confidence, rows.run, starts, "max"),
        valid_from=firsts(rows.valid_from, starts),
        valid_to=firsts(rows.valid_to, starts),
        evidence=evidence(rows, starts),
    )
    return columns, requirements, findings


def _named(rows: Rows, ids: Strings, tables: Tables) -> tuple[Strings, Ints]:
    """Return the sorted names of requirements and each row's; one without a name has its provider's id."""
    unnamed = rows.requirement == 0
    own = np.unique(rows.second[unnamed])
    by_provider = np.zeros(len(ids), dtype=np.int32)
    by_provider[own] = tables.requirements.codes(ids[own].tolist())
    return tables.requirements.ranked(np.where(unnamed, by_provider[rows.second], rows.requirement))


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
