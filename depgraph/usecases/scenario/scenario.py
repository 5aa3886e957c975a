"""`Scenario`: what fails when, with which facts changed and which fallbacks assumed, on any graph."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from depgraph.analytics.basis.units import By, named_unit, units
from depgraph.analytics.measures.outage import Strikes
from depgraph.errors import InputError, UnknownIdError
from depgraph.graph import CERTAIN
from depgraph.ids import is_unknown
from depgraph.usecases.scenario.edits import altered
from depgraph.usecases.scenario.probabilities import resolved
from depgraph.usecases.scenario.selection import chosen, failing
from depgraph.usecases.scenario.syntax import NewNeed
from depgraph.usecases.scenario.told import ToldFallback, ToldScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.analytics.basis.units import Units
    from depgraph.graph import Doubt, Graph
    from depgraph.usecases.scenario.syntax import Assumed, Fails, NewNode, Removed


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """A scenario on a graph: changed and with the fallbacks assumed, what fails at all as one unit, and when."""

    graph: Graph
    unit: Units
    strikes: Strikes


@dataclass(frozen=True, slots=True)
class Scenario:
    """What fails when, with which facts changed and fallbacks assumed, and how likely failures are.

    Attributes
    ----------
    file : str
        Its name, which errors give.
    probabilities : mapping
        As `depgraph.usecases.scenario.probabilities.resolved` takes it.

    """

    file: str
    name: str
    description: str
    fails: tuple[Fails, ...]
    fallbacks: tuple[Assumed, ...]
    probabilities: Mapping[str, Any]
    adds: tuple[NewNode | NewNeed, ...] = ()
    removes: tuple[Removed, ...] = ()

    def told(self) -> ToldScenario:
        """Return what an answer says of it."""
        return ToldScenario(
            name=self.name,
            description=self.description,
            fallbacks_assumed=tuple(map(ToldFallback.of, self.fallbacks)),
            facts_added=len(self.adds) if self.changes else None,
            facts_removed=len(self.removes) if self.changes else None,
        )

    @property
    def changes(self) -> bool:
        """Whether it adds or removes facts."""
        return bool(self.adds or self.removes)

    @property
    def alters(self) -> bool:
        """Whether a graph is another one with it: for its facts, or for the fallbacks that it assumes."""
        return self.changes or bool(self.fallbacks)

    @property
    def bare(self) -> Scenario:
        """The same failures with nothing changed."""
        return replace(self, adds=(), removes=(), fallbacks=())

    def meant(self, graph: Graph) -> frozenset[int]:
        """Return the nodes of a graph that it names or chooses, for whatever.

        Raises
        ------
        InputError
            Naming file and key, if the graph does not hold who is chosen.

        """
        written = [text for each in self.removes for text in (*each.dependents, each.replaced_by) if text]
        for new in self.adds:
            if isinstance(new, NewNeed):
                written += filter(None, (new.need.dependent, new.need.provider, new.alternative_to))
            else:
                written += [tie.object for tie in new.ties]
        found: set[int] = set()
        for removed in self.removes:
            found |= {*chosen(graph, removed.who, f"{self.file}: {removed.key}", unknown=True)}
        for assumed in self.fallbacks:
            found |= {*chosen(graph, assumed.who, f"{self.file}: {assumed.key}")}
        for text in (each for each in written if not is_unknown(each)):
            with suppress(UnknownIdError):  # what is added is not there yet
                found.add(graph.position(text))
        return frozenset(found)

    def changed(self, graph: Graph, doubt: Doubt = CERTAIN) -> Graph:
        """Return the graph with the facts added and removed, and the fallbacks that are assumed.

        Raises
        ------
        InputError
            Naming file and key, if the graph does not hold what the scenario names, or if two
            assumptions are made of one fallback.

        """
        return self._assuming(altered(graph, self, doubt))

    def on(self, graph: Graph, doubt: Doubt = CERTAIN) -> Cast:
        """Return what the scenario means on a graph.

        Parameters
        ----------
        doubt : Doubt
            What was doubted in the graph.

        Raises
        ------
        InputError
            As `changed`, or if nothing fails.

        """
        if not self.fails:
            raise InputError(f"{self.file}: fails: nothing fails in this scenario: add [[fails]] with ids")
        after = self.changed(graph, doubt)
        if self.probabilities:
            resolved(after, self.probabilities, f"{self.file}: probabilities")
        every = [named_unit(after, *failing(after, each.who, f"{self.file}: {each.key}")) for each in self.fails]
        sizes = [len(each.seed) for each in every]
        node = np.concatenate([each.seed for each in every]).astype(np.int32)
        perhaps = np.concatenate([~np.isin(each.seed, each.at(upper=False).seed) for each in every])
        strikes = Strikes(
            node=node,
            since=np.repeat([each.since for each in self.fails], sizes),
            until=np.repeat([each.until for each in self.fails], sizes),
            perhaps=perhaps if perhaps.any() else None,
        )
        unit = named_unit(after, node[~perhaps].tolist(), node[perhaps].tolist())
        if any(each.who.countries for each in self.fails):
            countries = units(after, By.COUNTRY)
            unit = replace(unit, homeless=countries.homeless, misplaced=countries.misplaced)
        return Cast(after, unit, strikes)

    def _assuming(self, graph: Graph) -> Graph:
        """Return the graph with the fallbacks that are assumed."""
        status, hours = graph.nodes.fallback.copy(), graph.nodes.fallback_hours.copy()
        taken: dict[int, str] = {}
        for each in self.fallbacks:
            for node in chosen(graph, each.who, f"{self.file}: {each.key}"):
                if node in taken:
                    raise InputError(
                        f"{self.file}: {each.key}: '{graph.nodes.id[node]}' has a fallback in {taken[node]} already"
                    )
                taken[node] = each.key
                status[node], hours[node] = each.status, each.hours
        if not taken:
            return graph
        doubted = graph.doubted
        if doubted is not None:  # whoever assumes a fallback asks no evidence of it
            doubted = doubted & ~np.isin(np.arange(len(doubted)), list(taken))
        return replace(graph, nodes=replace(graph.nodes, fallback=status, fallback_hours=hours), doubted=doubted)
