"""Find nodes by text, and show what is known of one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np

from depgraph.analytics.basis.holdings import Holdings
from depgraph.errors import UsageError
from depgraph.graph import MERGED, near
from depgraph.graph.columns import KINDS, NODE_NUMBERS, NODE_TEXTS, RELATIONS, TIE_KINDS
from depgraph.graph.remembering import remembered
from depgraph.graph.touching import Touching
from depgraph.ids import id_key, value_of
from depgraph.model import EVIDENCE, Kind, Provenance, Value
from depgraph.spelling import fold
from depgraph.usecases.answer import NOTHING, SOMETIMES, Answer, Nothing, shown_of
from depgraph.usecases.search import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.graph import Evidence, Graph
    from depgraph.ports import Store
    from depgraph.usecases.view import View

REFERENCE: Final = 0
"""The import of the reference list of groups: no store has it."""

CANDIDATES: Final = 10_000
"""How many nodes a search looks at before it orders them."""

_DORMANT: Final = 20
"""How many needs that are not in force are told of a node."""

_ASLEEP: Final = 5
"""How many nodes a search tells of that nothing in force names."""


@dataclass(frozen=True, slots=True)
class Found:
    """A node that matches a text."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "party, function, service, product or place"]
    country: Annotated[str, "country, empty where unknown"]
    needs: Annotated[int, "how many needs it has"]
    dependants: Annotated[int, "how many needs others have of it"]
    functions: Annotated[tuple[str, ...], "ids of the functions that it and its parts own"]


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """One need of a node, or one that another node has of it."""

    dependent: Annotated[str, "who needs"]
    provider: Annotated[str, "what is needed"]
    name: Annotated[str, "name of the other end"]
    relation: Annotated[str, "how it is needed"]
    requirement: Annotated[str, "the requirement of the dependent that it is part of"]
    at_least: Annotated[str, "what was declared of the requirement, empty where nothing was"]
    k_lower: Annotated[int, "providers that must work, at least"]
    k_upper: Annotated[int, "providers that must work, at most"]
    n: Annotated[int, "providers of the requirement"]
    service_type: Annotated[str, "type of service"]
    share: Annotated[float, "part of the need in [0, 1]"]
    cost_eur: Annotated[float, "euros a year"]
    confidence: Annotated[float, "how sure, in [0, 1]"]
    valid_from: Annotated[str, "first day, empty where open"]
    valid_to: Annotated[str, "last day, empty where open"]
    evidence: Annotated[str, "how the redundancy of the requirement is known, of all its records the weakest"]
    evidence_date: Annotated[str, "when that was tested or written down, empty where unknown"]
    records: Annotated[tuple[str, ...], "source and record of each statement"]
    disputed: Annotated[bool, "whether it is denied by whom it is of, and nobody decided yet"] = False


@dataclass(frozen=True, slots=True)
class ShownTie:
    """A tie of a node: owner, owned_by or part_of."""

    kind: Annotated[str, "owner, owned_by or part_of"]
    subject: Annotated[str, "what has the owner, is owned or is a part"]
    object: Annotated[str, "the owner, or the whole"]
    name: Annotated[str, "name of the other end"]
    share: Annotated[float, "share held in [0, 1]"]
    records: Annotated[tuple[str, ...], "source and record of each statement"]


@dataclass(frozen=True, slots=True)
class ShownFunction:
    """A function that an organisation or a part of it owns."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]
    owner: Annotated[str, "id of the organisation or the part that owns it"]
    needs: Annotated[tuple[ShownNeed, ...], "what it needs"]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What people decided of a party and another one."""

    first: Annotated[str, "id of one party, as it was decided about"]
    second: Annotated[str, "id of the other"]
    same: Annotated[bool, "whether they are one; else they are two"]
    who: Annotated[str, "who decided"]
    decided: Annotated[str, "when"]
    evidence: Annotated[str, "what shows it"]
    note: Annotated[str, "what else is to be known"]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is known of one node."""

    id: Annotated[str, "its id"]
    kind: Annotated[str, "party, function, service, product or place"]
    name: Annotated[str, "what it is called"]
    aliases: Annotated[tuple[str, ...], "other ids that mean the same node"]
    attributes: Annotated[dict[str, Value], "what is known of it"]
    needs: Annotated[tuple[ShownNeed, ...], "what it needs"]
    dependants: Annotated[tuple[ShownNeed, ...], "who needs it"]
    ties: Annotated[tuple[ShownTie, ...], "owner, ownership and membership"]
    provenance: Annotated[tuple[Provenance, ...], "who says so"]
    functions: Annotated[tuple[ShownFunction, ...], "what it and its parts do for others, each with its needs"]
    made_of: Annotated[tuple[str, ...], "ids of records that are this node, each with why"]
    decisions: Annotated[tuple[ShownDecision, ...], "what people decided of it"]


@dataclass(frozen=True, slots=True)
class NearNode:
    """A node whose name is near."""

    id: Annotated[str, "its id"]
    name: Annotated[str, "what it is called"]


@dataclass(frozen=True, slots=True)
class FoundAdds:
    """What a search says besides its rows."""

    near: Annotated[tuple[NearNode, ...] | None, "where nothing matches: nodes whose name is near"] = field(
        default=None, metadata=SOMETIMES
    )


def find_nodes(store: Store, view: View, text: str, *, limit: int = 20) -> Answer[Found, FoundAdds]:
    """Return the nodes that match `text`, best match first, then by kind, parties first, then by id; `limit` 0 is all.

    If there is none, `meta.near` has those whose name is near. Notes tell of ids that match and that nothing
    in force names.

    Raises
    ------
    UsageError
        If the text is empty, or has nothing that is seen.

    """
    if not fold(text).strip():
        raise UsageError("an empty text matches nothing: give a name, a part of it, or an id")
    candidates = store.search(text, limit=CANDIDATES, revision=view.revision)
    graph = view.graph
    aliases = _aliases(graph)
    positions = {position for position in map(graph.find, candidates) if position is not None} | _on_reference_list(
        graph
    )
    ranked = []
    for position in positions:
        node_id = str(graph.nodes.id[position])
        how = rank(
            text, [node_id, node_id.partition(":")[2], str(graph.nodes.name[position]), *aliases.get(node_id, ())]
        )
        if how is not None:
            # An organisation comes before its many functions that match as well.
            ranked.append((how, int(graph.nodes.kind[position]), node_id, position))
    ranked.sort()
    shown = ranked[: limit or None]
    partial = shown_of(len(shown), len(ranked), "matches")
    meant = [] if ranked else near(graph, text)
    adds = FoundAdds(
        tuple(NearNode(str(graph.nodes.id[position]), str(graph.nodes.name[position])) for position in meant) or None
    )
    return Answer(
        meta=view.meta(
            "find", {"text": text, "limit": limit}, partial=partial, adds=adds, notes=_asleep(graph, text, candidates)
        ),
        rows=tuple(_found(graph, Holdings.of(graph), [position for *_, position in shown])),
    )


def _asleep(graph: Graph, text: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return what to say of candidates that match, but of which nothing is in force on the date of the graph."""
    asked = candidates if len(graph.outside.id) else ()
    found = graph.outside.find([node_id for node_id in asked if rank(text, [node_id, value_of(node_id)]) is not None])
    more = (f"{len(found) - _ASLEEP} more like this",) if len(found) > _ASLEEP else ()
    return (*(graph.outside.told(at) for at in found[:_ASLEEP]), *more)


@remembered
def _on_reference_list(graph: Graph) -> set[int]:
    """Return the nodes that the reference list speaks of: no import of the store need hold them."""
    evidence = graph.nodes.evidence
    listed = np.array([run.import_id == REFERENCE for run in graph.runs], dtype=np.bool_)
    records = np.flatnonzero(listed[evidence.run]) if len(listed) else np.empty(0, dtype=np.intp)
    return set((np.searchsorted(evidence.indptr, records, side="right") - 1).tolist())


def list_nodes(view: View, *, start: int = 0, size: int = 0, limit: int = 0) -> Answer[Found, FoundAdds]:
    """Return the nodes by id, the first `limit`; of these, `size` from the one at `start` on. 0 is all."""
    graph = view.graph
    count = len(graph.nodes)
    last = min(limit or count, count)
    end = min(start + size, last) if size else last
    partial = shown_of(last, count, "nodes")
    return Answer(
        meta=view.meta("nodes", {"limit": limit}, partial=partial, adds=FoundAdds()),
        rows=tuple(_found(graph, Holdings.of(graph), range(start, end))),
    )


def show_node(view: View, node: str) -> Answer[Shown, Nothing]:
    """Return one node with its needs, dependants, ties and provenance; a note lists needs that are not in force.

    Raises
    ------
    UnknownIdError
        If no node has this id, name or alias.

    """
    at = view.graph.position(node)
    notes = _not_in_force(view, str(view.graph.nodes.id[at]))
    return Answer(meta=view.meta("show", {"id": node}, adds=NOTHING, notes=notes), rows=(_shown(view, at),))


def _not_in_force(view: View, node_id: str) -> tuple[str, ...]:
    """Return the needs and ties of a node that have ended or not begun, each with its record."""
    links = [link for link in view.dormant(node_id) if id_key(link.dependent) == id_key(node_id)]
    told = tuple(
        f"not in force on {view.graph.as_of}: {link.relation} {link.provider}, "
        f"{f'begins {link.valid_from}' if link.valid_from > view.graph.as_of else f'ended {link.valid_to}'}"
        f" ({link.record})"
        for link in links[:_DORMANT]
    )
    return (*told, *(f"{len(links) - _DORMANT:,} more are not in force",) * (len(links) > _DORMANT))


def _shown(view: View, node: int) -> Shown:
    """Return all that is known of the node at one position."""
    graph = view.graph
    indptr, order = graph.dependants
    node_id = str(graph.nodes.id[node])
    on_it = order[indptr[node] : indptr[node + 1]].tolist()
    ties = _tied(graph).find([node])
    return Shown(
        id=node_id,
        kind=KINDS[graph.nodes.kind[node]].value,
        name=str(graph.nodes.name[node]),
        aliases=_aliases(graph).get(node_id, ()),
        attributes=_attributes(graph, node),
        needs=_needs(graph, node),
        dependants=tuple(shown_need(graph, need, other=int(graph.needs.dependent[need])) for need in on_it),
        ties=tuple(_tie(graph, tie, node) for tie in ties),
        provenance=graph.provenance(graph.nodes.evidence, node),
        functions=tuple(
            ShownFunction(
                id=str(graph.nodes.id[way[-1]]),
                name=str(graph.nodes.name[way[-1]]),
                owner=str(graph.nodes.id[way[-2]]),
                needs=_needs(graph, way[-1]),
            )
            for way in Holdings.of(graph).ways(node).values()
            if graph.nodes.kind[way[-1]] == KINDS.index(Kind.FUNCTION) and len(way) > 1
        ),
        made_of=tuple(
            f"'{finding.field}' {finding.message}"
            for finding in view.findings
            if finding.code == MERGED and graph.aliases.get(finding.field) == node_id
        ),
        decisions=tuple(
            ShownDecision(one.first, one.second, one.same, one.who, one.decided, one.evidence, one.note)
            for one in view.decisions
            if node in {graph.find(one.first), graph.find(one.second)}
        ),
    )


@remembered
def _tied(graph: Graph) -> Touching:
    """Return which ties name a node."""
    return Touching.of(graph.ties.subject, graph.ties.object)


def _needs(graph: Graph, node: int) -> tuple[ShownNeed, ...]:
    of_it = range(int(graph.needs_of[node]), int(graph.needs_of[node + 1]))
    return tuple(shown_need(graph, need, other=int(graph.needs.provider[need])) for need in of_it)


def shown_need(graph: Graph, need: int, *, other: int) -> ShownNeed:
    """Return one need; `other` is the end whose name is given."""
    needs, requirements = graph.needs, graph.requirements
    group = int(needs.requirement[need])
    return ShownNeed(
        dependent=str(graph.nodes.id[needs.dependent[need]]),
        provider=str(graph.nodes.id[needs.provider[need]]),
        name=str(graph.nodes.name[other]),
        relation=RELATIONS[needs.relation[need]].value,
        requirement=str(requirements.names[requirements.name[group]]),
        at_least=str(requirements.words[requirements.at_least[group]]),
        k_lower=int(requirements.k_lower[group]),
        k_upper=int(requirements.k_upper[group]),
        n=int(requirements.indptr[group + 1] - requirements.indptr[group]),
        service_type=str(needs.service_types[needs.service_type[need]]),
        share=float(needs.share[need]),
        cost_eur=float(needs.cost_eur[need]),
        confidence=float(needs.confidence[need]),
        valid_from=day(needs.valid_from[need]),
        valid_to=day(needs.valid_to[need]),
        evidence=EVIDENCE[requirements.rung[group]],
        evidence_date=day(requirements.dated[group]),
        records=cited(graph, needs.evidence, need),
        disputed=graph.said is not None and bool(graph.said.disputed[needs.evidence.indptr[need]]),
    )


def cited(graph: Graph, evidence: Evidence, item: int) -> tuple[str, ...]:
    """Return source and record of each statement behind one node, need or tie."""
    return tuple(f"{said.source}: {said.record}" for said in graph.provenance(evidence, item))


def day(value: np.datetime64) -> str:
    """Return an ISO 8601 date, empty where it is open."""
    return "" if np.isnat(value) else str(value)


def _tie(graph: Graph, tie: int, node: int) -> ShownTie:
    subject, parent = int(graph.ties.subject[tie]), int(graph.ties.object[tie])
    return ShownTie(
        kind=TIE_KINDS[graph.ties.kind[tie]].value,
        subject=str(graph.nodes.id[subject]),
        object=str(graph.nodes.id[parent]),
        name=str(graph.nodes.name[parent if subject == node else subject]),
        share=float(graph.ties.share[tie]),
        records=cited(graph, graph.ties.evidence, tie),
    )


def _attributes(graph: Graph, node: int) -> dict[str, Value]:
    known: dict[str, Value] = {}
    for name in (*NODE_TEXTS, *NODE_NUMBERS):
        value = getattr(graph.nodes, name)[node]
        if isinstance(value, str):
            if value and name != "name":  # the name is shown by itself
                known[name] = str(value)
        elif not np.isnan(value):
            known[name] = float(value)
    other = str(graph.nodes.other[node])
    return known | (json.loads(other) if other else {})


@remembered
def _aliases(graph: Graph) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for alias, node_id in sorted(graph.aliases.items()):
        found[node_id] = (*found.get(node_id, ()), alias)
    return found


def _found(graph: Graph, holdings: Holdings, positions: Iterable[int]) -> Iterator[Found]:
    indptr, _ = graph.dependants
    function = KINDS.index(Kind.FUNCTION)
    for node in positions:
        held = sorted(each for each in holdings.ways(node) if each != node and graph.nodes.kind[each] == function)
        yield Found(
            id=str(graph.nodes.id[node]),
            name=str(graph.nodes.name[node]),
            kind=KINDS[graph.nodes.kind[node]].value,
            country=str(graph.nodes.country[node]),
            needs=int(graph.needs_of[node + 1] - graph.needs_of[node]),
            dependants=int(indptr[node + 1] - indptr[node]),
            functions=tuple(str(graph.nodes.id[each]) for each in held),
        )
