"""One figure of an answer: the facts that it rests on, their records, and what it becomes without each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of, scope_of_node
from depgraph.analytics.basis.units import By, unit_of, units
from depgraph.analytics.measures.share_causes import share_causes
from depgraph.analytics.measures.support import FIGURES, support, without_needs
from depgraph.analytics.measures.witness import witnesses
from depgraph.counting import counted
from depgraph.errors import UnknownIdError, UsageError
from depgraph.graph.facts_between import toggles
from depgraph.ids import id_key
from depgraph.model import DECISIONS
from depgraph.usecases.answer import SOMETIMES, Answer, shown_of
from depgraph.usecases.questions.assumptions import CARRIES, SEED, TRIALS, Chances
from depgraph.usecases.questions.chance_figures import Drawn, cause_at
from depgraph.usecases.questions.change import Change
from depgraph.usecases.questions.check import party_checked
from depgraph.usecases.questions.grounds import Ground, ground, of_scenario, place
from depgraph.usecases.questions.leaving_out import Left
from depgraph.usecases.questions.methods import list_methods
from depgraph.usecases.questions.reasons import AMONG_THEM, reason
from depgraph.usecases.questions.references import (
    AT_LEAST,
    BLAST,
    CHANGED,
    CHECK,
    CONCENTRATION,
    COUNTS,
    CUTSETS,
    GAPS,
    IN_TAIL,
    OF_UNIT,
    OUTAGE,
    PAIRS,
    SCENARIO,
    SIMULATE,
    SPOF,
    Reference,
    read_reference,
)
from depgraph.usecases.scenario import ToldScenario  # noqa: TC001 - schemas read the types at run time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.view import View

_METHODS: Final = {
    SPOF: "impacts",
    CONCENTRATION: "concentration",
    BLAST: "witnesses",
    GAPS: "gaps",
    OUTAGE: "outage",
    PAIRS: "pairs",
    CUTSETS: "count_cut_sets",
    COUNTS: "scope_of",
    SIMULATE: "simulate",
    SCENARIO: "impacts",
    CHECK: "units",
}
_SOURCES: Final = 12
"""How many sources are left out one by one: each is a graph to be assembled."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation says besides its rows."""

    reference: Annotated[str, "the figure that is explained"]
    name: Annotated[str, "what the unit is called"]
    figure: Annotated[float | None, "the figure itself, of what is recorded; nothing: without end, or not known"]
    method: Annotated[str, "the measure that computes it, with a page of its own"]
    says: Annotated[str, "what that measure returns"]
    witness: Annotated[tuple[str, ...] | None, "of a node that fails: ids from it back to what failed first"] = field(
        default=None, metadata=SOMETIMES
    )
    because: Annotated[str | None, "the witness in words"] = field(default=None, metadata=SOMETIMES)
    scenario: Annotated[ToldScenario | None, "the change after which it is the figure, or what fails in it"] = field(
        default=None, metadata=SOMETIMES
    )


def explain(
    view: View,
    written: str,
    *,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    chances: Chances | None = None,
    scenario: Scenario | None = None,
    trials: int = TRIALS,
    seed: int = SEED,
    most_facts: int | None = None,
    progress: Progress | None = None,
) -> Answer[Ground, Explained]:
    """Return the facts that one figure rests on, those first without which it changes most.

    Order: how much the figure changes, falling; then sources, declarations and needs, by ids.

    Parameters
    ----------
    view : View
        Of a store: each source is left out of it.
    written : str
        A reference, as `REFERENCE`.
    sector, hub : str
        Whose failures count in the figure.
    limit : int
        How many rows; 0 is all.
    chances : Chances, optional
        How likely failures are, of figures of random failures; None is what reports assume.
    scenario : Scenario, optional
        The change of a figure after one, or what fails, of a figure of a scenario; of random failures how likely they
        are too, where it says so.
    trials, seed : int
        How to draw, where no chances say it.
    most_facts : int, optional
        How many facts are tried where each takes a graph of its own; None is as many as the size of the store allows.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    Raises
    ------
    InputError
        If the probabilities or the scenario make no sense on this graph.
    UsageError
        If the reference names no figure, probabilities or a scenario are given for one that has none, or the scenario
        is missing.
    UnknownIdError
        If it names no unit.

    """
    asked = read_reference(written)
    _check_scenario(asked, scenario)
    change = Change.of(view, scenario) if scenario and asked.changed else None
    recorded, view = view, change.after if change else view
    graph = view.graph
    chances = _said(asked, chances, scenario, trials, seed)
    drawn = Drawn(chances or Chances(trials=trials, seed=seed))
    if asked.answer == SIMULATE:
        drawn = drawn._replace(causes=drawn.of(graph))
    fails = scenario.bare if scenario and asked.answer == SCENARIO else None
    if drawn.causes is not None:
        asked, why = _at_random(graph, asked, drawn)
    else:
        asked, why = _in_scenario(view, asked, fails, sector or hub) if fails else _called(view, asked, sector or hub)
    left = Left(view, asked, sector, hub, drawn, change, fails)
    figure, grounds, untried = _rests(left, progress, most_facts)
    idle = 0
    if asked.answer not in {SPOF, BLAST} or change:  # every need of the graph is tried, and most are of somebody else
        telling = [each for each in grounds if each.without != figure]
        idle, grounds = (len(grounds) - len(telling), telling) if telling else (0, grounds)
    notes = [_WHAT, *_assumed(asked, chances)]
    runs = [run.run for run in graph.runs if run.import_id and run.run.source != DECISIONS]
    sources = sorted({(run.source, run.part) for run in runs})
    if len(sources) <= _SOURCES:
        grounds += left.sources(sources, figure)
    else:
        notes.append(
            f"{len(sources)} sources stand behind the graph: none is left out, since they are above {_SOURCES}"
        )
    if idle:
        notes.append(
            f"{counted(idle, 'fact alone changes nothing, and is', 'facts alone change nothing, and are')} not listed"
        )
    if untried:
        notes.append(
            f"{counted(untried, 'fact that can reach the figure is', 'facts that can reach the figure are')} not tried"
        )
    if change:
        grounds += (of_scenario(graph, need) for need in change.of_scenario())
        notes.append(_CHANGE)
    grounds.sort(key=lambda each: place(each, figure))
    shown = grounds[: limit or None]
    partial = shown_of(len(shown), len(grounds), "grounds")
    method = next(one for one in list_methods() if one.name == _method(asked))
    told = scenario.told() if scenario else None
    adds = Explained(str(asked), why.name, figure, method.name, method.summary, why.witness, why.because, told)
    given = {"probabilities": chances.probabilities, "trials": chances.trials, "seed": chances.seed} if chances else {}
    if asked.answer == SIMULATE and (trials, seed) != (TRIALS, SEED):
        given |= {"trials": trials, "seed": seed}
    given |= {"scenario": scenario.file} if scenario else {}
    parameters = {"ref": str(asked), "sector": sector, "hub": hub, "limit": limit, **given}
    return Answer(
        meta=recorded.meta("explain", parameters, adds=adds, notes=tuple(notes), partial=partial), rows=tuple(shown)
    )


def _method(asked: Reference) -> str:
    """Return the measure that computes a figure."""
    in_time = asked.answer == SCENARIO and asked.place[0] not in OF_UNIT
    return _METHODS[OUTAGE if in_time else asked.answer]


def _said(
    asked: Reference, chances: Chances | None, scenario: Scenario | None, trials: int, seed: int
) -> Chances | None:
    """Return how likely failures are as somebody says, if it is about that; None is as reports assume."""
    if chances and asked.answer != SIMULATE:
        raise UsageError(f"'{asked}' is no figure of random failures: leave the probabilities, trials and seed out")
    if chances or asked.answer != SIMULATE or not (scenario and scenario.probabilities):
        return chances
    return Chances(scenario.probabilities, f"{scenario.file}: probabilities", trials, seed)


def _check_scenario(asked: Reference, scenario: Scenario | None) -> None:
    """Raise unless a scenario is beside a reference that takes one, and beside no other.

    How likely failures are may be said by one that changes nothing.
    """
    if scenario is None and asked.takes_scenario:
        what = "a figure after a change" if asked.changed else "a figure of what fails in a scenario"
        raise UsageError(f"'{asked}' is {what}: give that scenario too (--scenario with a file or JSON)")
    likely = scenario and asked.answer == SIMULATE and scenario.probabilities and not scenario.alters
    if scenario and not (asked.takes_scenario or likely):
        raise UsageError(
            f"'{asked}' is a figure of what is recorded: leave the scenario out, or ask for '{CHANGED}{asked}'"
        )


_CHANGE: Final = (
    "needs that the scenario adds or moves are of the scenario: no record states them, and they are not left out; what"
    " is recorded is left out before the change is made, and where it cannot be made then, the figure is not known"
)
_LOSES: Final = FIGURES.index("organisations")
_HOW_SURE: Final = ("certainly fails", "may fail")
_WHOLE: Final = {CONCENTRATION: "of direct needs", COUNTS: "in the graph"}
_IN_ALL: Final = "of all that fails in it"
_WHAT: Final = (
    "each is left out alone, of what is recorded: a declared requirement becomes unknown, a need goes with all its"
    " records; where one changes nothing, two together may"
)


_ASSUMED_CHANCES: Final = (
    "probabilities are those that reports assume, and in no source: each draw of a cause is the same whatever is left"
    " out, and a cause that goes with it never strikes"
)
_ASSUMED_FALLBACKS: Final = (
    f"assumed, and in no source: each function whose fallback nobody declared carries on for {CARRIES:g} hours"
)


def _assumed(asked: Reference, chances: Chances | None) -> Iterator[str]:
    """Yield what a figure rests on that is in no source."""
    if asked.answer == SIMULATE and not chances:
        yield _ASSUMED_CHANCES
    if asked.assumed:
        yield _ASSUMED_FALLBACKS


def _called(view: View, asked: Reference, filters: str) -> tuple[Reference, _Why]:
    """Return a reference with the ids of the graph for those that are written, and what its figure is of."""
    graph = view.graph
    if asked.answer in {GAPS, CUTSETS, CHECK}:
        index = party_checked(graph, asked.unit) if asked.answer == CHECK else graph.position(asked.unit)
        return asked._replace(unit=str(graph.nodes.id[index])), _Why(str(graph.nodes.name[index]))
    if not asked.unit:
        return asked, _Why(asked.market or _WHOLE.get(asked.answer, ""))
    partition = units(graph, asked.by)
    index = _unit(graph, partition, asked)
    asked, name = asked._replace(unit=str(partition.id[index])), str(partition.name[index])
    if asked.answer == BLAST:
        return _victim(view, partition.take([index]), asked, filters)
    if asked.answer == PAIRS:
        other = _unit(graph, partition, asked._replace(unit=asked.node))
        asked, name = asked._replace(node=str(partition.id[other])), f"{name} and {partition.name[other]}"
    elif asked.node:
        asked = asked._replace(node=str(graph.nodes.id[graph.position(asked.node)]))
    return asked, _Why(name)


def _in_scenario(view: View, asked: Reference, fails: Scenario, filters: str) -> tuple[Reference, _Why]:
    """Return a reference to a figure of what fails in a scenario with the id of its node, and why that fails."""
    graph = view.graph
    if not asked.node:
        return asked, _Why(_IN_ALL)
    if not asked.of_node:
        return _victim(view, fails.on(graph, view.lens.doubt).unit, asked, filters)
    at = graph.position(asked.node)
    return asked._replace(node=str(graph.nodes.id[at])), _Why(str(graph.nodes.name[at]))


def _at_random(graph: Graph, asked: Reference, drawn: Drawn) -> tuple[Reference, _Why]:
    """Return a reference to a figure of random failures with the id of its function or cause, and what it is called."""
    if asked.measure == IN_TAIL and drawn.causes is not None:
        cause = cause_at(drawn.causes, asked.kind, _cause_id(graph, asked))
        return asked._replace(unit=str(drawn.causes.id[cause])), _Why(str(drawn.causes.name[cause]))
    if not asked.unit or asked.measure.startswith(AT_LEAST):
        return asked, _Why(f"{asked.unit} functions at one moment" if asked.unit else "at one moment")
    at = graph.position(asked.unit)
    return asked._replace(unit=str(graph.nodes.id[at])), _Why(str(graph.nodes.name[at]))


def _cause_id(graph: Graph, asked: Reference) -> str:
    """Return the id of a cause that is written as that, as an alias or the name of its node, or as a country."""
    if asked.kind == By.COUNTRY:
        return f"place:{asked.unit.removeprefix('place:').upper()}"
    with suppress(UnknownIdError):  # several together are no node
        return str(graph.nodes.id[graph.position(asked.unit)])
    return asked.unit


def _unit(graph: Graph, partition: Units, asked: Reference) -> int:
    """Return the position of the unit that a reference names, by its id or by a node that belongs to it."""
    indices = {id_key(node_id): at for at, node_id in enumerate(partition.id.tolist())}
    # A country need not be a node: its id is then one of units alone.
    written = f"place:{asked.unit.removeprefix('place:').upper()}" if asked.by is By.COUNTRY else asked.unit
    index = indices.get(id_key(written))
    if index is None:
        position = graph.position(asked.unit)
        node_id = str(graph.nodes.id[position])
        index = indices.get(id_key(node_id), int(unit_of(graph, asked.by)[position]))
        if index < 0:
            cure = f"depgraph spof --by {asked.by} lists them"
            raise UnknownIdError(f"'{node_id}' is no {asked.by} that could fail, and belongs to none: {cure}")
    return index


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
    witnessed = witnesses(graph, unit)
    (rows,) = np.nonzero((witnessed.node == node) & (witnessed.certain | (end > 0)))
    if not len(rows):
        return told, _Why(claim)
    row = int(rows[0])
    chain = witnessed.chain[witnessed.indptr[row] : witnessed.indptr[row + 1]].tolist()
    why = reason(graph, chain, witnessed.broken_by(graph, row))
    return told, _Why(claim, why.witness, why.because or AMONG_THEM)


def _rests(left: Left, progress: Progress | None, most: int | None) -> tuple[float | None, list[Ground], int]:
    """Return a figure, what it rests on but for sources, and how many facts were not tried."""
    if not _at_once(left):
        figure = left.of(left.view)
        return figure, *left.facts(figure, progress, most)
    found = _AT_ONCE[left.asked.answer](left, progress)
    grounds, untried = left.touched(found.figure, progress, most)
    if left.asked.measure.startswith("people"):
        people = left.people(found.figure, most)
        grounds, untried = grounds + people.grounds, untried + people.untried
    return found.figure, found.grounds + grounds, found.untried + untried


def _at_once(left: Left) -> bool:
    """Say whether a figure is one of which hundreds of graphs are measured at once."""
    asked = left.asked
    if asked.answer == SPOF:
        if not asked.unit or asked.measure == "reach" or asked.place[0] not in FIGURES:
            return False
        # Where people are not known, a figure of them may not be.
        scope = scope_of(left.view.graph, sector=left.sector, hub=left.hub)
        return asked.measure != "people_upper" or bool(scope.people_known.all())
    return asked.plain_share if asked.answer == CONCENTRATION else asked.answer in _AT_ONCE


class _Rests(NamedTuple):
    """A figure, what it rests on but for sources, and how many facts were not tried."""

    figure: float
    grounds: list[Ground]
    untried: int


def _of_impacts(left: Left, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations a figure of a failure unit rests."""
    measure, end = left.asked.place
    scope = scope_of(left.view.graph, sector=left.sector, hub=left.hub)
    return _of_scope(left, (FIGURES.index(measure), end), scope, progress)


def _of_scope(left: Left, index: tuple[int, int], scope: Scope, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations a figure of a unit rests, of those whose failure counts."""
    view, asked, graph = left.view, left.asked, left.view.graph
    rests = support(graph, units(graph, asked.by), scope, asked.unit, view.lens.doubt, progress=progress)
    figure = float(rests.figures[index])
    grounds = [
        ground(graph, of_fact, requirement, float(measured[index]), figure)
        for of_fact, requirement, measured in zip(rests.needs, rests.requirement, rests.without, strict=True)
        if left.leaves(requirement)
    ]
    return _Rests(figure, grounds, rests.untried)


def _of_falls(left: Left, progress: Progress | None) -> _Rests:
    """Return on which needs and declarations it rests whether a node fails with a unit."""
    graph = left.view.graph
    scope = scope_of_node(graph, graph.position(left.asked.node))
    return _of_scope(left, (_LOSES, left.asked.place[1]), scope, progress)


def _of_shares(left: Left, progress: Progress | None) -> _Rests:
    """Return on which needs a share or an index of direct supply rests."""
    view, asked, graph = left.view, left.asked, left.view.graph
    measure, end = asked.place
    only = scope_of(graph, sector=left.sector, hub=left.hub).victim if left.sector or left.hub else None
    between = toggles(without_needs(graph), graph, view.lens.doubt)
    both = None if only is None else (only, only)
    shares = share_causes(between, asked.by, [(measure, asked.unit)], only=both, progress=progress)
    figure = _defined(shares.after[0, end])
    facts = between.facts + between.restated
    grounds = [
        ground(graph, facts[at].after, facts[at].requirement[1], _defined(measured[0, end]), figure)
        for at, measured in zip(shares.fact.tolist(), shares.without, strict=True)
        if facts[at].after and left.leaves(facts[at].requirement[1])
    ]
    return _Rests(figure, grounds, shares.untried)


_AT_ONCE: Final = {SPOF: _of_impacts, CONCENTRATION: _of_shares, BLAST: _of_falls}
"""Figures of which hundreds of graphs are measured at once."""


def _defined(value: float) -> float:
    """Return a figure, 0 of a market that has none."""
    return 0.0 if np.isnan(value) else float(value)
