"""Which causes matter most for one node, given how likely they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from depgraph.analytics.basis.causes import causes_of
from depgraph.analytics.basis.units import Units
from depgraph.analytics.cutsets.diagram import ExhaustedError
from depgraph.analytics.cutsets.importance import importance
from depgraph.errors import UsageError
from depgraph.usecases.answer import Answer, shown_of
from depgraph.usecases.questions.belonging import about_chances
from depgraph.usecases.questions.cutsets import stoppable
from depgraph.usecases.scenario.probabilities import resolved
from depgraph.usecases.telling import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.analytics.basis.causes import Causes
    from depgraph.analytics.cutsets.importance import Importance
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import View


@dataclass(frozen=True, slots=True)
class Important:
    """How much one cause matters for the failure of a node, at each end; these are no bounds."""

    id: Annotated[str, "id of the node or unit that may fail"]
    name: Annotated[str, "what it is called"]
    kind: Annotated[str, "kind of the node, or what fails together: country, group, hyperscaler, place, together"]
    probability: Annotated[float, "how likely it fails"]
    birnbaum_at_lower: Annotated[float, "by how much its failure raises the probability that the node fails"]
    birnbaum_at_upper: Annotated[float, "the same where requirements need as much as they may"]
    criticality_at_lower: Annotated[float | None, "how likely it was decisive, if the node fails; nothing: it cannot"]
    criticality_at_upper: Annotated[float | None, "the same where requirements need as much as they may"]
    risk_achievement_worth_at_lower: Annotated[
        float | None, "how many times as likely the node fails if this has; nothing: it cannot fail"
    ]
    risk_achievement_worth_at_upper: Annotated[float | None, "the same where requirements need as much as they may"]
    risk_reduction_worth_at_lower: Annotated[
        float | None, "how many times as unlikely it fails if this cannot; nothing: it cannot fail then, or at all"
    ]
    risk_reduction_worth_at_upper: Annotated[float | None, "the same where requirements need as much as they may"]
    fussell_vesely_at_lower: Annotated[
        float | None, "how likely a minimal cut set with it has failed, if the node has; nothing: it cannot"
    ]
    fussell_vesely_at_upper: Annotated[float | None, "the same where requirements need as much as they may"]


_MEASURES = ("birnbaum", "criticality", "risk_achievement_worth", "risk_reduction_worth", "fussell_vesely")
_NOTES = (
    "probabilities are as given; causes are independent: what strikes together is given as a common cause",
    "how likely the node fails lies between its two ends; the measures are not monotone, and theirs are no bounds",
)


@dataclass(frozen=True, slots=True)
class FailureChance:
    """How likely the node fails: a probability between two ends."""

    lower: Annotated[float, "where requirements need as little as they may"]
    upper: Annotated[float, "where requirements need as much as they may"]


@dataclass(frozen=True, slots=True)
class ImportanceAdds:
    """What a ranking by importance says besides its rows."""

    failure: Annotated[FailureChance, "how likely the node fails"]
    causes: Annotated[int, "how many causes there are in all"]


def rank_importance(
    view: View,
    node: str,
    probabilities: Mapping[str, Any],
    *,
    name: str = "probabilities",
    limit: int = 20,
    progress: Progress | None = None,
) -> Answer[Important, ImportanceAdds]:
    """Return the causes that have a part in the failure of a node, the most important first; exact.

    Order: Fussell-Vesely, then Birnbaum at the upper end, then both at the lower, all
    falling; then single nodes by id, then units. `meta.failure` is the probability that
    the node fails. Its own failure is left out, as in cut sets.

    Parameters
    ----------
    view : View
    node : str
        An id or alias.
    probabilities : mapping
        As `depgraph.usecases.scenario.probabilities.resolved` takes it; `name` is what errors call it.
    limit : int
        How many rows; 0 is all.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.

    Raises
    ------
    UnknownIdError
        If it is no node.
    InputError
        If the probabilities make no sense on this graph.
    UsageError
        If nobody knows the node, it needs nothing, or its diagram is too large to be exact.

    """
    graph, target = view.graph, stoppable(view.graph, node)
    causes = causes_of(graph, resolved(graph, probabilities, name))
    try:
        low, high = (
            importance(graph, _units(causes), target, causes.probability, upper=upper, progress=progress)
            for upper in (False, True)
        )
    except ExhaustedError:
        raise UsageError(
            f"'{node}' depends on too much for exact importance: depgraph simulate gives estimates"
        ) from None
    part = np.flatnonzero((low.birnbaum > 0) | (high.birnbaum > 0))
    keys = [np.nan_to_num(getattr(end, key)[part]) for end in (low, high) for key in ("birnbaum", "fussell_vesely")]
    # The sort is stable: equals stay in the order of causes.
    order = part[np.lexsort([-np.round(key, 12) for key in keys])]
    shown = order[: limit or None].tolist()
    return Answer(
        meta=view.meta(
            "importance",
            {"id": node, "probabilities": probabilities, "limit": limit},
            adds=ImportanceAdds(FailureChance(_rounded(low.failure), _rounded(high.failure)), len(causes)),
            notes=(*_NOTES, *about_chances(graph, causes, of_parties=bool(probabilities.get("country")))),
            partial=shown_of(len(shown), len(order), "causes that have a part in it"),
        ),
        rows=tuple(_row(causes, low, high, at) for at in told(shown, progress)),
    )


def _units(causes: Causes) -> Units:
    """Return the causes as units: whatever one fails is its member."""
    return Units(
        id=causes.id,
        name=causes.name,
        kind=causes.kind,
        seed_indptr=causes.seed_indptr,
        seed=causes.seed,
        member_indptr=causes.seed_indptr,
        member=causes.seed,
    )


def _row(causes: Causes, low: Importance, high: Importance, at: int) -> Important:
    values: list[Any] = [_plain(getattr(end, measure)[at]) for measure in _MEASURES for end in (low, high)]
    return Important(
        str(causes.id[at]), str(causes.name[at]), str(causes.kind[at]), float(f"{causes.probability[at]:.12g}"), *values
    )


def _plain(value: float | np.float64) -> float | None:
    """Return a number to twelve digits; None if it is none."""
    return _rounded(value) if math.isfinite(value) else None


def _rounded(value: float | np.float64) -> float:
    """Return a number to twelve digits: the ones after these differ between machines."""
    return float(f"{value:.12g}")
