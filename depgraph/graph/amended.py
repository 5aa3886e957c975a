"""A graph in which records say otherwise what needs cost, their share, how sure they are or how many must work.

Only the columns of these are made anew, and with them the bounds of the requirements and what is found of these.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.arrays import rows_of, spread
from depgraph.graph.control import ownership_findings
from depgraph.graph.interning import Interner
from depgraph.graph.merging import blanks, merge
from depgraph.graph.requirements import DISAGREEMENTS, Group, group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.graph.assembly import Assembled
    from depgraph.graph.columns import Requirements, Said
    from depgraph.graph.core import Graph, Run
    from depgraph.model import Finding, Import, Need


class Amended(NamedTuple):
    """What a record said of a need and what it says now; `run` is a position in the runs of the graph."""

    run: int
    before: Need
    after: Need


def amended(assembled: Assembled, runs: Sequence[Run], changes: Iterable[Amended], *, as_of: str) -> Assembled | None:
    """Return the graph with other values of some needs: the same as if it were assembled again.

    Parameters
    ----------
    assembled : Assembled
        As `depgraph.graph.assemble` makes it.
    runs : sequence of Run
        In place of the graph's own: the same imports, as of other revisions and dates.
    changes : iterable of Amended
    as_of : str
        The date of the graph that is wanted.

    Returns
    -------
    Assembled or None
        None where anything else may change with it: then it is to be assembled.

    """
    graph = assembled.graph
    said, evidence = graph.said, graph.needs.evidence
    if said is None or list(map(_undated, graph.runs)) != list(map(_undated, runs)):
        return None
    if not assembled.next_dates.allow(as_of):
        return None
    names = ("share", "cost_eur", "confidence", "cost_blanks", "at_least")
    columns = {name: getattr(said, name).copy() for name in names}
    words = Interner()
    words.codes(said.words.tolist())
    for change in changes:
        if _without_values(change.before) != _without_values(change.after):
            return None
        row = _place(graph, change)
        if row is None:
            return None
        said_now = change.after
        columns["share"][row] = _number(said_now.share)
        columns["cost_eur"][row] = _number(said_now.cost_eur)
        columns["cost_blanks"][row] = said_now.cost_eur is None
        columns["confidence"][row] = said_now.confidence
        columns["at_least"][row] = words.code(said_now.at_least)
    starts, run = evidence.indptr, evidence.run
    needs = replace(
        graph.needs,
        share=merge(columns["share"], run, starts, "sum"),
        cost_eur=merge(columns["cost_eur"], run, starts, "sum"),
        cost_blanks=blanks(columns["cost_eur"], columns["cost_blanks"], run, starts),
        confidence=merge(columns["confidence"], run, starts, "max"),
    )
    otherwise = not np.array_equal(said.at_least, columns["at_least"])
    said = replace(said, **columns)
    requirements, findings = graph.requirements, assembled.findings
    if otherwise:
        spelled, at_least = words.ranked(said.at_least)
        said = replace(said, words=spelled, at_least=at_least)
        requirements, disagreements = _requirements(graph, said)
        findings = _in_place(assembled, disagreements)
    again = replace(
        graph,
        needs=needs,
        requirements=requirements,
        said=said,
        runs=tuple(runs),
        as_of=as_of,
        outside=replace(graph.outside, as_of=as_of),
    )
    dormant = replace(assembled.dormant, runs=tuple(runs), as_of=as_of)
    return replace(assembled, graph=again, findings=findings, dormant=dormant)


def _requirements(graph: Graph, said: Said) -> tuple[Requirements, list[Finding]]:
    """Return the requirements of a graph by what its records say now, and where these disagree."""
    needs, old = graph.needs, graph.requirements
    of = rows_of(needs.evidence.indptr)
    rows = Group(
        dependent=needs.dependent[of],
        name=old.name[needs.requirement[of]],
        names=old.names,
        provider=needs.provider[of],
        said=said,
        record=needs.evidence.record,
        ids=graph.nodes.id,
        unknown=graph.nodes.unknown,
    )
    requirements, _, disagreements = group(rows)
    return requirements, disagreements


def _in_place(assembled: Assembled, disagreements: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of a graph with others about its requirements, which come before those about owners."""
    others = [finding for finding in assembled.findings if finding.code not in DISAGREEMENTS]
    end = len(others) - len(ownership_findings(assembled.graph))
    return (*others[:end], *disagreements, *others[end:])


def _undated(run: Run) -> Import:
    return run.run._replace(retrieved="")


def _without_values(need: Need) -> Need:
    """Return a need without that on which no other column hangs, and without how many must work."""
    return need._replace(share=None, cost_eur=None, confidence=1.0, at_least="")


def _place(graph: Graph, change: Amended) -> int | None:
    """Return which of what records say of needs it is; None if there is not exactly one, or if that says otherwise."""
    said, evidence, need = graph.said, graph.needs.evidence, change.before
    dependent, provider = graph.find(need.dependent), graph.find(need.provider)
    if said is None or dependent is None or provider is None or not _in_force(need, graph.as_of):
        return None
    needs = np.arange(graph.needs_of[dependent], graph.needs_of[dependent + 1])
    needs = needs[graph.needs.provider[needs] == provider]
    begin = evidence.indptr[needs]
    told = spread(begin, evidence.indptr[needs + 1] - begin)
    told = told[(evidence.run[told] == change.run) & (np.asarray(evidence.record[told]) == need.record)]
    if len(told) != 1:
        return None
    at = int(told[0])
    was = [float(column[at]) for column in (said.share, said.cost_eur, said.confidence)]
    return (
        at
        if str(said.words[said.at_least[at]]) == need.at_least
        and np.array_equal(was, [_number(need.share), _number(need.cost_eur), need.confidence], equal_nan=True)
        else None
    )


def _in_force(need: Need, as_of: str) -> bool:
    """Say whether it is in force: a record may say the same of another time, in which the graph has it or has not."""
    return (need.valid_from or as_of) <= as_of <= (need.valid_to or as_of)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
