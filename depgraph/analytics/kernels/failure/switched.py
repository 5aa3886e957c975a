"""What fails where some nodes can fail in some scenarios only: 512 graphs that differ a little, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled, inner
from depgraph.analytics.kernels.base.lanes import both, differ, either, is_any, load, pointers, rows, store
from depgraph.analytics.kernels.failure.exclusions import exclude, exclude_no_more
from depgraph.analytics.kernels.failure.fixpoint import evaluate, seed
from depgraph.analytics.kernels.failure.impact import lose, report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.failure.exclusions import Members
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios, State
    from depgraph.analytics.kernels.failure.impact import Victims, Workspace
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.arrays import Ints, Offsets


class Switches(NamedTuple):
    """In which scenarios a slot can fail.

    Attributes
    ----------
    of_slot : int32[core]
        The row of `allowed` of each slot, -1 of one that can fail in all scenarios.
    allowed : rows
        The scenarios of a block in which those that share a row can fail; `put` writes them.
    usual : uint8[k]
        Whether a row holds in a scenario that says nothing of it.
    indptr : int64[scenarios + 1]
    turned : int32[t]
        The rows that are not as usual in scenario i are ``turned[indptr[i]:indptr[i + 1]]``.

    """

    of_slot: Ints
    allowed: Rows
    usual: NDArray[np.uint8]
    indptr: Offsets
    turned: Ints


def switches_of(of_slot: Ints, usual: NDArray[np.bool_], indptr: Offsets, turned: Ints) -> Switches:
    """Return switches with memory of their own, for one thread."""
    return Switches(of_slot, rows(len(usual)), usual.astype(np.uint8), indptr, turned)


def put(switches: Switches, chosen: Offsets) -> None:
    """Write in which of these scenarios, one lane each, every row holds."""
    allowed = switches.allowed
    allowed[:] = np.where(switches.usual[:, None] > 0, np.uint64((1 << 64) - 1), np.uint64(0))
    begins, ends = switches.indptr[chosen], switches.indptr[chosen + 1]
    lane = np.repeat(np.arange(len(chosen)), ends - begins)
    at = np.arange(len(lane)) + np.repeat(begins - np.cumsum(ends - begins) + (ends - begins), ends - begins)
    row = switches.turned[at]
    np.bitwise_xor.at(allowed, (row, lane >> 6), np.uint64(1) << (lane & 63).astype(np.uint64))


def measure_switched(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    scenarios: Scenarios,
    members: Members,
    switches: Switches,
    memory: Workspace,
    result: Offsets,
    block: int,
    bound: int,
) -> None:
    """Write the measures of one bound of one block into int64[scenarios, 11]; `put` comes before.

    As `depgraph.analytics.kernels.failure.impact.measure`, without reach. What fails in the core stays in
    ``memory.state.failed``.
    """
    memory.state.active[:] = 1
    memory.losing[:] = 1
    _measure_switched(layout, victims, scenarios, members, switches, memory, result, scenarios.block(block), bound)


@compiled
def _measure_switched(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout,
    victims: Victims,
    scenarios: Scenarios,
    members: Members,
    switches: Switches,
    memory: Workspace,
    result: Offsets,
    chosen: Offsets,
    bound: int,
) -> None:
    raw, counted, work = pointers(layout), pointers(victims), pointers(memory)
    units, own, switched = pointers(scenarios), pointers(members), pointers(switches)
    exclude(own, chosen, work.exempt_of, work.exempt)
    seed(raw.core, work.state, units, chosen)
    _propagate(raw, bound, work.state, switched)
    lose(raw, counted, bound, work)
    report(work, chosen, result, bound)
    exclude_no_more(own, chosen, work.exempt_of)


@inner
def _propagate(layout: Layout, bound: int, state: State, switches: Switches) -> None:
    """Spread failure through the core, from the seeds in `failed` to the least fixed point.

    A slot that is not allowed to fail in a scenario does not, whatever it needs: what its row says does not
    depend on what fails, so that the fixed point is still the least one.
    """
    for component in range(layout.components):
        begin, end = layout.component[component], layout.component[component + 1]
        changed = True
        while changed:
            changed = False
            for slot in range(begin, end):
                before = load(state.failed, slot)
                row = evaluate(layout, bound, state, slot)
                if switches.of_slot[slot] >= 0:
                    row = both(row, load(switches.allowed, switches.of_slot[slot]))
                after = either(before, row)
                store(state.failed, slot, after)
                changed |= is_any(differ(before, after))
            changed &= end - begin > 1
