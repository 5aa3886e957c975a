"""One figure of an answer: the facts that it rests on, their records, and what it becomes without each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of, scope_of_node
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.analytics.measures.support import ENDS, FIGURES, support, without_needs
from depgraph.analytics.measures.witness import witnesses
from depgraph.errors import EmptyStoreError, UnknownIdError, UsageError
from depgraph.graph import RELATIONS
from depgraph.graph.facts_between import toggles
from depgraph.ids import id_key
from depgraph.model import DECISIONS
from depgraph.usecases.answer import SOMETIMES, Answer
from depgraph.usecases.questions.figures import figure as figure_of
from depgraph.usecases.questions.methods import list_methods
from depgraph.usecases.questions.reasons import AMONG_THEM, reason
from depgraph.usecases.questions.references import BLAST, CONCENTRATION, SPOF, Reference, read_reference
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph
    from depgraph.ports import Store
    from depgraph.usecases.view import Lens, View

NEED, DECLARATION, SOURCE = "need", "declaration", "source"

_METHODS: Final = {SPOF: "impacts", CONCENTRATION: "concentration", BLAST: "witnesses"}
_SOURCES: Final = 12
"""How many sources are left out one by one: each is a graph to be assembled."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a figure rests on, and what it becomes if that alone is left out."""

    sort: Annotated[str, "need: with all its records; declaration: of a requirement; source: all that it says"]
    dependent: Annotated[str, "id of who needs, empty of a source"]
    provider: Annotated[str, "id of what is needed, empty of a declaration and of a source"]
    relation: Annotated[str, "how it is needed"]
    requirement: Annotated[str, "name of the requirement"]
    at_least: Annotated[str, "what is declared of the requirement, empty where nothing is"]
    without: Annotated[float, "the figure if this alone is left out"]
    falls: Annotated[bool, "whether the figure is lower without it"]
    records: Annotated[tuple[str, ...], "source and record of each statement; of a source, what it is called"]


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation says besides its rows."""

    reference: Annotated[str, "the figure that is explained"]
    name: Annotated[str, "what the unit is called"]
    figure: Annotated[float, "the figure itself, of what is recorded"]
    method: Annotated[str, "the measure that computes it, with a page of its own"]
    says: Annotated[str, "what that measure returns"]
    witness: Annotated[tuple[str, ...] | None, "of a node that fails: ids from it back to what failed first"] = field(
        default=None, metadata=SOMETIMES
    )
    because: Annotated[str | None, "the witness in words"] = field(default=None, metadata=SOMETIMES)


def explain(
    store: Store,
    view: View,
    written: str,
    *,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Progress | None = None,
) -> Answer[Ground, Explained]:
    """Return the facts that one figure rests on, those first without which it changes most.

    Order: how much the figure changes, falling; then sources, declarations and needs, by ids.

    Parameters
    ----------
    store : Store
        Where the view is from: each source is left out of it.
    written : str
        A reference, as `REFERENCE`.
    sector, hub : str
        Whose failures count in the figure.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    Raises
    ------
    UsageError
        If the reference names no figure.
    UnknownIdError
        If it names no unit.

    """
    asked, graph = read_reference(written), view.graph
    name, why = _WHOLE, _Why()
    if asked.unit:
        found = units(graph, asked.by)
        at = _unit(graph, found, asked)
        asked, name = asked._replace(unit=str(found.id[at])), str(found.name[at])
        if asked.node:
            asked, why = _victim(view, found.take([at]), asked, sector or hub)
            name = why.name
    figure, grounds, untried = _OF[asked.answer](view, asked, sector, hub, progress)
    idle = len(grounds)
    if asked.answer == CONCENTRATION:  # every need of the graph is tried, and most are of somebody else
        grounds = [each for each in grounds if each.without != figure]
    idle -= len(grounds)
    notes = [_WHAT]
    runs = [run.run for run in graph.runs if run.import_id and run.run.source != DECISIONS]
    sources = sorted({(run.source, run.part) for run in runs})
    if len(sources) <= _SOURCES:
        lens = replace(view.lens, as_of=graph.as_of, revision=view.revision)
        grounds += _Stated(store, lens, asked, sector, hub).without(view, sources, figure)
    else:
        notes.append(
            f"{len(sources)} sources stand behind the graph: none is left out, since they are above {_SOURCES}"
        )
    if idle:
        notes.append(f"{idle:,} needs alone change nothing, and are not listed")
    if untried:
        notes.append(f"{untried:,} facts that can reach the figure are not tried")
    grounds.sort(key=lambda each: _place(each, figure))
    shown = grounds[: limit or None]
    partial = f"{len(shown)} of {len(grounds)} grounds" if len(shown) < len(grounds) else ""
    method = next(one for one in list_methods() if one.name == _METHODS[asked.answer])
    adds = Explained(str(asked), name, figure, method.name, method.summary, why.witness, why.because)
    parameters = {"ref": str(asked), "sector": sector, "hub": hub, "limit": limit}
    return Answer(
        meta=view.meta("explain", parameters, adds=adds, notes=tuple(notes), partial=partial), rows=tuple(shown)
    )


def _place(each: Ground, figure: float) -> tuple[float | str | tuple[str, ...], ...]:
    change = -abs(each.without - figure)
    return change, _ORDER.index(each.sort), each.dependent, each.requirement, each.provider, each.relation, each.records


_ORDER: Final = (SOURCE, DECLARATION, NEED)
_DIGITS: Final = 9
"""To how many decimals shares are told, as `share_causes` has them."""

_LOSES: Final = FIGURES.index("organisations")
_HOW_SURE: Final = ("certainly fails", "may fail")
_WHOLE: Final = "of direct needs"
_WHAT: Final = (
    "each is left out alone, of what is recorded: a declared requirement becomes unknown, a need goes with all its"
    " records; where one changes nothing, two together may"
)


def _unit(graph: Graph, found: Units, asked: Reference) -> int:
    """Return the position of the unit that a reference names, by its id or by a node that belongs to it."""
    place = {id_key(node_id): at for at, node_id in enumerate(found.id.tolist())}
    # A country need not be a node: its id is then one of units alone.
    written = f"place:{asked.unit.removeprefix('place:').upper()}" if asked.by is By.COUNTRY else asked.unit
    at = place.get(id_key(written))
    if at is None:
        position = graph.position(asked.unit)
        node_id = str(graph.nodes.id[position])
        at = place.get(id_key(node_id), int(unit_of(graph, asked.by)[position]))
        if at < 0:
            cure = f"depgraph spof --by {asked.by} lists them"
            raise UnknownIdError(f"'{node_id}' is no {asked.by} that could fail, and belongs to none: {cure}")
    return at


class _Why(NamedTuple):
    """How a failure and the unit that it comes with are called, and by which chain it comes."""

    name: str = ""
    witness: tuple[str, ...] | None = None
    because: str | None = None


def _victim(view: View, unit: Units, asked: Reference, filters: str) -> tuple[Reference, _Why]:
    """Return the reference with the id of the node that is asked about, and why that fails with the unit if it does."""
    graph = view.graph
    node = graph.position(asked.node)
    node_id, name, first = str(graph.nodes.id[node]), str(graph.nodes.name[node]), str(unit.name[0])
    if filters:
        raise UsageError(f"'{asked}' names the node that fails: leave the sector and the hub out")
    if node in unit.member:
        raise UsageError(
            f"'{node_id}' belongs to '{unit.id[0]}', and goes down with it first: name a node that needs it"
        )
    told, end = asked._replace(node=node_id), asked.place[1]
    claim = f"that {name} {_HOW_SURE[end]} with {first}"
    found = witnesses(graph, unit)
    (rows,) = np.nonzero((found.node == node) & (found.certain | (end > 0)))
    if not len(rows):
        return told, _Why(claim)
    row = int(rows[0])
    chain = found.chain[found.indptr[row] : found.indptr[row + 1]].tolist()
    why = reason(graph, chain, found.broken_by(graph, row))
    return told, _Why(claim, why.witness, why.because or AMONG_THEM)


class _Rests(NamedTuple):
    """A figure, what it rests on but for sources, and how many facts were not tried."""

    figure: float
    grounds: list[Ground]
    untried: int


def _of_impacts(view: View, asked: Reference, sector: str, hub: str, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations a figure of a failure unit rests."""
    measure, end = asked.place
    scope = scope_of(view.graph, sector=sector, hub=hub)
    return _of_scope(view, asked, (FIGURES.index(measure), end), scope, progress)


def _of_scope(view: View, asked: Reference, place: tuple[int, int], scope: Scope, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations a figure of a unit rests, of those whose failure counts."""
    graph = view.graph
    rests = support(graph, units(graph, asked.by), scope, asked.unit, view.lens.doubt, progress=progress)
    figure = float(rests.figures[place])
    grounds = [
        _ground(graph, of_fact, requirement, float(measured[place]), figure)
        for of_fact, requirement, measured in zip(rests.needs, rests.requirement, rests.without, strict=True)
    ]
    return _Rests(figure, grounds, rests.untried)


def _of_falls(view: View, asked: Reference, _sector: str, _hub: str, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations it rests whether a node fails with a unit."""
    graph = view.graph
    scope = scope_of_node(graph, graph.position(asked.node))
    return _of_scope(view, asked, (_LOSES, asked.place[1]), scope, progress)


def _of_shares(view: View, asked: Reference, sector: str, hub: str, progress: Progress | None) -> _Rests:
    """Return on which needs a share or an index of direct supply rests."""
    graph = view.graph
    measure, end = asked.place
    only = scope_of(graph, sector=sector, hub=hub).victim if sector or hub else None
    between = toggles(without_needs(graph), graph, view.lens.doubt)
    both = None if only is None else (only, only)
    found = share_causes(between, asked.by, [(measure, asked.unit)], only=both, progress=progress)
    figure = _defined(found.after[0, end])
    facts = between.facts + between.restated
    grounds = [
        _ground(graph, facts[at].after, facts[at].requirement[1], _defined(measured[0, end]), figure)
        for at, measured in zip(found.fact.tolist(), found.without, strict=True)
        if facts[at].after
    ]
    return _Rests(figure, grounds, found.untried)


_OF: Final = {SPOF: _of_impacts, CONCENTRATION: _of_shares, BLAST: _of_falls}


def _defined(value: float) -> float:
    """Return a figure, 0 of a market that has none."""
    return 0.0 if np.isnan(value) else float(value)


def _ground(graph: Graph, of_fact: tuple[int, ...], requirement: int, without: float, figure: float) -> Ground:
    nodes, needs, columns = graph.nodes, graph.needs, graph.requirements
    first = of_fact[0] if of_fact else -1
    return Ground(
        sort=NEED if of_fact else DECLARATION,
        dependent=str(nodes.id[columns.dependent[requirement]]),
        provider=", ".join(dict.fromkeys(str(nodes.id[needs.provider[need]]) for need in of_fact)),
        relation=RELATIONS[needs.relation[first]].value if of_fact else "",
        requirement=str(columns.names[columns.name[requirement]]),
        at_least=str(columns.words[columns.at_least[requirement]]),
        without=without,
        falls=without < figure,
        records=_records(graph, of_fact, requirement),
    )


def _records(graph: Graph, needs: tuple[int, ...], requirement: int) -> tuple[str, ...]:
    """Return the records of needs; without any, those that declare something of the requirement."""
    evidence, said = graph.needs.evidence, graph.said
    found = []
    for need in needs or tuple(np.flatnonzero(graph.needs.requirement == requirement).tolist()):
        first = int(evidence.indptr[need])
        for entry, told in enumerate(graph.provenance(evidence, need), first):
            if needs or (said is not None and said.at_least[entry] > 0):
                found.append(f"{told.source}: {told.record}")
    return tuple(dict.fromkeys(found))


class _Stated(NamedTuple):
    """A figure, as it would be of some imports of a store."""

    store: Store
    lens: Lens
    asked: Reference
    sector: str
    hub: str

    def without(self, view: View, sources: Iterable[tuple[str, str]], figure: float) -> Iterator[Ground]:
        """Yield each source, and the figure of the graph that is assembled without it."""
        every = {
            held.revision: (held.run.source, held.run.part)
            for held in self.store.describe().history
            if (held.held_at(view.revision) if view.imports is None else held.revision in view.imports)
        }
        for source, part in sources:
            left = self.figure({number for number, run in every.items() if run != (source, part)})
            called = f"{source} ({part})" if part else source
            yield Ground(SOURCE, "", "", "", "", "", left, left < figure, (called,))

    def figure(self, imports: Collection[int]) -> float:
        """Return the figure in the graph of some imports; 0 where it has no such unit, or nobody who counts."""
        try:
            view = open_view(self.store, self.lens, imports=imports)
            if self.asked.answer == CONCENTRATION:
                measure, end = self.asked.place
                told = figure_of(view, measure, self.asked.unit, by=self.asked.by, sector=self.sector, hub=self.hub)
                return round(told.ends[end] or 0.0, _DIGITS)
            graph = view.graph
            scope = scope_of(graph, sector=self.sector, hub=self.hub)
            falls = self.asked.answer == BLAST
            scope = scope_of_node(graph, graph.position(self.asked.node)) if falls else scope
        except (EmptyStoreError, UsageError):
            return 0.0
        found = units(graph, self.asked.by)
        at = {id_key(node_id): at for at, node_id in enumerate(found.id.tolist())}.get(id_key(self.asked.unit))
        if at is None:
            return 0.0
        measured = impacts(graph, found.take(np.array([at])), scope)
        measure, end = self.asked.place
        return float(getattr(measured, f"{FIGURES[_LOSES] if falls else measure}_{ENDS[end]}")[0])
