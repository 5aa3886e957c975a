"""Random failures with common causes: how many are hit, how often, and by what."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.basis.exposure import exposure_of, whole_parts
from depgraph.analytics.basis.travelling import each_alone, scope_from, to_arrays
from depgraph.analytics.blocks import Question, map_blocks
from depgraph.analytics.kernels.base.bernoulli import thresholds
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.base.parallel import in_scenarios
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.impact import (
    FAILS,
    FUNCTIONS,
    MEASURES,
    ORGANISATIONS,
    PEOPLE,
    SCORE,
    workspace_of,
)
from depgraph.analytics.kernels.failure.monte_carlo import Lottery, count_strikes, try_block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from depgraph.analytics.basis.causes import Causes
    from depgraph.analytics.basis.scope import Scope
    from depgraph.analytics.blocks import Arrays, Blocks, Numbers
    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.failure.impact import Workspace
    from depgraph.arrays import Floats, Ints, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Simulation:
    """What was hit in each of t trials, in both bounds.

    Attributes
    ----------
    fails_lower, fails_upper : int64[t]
        Nodes in scope that fail, those that were struck included.
    functions_lower, functions_upper, organisations_lower, organisations_upper : int64[t]
    people_lower, people_upper : int64[t]
        As in `impacts`.
    score_lower, score_upper : float64[t]
        In [0, 1].
    function : int32[f]
        Functions in scope, sorted.
    hits_lower, hits_upper : int64[f]
        In how many trials each of them failed.

    """

    fails_lower: Offsets
    fails_upper: Offsets
    functions_lower: Offsets
    functions_upper: Offsets
    organisations_lower: Offsets
    organisations_upper: Offsets
    people_lower: Offsets
    people_upper: Offsets
    score_lower: Floats
    score_upper: Floats
    function: Ints
    hits_lower: Offsets
    hits_upper: Offsets


def simulate(
    graph: Graph,
    causes: Causes,
    scope: Scope,
    *,
    trials: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    r"""Return what fails in a number of trials, in each of which every cause strikes or not.

    The causes are independent of each other: cause c strikes with its probability p_c, and
    then fails all of its nodes at once. What follows is as in `impacts`: the least fixed
    point over requirements of k of n, with all k at their lower and at their upper end.
    Both bounds of a trial see the same strikes, so that in every trial, and so in every
    mean and quantile, the lower bound is at most the upper one. In T trials, of which t has
    the strikes C_t, the probability that v fails is estimated by

    .. math:: \hat P(v) = \frac{1}{T} \, |\{t : v \in F(C_t)\}|.

    Parameters
    ----------
    graph : Graph
    causes : Causes
    scope : Scope
        Whose failure counts. Failure spreads over the whole graph.
    trials : int
        At least 1.
    seed : int
        In [0, 2^64). The same seed gives the same trials on every machine and any number
        of cores, and more trials begin with those of fewer.
    progress : callable, optional
        Told how many trials are done, of how many.

    Returns
    -------
    Simulation
        Of the first trials only, if a keyboard interrupt ended the work early.

    Raises
    ------
    KeyboardInterrupt
        If it came before any trial was done.

    Notes
    -----
    Assumes that causes are independent and their probabilities right: what strikes several
    nodes at once has to be given as one common cause.

    What this does not say: when failures happen and how long they last. With T trials a
    probability P is known to about :math:`\sqrt{P (1 - P) / T}`, and what is much rarer
    than 1 / T is not seen at all.

    512 trials are spread at once (`impacts`). Draws are exact to 2^-64
    (`depgraph.analytics.kernels.base.bernoulli`). Memory: 80 bytes for each trial, and per core 64
    bytes for each node.

    References
    ----------
    Metropolis, N. & Ulam, S. (1949). The Monte Carlo method. Journal of the American
    Statistical Association 44(247), 335-341.
    Steele, G. L., Lea, D. & Flood, C. H. (2014). Fast splittable pseudorandom number
    generators. OOPSLA '14, 453-472.

    Examples
    --------
    Two suppliers fail once in ten trials each, independently: f1 needs both and fails with
    probability 1 - 0.9 * 0.9 = 0.19, f2 needs either and fails with 0.01. Nobody says what
    f3 needs: its probability is between these.

    >>> from depgraph.analytics.basis.causes import Probabilities, causes_of
    >>> from depgraph.analytics.basis.scope import scope_of
    >>> from depgraph.testing import graph
    >>> small = graph("f1@a f2@a f3@a f1>x&y f2>x|y f3>?(x,y)")
    >>> each = Probabilities(node={small.position("x"): 0.1, small.position("y"): 0.1})
    >>> found = simulate(small, causes_of(small, each), scope_of(small), trials=100_000, seed=1)
    >>> [round(hits / 100_000, 2) for hits in found.hits_lower.tolist()]
    [0.19, 0.01, 0.01]
    >>> [round(hits / 100_000, 2) for hits in found.hits_upper.tolist()]
    [0.19, 0.01, 0.19]

    """
    question = _question(graph, causes, scope, trials=trials, seed=seed)
    mapped = map_blocks(question, partly=True, progress=in_scenarios(trials, progress))
    if not mapped.done:
        raise KeyboardInterrupt
    result = np.concatenate([part["result"] for part in mapped.parts]).reshape(-1, 2 * MEASURES)
    hits = np.sum([part["hits"] for part in mapped.parts], axis=0).reshape(-1, 2)
    return _columns(result, whole_parts(scope)[1], mapped.parts[0]["function"], hits)


def _question(graph: Graph, causes: Causes, scope: Scope, *, trials: int, seed: int) -> Question:
    struck = {name: getattr(causes, name) for name in ("probability", "seed_indptr", "seed")}
    nobody = each_alone(np.zeros(0, dtype=np.int32))
    arrays = {f"causes.{name}": values for name, values in struck.items()} | to_arrays(nobody, scope)
    return Question(prepare=laid_out, graph=graph, numbers={"trials": trials, "seed": seed}, arrays=arrays)


class _Trials:
    """Random failures, 512 trials at a time."""

    result: Offsets

    def __init__(self, graph: Graph, numbers: Numbers, arrays: Arrays) -> None:
        seed = arrays["causes.seed"]
        struck = np.unique(seed)
        exposure = exposure_of(graph, scope_from(arrays), struck, central=struck)
        self._layout, self._victims = bundled(exposure.layout), bundled(exposure.victims)
        self._lottery = _lottery(
            arrays["causes.probability"], arrays["causes.seed_indptr"], exposure.layout.slot[seed], numbers["seed"]
        )
        self._trials = numbers["trials"]
        functional = np.flatnonzero(self._victims.function)
        self._functional = functional[np.argsort(exposure.turn[functional])]
        self._function = exposure.turn[self._functional]

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-self._trials // LANES)

    def fresh(self) -> _Trials:
        """Return the same blocks with nothing found yet."""
        part = copy(self)
        part.result = np.zeros((self._trials, 2 * MEASURES), dtype=np.int64)
        return part

    def memory(self) -> tuple[Workspace, Rows]:
        """Return the memory of one thread."""
        return bundled(workspace_of(self._layout, self._victims.turns, 0, tallied=True)), rows(self._layout.core)

    def work(self, memory: tuple[Workspace, Rows], block: int) -> None:
        """Work through a block."""
        try_block(self._layout, self._victims, self._lottery, *memory, self.result, block)

    def found(self, blocks: range, memories: Sequence[tuple[Workspace, Rows]]) -> Arrays:
        """Return the measures of each trial of these blocks, and in how many of them each function failed."""
        hits = np.zeros(2 * self._victims.turns, dtype=np.int64)
        for own, _ in memories:
            hits += own.hits
        chosen = self.result[blocks.start * LANES : blocks.stop * LANES]
        return {
            "result": chosen.reshape(-1),
            "function": self._function,
            "hits": hits.reshape(-1, 2)[self._functional].reshape(-1),
        }


def laid_out(graph: Graph, numbers: Numbers, arrays: Arrays) -> Blocks:
    """Return random failures in blocks, from what `simulate` says of causes and of the scope."""
    return _Trials(graph, numbers, arrays)


def strikes_in(causes: Causes, chosen: NDArray[np.bool_], *, seed: int) -> Offsets:
    """Return int64[c]: in how many of the chosen trials each cause struck.

    Parameters
    ----------
    causes : Causes
    chosen : bool[t]
        Trials of `simulate` with the same seed.
    seed : int

    """
    trial = rows(-(-len(chosen) // LANES))
    trial.view(np.uint8).reshape(-1)[: -(-len(chosen) // 8)] = np.packbits(chosen, bitorder="little")
    lottery = _lottery(causes.probability, causes.seed_indptr, causes.seed, seed)
    result = np.zeros(len(causes), dtype=np.int64)
    count_strikes(lottery, trial, rows(1), result)
    return result


def _lottery(probability: Floats, seed_indptr: Offsets, slot: Ints, seed: int) -> Lottery:
    return bundled(Lottery(np.uint64(seed), thresholds(probability), seed_indptr, slot))


def _columns(result: Offsets, whole: int, function: Ints, hits: Offsets) -> Simulation:
    def column(bound: int, measured: int) -> Offsets:
        return np.ascontiguousarray(result[:, bound * MEASURES + measured])

    def score(bound: int) -> Floats:
        return np.round(column(bound, SCORE) / max(whole, 1), 12)

    return Simulation(
        fails_lower=column(LOWER, FAILS),
        fails_upper=column(UPPER, FAILS),
        functions_lower=column(LOWER, FUNCTIONS),
        functions_upper=column(UPPER, FUNCTIONS),
        organisations_lower=column(LOWER, ORGANISATIONS),
        organisations_upper=column(UPPER, ORGANISATIONS),
        people_lower=column(LOWER, PEOPLE),
        people_upper=column(UPPER, PEOPLE),
        score_lower=score(LOWER),
        score_upper=score(UPPER),
        function=function,
        hits_lower=np.ascontiguousarray(hits[:, LOWER]),
        hits_upper=np.ascontiguousarray(hits[:, UPPER]),
    )
