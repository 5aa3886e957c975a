"""What the kernels behind pairs work on: requirements that can break in one bound, and the memory of one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import SUM
from depgraph.analytics.kernels.base.lanes import rows
from depgraph.arrays import rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Rows, Sums
    from depgraph.arrays import Ints, Offsets

FUNCTIONS: Final = 0
SCORE: Final = 1
MEASURES: Final = 2


class Rules(NamedTuple):
    """The requirements that can break in one bound, by the slot of who has them.

    Attributes
    ----------
    core : int
        How many slots somebody depends on; they come first, and only they have rows.
    component : int64[c + 1]
        Component i is the slots ``component[i]`` to ``component[i + 1]``, providers first.
    end : int64[core]
        Where the component of each slot ends.
    of_slot : int64[e + 1]
        The requirements of each slot.
    dependent, item : int32[r]
        Of each requirement the slot that has it, and which item that is, -1 if none.
    threshold : int32[r]
        How many providers must fail, from 1 to as many as there are.
    indptr, provider : int64[r + 1], int32
        The providers that can fail, as slots in the core.
    holder_indptr, holder : int64[core + 1], int32
        The requirements that each slot is a provider of.

    """

    core: int
    component: Offsets
    end: Offsets
    of_slot: Offsets
    dependent: Ints
    item: Ints
    threshold: Ints
    indptr: Offsets
    provider: Ints
    holder_indptr: Offsets
    holder: Ints


def rules_of(  # noqa: PLR0917 - columns of one table
    component: Offsets, of_slot: Offsets, item: Ints, threshold: Ints, indptr: Offsets, provider: Ints
) -> Rules:
    """Return requirements, given by slot, with their holders; `item` is of each slot."""
    core = int(component[-1])
    dependent = rows_of(of_slot)
    order = np.argsort(provider, kind="stable")
    return Rules(
        core=core,
        component=component,
        end=np.repeat(component[1:], np.diff(component)),
        of_slot=of_slot,
        dependent=dependent,
        item=item[dependent],
        threshold=threshold,
        indptr=indptr,
        provider=provider,
        holder_indptr=np.searchsorted(provider[order], np.arange(core + 1)).astype(np.int64),
        holder=rows_of(indptr)[order],
    )


class Seeds(NamedTuple):
    """What each unit fails by itself: of unit i the slots ``slot[indptr[i]:indptr[i + 1]]``, all in the core."""

    indptr: Offsets
    slot: Ints


class Items(NamedTuple):
    """What can be lost.

    Attributes
    ----------
    function, apart : uint8[i]
        Whether it is a function; whether its requirements are lost one by one.
    part : int64[i]
        What each loss weighs.
    unit_indptr, unit : int64[i + 1], int32
        The units of which it is a member.

    """

    function: NDArray[np.uint8]
    apart: NDArray[np.uint8]
    part: Offsets
    unit_indptr: Offsets
    unit: Ints


class Workspace(NamedTuple):
    """The memory that one thread works in; clean between two units.

    Attributes
    ----------
    down : uint8[core]
        Slots that the unit alone fails.
    fallen : int32[core]
        These as a list.
    lost : uint8[i]
        Items that the unit alone stops as a whole.
    gone : int32[r]
        Of each requirement, how many providers those are.
    touched : int32[r]
        Requirements with any, those to look at first.
    listed : uint64[r / 64 + 1]
        Requirements of items that may break, one bit each.
    pending : uint64[core / 64 + 1]
        Slots to be looked at again, one bit each.
    fresh, news : uint8[core], int32[core]
        Slots that some pair fails and neither unit alone; these as a list.
    extra : rows
        Of each slot: the partners with which it is such a slot.
    layers, spare : rows
    sums : int64

    """

    down: NDArray[np.uint8]
    fallen: Ints
    lost: NDArray[np.uint8]
    gone: Ints
    touched: Ints
    listed: NDArray[np.uint64]
    pending: NDArray[np.uint64]
    fresh: NDArray[np.uint8]
    news: Ints
    extra: Rows
    layers: Rows
    spare: Rows
    sums: Sums


class Losing(NamedTuple):
    """What one thread works on in one bound.

    `alone` is as `fail_alone` has it, all blocks of it; the result int64[2, units], functions and their weight.
    """

    rules: Rules
    items: Items
    memory: Workspace
    alone: Rows
    result: NDArray[np.int64]


class LosingAtBoth(NamedTuple):
    """What `pair_losses` works on, by one thread."""

    lower: Losing
    upper: Losing


class Meeting(NamedTuple):
    """What `pair_partners` works on; the result is a row for each 512 units."""

    rules: Rules
    seeds: Seeds
    memory: Workspace
    alone: Rows
    result: Rows


def workspace_of(rules: Rules, items: int) -> Workspace:
    """Return clean memory."""
    core, size = rules.core, len(rules.threshold)
    return Workspace(
        down=np.zeros(core, dtype=np.uint8),
        fallen=np.empty(core, dtype=np.int32),
        lost=np.zeros(items, dtype=np.uint8),
        gone=np.zeros(size, dtype=np.int32),
        touched=np.empty(size, dtype=np.int32),
        listed=np.zeros(size // 64 + 1, dtype=np.uint64),
        pending=np.zeros(core // 64 + 1, dtype=np.uint64),
        fresh=np.zeros(core, dtype=np.uint8),
        news=np.empty(core, dtype=np.int32),
        extra=rows(core),
        layers=rows(int(rules.threshold.max(initial=1)) + 1),
        spare=rows(1),
        sums=rows(MEASURES * SUM // 8).view(np.int64).reshape(-1),
    )
