"""Random failures of 512 trials at once: the kernel behind `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bernoulli import drawn, number
from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import LANES, WORDS, both, either, is_any, load, ones, pointers, store
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, propagate
from depgraph.analytics.kernels.failure.impact import MEASURES, lose, report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.arrays import Ints, Offsets
    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.failure.impact import Victims, Workspace
    from depgraph.analytics.kernels.failure.layout import Layout


class Lottery(NamedTuple):
    """What strikes at random.

    Attributes
    ----------
    seed : int
        In [0, 2^64).
    threshold : uint64[c]
        How likely each cause is, as `chance.thresholds` has it.
    indptr, place : int64[c + 1], int32
        Cause i fails the places ``place[indptr[i]:indptr[i + 1]]``, all in the core.

    """

    seed: np.uint64
    threshold: NDArray[np.uint64]
    indptr: Offsets
    place: Ints


@compiled
def strike(lottery: Lottery, struck: Rows, spare: Rows, trials: int, block: int) -> None:
    """Write which places the trials ``512 block`` to ``512 (block + 1)``, those below `trials`, draw."""
    struck[:] = 0
    raw = pointers(struck)
    drawing = _first(spare, trials - block * LANES)
    for cause in range(len(lottery.threshold)):
        stream = number(lottery.seed, np.uint64(cause))
        strikes = both(drawn(stream, lottery.threshold[cause], block), drawing)
        if is_any(strikes):
            for entry in range(lottery.indptr[cause], lottery.indptr[cause + 1]):
                place = lottery.place[entry]
                store(raw, place, either(load(raw, place), strikes))


@inlined
def _first(spare: Rows, count: int) -> Lanes:
    """Return the first scenarios."""
    for word in range(WORDS):
        left = min(max(count - 64 * word, 0), 64)
        spare[0, word] = ~np.uint64(0) if left == 64 else (np.uint64(1) << np.uint64(left)) - np.uint64(1)
    return load(pointers(spare), 0)


@compiled
def try_block(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    lottery: Lottery,
    memory: Workspace,
    struck: Rows,
    result: Offsets,
    block: int,
) -> None:
    """Write the measures of the trials of one block into int64[t, 10]; `struck` has a row for each place."""
    raw, counted, work = pointers(layout), pointers(victims), pointers(memory)
    trials = len(result)
    chosen = np.arange(block * LANES, min((block + 1) * LANES, trials))
    memory.losing[:] = 1
    memory.state.active[:] = 1
    strike(lottery, struck, memory.spare, trials, block)
    # What one bound leaves standing, the next one, being lower, need not look at.
    for bound in (UPPER, LOWER):
        memory.state.failed[:] = struck
        propagate(raw, bound, work.state)
        report(work, lose(raw, counted, bound, work), chosen, result[:, bound * MEASURES : (bound + 1) * MEASURES])


@compiled
def count_strikes(lottery: Lottery, chosen: Rows, spare: Rows, result: Offsets, cause: int) -> None:
    """Write into int64[c] in how many trials, of those in row `block` of `chosen` for each block, a cause strikes."""
    stream = number(lottery.seed, np.uint64(cause))
    raw, found = pointers(chosen), pointers(spare)
    count = 0
    for block in range(len(chosen)):
        strikes = both(drawn(stream, lottery.threshold[cause], block), load(raw, block))
        if is_any(strikes):
            store(found, 0, strikes)
            for word in range(WORDS):
                count += ones(spare[0, word])
    result[cause] = count
