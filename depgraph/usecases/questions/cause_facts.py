"""Facts that made a figure change, in words: each with its records, and why it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from depgraph.graph.change import ChangeSort
from depgraph.graph.change_classes import ChangeClass, settled
from depgraph.graph.columns import RELATIONS
from depgraph.ids import id_key, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph import Graph
    from depgraph.graph.change import Change, Told
    from depgraph.graph.columns import Evidence
    from depgraph.graph.standings import Standing
    from depgraph.graph.toggles import Fact, Toggles
    from depgraph.model import Provenance


@dataclass(frozen=True, slots=True)
class CauseFact:
    """A fact that changed."""

    fact: Annotated[str, "what it says"]
    change: Annotated[str, "came, went, changed, or declared otherwise"]
    why: Annotated[ChangeClass, "why it changed: as of the facts of diff"]
    dependent: Annotated[str, "the dependent of the need or requirement, the subject of the tie, or the node"]
    requirement: Annotated[str, "the requirement"]
    records_before: Annotated[tuple[str, ...], "who said so before"]
    records_after: Annotated[tuple[str, ...], "who says so after"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One fact, or two that take each other, and what the figure would be without them and with them alone."""

    facts: Annotated[tuple[CauseFact, ...], "the fact; two where no single one explains the figure"]
    necessary: Annotated[str, "at which end the figure is as before without it: lower, upper, both; empty: at none"]
    sufficient: Annotated[str, "at which end it alone makes the figure what it is after; empty: at none"]
    without_at_lower: Annotated[float | None, "the figure after without it, at the lower end"]
    without_at_upper: Annotated[float | None, "the figure after without it, at the upper end"]
    alone_at_lower: Annotated[float | None, "the figure before with it alone, at the lower end"]
    alone_at_upper: Annotated[float | None, "the figure before with it alone, at the upper end"]


class CauseFacts:
    """Facts in words, with their classes and records."""

    def __init__(self, between: Toggles, changes: Sequence[Change]) -> None:
        self._between = between
        self._change: dict[tuple[str, ...], Change] = {}
        for change in changes:
            if change.sort in (ChangeSort.NEED, ChangeSort.REQUIREMENT):
                place = id_key(change.dependent), key(change.requirement)
                more = (id_key(change.provider), change.relation) if change.sort is ChangeSort.NEED else ()
                self._change.setdefault((*place, *more), change)

    def fact(self, number: int) -> CauseFact:
        """Return a fact in words."""
        fact = (self._between.facts + self._between.restated)[number]
        if not fact.before and not fact.after:
            return self._declared(fact)
        graph, at = (self._between.after, fact.after[0]) if fact.after else (self._between.before, fact.before[0])
        dependent, provider, relation, requirement = _names(graph, at)
        change = self._change.get((id_key(dependent), key(requirement), id_key(provider), relation))
        records = [
            _records(each, each.needs.evidence, positions)
            for each, positions in ((self._between.before, fact.before), (self._between.after, fact.after))
        ]
        told, verb = f"'{dependent}' {relation} '{provider}'", "came" if fact.after else "went"
        if number >= len(self._between.facts):
            told, verb = f"the share of {told} ({self._share(fact, 0)}, then {self._share(fact, 1)})", "changed"
        elif more := len(fact.before) + len(fact.after) - 1:
            told += f" (and {more} more of who runs it)"
        return CauseFact(
            told,
            verb,
            change.why if change else ChangeClass.RECORD,
            dependent,
            requirement,
            *records,
        )

    def _share(self, fact: Fact, side: int) -> str:
        graph, at = ((self._between.before, fact.before), (self._between.after, fact.after))[side]
        shares = graph.needs.share[list(at)]
        return "not stated" if np.isnan(shares).all() else f"{float(np.nansum(shares)):g}"

    @staticmethod
    def standing(standings: Sequence[Standing]) -> CauseFact:
        """Return an attribute or tie in words, or all that changed of one attribute or kind of tie."""
        standing, change = standings[0], standings[0].change
        if len(standings) > 1:
            what = f"{standing.attribute} of" if standing.attribute else f"{change.relation} of"
            why = settled({each.change.why for each in standings}) or change.why
            subjects = len({each.node for each in standings})
            return CauseFact(f"{what} {subjects:,} nodes together", "changed", why, "", "", (), ())
        if standing.attribute:
            what, verb = f"{standing.attribute} of '{change.dependent}'", "changed"
        else:
            what = f"'{change.dependent}' {change.relation} '{change.provider}'"
            verb = "came" if change.before is None else "went" if change.after is None else "changed"
        if verb == "changed":
            what += f" ({_said(change.before)}, then {_said(change.after)})"
        records = [tuple(map(_record, each)) for each in (change.records_before, change.records_after)]
        return CauseFact(what, verb, change.why, change.dependent, "", *records)

    def _declared(self, fact: Fact) -> CauseFact:
        graphs = self._between.before, self._between.after
        said, records = [], []
        for graph, row in zip(graphs, fact.requirement, strict=True):
            word = str(graph.requirements.words[graph.requirements.at_least[row]]) if row >= 0 else ""
            said.append(word or "nothing")
            begin, end = np.searchsorted(graph.needs.requirement, (row, row + 1)).tolist()
            records.append(_records(graph, graph.needs.evidence, range(begin, end) if row >= 0 else ()))
        graph, row = (graphs[1], fact.requirement[1]) if fact.requirement[1] >= 0 else (graphs[0], fact.requirement[0])
        dependent = str(graph.nodes.id[graph.requirements.dependent[row]])
        requirement = str(graph.requirements.names[graph.requirements.name[row]])
        change = self._change.get((id_key(dependent), key(requirement)))
        what = f"requirement '{requirement}'" if requirement else "the requirement without a name"
        return CauseFact(
            f"what is declared of {what} of '{dependent}' ({said[0]}, then {said[1]})",
            "declared otherwise",
            change.why if change else ChangeClass.RECORD,
            dependent,
            requirement,
            *records,
        )


def _names(graph: Graph, need: int) -> tuple[str, str, str, str]:
    needs, requirements = graph.needs, graph.requirements
    return (
        str(graph.nodes.id[needs.dependent[need]]),
        str(graph.nodes.id[needs.provider[need]]),
        RELATIONS[needs.relation[need]].value,
        str(requirements.names[requirements.name[needs.requirement[need]]]),
    )


def _records(graph: Graph, evidence: Evidence, items: Sequence[int]) -> tuple[str, ...]:
    said = dict.fromkeys(one for item in items for one in graph.provenance(evidence, item))
    return tuple(map(_record, said))


def _record(said: Provenance) -> str:
    return f"{said.source}{f' ({said.part})' if said.part else ''}:{said.record}"


def _said(told: Told | None) -> str:
    """Return what one side says of an attribute, or as the share of a tie."""
    value = getattr(told, "share", told)
    if value is None or value == "":
        return "not known"
    return f"{value:,.15g}" if isinstance(value, (int, float)) else str(value)
