"""One figure of an answer: the facts that it rests on, their records, and what it becomes without each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.support import ENDS, FIGURES, support
from depgraph.errors import EmptyStoreError, UnknownIdError, UsageError
from depgraph.graph import RELATIONS
from depgraph.ids import id_key
from depgraph.model import DECISIONS
from depgraph.usecases.answer import Answer
from depgraph.usecases.questions.methods import list_methods
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.measures.support import Support
    from depgraph.graph import Graph
    from depgraph.ports import Store
    from depgraph.usecases.view import Lens, View

NEED, DECLARATION, SOURCE = "need", "declaration", "source"

REFERENCE: Final = "spof/{by}/{measure}/{id}"
"""How a figure of a ranking is named: ``spof/party/score_upper/name:Example Cloud Inc``."""

_MEASURES: Final = tuple(f"{figure}_{end}" for figure in FIGURES for end in ENDS)
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


class Reference(NamedTuple):
    """A figure of a ranking of single points of failure."""

    by: By
    measure: str
    unit: str

    def __str__(self) -> str:
        return REFERENCE.format(by=self.by, measure=self.measure, id=self.unit)


def read_reference(written: str) -> Reference:
    """Return the figure that a reference names.

    Raises
    ------
    UsageError
        If it names none.

    Examples
    --------
    >>> read_reference("spof/party/score_upper/name:A/B")
    Reference(by=<By.PARTY: 'party'>, measure='score_upper', unit='name:A/B')

    """
    command, by, measure, unit = (*written.split("/", 3), "", "", "", "")[:4]
    if command != "spof" or not unit:
        raise UsageError(
            f"'{written}' names no figure: write it as spof/BY/MEASURE/ID, such as spof/party/score_upper/name:X"
        )
    if by not in tuple(By):
        raise UsageError(f"'{written}' names no figure: '{by}' is not one of {', '.join(By)}")
    if measure not in _MEASURES:
        raise UsageError(f"'{written}' names no figure: '{measure}' is not one of {', '.join(_MEASURES)}")
    return Reference(By(by), measure, unit)


def explain(
    store: Store,
    view: View,
    written: str,
    *,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
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
    found = units(graph, asked.by)
    at = _unit(graph, found, asked)
    asked = asked._replace(unit=str(found.id[at]))
    scope = scope_of(graph, sector=sector, hub=hub)
    rests = support(graph, found, scope, asked.unit, view.lens.doubt, progress=progress)
    place = divmod(_MEASURES.index(asked.measure), len(ENDS))
    figure = float(rests.figures[place])
    grounds = list(_facts(graph, rests, place))
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
    if rests.untried:
        notes.append(f"{rests.untried:,} facts that can reach the unit are not tried")
    grounds.sort(key=lambda each: _place(each, figure))
    shown = grounds[: limit or None]
    partial = f"{len(shown)} of {len(grounds)} grounds" if len(shown) < len(grounds) else ""
    method = next(one for one in list_methods() if one.name == "impacts")
    adds = Explained(str(asked), str(found.name[at]), figure, method.name, method.summary)
    parameters = {"ref": str(asked), "sector": sector, "hub": hub, "limit": limit}
    return Answer(
        meta=view.meta("explain", parameters, adds=adds, notes=tuple(notes), partial=partial), rows=tuple(shown)
    )


def _place(each: Ground, figure: float) -> tuple[float | str | tuple[str, ...], ...]:
    change = -abs(each.without - figure)
    return change, _ORDER.index(each.sort), each.dependent, each.requirement, each.provider, each.relation, each.records


_ORDER: Final = (SOURCE, DECLARATION, NEED)
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


def _facts(graph: Graph, rests: Support, place: tuple[int, int]) -> Iterator[Ground]:
    nodes, needs, columns = graph.nodes, graph.needs, graph.requirements
    figure = float(rests.figures[place])
    for of_fact, requirement, measured in zip(rests.needs, rests.requirement, rests.without, strict=True):
        without = float(measured[place])
        first = of_fact[0] if of_fact else -1
        yield Ground(
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
            graph = open_view(self.store, self.lens, imports=imports).graph
            scope = scope_of(graph, sector=self.sector, hub=self.hub)
        except (EmptyStoreError, UsageError):
            return 0.0
        found = units(graph, self.asked.by)
        at = {id_key(node_id): at for at, node_id in enumerate(found.id.tolist())}.get(id_key(self.asked.unit))
        if at is None:
            return 0.0
        return float(getattr(impacts(graph, found.take(np.array([at])), scope), self.asked.measure)[0])
