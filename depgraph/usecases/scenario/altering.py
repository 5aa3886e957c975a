"""A graph as it would be with the needs that a scenario adds and removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.errors import InputError
from depgraph.graph import RELATIONS, at_confidence, changed
from depgraph.ids import UNKNOWN, id_key, is_unknown, key, kind_of, read_id, value_of
from depgraph.model import DEFAULT_RELATIONS, RELATION_ENDS, Facts, Import, Kind, Need, Relation
from depgraph.usecases.naming import position
from depgraph.usecases.scenario.choosing import chosen
from depgraph.usecases.scenario.parts import NewNeed, NewNode
from depgraph.usecases.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from depgraph.graph import Graph
    from depgraph.model import Node
    from depgraph.usecases.scenario.parts import Removed
    from depgraph.usecases.scenario.scenario import Scenario

_TRUST = 100


def altered(graph: Graph, scenario: Scenario, *, min_confidence: float = 0.0) -> Graph:
    """Return the graph with what the scenario adds and without what it removes; itself if that is nothing.

    Parameters
    ----------
    min_confidence : float
        Which needs were taken as `maybe` in the graph, and are again.

    Raises
    ------
    InputError
        Naming file and key, if the graph does not hold what is removed, holds what is added,
        or an added fact makes no sense there.

    """
    if not (scenario.adds or scenario.removes):
        return graph
    gone = np.zeros(len(graph.needs), dtype=np.bool_)
    moved: list[Need] = []
    nodes = _new_nodes(scenario)
    ends = _Ends(graph, nodes, scenario.file)
    for removed in scenario.removes:
        where = f"{scenario.file}: {removed.key}"
        at = _needs_of(graph, removed, where)
        gone[at] = True
        if removed.replaced_by:
            moved += _moved(graph, at, ends.id(removed.replaced_by, f"{where}.replaced_by"), where)
    needs = _agreeing(
        {new.key: _need(graph, new, ends, scenario.file) for new in scenario.adds if isinstance(new, NewNeed)},
        scenario.file,
    )
    facts = Facts(
        nodes=tuple(_fresh(graph, new, scenario.file) for new in nodes.values()),
        needs=(*moved, *needs),
        ties=tuple(
            tie._replace(object=ends.id(tie.object, f"{scenario.file}: {new.key}.{tie.kind}"))
            for new in nodes.values()
            for tie in new.ties
        ),
    )
    findings = Validation().findings(facts)
    if findings:
        raise InputError(f"{scenario.file}: {findings[0].record.partition('#/')[2]}: {findings[0].message}")
    run = Import("scenario", scenario.file, graph.as_of, graph.marking, _TRUST, "")
    found = changed(graph, gone, facts, run)
    return at_confidence(found, min_confidence) if min_confidence else found


def _new_nodes(scenario: Scenario) -> dict[str, NewNode]:
    """Return the nodes that are added, by the keys of their ids: each one once."""
    found: dict[str, NewNode] = {}
    for new in scenario.adds:
        if isinstance(new, NewNode):
            other = found.setdefault(id_key(new.node.id), new)
            if other is not new:
                where = f"{scenario.file}: {new.key}.id: '{new.node.id}' is in {other.key} already"
                raise InputError(f"{where}: say all of it in one place")
    return found


class _Ends:
    """What a text means: a node of the graph, or one that is added."""

    def __init__(self, graph: Graph, nodes: Mapping[str, NewNode], file: str) -> None:
        self._graph, self._nodes, self._file = graph, nodes, file

    def id(self, written: str, where: str) -> str:
        """Return the id of a node that is there, or is added."""
        for new in self._nodes.values():
            if id_key(new.node.id) == id_key(read_id(written)) or key(value_of(new.node.id)) == key(written):
                return new.node.id
        try:
            return str(self._graph.nodes.id[position(self._graph, written, where)])
        except InputError as error:
            raise InputError(f"{error}; what is new is added with [[adds]] and its id") from None


def _fresh(graph: Graph, new: NewNode, file: str) -> Node:
    if graph.find(new.node.id) is not None:
        raise InputError(f"{file}: {new.key}.id: '{new.node.id}' is in the graph already: add needs to it instead")
    return new.node


def _needs_of(graph: Graph, removed: Removed, where: str) -> NDArray[np.int64]:
    """Return the needs that go."""
    gone = np.isin(graph.needs.provider, chosen(graph, removed.who, where)) & ~graph.own_run_by
    if removed.dependents:
        of = [position(graph, written, f"{where}.dependents") for written in removed.dependents]
        gone &= np.isin(graph.needs.dependent, of)
    if removed.requirement:
        names = graph.requirements.names[graph.requirements.name[graph.needs.requirement]]
        meant = [name for name in set(names.tolist()) if key(name) == key(removed.requirement)]
        gone &= np.isin(names.astype(object), meant)
    if not gone.any():
        raise InputError(f"{where}: nobody has such a need: see depgraph show with the id of a dependent")
    return np.flatnonzero(gone)


def _moved(graph: Graph, at: NDArray[np.int64], provider: str, where: str) -> Iterator[Need]:
    """Yield the needs with another provider, in the requirements where they were."""
    for need in _said(graph, at, where):
        if need.provider == provider:
            raise InputError(f"{where}.replaced_by: '{provider}' is what is removed: name another one")
        if need.dependent == provider:
            raise InputError(f"{where}.replaced_by: '{provider}' has such a need itself: name the dependents meant")
        relation = Relation(need.relation)
        if Kind(kind_of(provider)) not in RELATION_ENDS[relation][1]:
            relation = _relation(need.dependent, provider, where)
        yield need._replace(provider=provider, relation=relation.value)


def _agreeing(needs: Mapping[str, Need], file: str) -> tuple[Need, ...]:
    """Return the needs that are added, by key, if they do not contradict each other."""
    says: dict[tuple[str, str], str] = {}
    for where, need in needs.items():
        if need.at_least:
            other = says.setdefault((need.dependent, key(need.requirement)), where)
            if needs[other].at_least != need.at_least:
                said = f"says {need.at_least}, but {other} says {needs[other].at_least} of the same requirement"
                raise InputError(f"{file}: {where}.at_least: {said}")
    return tuple(needs.values())


def _said(graph: Graph, at: NDArray[np.int64], where: str) -> Iterator[Need]:
    """Yield needs of the graph as facts, each with what was said of its requirement."""
    needs, requirements = graph.needs, graph.requirements
    for each in at.tolist():
        of = int(needs.requirement[each])
        yield Need(
            dependent=str(graph.nodes.id[needs.dependent[each]]),
            provider=str(graph.nodes.id[needs.provider[each]]),
            relation=RELATIONS[needs.relation[each]].value,
            requirement=str(requirements.names[requirements.name[of]]),
            at_least=str(requirements.words[requirements.at_least[of]]),
            service_type=str(needs.service_types[needs.service_type[each]]),
            share=None if np.isnan(needs.share[each]) else float(needs.share[each]),
            cost_eur=None if np.isnan(needs.cost_eur[each]) else float(needs.cost_eur[each]),
            valid_from=None,
            valid_to=None,
            confidence=float(needs.confidence[each]),
            record=where.replace(": ", "#/", 1),
        )


def _need(graph: Graph, new: NewNeed, ends: _Ends, file: str) -> Need:
    """Return an added need with the ids of its ends, its relation and its requirement."""
    where, need = f"{file}: {new.key}", new.need
    dependent = ends.id(need.dependent, f"{where}.dependent")
    provider = need.provider if is_unknown(need.provider) else ends.id(need.provider, f"{where}.provider")
    if new.alternative_to:
        requirement = _alternative(graph, dependent, ends.id(new.alternative_to, f"{where}.alternative_to"), where)
    else:
        requirement = need.requirement or need.service_type or provider
    relation = need.relation or _relation(dependent, provider, where).value
    return need._replace(dependent=dependent, provider=provider, relation=relation, requirement=requirement)


def _alternative(graph: Graph, dependent: str, provider: str, where: str) -> str:
    """Return the name of the one requirement of a dependent that a provider is part of."""
    at, other = graph.find(dependent), graph.find(provider)
    mine = (graph.needs.dependent == at) & (graph.needs.provider == other)
    names = sorted({str(name) for name in graph.requirements.names[_names(graph, mine)].tolist()})
    if not names:
        raise InputError(f"{where}.alternative_to: '{dependent}' does not need '{provider}'")
    if len(names) > 1:
        raise InputError(
            f"{where}.alternative_to: '{dependent}' needs '{provider}' in several requirements"
            f" ({', '.join(names)}): give requirement and at_least instead"
        )
    return names[0]


def _names(graph: Graph, needs: NDArray[np.bool_]) -> NDArray[np.int32]:
    found: NDArray[np.int32] = graph.requirements.name[graph.needs.requirement[needs]]
    return found


def _relation(dependent: str, provider: str, where: str) -> Relation:
    ends = Kind(kind_of(dependent)), Kind.PARTY if provider.startswith(UNKNOWN) else Kind(kind_of(provider))
    if ends not in DEFAULT_RELATIONS:
        raise InputError(f"{where}: no need goes from a {ends[0]} to a {ends[1]}: name the service between them")
    return DEFAULT_RELATIONS[ends]
