"""Random failures of 512 trials at once: the kernel behind `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bernoulli import drawn, number
from depgraph.analytics.kernels.base.jit import compiled, inlined, inner
from depgraph.analytics.kernels.base.lanes import LANES, WORDS, both, either, is_any, load, ones, pointers, store
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, propagate
from depgraph.analytics.kernels.failure.impact import lose, report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.failure.impact import Victims, Workspace
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets


class Lottery(NamedTuple):
    """What strikes at random.

    Attributes
    ----------
    seed : int
        In [0, 2^64).
    threshold : uint64[c]
        How likely each cause is, as `bernoulli.thresholds` has it.
    indptr, slot : int64[c + 1], int32
        Cause i fails the slots ``slot[indptr[i]:indptr[i + 1]]``, all in the core.

    """

    seed: np.uint64
    threshold: NDArray[np.uint64]
    indptr: Offsets
    slot: Ints


@inner
def strike(  # noqa: PLR0917 - kernels have no keywords
    lottery: Lottery, struck: Rows, spare: Rows, trials: int, block: int, causes: int
) -> None:
    """Write which slots each of the first trials of a block draws, into rows of zeros."""
    drawing = _first(spare, trials)
    for cause in range(causes):
        stream = number(lottery.seed, np.uint64(cause))
        strikes = both(drawn(stream, lottery.threshold[cause], block), drawing)
        if is_any(strikes):
            for entry in range(lottery.indptr[cause], lottery.indptr[cause + 1]):
                slot = lottery.slot[entry]
                store(struck, slot, either(load(struck, slot), strikes))


@inlined
def _first(spare: Rows, count: int) -> Lanes:
    """Return the first scenarios."""
    for word in range(WORDS):
        left = min(max(count - 64 * word, 0), 64)
        spare[word] = ~np.uint64(0) if left == 64 else (np.uint64(1) << np.uint64(left)) - np.uint64(1)
    return load(spare, 0)


def try_block(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    lottery: Lottery,
    memory: Workspace,
    struck: Rows,
    result: Offsets,
    block: int,
) -> None:
    """Write the measures of the trials of one block into int64[t, 10]; `struck` has a row for each slot.

    The first four are bundles.
    """
    memory.losing[:] = 1
    memory.state.active[:] = 1
    struck[:] = 0
    chosen = np.arange(len(result))[block * LANES :][:LANES]
    _try_block(layout, victims, lottery, memory, struck, result, chosen, len(lottery.threshold))


@compiled
def _try_block(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    lottery: Lottery,
    memory: Workspace,
    struck: Rows,
    result: Offsets,
    chosen: Offsets,
    causes: int,
) -> None:
    raw, counted, work, seeds = pointers(layout), pointers(victims), pointers(memory), pointers(struck)
    strike(pointers(lottery), seeds, work.spare, len(chosen), chosen[0] // LANES, causes)
    # What one bound leaves standing, the next one, being lower, need not look at.
    for bound in (UPPER, LOWER):
        for slot in range(raw.core):
            store(work.state.failed, slot, load(seeds, slot))
        propagate(raw, bound, work.state)
        lose(raw, counted, bound, work)
        report(work, chosen, result, bound)


@compiled
def count_strikes(lottery: Lottery, chosen: Rows, spare: Rows, result: Offsets) -> None:
    """Write into int64[c] in how many trials each cause strikes, of those in row `block` of `chosen` for each block."""
    draws, raw, found = pointers(lottery), pointers(chosen), pointers(spare)
    for cause in range(len(result)):
        stream = number(draws.seed, np.uint64(cause))
        count = 0
        for block in range(len(chosen)):
            strikes = both(drawn(stream, draws.threshold[cause], block), load(raw, block))
            if is_any(strikes):
                store(found, 0, strikes)
                for word in range(WORDS):
                    count += ones(found[word])
        result[cause] = count
