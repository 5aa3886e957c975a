"""A graph as it would be with the needs that a scenario adds and removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.errors import InputError
from depgraph.graph import CERTAIN, RELATIONS, Moved, changed, is_unnamed
from depgraph.ids import UNKNOWN, id_key, is_unknown, key, kind_of, read_id, value_of
from depgraph.model import DEFAULT_RELATIONS, RELATION_ENDS, Facts, Import, Kind, Need, Relation
from depgraph.usecases.naming import position
from depgraph.usecases.scenario.selection import chosen
from depgraph.usecases.scenario.syntax import NewNeed, NewNode
from depgraph.usecases.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from depgraph.graph import Doubt, Graph
    from depgraph.model import Node
    from depgraph.usecases.scenario.scenario import Scenario
    from depgraph.usecases.scenario.syntax import Removed

_TRUST = 100


def altered(graph: Graph, scenario: Scenario, doubt: Doubt = CERTAIN) -> Graph:
    """Return the graph with what the scenario adds and without what it removes; itself if that is nothing.

    Parameters
    ----------
    doubt : Doubt
        What was doubted in the graph, and is again.

    Raises
    ------
    InputError
        Naming file and key, if the graph does not hold what is removed, holds what is added,
        or an added fact makes no sense there.

    """
    if not (scenario.adds or scenario.removes):
        return graph
    gone = np.zeros(len(graph.needs), dtype=np.bool_)
    moved: list[Moved] = []
    nodes = _new_nodes(scenario)
    ends = _Ends(graph, nodes, scenario.file)
    for removed in scenario.removes:
        where = f"{scenario.file}: {removed.key}"
        at = _needs_of(graph, removed, where)
        if removed.replaced_by:
            moved += _moved(graph, at, ends.id(removed.replaced_by, f"{where}.replaced_by"), where)
        gone[at] = True
    added = {new.key: _need(graph, new, ends, scenario.file) for new in scenario.adds if isinstance(new, NewNeed)}
    needs = _agreeing({key: need for key, (need, _) in added.items()}, scenario.file)
    taken = sorted({(need, requirement) for _, out in added.values() for need, requirement in out if not gone[need]})
    moved += [Moved(need, requirement) for need, requirement in taken]
    facts = Facts(
        nodes=tuple(_fresh(graph, new, scenario.file) for new in nodes.values()),
        needs=needs,
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
    return doubt.on(changed(graph, gone, facts, run, moved))


def _new_nodes(scenario: Scenario) -> dict[str, NewNode]:
    """Return the nodes that are added, by the keys of their ids: each one once."""
    added: dict[str, NewNode] = {}
    for new in scenario.adds:
        if isinstance(new, NewNode):
            other = added.setdefault(id_key(new.node.id), new)
            if other is not new:
                where = f"{scenario.file}: {new.key}.id: '{new.node.id}' is in {other.key} already"
                raise InputError(f"{where}: say all of it in one place")
    return added


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
    gone = np.isin(graph.needs.provider, chosen(graph, removed.who, where, unknown=True)) & ~graph.own_run_by
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


def _moved(graph: Graph, at: NDArray[np.int64], provider: str, where: str) -> Iterator[Moved]:
    """Yield the needs as another provider meets them, in the requirements where they were."""
    record = where.replace(": ", "#/", 1)
    for need in at.tolist():
        dependent, before = (str(graph.nodes.id[ends[need]]) for ends in (graph.needs.dependent, graph.needs.provider))
        if before == provider:
            raise InputError(f"{where}.replaced_by: '{provider}' is what is removed: name another one")
        if dependent == provider:
            raise InputError(f"{where}.replaced_by: '{provider}' has such a need itself: name the dependents meant")
        relation = RELATIONS[graph.needs.relation[need]]
        if Kind(kind_of(provider)) not in RELATION_ENDS[relation][1]:
            relation = _relation(dependent, provider, where)
        yield Moved(need, None, provider, relation.value, record)


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


def _need(graph: Graph, new: NewNeed, ends: _Ends, file: str) -> tuple[Need, list[tuple[int, str]]]:
    """Return an added need with the ids of its ends, its relation and its requirement.

    Without a requirement it is one of its own. Beside it stand the needs that go to the requirement
    of an alternative, each with its name.
    """
    where, need = f"{file}: {new.key}", new.need
    dependent = ends.id(need.dependent, f"{where}.dependent")
    provider = need.provider if is_unknown(need.provider) else ends.id(need.provider, f"{where}.provider")
    taken: list[tuple[int, str]] = []
    if new.alternative_to:
        other = ends.id(new.alternative_to, f"{where}.alternative_to")
        requirement, taken = _alternative(graph, dependent, other, where)
    else:
        requirement = need.requirement or _own(graph, dependent, provider)
    relation = need.relation or _relation(dependent, provider, where).value
    return need._replace(dependent=dependent, provider=provider, relation=relation, requirement=requirement), taken


def _own(graph: Graph, dependent: str, name: str) -> str:
    """Return the name of a requirement that the dependent does not have yet."""
    at = graph.find(dependent)
    if at is None:
        return name
    begin, end = graph.requirements_of[at : at + 2].tolist()
    names = set(graph.requirements.names[graph.requirements.name[begin:end]].tolist())
    while name in names:
        name += "'"
    return name


def _alternative(graph: Graph, dependent: str, provider: str, where: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the name of the one requirement where a provider has alternatives, and which needs go there.

    A provider in a requirement that nobody named is taken out of it, into one of its own: that of
    the others there it was no alternative is not said, nor that it was.
    """
    at, other = graph.find(dependent), graph.find(provider)
    mine = (graph.needs.dependent == at) & (graph.needs.provider == other)
    names = sorted({str(name) for name in graph.requirements.names[_names(graph, mine)].tolist()})
    if not names:
        raise InputError(f"{where}.alternative_to: '{dependent}' does not need '{provider}'")
    if len(names) > 1:
        raise InputError(
            f"{where}.alternative_to: '{dependent}' needs '{provider}' in several requirements"
            f" ({', '.join(name or 'the unnamed one' for name in names)}): give requirement and at_least instead"
        )
    if not is_unnamed(names[0]):
        return names[0], []
    name = _own(graph, dependent, f"{provider} or another")
    return name, [(need, name) for need in np.flatnonzero(mine).tolist()]


def _names(graph: Graph, needs: NDArray[np.bool_]) -> NDArray[np.int32]:
    found: NDArray[np.int32] = graph.requirements.name[graph.needs.requirement[needs]]
    return found


def _relation(dependent: str, provider: str, where: str) -> Relation:
    ends = Kind(kind_of(dependent)), Kind.PARTY if provider.startswith(UNKNOWN) else Kind(kind_of(provider))
    if ends not in DEFAULT_RELATIONS:
        raise InputError(f"{where}: no need goes from a {ends[0]} to a {ends[1]}: name the service between them")
    return DEFAULT_RELATIONS[ends]
