"""What random failures could do: distributions with both bounds, and what makes the tail."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import numpy as np
from scipy.special import betaincinv

from depgraph.analytics.basis.causes import causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.simulation import simulate, strikes_in
from depgraph.errors import InputError, UsageError
from depgraph.usecases.answer import SOMETIMES, Answer
from depgraph.usecases.questions.belonging import about_chances
from depgraph.usecases.questions.losses import about_losses
from depgraph.usecases.questions.references import CHANGED, SIMULATE
from depgraph.usecases.scenario import ToldScenario  # noqa: TC001 - schemas read the types at run time
from depgraph.usecases.scenario.probabilities import resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from depgraph.analytics.basis.causes import Causes
    from depgraph.analytics.measures.simulation import Simulation
    from depgraph.arrays import Floats
    from depgraph.graph import Graph
    from depgraph.usecases.scenario import Scenario
    from depgraph.usecases.view import View

MOST: Final = 10_000_000
"""Trials in one run: their measures take 80 bytes each."""

MEASURES: Final = ("functions", "organisations", "people", "score", "fails")
_CONFIDENCE: Final = 0.95
_POINTS: Final = 50
"""Points of the exceedance curve at most."""

_LEFT_OUT: Final = (
    "what fails in the scenario, its hours and its fallbacks do not count here, only its probabilities:"
    " depgraph outage tells what happens when"
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one measure is distributed over the trials; each pair of bounds holds for the links that are known."""

    measure: Annotated[str, "functions, organisations, people, score or fails (nodes), hit in one trial"]
    mean_lower: Annotated[float, "mean of what certainly fails"]
    mean_upper: Annotated[float | None, "mean of what may fail; nothing if some people served are unknown"]
    q50_lower: Annotated[float, "half of the trials hit no more than this for certain"]
    q50_upper: Annotated[float | None, "half of the trials can hit no more than this"]
    q95_lower: Annotated[float, "95 % of the trials hit no more than this for certain"]
    q95_upper: Annotated[float | None, "95 % of the trials can hit no more than this"]
    q99_lower: Annotated[float, "99 % of the trials hit no more than this for certain"]
    q99_upper: Annotated[float | None, "99 % of the trials can hit no more than this"]
    tail95_lower: Annotated[float, "mean of the worst 5 % of the trials, for certain"]
    tail95_upper: Annotated[float | None, "mean of the worst 5 % of the trials, at most"]
    tail99_lower: Annotated[float, "mean of the worst 1 % of the trials, for certain"]
    tail99_upper: Annotated[float | None, "mean of the worst 1 % of the trials, at most"]


@dataclass(frozen=True, slots=True)
class Chance:
    """How often one function fails.

    `interval` holds at 95 % confidence for both bounds at once: with at least that
    probability its ends, computed from random trials, enclose them (Clopper & Pearson 1934).
    """

    id: Annotated[str, "id of the function"]
    name: Annotated[str, "what it is called"]
    probability_lower: Annotated[float, "in what part of the trials it certainly fails"]
    probability_upper: Annotated[float, "in what part of the trials it may fail"]
    interval: Annotated[tuple[float, float], "ends that enclose both probabilities at 95 % confidence"]


@dataclass(frozen=True, slots=True)
class TailCause:
    """How often a cause struck at all, and in the worst 5 % of the trials."""

    id: Annotated[str, "id of the node or unit that may fail"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "kind of the node, or what fails together"]
    probability: Annotated[float, "how likely it fails"]
    in_tail: Annotated[float, "in what part of the worst 5 % of the trials it failed"]


@dataclass(frozen=True, slots=True)
class Exceedance:
    """How likely it is that at least so many functions fail."""

    functions: Annotated[int, "how many functions"]
    probability_lower: Annotated[float, "in what part of the trials so many certainly fail"]
    probability_upper: Annotated[float, "in what part of the trials so many may fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationAdds:
    """What a simulation says besides its rows."""

    scenario: Annotated[ToldScenario | None, "the scenario that was asked about"] = field(
        default=None, metadata=SOMETIMES
    )
    reference: Annotated[
        str,
        "how depgraph explain calls a figure of a row, given the same probabilities or the same scenario, trials and"
        " seed: put in its measure and column",
    ]
    weight: Annotated[str, "what a function or requirement weighs in scores"]
    causes: Annotated[int, "how many causes may strike"]
    trials_done: Annotated[int, "how many trials were done"]
    functions: Annotated[tuple[Chance, ...], "the functions most likely to fail"]
    exceedance: Annotated[tuple[Exceedance, ...], "how likely it is that so many functions fail, at up to 50 numbers"]
    tail: Annotated[tuple[TailCause, ...], "causes that struck more often in the worst 5 % of the trials than at all"]


def simulate_failures(
    view: View,
    probabilities: Mapping[str, Any],
    *,
    name: str = "probabilities",
    trials: int = 10_000,
    seed: int = 1,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Distribution, SimulationAdds]:
    """Return how many functions, organisations and people random failures hit.

    A keyboard interrupt ends the work early: the answer is then that of the trials done, and
    says so. `meta` adds how many that were; the functions most likely to fail, each with its
    interval; the exceedance curve of functions; and the causes that struck more often in the
    worst 5 % of the trials (by functions that may fail) than at all, the largest difference
    first.

    Parameters
    ----------
    view : View
    probabilities : mapping
        As `depgraph.usecases.scenario.probabilities.resolved` takes it; `name` is what errors call it.
    trials : int
        1 to 10,000,000.
    seed : int
        In [0, 2^64): the same seed gives the same bytes.
    sector, hub : str
        Whose failures count; failure itself always spreads over the whole graph.
    limit : int
        How many functions and causes in `meta`; 0 is all.
    progress : callable, optional
        Told how many trials are done, of how many.

    Raises
    ------
    InputError
        If the probabilities make no sense on this graph.
    UsageError
        If trials or seed are out of range, or nobody is in the sector or hub.

    """
    given = _Given(view.graph, probabilities, name, scenario=None, notes=())
    asked = {"probabilities": probabilities}
    draw = _Draw(trials=trials, seed=seed, sector=sector, hub=hub, limit=limit)
    return _answer(view, given, asked, draw, progress)


def simulate_scenario(
    view: View,
    scenario: Scenario,
    *,
    trials: int = 10_000,
    seed: int = 1,
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    progress: Callable[[int, int], None] | None = None,
) -> Answer[Distribution, SimulationAdds]:
    """Return what `simulate_failures` does, with the probabilities of a scenario.

    What it adds and removes holds; what fails in it, when, and which fallbacks it assumes do not count.

    Raises
    ------
    InputError
        Naming file and key, if the scenario has no probabilities, or they make no sense on this
        graph.
    UsageError
        If trials or seed are out of range, or nobody is in the sector or hub.

    """
    if not scenario.probabilities:
        raise InputError(
            f"{scenario.file}: probabilities: the scenario does not say how likely failures are:"
            " add [probabilities], such as all = 0.001"
        )
    graph = scenario.changed(view.graph, view.lens.doubt)
    told = replace(scenario.told(), probabilities=scenario.probabilities)
    notes = (_LEFT_OUT,) * bool(scenario.fails or scenario.fallbacks)
    given = _Given(graph, scenario.probabilities, f"{scenario.file}: probabilities", told, notes, scenario.alters)
    draw = _Draw(trials=trials, seed=seed, sector=sector, hub=hub, limit=limit)
    return _answer(view, given, {"scenario": scenario.file}, draw, progress)


class _Given(NamedTuple):
    """How likely failures are on a graph, what errors call it, what the answer says of it, and whether it changed."""

    graph: Graph
    probabilities: Mapping[str, Any]
    name: str
    scenario: ToldScenario | None
    notes: tuple[str, ...]
    changed: bool = False


class _Draw(NamedTuple):
    """How often to draw, whose failures count, and how much is told."""

    trials: int
    seed: int
    sector: str
    hub: str
    limit: int


def _answer(
    view: View,
    given: _Given,
    asked: Mapping[str, Any],
    draw: _Draw,
    progress: Callable[[int, int], None] | None,
) -> Answer[Distribution, SimulationAdds]:
    trials, seed, sector, hub, limit = draw
    if not 1 <= trials <= MOST:
        raise UsageError(f"{trials} trials: take 1 to {MOST:,}")
    if not 0 <= seed < 2**64:
        raise UsageError(f"a seed of {seed}: take 0 to 2^64 - 1")
    graph = given.graph
    causes = causes_of(graph, resolved(graph, given.probabilities, given.name))
    scope = scope_of(graph, sector=sector, hub=hub)
    simulated = simulate(graph, causes, scope, trials=trials, seed=seed, progress=progress)
    done = len(simulated.fails_upper)
    missing = int(np.count_nonzero(~scope.people_known))
    adds = SimulationAdds(
        scenario=given.scenario,
        reference=f"{CHANGED if given.changed else ''}{SIMULATE}/{{measure}}_{{column}}",
        weight=scope.weight,
        causes=len(causes),
        trials_done=done,
        functions=_chances(graph, simulated, limit),
        exceedance=_exceedance(simulated),
        tail=_tail(causes, simulated, seed, limit),
    )
    notes = [
        *given.notes,
        "probabilities are as given; causes are independent: what strikes together is given as a common cause",
        "intervals are about chance alone, for the links that are known",
        *about_chances(graph, causes, of_parties=bool(given.probabilities.get("country"))),
        *about_losses(graph, scope),
    ]
    if missing:
        notes.append(f"people served are unknown for {missing} of {len(scope.item)}: people have no upper bound")
    partial = f"interrupted: exact for the first {done} of {trials} trials" if done < trials else ""
    return Answer(
        meta=view.meta("simulate", {**asked, **draw._asdict()}, adds=adds, notes=tuple(notes), partial=partial),
        rows=tuple(_row(measure, simulated, unknown=measure == "people" and missing > 0) for measure in MEASURES),
        interrupted=done < trials,
    )


def _row(measure: str, found: Simulation, *, unknown: bool) -> Distribution:
    lower = described(getattr(found, f"{measure}_lower"))
    upper = [None] * len(lower) if unknown else described(getattr(found, f"{measure}_upper"))
    return Distribution(measure, *(value for pair in zip(lower, upper, strict=True) for value in pair))  # type: ignore[arg-type]  # lower ends are never None


def described(values: NDArray[Any]) -> list[float]:
    """Return mean, quantiles (the smallest value that this share of trials does not exceed), means of the tails."""
    ordered = np.sort(values)
    count = len(ordered)

    def mean(part: NDArray[Any]) -> float:
        # Sums of whole numbers are exact, and so is this one: the same on every machine.
        return round(math.fsum(part.tolist()) / len(part), 12)

    quantiles = [ordered[math.ceil(count * percent / 100) - 1].item() for percent in (50, 95, 99)]
    tails = [mean(ordered[-math.ceil(count * percent / 100) :]) for percent in (5, 1)]
    return [mean(ordered), *quantiles, *tails]


def _chances(graph: Graph, simulated: Simulation, limit: int) -> tuple[Chance, ...]:
    trials = len(simulated.fails_upper)
    order = np.lexsort((simulated.function, -simulated.hits_lower, -simulated.hits_upper))
    order = order[simulated.hits_upper[order] > 0][: limit or None]
    return tuple(
        Chance(
            id=str(graph.nodes.id[simulated.function[at]]),
            name=str(graph.nodes.name[simulated.function[at]]),
            probability_lower=int(simulated.hits_lower[at]) / trials,
            probability_upper=int(simulated.hits_upper[at]) / trials,
            interval=interval(int(simulated.hits_lower[at]), int(simulated.hits_upper[at]), trials),
        )
        for at in order.tolist()
    )


def interval(lower: int, upper: int, trials: int) -> tuple[float, float]:
    """Return the ends that enclose both probabilities, each missed by chance in 2.5 % of runs at most.

    References
    ----------
    Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits
    illustrated in the case of the binomial. Biometrika 26, 404-413.

    Examples
    --------
    >>> interval(0, 5, 100)
    (0.0, 0.112835)

    """
    miss = (1 - _CONFIDENCE) / 2
    low = betaincinv(lower, trials - lower + 1, miss) if lower else 0.0
    high = betaincinv(upper + 1, trials - upper, 1 - miss) if upper < trials else 1.0
    # Outwards to six digits: the last ones differ between machines.
    return math.floor(low * 1e6) / 1e6, math.ceil(high * 1e6) / 1e6


def _exceedance(found: Simulation) -> tuple[Exceedance, ...]:
    """Return how likely it is that at least so many functions fail, at up to 50 numbers of them."""
    lower, upper = np.sort(found.functions_lower), np.sort(found.functions_upper)
    numbers = np.unique(upper[upper > 0])
    chosen = numbers[np.unique(np.linspace(0, len(numbers) - 1, _POINTS).astype(np.int64))] if len(numbers) else numbers
    trials = len(upper)
    return tuple(
        Exceedance(
            functions=number,
            probability_lower=int(trials - np.searchsorted(lower, number)) / trials,
            probability_upper=int(trials - np.searchsorted(upper, number)) / trials,
        )
        for number in chosen.tolist()
    )


def share_in_tail(causes: Causes, found: Simulation, seed: int) -> Floats | None:
    """Return float64[c]: in what part of the worst 5 % of the trials each cause struck; None: nothing failed in any."""
    trials = len(found.functions_upper)
    worst = np.lexsort((np.arange(trials), -found.functions_upper))[: math.ceil(trials * 5 / 100)]
    chosen = np.zeros(trials, dtype=np.bool_)
    chosen[worst[found.functions_upper[worst] > 0]] = True
    size = int(np.count_nonzero(chosen))
    if not size:
        return None
    share: Floats = strikes_in(causes, chosen, seed=seed) / size
    return share


def _tail(causes: Causes, found: Simulation, seed: int, limit: int) -> tuple[TailCause, ...]:
    share = share_in_tail(causes, found, seed)
    if share is None:
        return ()
    order = np.lexsort((np.arange(len(causes)), np.round(causes.probability - share, 12)))
    order = order[share[order] > causes.probability[order]][: limit or None]
    return tuple(
        TailCause(
            id=str(causes.id[at]),
            name=str(causes.name[at]),
            kind=str(causes.kind[at]),
            probability=round(float(causes.probability[at]), 12),
            in_tail=round(float(share[at]), 12),
        )
        for at in order.tolist()
    )
