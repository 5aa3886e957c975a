"""How much each unit matters for one node, given how likely units are to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.cutsets.diagram import Budget, Diagram
from depgraph.analytics.cutsets.formula import formula, outside
from depgraph.analytics.kernels.faulttree.bdd import ANY, HOLDING
from depgraph.analytics.kernels.faulttree.zdd import probability
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Floats
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Importance:
    """Measures of each unit for one node, aligned with the units.

    Attributes
    ----------
    failure : float
        Probability that the node fails, in [0, 1].
    birnbaum : float64[u]
        In [0, 1].
    criticality, fussell_vesely : float64[u]
        In [0, 1]; NaN if the node cannot fail.
    risk_achievement_worth, risk_reduction_worth : float64[u]
        At least 1; NaN if the node cannot fail, infinite where it cannot without the unit.

    """

    failure: float
    birnbaum: Floats
    criticality: Floats
    risk_achievement_worth: Floats
    risk_reduction_worth: Floats
    fussell_vesely: Floats


def importance(
    graph: Graph,
    units: Units,
    target: int,
    chance: Floats,
    *,
    upper: bool,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
) -> Importance:
    r"""Return how much each unit matters for the failure of a node.

    With Q the probability that the node fails, and :math:`Q_1`, :math:`Q_0` the same if
    the unit surely fails, surely works:

    .. math::

        B = Q_1 - Q_0, \quad C = B \, \frac{p}{Q}, \quad
        RAW = \frac{Q_1}{Q}, \quad RRW = \frac{Q}{Q_0}, \quad
        FV = \frac{P(\text{a minimal cut set with the unit fails})}{Q}.

    Parameters
    ----------
    graph : Graph
    units : Units
    target : int
        Position of the node. Units of which it is a member are left out, as in `cut_sets`.
    chance : float64[u]
        Probability that each unit fails, in [0, 1].
    upper : bool
        With all k_upper; else with all k_lower.
    budget : Budget
        How far to go.
    progress : callable, optional
        Told how many parts of the formula are solved, and then how many units are done, of how many.

    Returns
    -------
    Importance
        Units that have no part in it have 0, RAW and RRW 1.

    Notes
    -----
    Exact, from the decision diagram of the failure function and not from a sum over cut
    sets; so the Fussell-Vesely measure is the probability of the union of the minimal cut
    sets with the unit. Units fail independently of each other: causes that they share must
    be units themselves. Q lies between its values at both ends of k; the measures are not
    monotone in k, so that theirs are no bounds.

    Assumes that the probabilities are right and cover the same span of time.

    What this does not say: how much a failure of the node harms, what it costs to make a unit
    better, or what changing two units at once would do.

    Raises
    ------
    UsageError
        If a probability is not in [0, 1], or there is not one for each unit.
    ExhaustedError
        If the diagram needs more than the budget.

    References
    ----------
    Birnbaum, Z. W. (1969). On the importance of different components in a multicomponent
    system. Multivariate Analysis II, 581-592. Academic Press.
    Fussell, J. B. (1975). How to hand-calculate system reliability and safety
    characteristics. IEEE Transactions on Reliability 24(3), 169-174.
    Vesely, W. E., Davis, T. C., Denning, R. S. & Saltos, N. (1983). Measures of risk
    importance and their applications. NUREG/CR-3385.
    Dutuit, Y. & Rauzy, A. (2001). Efficient algorithms to assess component and gate
    importance in fault tree analysis. Reliability Engineering & System Safety 72(2), 213-222.

    Examples
    --------
    By hand: the function needs x, and one of y and z. With 0.1 for each, Q = 0.1 + 0.9 x
    0.01 = 0.109; for x, Q_1 = 1 and Q_0 = 0.01, so B = 0.99.

    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1>x f1>y|z")
    >>> found = importance(small, units(small, By.PARTY), small.position("f1"), np.full(3, 0.1), upper=True)
    >>> round(found.failure, 12), found.birnbaum.round(12).tolist()
    (0.109, [0.99, 0.09, 0.09])

    """
    if len(chance) != len(units):
        raise UsageError(f"{len(chance)} probabilities for {len(units)} units: give one for each")
    for at in np.flatnonzero(~((chance >= 0) & (chance <= 1))).tolist():
        raise UsageError(f"the probability {chance[at]} of '{units.id[at]}' is not in [0, 1]")
    asked = formula(graph, units, outside(graph, units, target), target, upper=upper)
    diagram = Diagram(len(asked.unit), budget, progress)
    function = diagram.function(asked)
    minimal = diagram.minimal(function)
    likely = chance[asked.unit].astype(np.float64)
    whole = float(probability(diagram.tables, function, likely))
    failing, working = np.full(len(units), whole), np.full(len(units), whole)
    through = np.zeros(len(units))
    for level, unit in enumerate(asked.unit.tolist()):
        if progress is not None:
            progress(level, len(asked.unit))
        failing[unit] = _given(diagram, function, likely, level, 1.0)
        working[unit] = _given(diagram, function, likely, level, 0.0)
        with_unit = diagram.applied(ANY, diagram.applied(HOLDING, minimal, level))
        through[unit] = probability(diagram.tables, with_unit, likely)
    birnbaum = failing - working
    with np.errstate(divide="ignore", invalid="ignore"):
        return Importance(
            failure=whole,
            birnbaum=birnbaum,
            criticality=birnbaum * chance / whole,
            risk_achievement_worth=failing / whole,
            risk_reduction_worth=whole / working,
            fussell_vesely=through / whole,
        )


def _given(diagram: Diagram, function: int, likely: Floats, level: int, chance: float) -> float:
    """Return the probability of the function if one variable has another chance."""
    other = likely.copy()
    other[level] = chance
    return float(probability(diagram.tables, function, other))
