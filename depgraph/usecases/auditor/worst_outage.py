"""The worst outage of a population: the group that could stop the most is gone for three weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By
from depgraph.model import Kind
from depgraph.usecases.questions.assumptions import CARRIES, FALLBACKS
from depgraph.usecases.questions.outage import follow_scenario
from depgraph.usecases.questions.references import OUTAGE, Reference
from depgraph.usecases.scenario import Choice, Fails, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.usecases.questions.outage import Point, StoppedWithin
    from depgraph.usecases.questions.spof import SinglePoint
    from depgraph.usecases.scenario import Assumed
    from depgraph.usecases.view import View

LASTS: Final = 504.0
"""Three weeks, in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an outage runs, in both bounds.

    Attributes
    ----------
    curve : tuple of Point
        How much is down from each hour on at which that changes, as `follow_outage` gives it.
    stopped : tuple of StoppedWithin
        How many functions have stopped within a day, a week and a month of 30 days.
    people_hours_lower, people_hours_upper : float or None
        None if there is no end, or the people served are not known.
    counting : str
        How people-hours count, in words.
    notes : tuple of str
        What nobody declared.

    """

    curve: tuple[Point, ...]
    stopped: tuple[StoppedWithin, ...]
    people_hours_lower: float | None
    people_hours_upper: float | None
    counting: str
    notes: tuple[str, ...]

    @property
    def people_known(self) -> bool:
        """Whether it is known at every moment how many people are hit, and anybody is."""
        hit = [at.people_upper for at in self.curve]
        return None not in hit and any(hit)

    def first(self, counted: str) -> tuple[float | None, float | None]:
        """Return from which hour on any of what is `counted` may be down, and from which it is; None is never."""
        may, must = (
            [at.hour for at in self.curve if getattr(at, f"{counted}_{bound}")] for bound in ("upper", "lower")
        )
        return min(may, default=None), min(must, default=None)

    def down(self, counted: str, hour: float) -> tuple[int, int]:
        """Return how many of what is `counted` are down just before an hour."""
        now = max((at for at in self.curve if at.hour < hour), key=lambda at: at.hour, default=None)
        return (getattr(now, f"{counted}_lower"), getattr(now, f"{counted}_upper")) if now else (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstOutage:
    """What happens while one group is gone: as recorded, and with fallbacks assumed.

    Attributes
    ----------
    hours : float
        How long it is gone.
    counted : str
        ``functions``, or ``organisations`` where no function is recorded.
    undeclared : int
        Functions of the population whose fallback nobody declared.
    carries : float
        For how many hours these are assumed to carry on in `assumed`.
    assumed : Course or None
        None if there is nothing to assume.

    """

    id: str
    name: str
    hours: float
    counted: str
    undeclared: int
    carries: float
    recorded: Course
    assumed: Course | None

    @property
    def reference(self) -> str:
        """How depgraph explain calls the people-hours lost at most, as recorded."""
        return str(self._people_hours)

    @property
    def assumed_reference(self) -> str:
        """How it calls them with the fallbacks that are assumed; empty if there is nothing to assume."""
        return str(self._people_hours._replace(assumed=True)) if self.assumed else ""

    @property
    def _people_hours(self) -> Reference:
        return Reference(OUTAGE, By.GROUP, "people_hours_upper", self.id, hours=self.hours)


def follow_worst_outage(
    view: View, ranked: Iterable[SinglePoint], *, sector: str = "", hub: str = ""
) -> WorstOutage | None:
    """Return how it runs if the first of the groups `ranked` is gone for three weeks; None if nothing fails with it."""
    worst = next(iter(ranked), None)
    if worst is None or not worst.fails_upper:
        return None
    graph = view.graph
    functions = scope_of(graph, sector=sector, hub=hub).victim & graph.of_kind(Kind.FUNCTION)
    undeclared = int(np.count_nonzero(functions & (graph.nodes.fallback.astype(object) == "")))
    return WorstOutage(
        id=worst.id,
        name=worst.name,
        hours=LASTS,
        counted="functions" if functions.any() else "organisations",
        undeclared=undeclared,
        carries=CARRIES,
        recorded=_course(view, worst.id, (), sector, hub),
        assumed=_course(view, worst.id, FALLBACKS, sector, hub) if undeclared else None,
    )


def _course(view: View, group: str, fallbacks: tuple[Assumed, ...], sector: str, hub: str) -> Course:
    gone = Fails(key="fails", who=Choice(groups=(group,)), since=0.0, until=LASTS)
    scenario = Scenario(
        file="three weeks", name="three weeks", description="", fails=(gone,), fallbacks=fallbacks, probabilities={}
    )
    meta = follow_scenario(view, scenario, sector=sector, hub=hub, limit=1).meta
    lost = meta.adds.people_hours
    return Course(
        curve=meta.adds.curve,
        stopped=meta.adds.stopped,
        people_hours_lower=lost.lower,
        people_hours_upper=lost.upper,
        counting=lost.counted,
        notes=tuple(note for note in meta.notes if note not in view.notes and lost.counted not in note),
    )
