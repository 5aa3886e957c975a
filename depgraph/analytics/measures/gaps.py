"""What nobody declared, and what an answer would take off the width of the bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.exposure import whole_parts
from depgraph.analytics.basis.layouts import layout_of, scenarios_of
from depgraph.analytics.basis.travelling import scope_from, to_arrays, units_from
from depgraph.analytics.blocks import Question, map_blocks
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES
from depgraph.analytics.kernels.failure.exclusions import Members
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.gaps.dominators import hubs_of, no_hubs
from depgraph.analytics.kernels.gaps.kernel import answer, answer_rest
from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, held, workspace_of
from depgraph.analytics.measures.impact import scores_of
from depgraph.arrays import rows_of
from depgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.basis.units import Units
    from depgraph.analytics.blocks import Arrays, Blocks, Numbers
    from depgraph.analytics.kernels.base.parallel import Progress
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.analytics.kernels.gaps.workspace import Workspace
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph

_HALF: Final = 31
"""Bits of the lower half of a sum: `depgraph.analytics.kernels.gaps.workspace.Workspace.widths`."""


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
    asked, done : int
        Units that somebody needs; those of them that the widths are sums over, less if the work was ended.

    """

    requirement: Ints
    provider: Ints
    width: Floats
    width_at_lower: Floats
    width_at_upper: Floats
    most: Ints
    asked: int
    done: int


def gaps(graph: Graph, units: Units, scope: Scope, *, progress: Progress | None = None, _hubs: bool = True) -> Gaps:
    r"""Return what each answer would take off the width of the score bounds.

    The score of unit u lies in :math:`[S_l(u), S_u(u)]`: all requirements at k_lower, all at k_upper.
    An undeclared requirement r, of k_lower to k_upper, that alone is declared

    - at k_lower leaves :math:`S_l` and takes :math:`\sum_u S_u(u) - S_u(u \mid k_r = k_{r,l})`
      (`width_at_lower`) off the width;
    - at k_upper leaves :math:`S_u` and takes :math:`\sum_u S_l(u \mid k_r = k_{r,u}) - S_l(u)`
      (`width_at_upper`) off it.

    Which it will be nobody knows: `width` is the mean of the two. An answer in between may take off less.

    A provider that nobody knows never fails, so that naming it raises the score of one unit. `width` is
    what a unit that is this provider, and nothing else, would score at most: what may be missing from the
    score of some unit. There `width_at_lower` is 0 (it is a unit that takes all this down anyway),
    `width_at_upper` the whole. In one case naming it does close an interval: where a declared requirement is
    open because its unknown provider may be another of its providers. That is no question of how many, so
    who it is has the widths of that question: it is somebody else (k_lower), or one of the others (k_upper).
    Of several unknown providers of such a requirement, each has what the names of all of them settle together.

    Parameters
    ----------
    graph : Graph
    units : Units
        Whose scores are summed; upper scores of those at the upper end, lower ones of those at the lower.
    scope : Scope
        Whose failure counts, and what it weighs.
    progress : callable, optional
        Told how many units are done, of how many.

    Returns
    -------
    Gaps
        Widths at least 0, in units of the score, exact to 12 decimals; 0 where no answer matters alone.

    Notes
    -----
    Widths of several questions do not add up: where two requirements of one function are open, either
    answer may settle nothing alone.

    Assumes that one answer comes at a time, while all other requirements stay at their ends.

    What this does not say: which answer is the likely one, how hard it is to get, or what two
    answers do together. A small width is no small risk: what certainly fails has no width.

    Units are worked out 512 at a time, and only what an answer decides is computed again. What an answer
    does beyond its dependent v is the same for all requirements of v: at k_upper what fails if v fails as
    well; at k_lower what fails if v alone is kept from failing, where that lets v stand. The latter is
    worked out for all such v by halving: all are kept from failing, then half of them, and so on down to
    each alone, so that any state follows from the one before by further failures, which is exact in
    circles too. Functions and parties that nobody needs take one look.

    A large circle falls with nearly all units and whatever v stands: its hub, a place in its midst, is
    taken as failed from the start wherever v is not on all ways to it from the unit, a way being needs that
    one failure breaks. The pairs of a unit and a v on all its ways, and those where v brings down the hub
    with all k_lower and the unit does not, are worked out one by one, 512 pairs at a time.

    Weights are held as whole multiples of 2^-60 of their sum or finer, and added up without rounding, so that
    the order in which units are taken changes nothing.

    Time grows with u/512 times the needs for u units, and with how much answers change; memory with the needs
    alone. So where units grow with the needs, time grows with the square of these: tiered graphs of 0.11, 0.34
    and 1.13 million needs and 1,000, 3,000 and 10,000 suppliers take 0.48, 0.81 and 3.4 processor seconds per
    million needs, which is 0.24, 0.14 and 0.17 for each 512 suppliers.

    A keyboard interrupt ends the work early; `done` tells how many units the widths are sums over, and what is
    missing can only add to them.

    References
    ----------
    Rauzy, A. (1993). New algorithms for fault trees analysis. Reliability Engineering and System Safety
    40(3), 203-211. (Failure as a monotone function of what fails first.)

    Cooper, K. D., Harvey, T. J. and Kennedy, K. (2001). A simple, fast dominance algorithm. Rice University.
    (What all ways pass.)

    Examples
    --------
    By hand: nobody says whether f1, half of all weight, needs both of x and y. "Either" would take 1/2 off
    the upper score of each of x and y, "both" would add 1/2 to the lower score of each: 2 x 1/2 = 1 either way.

    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f2@b f1>?(x,y) f2>z")
    >>> found = gaps(small, units(small, By.PARTY), scope_of(small))
    >>> found.width_at_lower.tolist(), found.width_at_upper.tolist(), found.width.tolist()
    ([1.0], [1.0], [1.0])

    """
    requirements = graph.requirements
    open_ = _open(graph)
    # Of these, nobody declared those that are open without what unknown providers added.
    undeclared = requirements.k_lower[open_] < requirements.k_upper[open_] - requirements.grown[open_]
    part, whole = whole_parts(scope)
    sums = _at_both_ends(graph, units, scope, progress, hubs=_hubs)
    _, narrowed = _first(sums.top[:, 0], sums.unit[:, 0], sums.top[:, 1], sums.unit[:, 1])
    many = np.flatnonzero(undeclared)
    owner, provider = _unknown(graph)
    asked = np.full(len(requirements), -1, dtype=np.int64)
    asked[open_[~undeclared]] = np.flatnonzero(~undeclared)
    who = asked[owner]  # -1 is the row below, of what closes nothing
    row = np.concatenate((many, who))
    widths = np.append(sums.widths / max(whole, 1), np.zeros((1, 2)), axis=0)[row]
    width = widths.mean(axis=1)
    lost = _lost_with(graph, scope, part, owner)
    widths[len(many) :, 1] += lost
    width[len(many) :] += lost
    widths = widths.round(12)
    return Gaps(
        requirement=np.concatenate((open_[many], owner)),
        provider=np.concatenate((np.full(len(many), -1, dtype=np.int32), provider)),
        width=width.round(12),
        width_at_lower=widths[:, 0],
        width_at_upper=widths[:, 1],
        most=np.append(narrowed, np.int32(-1))[row],
        asked=sums.asked,
        done=sums.done,
    )


def _open(graph: Graph) -> Ints:
    """Return the requirements of known nodes of which it is not known how many providers they need."""
    requirements = graph.requirements
    known = ~graph.nodes.unknown[requirements.dependent]
    return np.flatnonzero((requirements.k_lower < requirements.k_upper) & known).astype(np.int32)


def _unknown(graph: Graph) -> tuple[Ints, Ints]:
    """Return each requirement with a provider that nobody knows, and that provider."""
    requirements = graph.requirements
    of_entry = rows_of(requirements.indptr)
    nodes = graph.nodes.unknown
    chosen = nodes[requirements.provider] & ~nodes[requirements.dependent[of_entry]]
    return of_entry[chosen], requirements.provider[chosen]


def _lost_with(graph: Graph, scope: Scope, part: Offsets, broken: Ints) -> Floats:
    """Return the score of what may fail if each of these requirements breaks, 0 where no one provider breaks it."""
    requirements = graph.requirements
    # Once it has a name, an unknown provider adds nothing to k_upper.
    decisive = np.flatnonzero((graph.thresholds[UPPER] + requirements.grown)[broken] == 1)
    node, at = np.unique(requirements.dependent[broken[decisive]], return_inverse=True)
    stands = np.zeros(len(graph.nodes), dtype=np.int64)
    party = ~graph.of_kind(Kind.FUNCTION)[scope.item]
    stands[scope.item[party]] = part[party]
    lost = np.zeros(len(broken))
    lost[decisive] = scores_of(graph, scope, node.astype(np.int32), stands[node])[at]
    return lost


def _layout(graph: Graph, units: Units, scope: Scope, part: Offsets, questions: Ints, *, hubs: bool) -> QuestionLayout:
    """Return the graph as the kernel takes it."""
    apart = np.ones(len(graph.nodes), dtype=np.bool_)
    layout = layout_of(graph, units.seed, np.unique(scope.item), apart)
    core = layout.core
    slot = layout.slot[scope.item]
    functional = graph.of_kind(Kind.FUNCTION)[scope.item]
    weight, stands = (np.zeros(len(layout.node), dtype=np.int64) for _ in range(2))
    weight[slot[functional]] = part[functional]
    stands[slot[~functional]] = part[~functional]
    item = np.sort(slot[(slot >= core) | ~functional])
    question = np.full(len(graph.requirements), -1, dtype=np.int32)
    question[questions] = np.arange(len(questions), dtype=np.int32)
    question = question[layout.requirement]
    slots = layout.general[::2].astype(np.int64)
    asked = np.zeros(len(layout.node), dtype=np.bool_)
    asked[np.searchsorted(slots, np.flatnonzero(question >= 0), side="right") - 1] = True
    every = np.arange(len(layout.node), dtype=np.int32)
    number = np.full(len(layout.node), -1, dtype=np.int32)
    number[item] = np.arange(len(item), dtype=np.int32)
    above_indptr, above = held(layout, np.where(every < core, every, np.int32(-1)))
    hit_indptr, hit = held(layout, number)
    return QuestionLayout(
        network=layout,
        above_indptr=above_indptr,
        above=above,
        hit_indptr=hit_indptr,
        hit=hit,
        item=item,
        item_weight=weight[item],
        item_part=stands[item],
        item_asked=asked[item].astype(np.uint8),
        weight=weight[:core],
        part=stands[:core],
        question=question,
        asked=np.flatnonzero(asked[:core]).astype(np.int32),
        circular=np.repeat(np.diff(layout.component) > 1, np.diff(layout.component)).astype(np.uint8),
        hubs=hubs_of(layout, asked[:core]) if hubs else no_hubs(),
    )


class _Sums(NamedTuple):
    """What each answer takes off, in the unit of the parts, the most that it takes off one unit, and that unit."""

    widths: Floats
    top: Offsets
    unit: Ints
    asked: int
    done: int


def _at_both_ends(graph: Graph, units: Units, scope: Scope, progress: Progress | None, *, hubs: bool) -> _Sums:
    """Return the sums; of units that are not the same at both ends, each answer from those at the end that it moves."""
    sums = _summed(graph, units, scope, UPPER, progress, hubs=hubs)
    if units.lower is None:
        return sums
    # Answers at k_lower move the upper score, those at k_upper the lower one.
    other = _summed(graph, units, scope, LOWER, None, hubs=hubs)
    return _Sums(
        _from_each(sums.widths, other.widths),
        _from_each(sums.top, other.top),
        _from_each(sums.unit, other.unit),
        sums.asked,
        min(sums.done, other.done) if other.done < other.asked else sums.done,
    )


def _from_each(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Return the first column of one array beside the second one of the other."""
    return np.stack((first[:, 0], second[:, 1]), axis=1)


def _summed(graph: Graph, units: Units, scope: Scope, end: int, progress: Progress | None, *, hubs: bool) -> _Sums:
    numbers = {"end": end, "hubs": hubs}
    question = Question(prepare=laid_out, graph=graph, numbers=numbers, arrays=to_arrays(units, scope))
    mapped = map_blocks(question, partly=True, progress=_told_of_units(len(units), progress))
    questions = len(_open(graph))
    halves = np.zeros((questions, 2, 2), dtype=np.int64)
    top, unit = np.zeros((questions, 2), dtype=np.int64), np.full((questions, 2), -1, dtype=np.int32)
    count = 0
    for part in mapped.parts:
        halves += part["widths"].reshape(questions, 2, 2)
        top, unit = _first(top, unit, part["top"].reshape(questions, 2), part["unit"].reshape(questions, 2))
        count = int(part["count"][0])
    above = halves[:, :, 1] + (halves[:, :, 0] >> _HALF)
    widths = np.ldexp(above.astype(np.float64), _HALF) + (halves[:, :, 0] & ((1 << _HALF) - 1))
    return _Sums(widths, top, unit, count, min(mapped.done * LANES, count))


def _told_of_units(count: int, progress: Progress | None) -> Progress | None:
    """Return who is to be told of blocks: how many of `count` units somebody needs, only the number of blocks tells."""
    if progress is None:
        return None
    return lambda done, blocks: progress(min(done * LANES, count), min(blocks * LANES, count))


class _Answers:
    """What answers take off the scores of units, 512 of these at a time, at one end of them."""

    def __init__(self, graph: Graph, units: Units, scope: Scope, numbers: Numbers) -> None:
        open_ = _open(graph)
        self._questions = len(open_)
        part, _ = whole_parts(scope)
        # Both ends are laid out for the same nodes: all that fail at the upper one.
        layout = _layout(graph, units, scope, part, open_, hubs=bool(numbers["hubs"]))
        asked = units.at(upper=numbers["end"] == UPPER)
        self._scenarios = bundled(_scenarios(layout.network, asked))
        self._members = bundled(Members(asked.member_indptr, layout.network.slot[asked.member]))
        exempt = int(np.sort(np.diff(asked.member_indptr)[self._scenarios.order])[-LANES:].sum())
        self._exempt = min(exempt, len(layout.network.node))
        self._layout = bundled(layout)

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-len(self._scenarios.order) // LANES)

    def fresh(self) -> _Answers:
        """Return the same blocks: what is found stands in the memories of threads."""
        return self

    def memory(self) -> Workspace:
        """Return the memory of one thread."""
        return bundled(workspace_of(self._layout, self._questions, self._exempt))

    def work(self, memory: Workspace, block: int) -> None:
        """Work through a block."""
        answer(self._layout, self._scenarios, self._members, memory, block)

    def found(self, _: range, memories: Sequence[Workspace]) -> Arrays:
        """Return the sums over the units of these blocks, the same whatever each thread did."""
        widths = np.zeros(4 * self._questions, dtype=np.int64)
        top = np.zeros(2 * self._questions, dtype=np.int64)
        unit = np.full(2 * self._questions, -1, dtype=np.int32)
        for memory in memories:
            answer_rest(self._layout, self._scenarios, self._members, memory)
            widths += memory.widths
            top, unit = _first(top, unit, memory.top, memory.unit)
        count = np.array([len(self._scenarios.order)], dtype=np.int64)
        return {"widths": widths, "top": top, "unit": unit, "count": count}


def laid_out(graph: Graph, numbers: Numbers, arrays: Arrays) -> Blocks:
    """Return the answers in blocks of units, from what `gaps` says of these and of the scope."""
    return _Answers(graph, units_from(arrays), scope_from(arrays), numbers)


def _first(top: Offsets, unit: Ints, other_top: Offsets, other_unit: Ints) -> tuple[Offsets, Ints]:
    """Return the larger of two tops and its unit; of equals the first unit."""
    more = (other_top > top) | ((other_top == top) & (other_top > 0) & (other_unit < unit))
    return np.where(more, other_top, top), np.where(more, other_unit, unit)


def _scenarios(layout: Layout, units: Units) -> Scenarios:
    """Return the units that somebody needs as scenarios: like ones in one block, and there in their own order."""
    scenarios = scenarios_of(layout, units, alike=True)
    needed = np.add.reduceat(np.append(scenarios.seed >= 0, False), scenarios.indptr[:-1]) > 0
    needed &= np.diff(scenarios.indptr) > 0
    order = scenarios.order[needed[scenarios.order]]
    blocks = np.arange(len(order)) // LANES
    return scenarios._replace(order=order[np.lexsort((order, blocks))])
