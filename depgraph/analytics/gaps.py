"""What nobody declared, and what an answer would take off the width of the bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.answering import State, Web, answered, lost_with, state_of
from depgraph.analytics.kernels.compiled import THREADS
from depgraph.analytics.kernels.ordering import ordered
from depgraph.model import Kind

if TYPE_CHECKING:
    from depgraph.analytics.scope import Scope
    from depgraph.analytics.units import Units
    from depgraph.graph import Graph
    from depgraph.graph.columns import Floats, Ints

_CHUNKS: Final = 16
"""Parts of the units whose sums are added in this order, however many cores there are."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gaps:
    """Questions about requirements: first how many providers are needed, then who a provider is.

    Attributes
    ----------
    requirement : int32[q]
        Positions in the requirements.
    provider : int32[q]
        The provider that nobody knows, -1 where the question is how many are needed.
    width : float64[q]
        What the answer takes off the width of the scores of all units together.
    width_at_lower, width_at_upper : float64[q]
        Where the answer is k_lower, and where it is k_upper.
    most : int32[q]
        Position of the unit whose score it narrows most, the first of several; -1 for none.

    """

    requirement: Ints
    provider: Ints
    width: Floats
    width_at_lower: Floats
    width_at_upper: Floats
    most: Ints


def gaps(graph: Graph, units: Units, scope: Scope) -> Gaps:
    r"""Return what each answer would take off the width of the score bounds.

    The score of unit u lies in :math:`[S_l(u), S_u(u)]`: all requirements at k_lower, all at k_upper.
    An undeclared requirement r, of k_lower to k_upper, that alone is declared

    - at k_lower leaves :math:`S_l` and takes :math:`\sum_u S_u(u) - S_u(u \mid k_r = k_{r,l})`
      (`width_at_lower`) off the width;
    - at k_upper leaves :math:`S_u` and takes :math:`\sum_u S_l(u \mid k_r = k_{r,u}) - S_l(u)`
      (`width_at_upper`) off it.

    Which it will be nobody knows: `width` is the mean of the two. An answer in between may take off less.

    A provider that nobody knows never fails, so that naming it closes no interval: it raises the score
    of one unit. `width` is what a unit that is this provider, and nothing else, would score at most:
    what may be missing from the score of some unit. There `width_at_lower` is 0 (it is a unit that takes
    all this down anyway), `width_at_upper` the whole.

    Parameters
    ----------
    graph : Graph
    units : Units
        Whose scores are summed.
    scope : Scope
        Whose failure counts, and what it weighs.

    Returns
    -------
    Gaps
        Widths at least 0, in units of the score, exact to 12 decimals; 0 where no answer matters alone.

    Notes
    -----
    Widths of several questions do not add up: where two requirements of one function are open, either
    answer may settle nothing alone.

    Only what an answer decides is computed again: at k_lower all that fails once the requirement breaks
    too is added; at k_upper all that may have failed through its dependent is taken back, and what fails
    all the same put again, so that circles are exact. Time is that of all failed sets, and of what
    changes in each.

    References
    ----------
    Gupta, A., Mumick, I. S., Subrahmanian, V. S. (1993). Maintaining views incrementally. SIGMOD Record
    22(2), 157-166. (Deletion and rederivation of a least fixed point.)

    Examples
    --------
    Nobody says whether f1 needs both of x and y. "Either" would take 1/2 off the upper score of each of x
    and y, "both" would add 1/2 to the lower score of each.

    >>> from depgraph.analytics.scope import scope_of
    >>> from depgraph.analytics.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f2@b f1>?(x,y) f2>z")
    >>> found = gaps(small, units(small, By.PARTY), scope_of(small))
    >>> found.width_at_lower.tolist(), found.width_at_upper.tolist(), found.width.tolist()
    ([1.0], [1.0], [1.0])

    """
    requirements = graph.requirements
    known = ~graph.nodes.unknown[requirements.dependent]
    open_ = np.flatnonzero((requirements.k_lower < requirements.k_upper) & known).astype(np.int32)
    web, whole = _web(graph, scope, open_)
    at_lower, at_upper, most = _closed(web, units, len(open_))
    owner, provider = _unknown(graph)
    lost = np.zeros(len(owner))
    breaks = np.flatnonzero(web.upper[owner] == 1)
    found = np.zeros(len(breaks))
    lost_with(web, state_of(web), owner[breaks], found)
    lost[breaks] = found
    scale = 1.0 / whole if whole else 0.0
    at_lower = np.concatenate((at_lower * scale, np.zeros(len(owner)))).round(12)
    at_upper = np.concatenate((at_upper * scale, lost * scale)).round(12)
    mean = (at_lower + at_upper) / 2
    mean[len(open_) :] = at_upper[len(open_) :]
    return Gaps(
        requirement=np.concatenate((open_, owner)),
        provider=np.concatenate((np.full(len(open_), -1, dtype=np.int32), provider)),
        width=mean.round(12),
        width_at_lower=at_lower,
        width_at_upper=at_upper,
        most=np.concatenate((most, np.full(len(owner), -1, dtype=np.int32))),
    )


def _unknown(graph: Graph) -> tuple[Ints, Ints]:
    """Return each requirement with a provider that nobody knows, and that provider."""
    requirements = graph.requirements
    of_entry = np.repeat(np.arange(len(requirements), dtype=np.int32), np.diff(requirements.indptr))
    nodes = graph.nodes.unknown
    chosen = nodes[requirements.provider] & ~nodes[requirements.dependent[of_entry]]
    return of_entry[chosen], requirements.provider[chosen]


def _web(graph: Graph, scope: Scope, questions: Ints) -> tuple[Web, float]:
    """Return the graph as the kernel takes it, and what all weights in scope add up to."""
    requirements = graph.requirements
    n = np.diff(requirements.indptr)
    of_entry = np.repeat(np.arange(len(requirements), dtype=np.int32), n)
    order = np.argsort(requirements.provider, kind="stable")
    held = np.searchsorted(requirements.provider[order], np.arange(len(graph.nodes) + 1)).astype(np.int64)
    never = graph.nodes.unknown[requirements.dependent]
    lower, upper = (
        np.where((k > 0) & ~never, n - k + 1, n + 1).astype(np.int32)
        for k in (requirements.k_lower, requirements.k_upper)
    )
    inside = np.ones(len(graph.nodes), dtype=np.bool_)
    sequence, ends = ordered(inside, requirements.indptr[graph.requirements_of], requirements.provider)
    circular = np.zeros(len(graph.nodes), dtype=np.bool_)
    circular[sequence] = np.repeat(np.diff(ends) > 1, np.diff(ends))
    question = np.full(len(requirements), -1, dtype=np.int32)
    question[questions] = np.arange(len(questions), dtype=np.int32)
    functional = graph.of_kind(Kind.FUNCTION)[scope.item]
    weight, stands = np.zeros(len(graph.nodes)), np.zeros(len(graph.nodes))
    weight[scope.item[functional]] = scope.part[functional]
    stands[scope.item[~functional]] = scope.part[~functional]
    web = Web(
        held=held,
        holder=of_entry[order],
        owned=graph.requirements_of,
        dependent=requirements.dependent,
        lower=lower,
        upper=upper,
        circular=circular,
        question=question,
        weight=weight,
        part=stands[requirements.dependent],
    )
    return web, float(np.sum(scope.part * scope.size))


def _closed(web: Web, units: Units, questions: int) -> tuple[Floats, Floats, Ints]:
    """Return what answers take off, at k_lower and at k_upper, and the unit that each narrows most."""
    bounds = np.linspace(0, len(units), min(_CHUNKS, max(len(units), 1)) + 1).astype(int).tolist()
    at_lower, at_upper, highest = np.zeros(questions), np.zeros(questions), np.zeros(questions)
    most = np.full(questions, -1, dtype=np.int32)
    spare: list[State] = []

    def part(first: int, last: int) -> tuple[Floats, Floats, Floats, Ints]:
        state = spare.pop() if spare else state_of(web)
        closes, top = (np.zeros(questions), np.zeros(questions)), (np.zeros(questions), np.zeros(questions, np.int32))
        seeds, members = (units.seed_indptr, units.seed), (units.member_indptr, units.member)
        answered(web, state, seeds, members, first, last, closes, top)
        spare.append(state)
        return *closes, *top

    with ThreadPoolExecutor(THREADS) as pool:
        for lower, upper, top, unit in pool.map(part, bounds[:-1], bounds[1:]):
            at_lower += lower
            at_upper += upper
            more = top > highest
            highest[more], most[more] = top[more], unit[more]
    return at_lower, at_upper, most
