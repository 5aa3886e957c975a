"""Random failures with probabilities that are assumed, where nobody has given any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from depgraph.usecases.questions.simulation import simulate_failures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.simulation import Distribution, SimulationAdds
    from depgraph.usecases.view import View

PROBABILITIES: Final[Mapping[str, Any]] = {
    "kind": {"party": {"per_year": 0.2, "hours": 24}, "service": {"per_year": 4, "hours": 2}},
    "common": {"group": {"*": 0.0005}},
}
"""Assumed, and in no source: round numbers, no estimates of anybody's reliability."""

TRIALS: Final = 10_000
SEED: Final = 1

_TOLD: Final = 5
"""How many causes of the tail are told."""


def simulate_assumed(
    view: View, *, sector: str = "", hub: str = "", progress: Callable[[int, int], None] | None = None
) -> Answer[Distribution, SimulationAdds]:
    """Return what random failures of the probabilities assumed could hit; the same every time.

    Raises
    ------
    KeyboardInterrupt
        If one ended the trials early: what is made of more than chances ends with them.

    """
    found = simulate_failures(
        view,
        PROBABILITIES,
        name="assumed probabilities",
        trials=TRIALS,
        seed=SEED,
        sector=sector,
        hub=hub,
        limit=_TOLD,
        progress=progress,
    )
    if found.interrupted:
        raise KeyboardInterrupt
    return found
