"""A part of what imports say, in which a loss is the one that all of them give: what is said of a few nodes alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from depgraph.graph.notices import counting_notices
from depgraph.graph.registers import counting
from depgraph.ids import entity_behind, id_key, is_entity, is_unknown
from depgraph.model import DISPUTES, Kind, TieKind
from depgraph.spelling import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from depgraph.arrays import Ints
    from depgraph.graph import Graph
    from depgraph.model import Need, Node, Tie
    from depgraph.ports import Imported

FactT = TypeVar("FactT")


@dataclass(frozen=True, slots=True)
class Statements:
    """What imports say, by what they say it of; a fact stands there with the place of its import.

    Attributes
    ----------
    imports : tuple of Imported
        Their facts can be read again and again.
    nodes, needs, ties : mapping
        By the id of the node, the dependent and the subject.
    entangled : frozenset of str
        Ids of which it depends on other facts which node they are: they share an identifier of one entity with
        another one, are decided about, or are spelled in several ways.
    variants : frozenset of str
        Types of service and names of requirements that are spelled in several ways.
    placed : frozenset of str
        Ids that somebody needs, that own a function, or that are part of something or have parts.

    """

    imports: tuple[Imported, ...]
    nodes: Mapping[str, Sequence[tuple[int, Node]]]
    needs: Mapping[str, Sequence[tuple[int, Need]]]
    ties: Mapping[str, Sequence[tuple[int, Tie]]]
    entangled: frozenset[str]
    variants: frozenset[str]
    placed: frozenset[str]


class Part(NamedTuple):
    """All that imports say of some nodes, and the ids of these and of what they need or belong to."""

    imports: tuple[Imported, ...]
    ids: frozenset[str]
    placed: frozenset[str]


def statements_of(imports: tuple[Imported, ...], *, by_group: bool = False) -> Statements | None:
    """Return what imports say, by what they say it of; None where what one fact says may hang on facts far away.

    That is so where a need is denied, and where of several registers or notices one counts: what others say goes then
    by who uses it. Whether one counts in place of another is told by findings, which are not left out.
    """
    for counted in (counting(imports, by_group=by_group).imports, counting_notices(imports)[0]):
        if any(one is not other for one, other in zip(imports, counted, strict=True)):
            return None
    if any(each.run.source == DISPUTES and each.decisions for each in imports):
        return None
    if any(need.denied for each in imports for need in each.needs):
        return None
    return Statements(
        imports,
        _by((each.nodes for each in imports), lambda node: node.id),
        _by((each.needs for each in imports), lambda need: need.dependent),
        _by((each.ties for each in imports), lambda tie: tie.subject),
        _entangled(imports),
        _variants(_words(imports), key),
        frozenset(_placed(imports)),
    )


def part_of(said: Statements, graph: Graph, nodes: Iterable[int]) -> Part | None:
    """Return what is said of nodes of the graph of all imports; None where other facts have a say in it.

    Whatever is left out of both: what a group stops in the graph of the part, it stops in the graph of all imports,
    where `holds` and `counting_alone` say so.

    Notes
    -----
    A part has all needs of its nodes; of what these need, and of all above that by ties, what is said of it and its
    ties to what owns it; and the same imports in the same order. So each requirement of these nodes has the same
    providers, declarations and bounds as in the graph of all, each node the same attributes and the same parent, and
    each function the same owners: spellings, identifiers, decisions, denials and registers, through which a fact far
    away has a say in that, are what makes it None. All else in it needs nothing, and so fails in fewer cases than in
    the graph of all. What a failure brings down within it, it brings down there: failures only add to each other.

    """
    here = {str(graph.nodes.id[node]) for node in nodes}
    needs = [fact for one in here for fact in said.needs.get(one, ())]
    ids = here | {need.provider for _, need in needs}
    waiting = list(ids)
    ties: list[tuple[int, Tie]] = []
    while waiting:
        one = waiting.pop()
        # A function whose needs are not in it must not be run by its owner alone.
        mine = [fact for fact in said.ties.get(one, ()) if one in here or fact[1].kind != TieKind.OWNER]
        ties += mine
        further = {tie.object for _, tie in mine}
        position = graph.find(one)
        if position is not None:
            further |= set(graph.nodes.id[graph.ties.object[graph.ties.subject == position]].tolist())
        waiting += further - ids
        ids |= further
    described = [fact for one in ids for fact in said.nodes.get(one, ())]
    words = {word for _, need in needs for word in (need.requirement, need.service_type)}
    words |= {str(node.attributes.get("service_type", "")) for _, node in described}
    if not ids.isdisjoint(said.entangled) or not words.isdisjoint(said.variants) or any(map(is_unknown, here)):
        return None
    count = len(said.imports)
    facts = zip(
        said.imports, _by_import(described, count), _by_import(needs, count), _by_import(ties, count), strict=True
    )
    imports = tuple(
        replace(imported, nodes=nodes, needs=needs, ties=ties, decisions=()) for imported, nodes, needs, ties in facts
    )
    return Part(imports, frozenset(ids), said.placed)


def holds(part: Part, graph: Graph) -> bool:
    """Say whether a graph of a part without something has all that is above its nodes: else owners may be missing."""
    return part.ids.issuperset(graph.nodes.id[graph.ties.object].tolist())


def counting_alone(part: Part, graph: Graph, items: Ints) -> Ints:
    """Return the items of a graph of a part that are items in the graph of all, too.

    A function is one. A party is where it has no function, nobody needs it and it is neither a unit nor has any: which
    is so without other facts if it is so with all of them.
    """
    alone = np.array([node_id not in part.placed for node_id in graph.nodes.id[items].tolist()], dtype=np.bool_)
    return items[alone | graph.of_kind(Kind.FUNCTION)[items]]


def _by(facts: Iterable[Iterable[FactT]], of: Callable[[FactT], str]) -> dict[str, list[tuple[int, FactT]]]:
    by_id: defaultdict[str, list[tuple[int, FactT]]] = defaultdict(list)
    for number, some in enumerate(facts):
        for fact in some:
            by_id[of(fact)].append((number, fact))
    return dict(by_id)


def _by_import(facts: Iterable[tuple[int, FactT]], count: int) -> list[tuple[FactT, ...]]:
    """Return facts by the number of their import."""
    by_import: list[list[FactT]] = [[] for _ in range(count)]
    for number, fact in facts:
        by_import[number].append(fact)
    return [tuple(some) for some in by_import]


def _entangled(imports: Sequence[Imported]) -> frozenset[str]:
    decided = {one for each in imports for decision in each.decisions for one in (decision.first, decision.second)}
    ids, entangled = _ends(imports) | decided, set(decided)
    for node in (node for each in imports for node in each.nodes):
        ids.add(node.id)
        for one in node.attributes.get("identifiers", ()):  # type: ignore[union-attr]  # a list attribute, by ATTRIBUTES
            ids.add(one)
            if is_entity(one) or entity_behind(one) or one in decided:
                entangled.update((node.id, one))
    behind = {one: entity for one in ids if (entity := entity_behind(one))}
    return frozenset(entangled | behind.keys() | set(behind.values()) | _variants(ids, id_key))


def _ends(imports: Iterable[Imported]) -> set[str]:
    """Return the ids at the ends of needs and ties."""
    ends: set[str] = set()
    for imported in imports:
        for need in imported.needs:
            ends.update((need.dependent, need.provider))
        for tie in imported.ties:
            ends.update((tie.subject, tie.object))
    return ends


def _words(imports: Sequence[Imported]) -> set[str]:
    """Return the types of service and names of requirements: a type may be the name of a requirement."""
    found: set[str] = set()
    for imported in imports:
        found.update(str(node.attributes.get("service_type", "")) for node in imported.nodes)
        for need in imported.needs:
            found.update((need.requirement, need.service_type))
    return found


def _placed(imports: Sequence[Imported]) -> Iterator[str]:
    for imported in imports:
        yield from (need.provider for need in imported.needs)
        for tie in imported.ties:
            if tie.kind == TieKind.OWNER:
                yield tie.object
            elif tie.kind == TieKind.PART_OF:
                yield from (tie.subject, tie.object)


def _variants(texts: Iterable[str], of: Callable[[str], str]) -> frozenset[str]:
    """Return the texts of which there is another one with the same key."""
    spelled: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        spelled[of(text)].append(text)
    return frozenset(text for several in spelled.values() if len(several) > 1 for text in several)
