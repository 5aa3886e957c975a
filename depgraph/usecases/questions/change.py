"""`Change`: a view after the change of a scenario, and which facts of it are recorded and which are of the scenario."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.arrays import rows_of
from depgraph.errors import InputError
from depgraph.graph import RELATIONS
from depgraph.graph.facts_between import toggles
from depgraph.graph.toggles import AFTER, BEFORE
from depgraph.ids import key
from depgraph.model import Relation
from depgraph.usecases.view import Again

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.graph.columns import Evidence
    from depgraph.ports import Imported
    from depgraph.usecases.omissions import Omission
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.view import View

_RUN_BY: Final = RELATIONS.index(Relation.RUN_BY)
_OF_SCENARIO: Final = 0
"""Where whoever says what a changed graph has more stands among those who say what is in it."""


class NotMadeError(InputError):
    """The change cannot be made of a graph without something: what it moves or takes away is not there."""


@dataclass(frozen=True, slots=True)
class _ChangedAgain(Again):
    """Asks the question of a view again, of a store without something, and makes the change of what is left."""

    scenario: Scenario = field(kw_only=True)

    def __call__(self, omitting: Omission, among: Sequence[Imported] | None = None) -> Graph:
        """Return the changed graph.

        Raises
        ------
        NotMadeError
            If the change cannot be made of what is left.

        """
        left = Again.__call__(self, omitting, among)
        try:
            return self.scenario.changed(left, self.lens.doubt)
        except InputError as error:
            raise NotMadeError(str(error)) from None


class Touched(NamedTuple):
    """Requirements of the graphs before and after that a change touches, or that hold who is in it up alone."""

    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a scenario adds, removes and assumes, made on the graph of a view.

    What is recorded is left out before the change is made: of what the change does not touch, that is the same as
    leaving it out of the changed graph.

    Attributes
    ----------
    before : View
        Of what is recorded.
    after : View
        Of the changed graph; without something, it is changed the same way.
    touched : Touched
        Facts of other requirements may be left out of the changed graph itself.

    """

    before: View
    after: View
    touched: Touched
    adds: bool

    @classmethod
    def of(cls, view: View, scenario: Scenario) -> Change:
        """Return the change that a scenario makes.

        Raises
        ------
        InputError
            If it changes nothing, or the graph does not hold what it names.

        """
        if not scenario.alters:
            cure = "add [[adds]], [[removes]] or [[fallbacks]]"
            raise InputError(f"{scenario.file}: nothing changes in this scenario: {cure}")
        changed = scenario.changed(view.graph, view.lens.doubt)
        asks = view.without
        again = asks and _ChangedAgain(asks.store, asks.lens, asks.imports, scenario=scenario)
        after = replace(view, graph=changed, key=None, without=again)
        return cls(view, after, _touched(view, changed, scenario), scenario.changes)

    def recorded(self, node: int, name: str) -> bool:
        """Say whether an attribute of a node after the change is what is recorded of it."""
        graph = self.after.graph
        at = self.before.graph.find(str(graph.nodes.id[node]))
        if at is None:
            return False
        return bool(getattr(self.before.graph.nodes, name)[at] == getattr(graph.nodes, name)[node])

    def of_scenario(self) -> Iterator[int]:
        """Yield the needs after the change that no record states: those that it adds, and those that it moves."""
        if not self.adds:
            return
        needs = self.after.graph.needs
        begins, runs = needs.evidence.indptr, needs.evidence.run
        for need in np.flatnonzero(~self.after.graph.own_run_by).tolist():
            said = runs[begins[need] : begins[need + 1]]
            if len(said) and (said == _OF_SCENARIO).all():
                yield need


def _touched(view: View, changed: Graph, scenario: Scenario) -> Touched:
    """Return the requirements that are otherwise after a change, and those without which it could not be made."""
    graph = view.graph
    before, after = {*_alone(graph, scenario)}, set()
    if changed.needs is not graph.needs:
        between = toggles(graph, changed, view.lens.doubt)
        records = between.records
        before |= {*graph.needs.requirement[records.at[records.side == BEFORE]].tolist()}
        after |= {*np.flatnonzero(~between.same).tolist()}
        for fact in between.restated:
            before.add(fact.requirement[BEFORE])
            after.add(fact.requirement[AFTER])
    return Touched(frozenset(before), frozenset(after | {*_same(graph, changed, before)}))


def _alone(graph: Graph, scenario: Scenario) -> Iterator[int]:
    """Yield the requirements of the one fact by which alone a node that is in the scenario is known.

    What the reference list says of a party, or of the group that it belongs to, is said of whom facts name.
    """
    needs, ties, evidence = graph.needs, graph.ties, graph.nodes.evidence
    stated, tied = _recorded(graph, evidence), _recorded(graph, ties.evidence)
    for node in scenario.meant(graph):
        if stated[node] or (tied & ((ties.subject == node) | (ties.object == node))).any():
            continue
        of = np.flatnonzero((needs.dependent == node) | (needs.provider == node))
        if len(of) == 1 or ((needs.dependent[of] == node) & (needs.relation[of] == _RUN_BY)).all():
            yield from needs.requirement[of].tolist()


def _recorded(graph: Graph, evidence: Evidence) -> NDArray[np.bool_]:
    """Return bool[items]: which of them a record of an import states."""
    recorded = np.array([run.import_id > 0 for run in graph.runs], dtype=np.bool_)
    found = np.zeros(len(evidence.indptr) - 1, dtype=np.bool_)
    found[rows_of(evidence.indptr)[recorded[evidence.run]]] = True
    return found


def _same(graph: Graph, changed: Graph, requirements: set[int]) -> Iterator[int]:
    """Yield where some requirements are after a change: of the same dependent, by the same name."""
    names = graph.requirements.names[graph.requirements.name]
    wanted = {
        (changed.find(str(graph.nodes.id[graph.requirements.dependent[each]])), key(str(names[each])))
        for each in requirements
    }
    dependents = {at for at, _ in wanted if at is not None}
    of = changed.requirements
    for each in np.flatnonzero(np.isin(of.dependent, list(dependents))).tolist():
        if (int(of.dependent[each]), key(str(of.names[of.name[each]]))) in wanted:
            yield each
