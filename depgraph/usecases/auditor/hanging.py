"""What a finding hangs on: what, left out alone, makes it fall, of what is recorded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.justification import justifications
from depgraph.analytics.measures.support import FIGURES, support
from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph.columns import RELATIONS, TIE_KINDS
from depgraph.ids import id_key
from depgraph.model import DECISIONS
from depgraph.usecases.auditor.parts import counting_alone, holds, part_of, statements_of
from depgraph.usecases.omissions import without_decision, without_record, without_source, without_tie

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Graph
    from depgraph.model import Decision
    from depgraph.ports import Imported
    from depgraph.usecases.auditor.parts import Part, Statements
    from depgraph.usecases.omissions import Omission
    from depgraph.usecases.view import View

RECORD, FACT, DECLARATION, TIE, DECISION, SOURCE = "record", "fact", "declaration", "tie", "decision", "source"
SORTS: Final = (RECORD, FACT, DECLARATION, TIE, DECISION, SOURCE)

TRIED: Final = 24
"""How many records, ties, decisions and sources are left out one by one for one finding: each is a graph of its own."""

REASONS: Final = 8
"""Of how many losses the reasons are looked at first, in the graph of what is said of their nodes alone."""

STATEMENTS: Final = 100_000
"""Up to how many statements graphs are assembled without a record, tie or decision; above, without sources alone."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """Something without which a finding falls."""

    sort: Annotated[str, "record, fact, declaration, tie, decision or source: left out alone, with nothing else"]
    what: Annotated[str, "what it says"]
    records: Annotated[tuple[str, ...], "source and record of each statement of it"]


@dataclass(frozen=True, slots=True)
class Tried:
    """How far it was looked for one sort of things to be left out."""

    sort: Annotated[str, "as of what a finding hangs on"]
    falls: Annotated[int, "how many of these make it fall, each alone"]
    untried: Annotated[int | None, "how many may, and were not tried; nothing: none of them was"]


@dataclass(frozen=True, slots=True)
class HangsOn:
    """What one finding hangs on."""

    claim: Annotated[str, "what falls: that the group certainly, or possibly, stops something of somebody"]
    tried: Annotated[tuple[Tried, ...], "of each sort how far it was looked"]
    falls: Annotated[tuple[Hanging, ...], "what makes it fall, left out alone"]


class _Left(NamedTuple):
    """One thing to leave out, and how an import is without it."""

    shown: Hanging
    omitting: Omission


class Without:
    """Graphs of a view without something, each made once; the store is read once for all of them."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._made: dict[Hanging, Graph | None] = {}
        self._facts: tuple[Imported, ...] | None = None
        small = len(view.graph.needs.evidence.run) + len(view.graph.nodes) + len(view.graph.ties) <= STATEMENTS
        if view.without is not None and small:
            self._facts = view.without.facts()

    @property
    def sorts(self) -> tuple[str, ...]:
        """What there are graphs without: nothing without a store, and sources alone of a large one."""
        if self._view.without is None:
            return ()
        return (SOURCE,) if self._facts is None else (RECORD, TIE, DECISION, SOURCE)

    @cached_property
    def statements(self) -> Statements | None:
        """What a part of can be assembled instead of all; None where that may give something else."""
        lens = self._view.lens
        if self._facts is None or lens.resolution == "likely":
            return None
        return statements_of(self._facts, by_group=lens.scope == "con")

    def graph(self, left: _Left) -> Graph | None:
        """Return the graph without something; None where nothing is left."""
        if left.shown not in self._made:
            self._made[left.shown] = self._graph(left, self._facts)
        return self._made[left.shown]

    def graph_of(self, part: Part, left: _Left) -> Graph | None:
        """Return the graph of a part without something; None where nothing is left."""
        return self._graph(left, part.imports)

    def _graph(self, left: _Left, among: tuple[Imported, ...] | None) -> Graph | None:
        assert self._view.without is not None  # noqa: S101 - `sorts` says so
        try:
            return self._view.without(left.omitting, among)
        except EmptyStoreError:
            return None


def hangs_on(view: View, unit: str, *, without: Without, by: str, sector: str = "", hub: str = "") -> HangsOn:
    """Return what, left out alone, makes it fall that a unit stops something of somebody.

    What is claimed is that it certainly does, where it certainly does; else that it possibly does. It falls where no
    organisation loses anything at that end any more.

    - A *record*: all that one record says, of nodes, needs, ties and who is who.
    - A *fact*: one need, with all its records.
    - A *declaration*: what is declared of one requirement, which becomes `unknown`, of the same providers.
    - A *tie* with all its records; a *decision*; a *source*: all that it says.

    Parameters
    ----------
    view : View
    unit : str
        Id of the unit.
    without : Without
        Makes graphs without something.
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count.

    Notes
    -----
    Exact: facts and declarations by `support`, of whose loss counts with all facts; else each is a graph assembled
    without it, in which that is told anew. Only what is about nodes in a
    reason of each loss is tried (`justifications`): where one reason stays as it is, so does that loss. Where a loss is
    still there in the graph of what is said of the nodes of some reasons alone, it is in the graph of all
    (`depgraph.usecases.auditor.parts`), which is not assembled then.

    """
    graph = view.graph
    scope = scope_of(graph, sector=sector, hub=hub)
    of = units(graph, By(by))
    of = of.take([of.id.tolist().index(unit)])
    end = 0 if impacts(graph, of, scope).organisations_lower[0] else 1
    claim = f"{of.name[0]} {('certainly', 'possibly')[end]} stops something of at least one organisation"
    falls: list[Hanging] = []
    tried: dict[str, Tried] = {}
    asked = _Asked(view, unit, by, sector, hub, end)
    reasons, common = _common(graph, of, scope, view.decisions, end)
    for sort, mine, untried in _facts(view, of, scope, common, end):
        falls += mine
        tried[sort] = Tried(sort, len(mine), untried)
    said = without.statements if by == By.GROUP else None
    part = part_of(said, graph, frozenset[int]().union(*reasons)) if said else None
    for sort, lefts in _lefts(view, common, without):
        if lefts is None:
            tried[sort] = Tried(sort, 0, None)
            continue
        mine = [
            left.shown
            for left in lefts[:TRIED]
            if not (part and _stands(part, without.graph_of(part, left), asked)) and _falls(without.graph(left), asked)
        ]
        falls += mine
        tried[sort] = Tried(sort, len(mine), max(0, len(lefts) - TRIED))
    falls.sort(key=lambda each: (SORTS.index(each.sort), each.what, each.records))
    return HangsOn(claim, tuple(tried[sort] for sort in SORTS), tuple(falls))


class _Asked(NamedTuple):
    """A unit and an end, as a finding is about them."""

    view: View
    unit: str
    by: str
    sector: str
    hub: str
    end: int


def _falls(graph: Graph | None, asked: _Asked) -> bool:
    """Say whether a unit stops nothing of anybody in another graph."""
    if graph is None:
        return True
    try:
        scope = scope_of(graph, sector=asked.sector, hub=asked.hub)
    except UsageError:
        return True
    measured = impacts(graph, _units(graph, asked), scope)
    return not (measured.organisations_lower, measured.organisations_upper)[asked.end].any()


def _stands(part: Part, graph: Graph | None, asked: _Asked) -> bool:
    """Say whether it is shown by the graph of a part that a unit still stops something of somebody."""
    if graph is None or not holds(part, graph):
        return False
    try:
        scope = scope_of(graph, sector=asked.sector, hub=asked.hub)
    except UsageError:
        return False
    items = counting_alone(part, graph, scope.item[scope.item_of >= 0])
    found = _units(graph, asked)
    reasons = (justifications(graph, found.take([at]), items, upper=bool(asked.end)) for at in range(len(found.id)))
    return any(True for _ in chain.from_iterable(reasons))


def _units(graph: Graph, asked: _Asked) -> Units:
    """Return the unit in another graph; parties that are one here may be several there, and none of them may stop."""
    found = units(graph, By(asked.by))
    places = {id_key(each): at for at, each in enumerate(found.id.tolist())}
    also = (alias for alias, of in asked.view.graph.aliases.items() if of == asked.unit)
    at = {places[id_key(each)] for each in (asked.unit, *also) if id_key(each) in places}
    return found.take(sorted(at))


def _shown(graph: Graph, needs: tuple[int, ...], requirement: int) -> Hanging:
    nodes, columns = graph.nodes, graph.requirements
    dependent = str(nodes.id[columns.dependent[requirement]])
    name = str(columns.names[columns.name[requirement]])
    if not needs:
        word = str(columns.words[columns.at_least[requirement]])
        members = tuple(np.flatnonzero(graph.needs.requirement == requirement).tolist())
        what = f"'{word}' of requirement '{name}' of '{dependent}'"
        return Hanging(DECLARATION, what, _records(graph, members))
    who = ", ".join(dict.fromkeys(str(nodes.id[graph.needs.provider[need]]) for need in needs))
    return Hanging(
        FACT, f"'{dependent}' {RELATIONS[graph.needs.relation[needs[0]]].value} '{who}'", _records(graph, needs)
    )


def _records(graph: Graph, needs: tuple[int, ...]) -> tuple[str, ...]:
    told = (said for need in needs for said in graph.provenance(graph.needs.evidence, need))
    return tuple(dict.fromkeys(_label(said.source, said.part, said.record) for said in told))


def _label(source: str, part: str, record: str) -> str:
    return f"{source} ({part}): {record}" if part else f"{source}: {record}"


def _facts(
    view: View, unit: Units, scope: Scope, common: set[_Key], end: int
) -> Iterator[tuple[str, list[Hanging], int]]:
    """Yield of facts and of declarations those without which a unit stops nothing, and how many were not tried."""
    graph = view.graph
    asked = {sort: {int(key.what) for key in common if key.sort == sort} for sort in (FACT, DECLARATION)}
    if not any(asked.values()):
        yield from ((sort, [], 0) for sort in (FACT, DECLARATION))
        return
    rests = support(graph, unit, scope, str(unit.id[0]), view.lens.doubt)
    place = FIGURES.index("organisations"), end
    measured = list(zip(rests.needs, rests.requirement, rests.without[:, *place].tolist(), strict=True))
    facts = [(needs, requirement, left) for needs, requirement, left in measured if needs]
    tried = {need for needs, *_ in facts for need in needs}
    found = [_shown(graph, needs, requirement) for needs, requirement, left in facts if not left]
    yield FACT, found, len(asked[FACT] - tried) if rests.untried else 0
    declared = [(requirement, left) for needs, requirement, left in measured if not needs]
    found = [_shown(graph, (), requirement) for requirement, left in declared if not left]
    yield DECLARATION, found, len(asked[DECLARATION] - {at for at, _ in declared}) if rests.untried else 0


def _common(
    graph: Graph, unit: Units, scope: Scope, decisions: Sequence[Decision], end: int
) -> tuple[list[frozenset[int]], set[_Key]]:
    """Return the first reasons, and what is about nodes of a reason of each loss: nothing else makes all of them go."""
    common: set[_Key] | None = None
    first: list[frozenset[int]] = []
    about = _About(graph, decisions)
    for reason in justifications(graph, unit, scope.item[scope.item_of >= 0], upper=bool(end)):
        if len(first) < REASONS:
            first.append(reason)
        keys = [about.node(at) for at in about.above(reason)]
        common = set().union(*(keys if common is None else (common & some for some in keys)))
        if not common:
            break
    return first, common or set()


def _lefts(view: View, common: set[_Key], without: Without) -> Iterator[tuple[str, list[_Left] | None]]:
    """Yield of each sort of things that graphs are assembled without those that may make it fall; None: not looked."""
    graph, keys = view.graph, sorted(common)
    runs = sorted({(run.run.source, run.run.part) for run in graph.runs if run.run.source != DECISIONS})
    lefts_of = {
        RECORD: [_without_record(key) for key in keys if key.sort == RECORD],
        TIE: [_without_tie(graph, int(key.what)) for key in keys if key.sort == TIE],
        DECISION: [_without_decision(view.decisions[int(key.what)]) for key in keys if key.sort == DECISION],
        SOURCE: [_without_source(*run) for run in runs],
    }
    yield from ((sort, lefts if sort in without.sorts else None) for sort, lefts in lefts_of.items())


class _Key(NamedTuple):
    """What could be left out: a record of a run; else a need, a requirement, a tie or a decision by its position."""

    sort: str
    source: str
    part: str
    what: str


class _About:
    """The records, needs, requirements, ties and decisions that are about a node: each node is looked at once."""

    def __init__(self, graph: Graph, decisions: Sequence[Decision]) -> None:
        self._graph = graph
        self._ties: defaultdict[int, list[int]] = defaultdict(list)
        for tie, subject in enumerate(graph.ties.subject.tolist()):
            self._ties[subject].append(tie)
        self._decisions: defaultdict[int, set[_Key]] = defaultdict(set)
        for at, decision in enumerate(decisions):
            for end in (graph.find(decision.first), graph.find(decision.second)):
                if end is not None:
                    self._decisions[end].add(_Key(DECISION, "", "", str(at)))
        self._found: dict[int, frozenset[_Key]] = {}

    def above(self, nodes: frozenset[int]) -> set[int]:
        """Return nodes, and whom these belong to."""
        reached, waiting = set(nodes), list(nodes)
        while waiting:
            for tie in self._ties.get(waiting.pop(), ()):
                other = int(self._graph.ties.object[tie])
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached

    def node(self, node: int) -> frozenset[_Key]:
        """Return what is about one node."""
        if node not in self._found:
            self._found[node] = frozenset(self._of(node))
        return self._found[node]

    def _of(self, node: int) -> Iterator[_Key]:
        graph, ties = self._graph, self._ties.get(node, ())
        needs = range(int(graph.needs_of[node]), int(graph.needs_of[node + 1]))
        about = range(int(graph.requirements_of[node]), int(graph.requirements_of[node + 1]))
        for sort, some in ((TIE, ties), (FACT, needs), (DECLARATION, about)):
            yield from (_Key(sort, "", "", str(at)) for at in some)
        yield from self._decisions.get(node, ())
        told = ((graph.nodes.evidence, (node,)), (graph.needs.evidence, needs), (graph.ties.evidence, ties))
        for evidence, items in told:
            for item in items:
                for said in graph.provenance(evidence, item):
                    yield _Key(RECORD, said.source, said.part, said.record)


def _without_record(key: _Key) -> _Left:
    shown = Hanging(RECORD, key.what, (_label(key.source, key.part, key.what),))
    return _Left(shown, without_record(key.source, key.part, key.what))


def _without_tie(graph: Graph, at: int) -> _Left:
    ties = graph.ties
    told = tuple(_label(said.source, said.part, said.record) for said in graph.provenance(ties.evidence, at))
    ends = (str(graph.nodes.id[end]) for end in (ties.subject[at], ties.object[at]))
    what = f" {TIE_KINDS[ties.kind[at]].value} ".join(f"'{end}'" for end in ends)
    return _Left(Hanging(TIE, what, tuple(dict.fromkeys(told))), without_tie(graph, at))


def _without_decision(decision: Decision) -> _Left:
    what = f"'{decision.first}' and '{decision.second}' are {'one' if decision.same else 'two'}"
    return _Left(Hanging(DECISION, what, (decision.record,)), without_decision(decision))


def _without_source(source: str, part: str) -> _Left:
    called = f"{source} ({part})" if part else source
    return _Left(Hanging(SOURCE, called, ()), without_source(source, part))
