"""What reports assume where no source says it: how likely failures are, and what undeclared fallbacks carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from depgraph.model import Kind
from depgraph.usecases.scenario import Assumed, Choice, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.graph import Graph

PROBABILITIES: Final[Mapping[str, Any]] = {
    "kind": {"party": {"per_year": 0.2, "hours": 24}, "service": {"per_year": 4, "hours": 2}},
    "common": {"group": {"*": 0.0005}},
}
"""Assumed, and in no source: round numbers, no estimates of anybody's reliability."""

TRIALS: Final = 10_000
SEED: Final = 1

CARRIES: Final = 48.0
"""Assumed, and in no source: for so many hours each function whose fallback nobody declared carries on without ICT."""

_FALLBACK: Final = "operating"
"""Assumed too: that these fallbacks are exercised, so that they carry in both bounds."""

_UNDECLARED: Final = Choice(where=(("kind", (Kind.FUNCTION.value,)), ("fallback", ("",))))

FALLBACKS: Final = (Assumed(key="fallbacks", who=_UNDECLARED, status=_FALLBACK, hours=CARRIES),)


class Chances(NamedTuple):
    """How likely failures are, as `depgraph.usecases.scenario.probabilities.resolved` takes it, and how to draw."""

    probabilities: Mapping[str, Any] = PROBABILITIES
    name: str = "assumed probabilities"
    trials: int = TRIALS
    seed: int = SEED


def carrying() -> Scenario:
    """Return what is assumed of fallbacks as a scenario in which nothing fails."""
    return Scenario("", "", "", fails=(), fallbacks=FALLBACKS, probabilities={})


def carries(graph: Graph) -> bool:
    """Return whether a function has a fallback that nobody declared."""
    return bool((graph.of_kind(Kind.FUNCTION) & (graph.nodes.fallback.astype(object) == "")).any())
