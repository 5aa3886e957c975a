"""Random failures with probabilities that are assumed, where nobody has given any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.usecases.questions.assumptions import Chances
from depgraph.usecases.questions.simulation import simulate_failures

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.simulation import Distribution, SimulationAdds
    from depgraph.usecases.view import View

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
    assumed = Chances()
    answer = simulate_failures(
        view,
        assumed.probabilities,
        name=assumed.name,
        trials=assumed.trials,
        seed=assumed.seed,
        sector=sector,
        hub=hub,
        limit=_TOLD,
        progress=progress,
    )
    if answer.interrupted:
        raise KeyboardInterrupt
    return answer
