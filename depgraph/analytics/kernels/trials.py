"""Random failures of 512 trials at once: the kernel behind `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.chance import drawn, number
from depgraph.analytics.kernels.compiled import compiled
from depgraph.analytics.kernels.lanes import LANES, WORDS, ones
from depgraph.analytics.kernels.measuring import MEASURES, bare_scratch, bare_victims, lose, report
from depgraph.analytics.kernels.network import bare
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.measuring import Scratch, Victims
    from depgraph.analytics.kernels.network import Network
    from depgraph.analytics.kernels.sweeping import Field
    from depgraph.graph.columns import Ints, Offsets


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
def strike(field: Field, lottery: Lottery, trials: int, block: int) -> None:
    """Fail what the trials ``512 block`` to ``512 (block + 1)``, those below `trials`, draw, and nothing else."""
    field.state[:] = 0
    for cause in range(len(lottery.threshold)):
        stream = number(lottery.seed, np.uint64(cause))
        for word in range(WORDS):
            first = block * LANES + word * 64
            if first >= trials:
                break
            strikes = drawn(stream, lottery.threshold[cause], block * WORDS + word)
            if trials - first < 64:
                strikes &= (np.uint64(1) << np.uint64(trials - first)) - np.uint64(1)
            if strikes:
                for entry in range(lottery.indptr[cause], lottery.indptr[cause + 1]):
                    field.active[lottery.place[entry]] = 1
                    field.state[lottery.place[entry], word] |= strikes


@compiled
def try_block(  # noqa: PLR0917 - kernels have no keywords
    network: Network,
    victims: Victims,
    lottery: Lottery,
    memory: Scratch,
    result: Offsets,
    block: int,
) -> None:
    """Write the measures of the trials of one block into int64[t, 10]."""
    raw, counted, work = bare(network), bare_victims(victims), bare_scratch(memory)
    trials = len(result)
    chosen = np.arange(block * LANES, min((block + 1) * LANES, trials))
    memory.losing[:] = 1
    memory.field.active[:] = 1
    # What one bound leaves standing, the next one, being lower, need not look at.
    for bound in (UPPER, LOWER):
        strike(memory.field, lottery, trials, block)
        settle(raw, bound, work.field)
        report(work, lose(raw, counted, bound, work), chosen, result[:, bound * MEASURES : (bound + 1) * MEASURES])


@compiled
def count_strikes(lottery: Lottery, trial: NDArray[np.uint64], result: Offsets, cause: int) -> None:
    """Write into int64[c] in how many trials, of those whose bit is set in uint64[w], a cause strikes."""
    stream = number(lottery.seed, np.uint64(cause))
    count = 0
    for word in range(len(trial)):
        if trial[word]:
            count += ones(drawn(stream, lottery.threshold[cause], word) & trial[word])
    result[cause] = count
