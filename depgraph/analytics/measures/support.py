"""On which facts a figure of a failure unit rests: what it becomes if each alone is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.measures.change_causes import ENDS, FACTS, FIGURES, Sides, change_causes
from depgraph.graph.doubt import CERTAIN
from depgraph.graph.edits import changed
from depgraph.graph.facts_between import toggles
from depgraph.model import Facts, Import, Marking

if TYPE_CHECKING:
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.arrays import Floats
    from depgraph.graph import Graph
    from depgraph.graph.doubt import Doubt

__all__ = ["ENDS", "FIGURES", "Support", "support", "without_declarations", "without_needs"]

_NOBODY: Final = Import("", "", "", Marking(), 0, "")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Support:
    """The facts whose absence can reach a unit, and its figures without each of them.

    Figures are float64[5, 2]: by `FIGURES`, then by `ENDS`; of f facts float64[f, 5, 2].

    Attributes
    ----------
    figures : float64[5, 2]
        With all that is recorded.
    needs : tuple of tuple of int
        Of each fact the needs, as positions in the graph; none: that a requirement is declared.
    requirement : tuple of int
        The requirement of each fact, as its position in the graph.
    without : float64[f, 5, 2]
    untried : int
        Facts that the budget left out.

    """

    figures: Floats
    needs: tuple[tuple[int, ...], ...]
    requirement: tuple[int, ...]
    without: Floats
    untried: int = 0


def support(
    graph: Graph, units: Units, scope: Scope, unit: str, doubt: Doubt = CERTAIN, *, progress: Progress | None = None
) -> Support:
    """Return what the figures of a unit become if each fact alone is left out.

    A fact is a need with all its records, or what is declared of a requirement. Without the first the provider is no
    longer one of the requirement, and what its records declare of it is not heard; without the second the requirement
    is `unknown`, of the same providers. That a function is run by its owner follows from who else runs it, so that all
    needs by which one function is run are one fact.

    Parameters
    ----------
    graph : Graph
        Made from records.
    units : Units
    scope : Scope
    unit : str
        The id of one of the units.
    doubt : Doubt
        What is doubted in the graph, and in each without a fact.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    Notes
    -----
    Exact: each is a graph assembled without the fact, 512 of them measured at once as scenarios of one
    (`change_causes`, between this graph and one without needs, and one without declarations).

    Assumes that whoever would not state the fact would state all else as it stands, and that who counts, and what that
    weighs, is as of `scope` with all facts.

    What this does not say: what two facts do together. Where one alone changes nothing, two may.

    References
    ----------
    Halpern, J. Y. & Pearl, J. (2005). Causes and explanations: a structural-model approach, part I. British Journal
    for the Philosophy of Science 56(4), 843-887. (But-for causes, and why a cause need not be one.)

    Examples
    --------
    f1 needs both x and y. That x stops it rests on the need of x, and on "both": either of them, and it may not.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f1>x&y")
    >>> found = support(small, units(small, By.PARTY), scope_of(small), "name:x")
    >>> found.figures[1].tolist(), found.without[:, 1].tolist()
    ([1.0, 1.0], [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])

    """
    needs: list[tuple[int, ...]] = []
    requirement: list[int] = []
    without: list[Floats] = []
    untried = 0
    figures = np.zeros((len(FIGURES), len(ENDS)))
    for other, of_needs in ((without_needs(graph), True), (without_declarations(graph), False)):
        between = toggles(other, graph, doubt)
        sides = Sides(other, units, scope), Sides(graph, units, scope)
        (measured,) = change_causes(between, *sides, [unit], facts=FACTS, pairs=0, progress=progress)
        figures, untried = measured.after, untried + measured.untried
        for row, at in enumerate(measured.fact.tolist()):
            fact = between.facts[at]
            if fact.requirement[1] >= 0 and bool(fact.after) == of_needs:
                needs.append(fact.after)
                requirement.append(fact.requirement[1])
                without.append(measured.without[row])
    return Support(
        figures=figures,
        needs=tuple(needs),
        requirement=tuple(requirement),
        without=np.array(without).reshape(-1, len(FIGURES), len(ENDS)),
        untried=untried,
    )


def without_needs(graph: Graph) -> Graph:
    """Return the graph with the needs alone that ties imply: owners run what nobody else is said to run."""
    bare = changed(graph, np.ones(len(graph.needs), dtype=np.bool_), Facts(), _NOBODY)
    said = bare.said
    return replace(bare, said=said and replace(said, speaker=bare.needs.evidence.run))


def without_declarations(graph: Graph) -> Graph:
    """Return the graph whose records say nothing of how many providers must work; only its records are asked."""
    said = graph.said
    return replace(graph, said=said and replace(said, at_least=np.zeros(len(said), dtype=np.int32)))
