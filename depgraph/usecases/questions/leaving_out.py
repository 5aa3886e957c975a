"""Facts behind a figure, each left out alone: graphs assembled without it, the nearest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.errors import EmptyStoreError, InputError, UsageError
from depgraph.usecases.omissions import without_attribute, without_declaration, without_needs, without_source
from depgraph.usecases.questions.chance_figures import Drawn
from depgraph.usecases.questions.change import NotMadeError
from depgraph.usecases.questions.grounds import declared_by, ground, of_attribute, of_source
from depgraph.usecases.questions.references import COUNTS, OF_UNIT, OUTAGE, PROBABILITY, SCENARIO, SIMULATE
from depgraph.usecases.questions.refigured import reached_from, refigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.graph import Graph
    from depgraph.usecases.omissions import Omission
    from depgraph.usecases.questions.change import Change
    from depgraph.usecases.questions.grounds import Ground
    from depgraph.usecases.questions.references import Reference
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.view import View

_STATEMENTS: Final = 500_000
"""How many statements are read again in all: of a store of 33,000, fifteen facts are tried."""
_LEAST: Final = 8
"""How many facts are tried at least, however large the store is."""

_TIMES: Final = ("fallback", "fallback_hours", "recovery_hours", "tolerance_hours", "people")
"""Attributes that an outage rests on."""
_PEOPLE: Final = ("people",)


class Rests(NamedTuple):
    """What a figure rests on but for sources, and how many facts were not tried."""

    grounds: list[Ground]
    untried: int


class Left(NamedTuple):
    """A view without something, and a figure that is asked of it; after a change, that of the changed graph."""

    view: View
    asked: Reference
    sector: str
    hub: str
    drawn: Drawn = Drawn()
    change: Change | None = None
    fails: Scenario | None = None

    def figure(self, omitting: Omission) -> float | None:
        """Return the figure of the graph without something; 0 where it has no such unit, or nobody who counts.

        None where it is not known, or the change cannot be made without it.
        """
        assert self.view.without is not None  # noqa: S101 - views of a store have it
        try:
            there = replace(self.view, graph=self.view.without(omitting))
            return self.of(there)
        except NotMadeError:
            return None
        except (EmptyStoreError, InputError, UsageError):
            return 0.0

    def of(self, view: View) -> float | None:
        """Return the figure of a view."""
        return refigured(view, self.asked, sector=self.sector, hub=self.hub, drawn=self.drawn, fails=self.fails)

    def sources(self, named: Iterable[tuple[str, str]], figure: float | None) -> Iterator[Ground]:
        """Yield each source, and the figure without it."""
        for source, part in named:
            yield of_source(source, part, self.figure(without_source(source, part)), figure)

    def facts(self, figure: float | None, progress: Progress | None = None, most: int | None = None) -> Rests:
        """Return the needs, declarations and attributes that can reach the figure, and the figure without each.

        At most so many are tried; None is as many as the size of the store allows.
        """
        return self._tried(list(self._facts()), figure, progress, most)

    def people(self, figure: float, most: int | None = None) -> Rests:
        """Return the numbers of people served on which a figure of people hit rests, as `facts` does."""
        graph = self.view.graph
        nearest = near(graph, *reached_from(graph, self.asked))
        every = list(self._recorded(_attributes(graph, _ends(graph, nearest), _PEOPLE)))
        found, untried = self._tried(every, figure, None, most)
        return Rests([each for each in found if each.without != figure], untried)

    def touched(self, figure: float | None, progress: Progress | None = None, most: int | None = None) -> Rests:
        """Return the recorded facts of requirements that the change touches, as `facts` does; none without one."""
        return self._tried(list(self._touched()), figure, progress, most)

    def leaves(self, requirement: int) -> bool:
        """Say whether facts of a requirement of the view may be left out of it: the change does not touch it."""
        return self.change is None or requirement not in self.change.touched.after

    def _tried(self, every: list[_Fact], figure: float | None, progress: Progress | None, most: int | None) -> Rests:
        graph = self.view.graph
        size = len(graph.needs.evidence.run) + len(graph.nodes) + len(graph.ties)
        tried = every[: max(_LEAST, _STATEMENTS // max(size, 1)) if most is None else most]
        grounds = []
        for done, fact in enumerate(tried):
            if progress:
                progress(done, len(tried))
            left = self.figure(fact.omission())
            if fact.attribute:
                value = getattr(fact.graph.nodes, fact.attribute)[fact.at]
                told = f"{value:.15g}" if isinstance(value, float) else str(value)
                grounds.append(of_attribute(fact.graph, fact.at, fact.attribute, told, left, figure))
            else:
                grounds.append(ground(fact.graph, fact.needs, fact.at, left, figure))
        return Rests(grounds, len(every) - len(tried))

    def _facts(self) -> Iterator[_Fact]:
        """Yield the facts whose absence can change a figure: of the change, then the nearest to what it is about."""
        yield from self._touched()
        graph, asked = self.view.graph, self.asked
        scope = scope_of(graph, sector=self.sector, hub=self.hub)
        if asked.answer == COUNTS and asked.measure == "people":
            bearers = np.unique(np.concatenate((scope.organisation, scope.item)))
            order = np.argsort(-graph.nodes.people[bearers], kind="stable")
            yield from self._recorded(_attributes(graph, bearers[order].tolist(), _PEOPLE))
        nearest = _nearest(graph, asked, scope, self.fails)
        needs, requirements = graph.needs, graph.requirements
        resting = _resting(asked)
        seen: set[int] = set()
        timed: set[int] = set()
        for need in nearest.tolist():
            requirement = int(needs.requirement[need])
            if not graph.own_run_by[need] and self.leaves(requirement):
                yield _Fact(graph, (need,), requirement)
                if requirement not in seen and requirements.at_least[requirement] and asked.answer != COUNTS:
                    seen.add(requirement)
                    yield _Fact(graph, (), requirement)
            ends = {int(needs.dependent[need]): 0, int(needs.provider[need]): 0}
            untimed = (node for node in ends if resting and node not in timed)
            yield from self._recorded(_attributes(graph, untimed, resting))
            timed |= ends.keys()

    def _touched(self) -> Iterator[_Fact]:
        """Yield the recorded facts of requirements that the change touches."""
        if self.change is None:
            return
        graph, touched = self.change.before.graph, self.change.touched.before
        for requirement in sorted(touched):
            needs = [need for need in declared_by(graph, requirement) if not graph.own_run_by[need]]
            yield from (_Fact(graph, (need,), requirement) for need in needs)
            if needs and graph.requirements.at_least[requirement] and self.asked.answer != COUNTS:
                yield _Fact(graph, (), requirement)

    def _recorded(self, facts: Iterator[_Fact]) -> Iterator[_Fact]:
        """Yield those attributes that the change does not give."""
        return (fact for fact in facts if self.change is None or self.change.recorded(fact.at, fact.attribute))


class _Fact(NamedTuple):
    """Needs that are one fact of a requirement; without any, that it is declared; or an attribute of a node."""

    graph: Graph
    needs: tuple[int, ...]
    at: int
    attribute: str = ""

    def omission(self) -> Omission:
        """Return how imports are without it."""
        if self.attribute:
            return without_attribute(self.graph, self.at, self.attribute)
        if self.needs:
            return without_needs(self.graph, self.needs)
        return without_declaration(self.graph, self.at, declared_by(self.graph, self.at))


def _resting(asked: Reference) -> tuple[str, ...]:
    """Return the attributes on which a figure rests."""
    if asked.answer == OUTAGE or (asked.answer == SCENARIO and asked.place[0] not in OF_UNIT):
        return _TIMES
    return _PEOPLE if asked.measure.startswith("people_") else ()


def _nearest(graph: Graph, asked: Reference, scope: Scope, fails: Scenario | None) -> NDArray[np.intp]:
    """Return the needs whose absence can change a figure, the nearest to what it is about first."""
    if asked.answer == COUNTS:
        return _counted(graph, asked)
    if asked.answer != SIMULATE or asked.measure.startswith(PROBABILITY):
        return near(graph, *reached_from(graph, asked, fails))
    # Of all that counts together: first those whose dependent is itself needed most often.
    found = near(graph, scope.item.tolist(), above=False, below=True)
    often = np.bincount(graph.needs.provider[found], minlength=len(graph.nodes))[graph.needs.dependent[found]]
    return found[np.argsort(-often, kind="stable")]


def _ends(graph: Graph, needs: NDArray[np.intp]) -> Iterable[int]:
    """Return the nodes of needs, each once."""
    both = np.column_stack((graph.needs.dependent[needs], graph.needs.provider[needs]))
    return dict.fromkeys(both.reshape(-1).tolist())


def _attributes(graph: Graph, nodes: Iterable[int], names: Iterable[str]) -> Iterator[_Fact]:
    """Yield those of some attributes of nodes that anybody states."""
    for node in nodes:
        yield from (_Fact(graph, (), node, name) for name in names if _stated(graph, node, name))


def _stated(graph: Graph, node: int, name: str) -> bool:
    value = getattr(graph.nodes, name)[node]
    return bool(value) if isinstance(value, str) else not np.isnan(value)


def _counted(graph: Graph, asked: Reference) -> NDArray[np.intp]:
    """Return the needs that a count is of, or that the nodes in it are known by."""
    needs, requirements = graph.needs, graph.requirements
    if asked.measure == "unknown_providers":
        return np.flatnonzero(graph.nodes.unknown[needs.provider])
    if asked.measure == "undeclared_requirements":
        open_ = requirements.k_lower < requirements.k_upper - requirements.grown - requirements.widened
        return np.flatnonzero(open_[needs.requirement])
    return np.arange(len(needs))


def near(graph: Graph, start: list[int], above: bool, below: bool) -> NDArray[np.intp]:  # noqa: FBT001 - as it is told
    """Return the needs that lead to some nodes, or from them, by how many steps they are away; all without a start.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> small = graph("f1>x x>y f2>z")
    >>> at = near(small, [small.position("name:y")], True, False)
    >>> [str(small.nodes.name[small.needs.dependent[need]]) for need in at]
    ['x', 'f1']

    """
    needs = graph.needs
    if not start:
        return np.arange(len(needs))
    away = np.full(len(needs), -1, dtype=np.int64)
    for wanted, ends in ((above, (needs.provider, needs.dependent)), (below, (needs.dependent, needs.provider))):
        inside = np.zeros(len(graph.nodes), dtype=np.bool_)
        inside[start] = wanted
        frontier, step = inside.copy(), 0
        while frontier.any():
            step += 1
            reached = np.flatnonzero(frontier[ends[0]])
            away[reached] = np.where(away[reached] < 0, step, np.minimum(away[reached], step))
            frontier = np.zeros_like(inside)
            frontier[ends[1][reached]] = True
            frontier &= ~inside
            inside |= frontier
    found = np.flatnonzero(away >= 0)
    return found[np.argsort(away[found], kind="stable")]
