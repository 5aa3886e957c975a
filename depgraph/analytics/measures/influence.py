"""How much the findings hang on each fact: what leaving it out alone moves, summed over the findings and both ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.ownership import ultimate_parent
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import ENDS, FIGURES, Sides, change_causes
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.support import without_declarations, without_needs
from depgraph.arrays import offsets, spread
from depgraph.graph.columns import TIE_KINDS, Evidence
from depgraph.graph.doubt import CERTAIN
from depgraph.graph.facts_between import toggles
from depgraph.model import TieKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph
    from depgraph.graph.columns import Ties
    from depgraph.graph.doubt import Doubt

TRIED: Final = 1 << 18
"""Facts that are left out one by one for each finding and of each sort: as many as most graphs have."""

_SCORE: Final = FIGURES.index("score")
_JOINING: Final = [TIE_KINDS.index(kind) for kind in (TieKind.OWNED_BY, TieKind.PART_OF)]


class Headline(NamedTuple):
    """A finding: that a group stops so much of what a scope counts."""

    unit: str
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Influence:
    """How much each fact moves the findings if it alone is left out; 0 where it moves none.

    Attributes
    ----------
    need : float64[m]
        Of each need with all its records. Needs by which one function is run are one fact, told at the first.
    requirement : float64[r]
        Of what is declared of each requirement.
    tie : float64[t]
        Of each tie.
    untried : int
        Facts that can reach a finding and were not left out, since too many can; counted for each finding.

    """

    need: Floats
    requirement: Floats
    tie: Floats
    untried: int = 0


def influence(
    graph: Graph, findings: Sequence[Headline], doubt: Doubt = CERTAIN, *, progress: Progress | None = None
) -> Influence:
    r"""Return how much each fact moves the findings, if it alone is left out.

    A finding is the score of a group, at both ends: what stops if it fails. Let s be that score, and s without f the
    score of the graph that lacks the fact f alone:

    .. math:: I(f) = \sum_{g} \left( |s_l(g) - s_l^{-f}(g)| + |s_u(g) - s_u^{-f}(g)| \right)

    A fact is a need with all its records, what is declared of a requirement (without it: unknown), or a tie of
    ownership or of a unit to its whole by which the group hangs together (without it: less of it fails). Whose failure
    counts, and how much it weighs, stays as it is.

    Parameters
    ----------
    graph : Graph
        Made from records.
    findings : sequence of Headline
        Groups by their ids, each with the scope of its population.
    doubt : Doubt
        What is doubted in the graph, and in each without a fact.
    progress : callable, optional
        Told how many graphs are measured, of how many.

    Notes
    -----
    Exact: each is a graph without the fact, 512 of them measured at once (`change_causes`). Of facts that can reach one
    finding 262,144 are tried of each sort; how many are not is told.

    Assumes that all findings matter alike, and a point of the score as much at either end.

    What this does not say: what facts do together: where either of two is enough, neither has influence, and both may
    be wrong unseen. Of facts that only weigh (people served, criticality, who owns a function) it says nothing: they
    stay as they are in every graph that is compared.

    References
    ----------
    Cook, R. D. (1977). Detection of influential observation in linear regression. Technometrics 19(1), 15-18.
    (Influence as what leaving one observation out moves.)
    Hansen, M. H. & Hurwitz, W. N. (1943). On the theory of sampling from finite populations. Annals of Mathematical
    Statistics 14(4), 333-362. (Draws with replacement, with probability proportional to size.)

    Examples
    --------
    By hand: f1 needs x and y, so that x stops it for certain. Without its need of x nothing stops: that moves both ends
    by 1. Without "both" it may hold on y: that moves the lower end by 1. The need of y moves nothing of what x stops.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f1>x&y")
    >>> found = influence(small, [Headline("name:x", scope_of(small))])
    >>> found.need.tolist(), found.requirement.tolist()
    ([0.0, 2.0, 0.0], [0.0, 1.0])

    """
    groups = units(graph, By.GROUP)
    need, requirement = np.zeros(len(graph.needs)), np.zeros(len(graph.requirements))
    untried = 0
    by_scope: dict[int, list[Headline]] = {}
    for each in findings:
        by_scope.setdefault(id(each.scope), []).append(each)
    for other in (without_needs(graph), without_declarations(graph)) if findings else ():
        of_needs = other.requirements is not graph.requirements
        between = toggles(other, graph, doubt)
        for alike in by_scope.values():
            scope = alike[0].scope
            sides = Sides(other, groups, scope), Sides(graph, groups, scope)
            ids = [each.unit for each in alike]
            for causes in change_causes(between, *sides, ids, facts=TRIED, pairs=0, progress=progress):
                untried += causes.untried
                moved = np.abs(causes.without[:, _SCORE] - causes.after[_SCORE]).sum(axis=1)
                for at, by in zip(causes.fact.tolist(), moved.tolist(), strict=True):
                    fact = between.facts[at]
                    if fact.requirement[1] < 0 or bool(fact.after) != of_needs:
                        continue
                    if of_needs:
                        need[_told_at(graph, fact.after)] += by
                    else:
                        requirement[fact.requirement[1]] += by
    return Influence(need=need, requirement=requirement, tie=_of_ties(graph, groups, findings), untried=untried)


def _told_at(graph: Graph, needs: tuple[int, ...]) -> int:
    """Return the need at which a fact is told: the first that is not only that a function is its owner's."""
    return min(needs, key=lambda need: (bool(graph.own_run_by[need]), need))


def _of_ties(graph: Graph, groups: Units, findings: Sequence[Headline]) -> Floats:
    """Return how much each tie moves the findings: of the group without it, less fails."""
    result = np.zeros(len(graph.ties))
    top = ultimate_parent(graph)
    index = {node_id: at for at, node_id in enumerate(groups.id.tolist())}
    scopes: dict[str, list[Scope]] = {}
    for each in findings:
        scopes.setdefault(each.unit, []).append(each.scope)
    for unit, counted in scopes.items():
        group = groups.take([index[unit]])
        less = list(_groups_without(graph, unit, top))
        if not less:
            continue
        joined = _joined([group, *(each for _, each in less if each is not None)])
        for scope in counted:
            measured = impacts(graph, joined, scope)
            scores = np.stack([getattr(measured, f"score_{end}") for end in ENDS], axis=1)
            rows = iter(scores[1:])
            for tie, rest in less:
                without = np.zeros(len(ENDS)) if rest is None else next(rows)
                result[tie] += float(np.abs(without - scores[0]).sum())
    return result


def _groups_without(graph: Graph, unit: str, top: Ints) -> Iterator[tuple[int, Units | None]]:
    """Yield each tie by which a group hangs together, and the group without it; None if there is no such group then."""
    ties = graph.ties
    leader = graph.position(unit)
    inside = np.isin(ties.kind, _JOINING) & (top[ties.subject] == leader)
    for tie in np.flatnonzero(inside).tolist():
        rest = replace(graph, ties=_without(graph, tie))
        if np.array_equal(ultimate_parent(rest), top):
            continue
        others = units(rest, By.GROUP)
        at = np.flatnonzero(others.id == unit)
        yield tie, others.take(at) if len(at) else None


def _without(graph: Graph, tie: int) -> Ties:
    ties = graph.ties
    kept = np.flatnonzero(np.arange(len(ties)) != tie)
    counts = np.diff(ties.evidence.indptr)[kept]
    entries = spread(ties.evidence.indptr[:-1][kept], counts)
    return replace(
        ties,
        kind=ties.kind[kept],
        subject=ties.subject[kept],
        object=ties.object[kept],
        share=ties.share[kept],
        evidence=Evidence(
            indptr=offsets(counts), run=ties.evidence.run[entries], record=np.asarray(ties.evidence.record)[entries]
        ),
    )


def _joined(some: Sequence[Units]) -> Units:
    """Return units of several sorts of graph as one table of them."""
    first = some[0]
    return replace(
        first,
        id=np.concatenate([np.asarray(each.id) for each in some]),
        name=np.concatenate([np.asarray(each.name) for each in some]),
        kind=np.concatenate([np.asarray(each.kind) for each in some]),
        seed_indptr=offsets(np.concatenate([np.diff(each.seed_indptr) for each in some])),
        seed=np.concatenate([each.seed for each in some]),
        member_indptr=offsets(np.concatenate([np.diff(each.member_indptr) for each in some])),
        member=np.concatenate([each.member for each in some]),
    )
