"""Highlights of what falls together and over time: one pair, and one outage of three weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.usecases.auditor.whole_pairs import rank_whole_pairs
from depgraph.usecases.auditor.worst_outage import follow_worst_outage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.usecases.auditor.populations import Population
    from depgraph.usecases.auditor.worst_outage import WorstOutage
    from depgraph.usecases.questions.pairs import Pair
    from depgraph.usecases.questions.spof import Ranking
    from depgraph.usecases.view import View

_LEVELS: Final = ("group", "party", "service")
"""Between what pairs are looked for, the first level at which there is one."""


@dataclass(frozen=True, slots=True)
class TellingPair:
    """The pair that adds most in any population; `without` are levels at which no pair adds anything."""

    population: Population
    by: str
    without: tuple[str, ...]
    pair: Pair


@dataclass(frozen=True, slots=True)
class TellingOutage:
    """Three weeks without the group that certainly stops the most of its population."""

    population: Population
    outage: WorstOutage


@dataclass(frozen=True, slots=True)
class Highlights:
    """What the demo says besides its rows: one pair and one outage, if there are any."""

    pair: TellingPair | None
    outage: TellingOutage | None


def telling_pair(view: View, found: Sequence[Population]) -> TellingPair | None:
    """Return the most important pair of groups, else of parties, else of services; None if there is none at all."""
    for at, by in enumerate(_LEVELS):
        first = [
            TellingPair(population, by, _LEVELS[:at], pair)
            for population in found
            for pair in rank_whole_pairs(view, by=by, sector=population.sector, limit=1).rows
        ]
        if first:
            return max(first, key=lambda told: _importance(told.pair))
    return None


def telling_outage(view: View, ranked: Iterable[tuple[Population, Ranking]]) -> TellingOutage | None:
    """Return the outage of the first of the groups ranked whose certain score is highest; None if nothing fails."""
    hit = [each for each in ranked if each[1].rows]
    if not hit:
        return None
    population, ranking = min(hit, key=lambda each: (-each[1].rows[0].score_lower, each[0].sector))
    outage = follow_worst_outage(view, ranking.rows, sector=population.sector)
    return TellingOutage(population, outage) if outage else None


def _importance(pair: Pair) -> tuple[float, ...]:
    return pair.functions_at_upper, pair.score_at_upper, pair.functions_at_lower, pair.score_at_lower
