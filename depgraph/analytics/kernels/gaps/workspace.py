"""What the kernels behind `gaps` work on: a graph with its questions, and the memory of one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import SUM
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.failure.fixpoint import State, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Rows, Sums
    from depgraph.analytics.kernels.failure.layout import Layout
    from depgraph.analytics.kernels.gaps.dominators import Hubs
    from depgraph.arrays import Ints, Offsets

SPARED: Final = 0
BROUGHT: Final = 1
"""What an answer takes off: at k_lower what it spares, at k_upper what it brings down for certain."""


class QuestionLayout(NamedTuple):
    """A graph with its questions. Requirements of all nodes stay apart from each other in the network.

    *Items* are the nodes whose loss weighs something and shows in no slot of the core: functions outside
    it, and parties whose requirements stand in for functions, wherever they are.

    Attributes
    ----------
    network : Layout
    above_indptr, above : int64[core + 1], int32
        The slots of the core that need slot i are ``above[above_indptr[i]:above_indptr[i + 1]]``.
    hit_indptr, hit : int64[core + 1], int32
        Likewise the items that need it.
    item : int32[i]
        Place of each item.
    item_weight, item_part : int64[i]
        What the loss of the item weighs, or of each of its requirements; one of them is 0.
    item_asked : uint8[i]
        Whether a question is about a requirement of it.
    weight, part : int64[core]
        Likewise for the core: of functions, and of parties whose requirements stand in for them.
    question : int32[q]
        Of each requirement in `network.general`: which question it is, -1 for none.
    asked : int32[a]
        Slots of the core with questions, in order.
    circular : uint8[core]
        Whether a slot needs itself through others.
    hubs : Hubs
        Of its large components.

    """

    network: Layout
    above_indptr: Offsets
    above: Ints
    hit_indptr: Offsets
    hit: Ints
    item: Ints
    item_weight: Offsets
    item_part: Offsets
    item_asked: NDArray[np.uint8]
    weight: Offsets
    part: Offsets
    question: Ints
    asked: Ints
    circular: NDArray[np.uint8]
    hubs: Hubs


class Workspace(NamedTuple):
    """The memory that one thread works in, of the size of the graph whatever the questions.

    Attributes
    ----------
    state : State
        Where failure spreads.
    base : State
        What fails in the bound at hand if nothing is answered.
    fallen : rows
        Likewise of each item.
    listed : int32[i]
        The items that anything of this block may hit.
    blocked : uint8[core]
        Whether a slot is kept from failing, unless the unit itself fails it.
    barred : rows
        The scenarios in which a slot is, where these are not all.
    later : rows
        Of slot i, at 2 i + bound: the scenarios to be asked about it one by one (`cases`).
    cases, case_unit, case_slot : int64[2], int64[2 * 512], int32[2 * 512]
        How many cases wait to be asked about in each bound, and the unit and the slot that each is about.
    pending : uint64[core / 64 + 1]
        The slots to be evaluated next, one bit each.
    log, log_slot, logged : rows, int32, int64[core]
        What the state of slots was before it changed, and when that of each slot was last noted.
    changed, met, seen : int32[core], int64[core], int64[i]
        Slots that an answer changes; when each slot, and each item, was last looked at.
    ticket : int64[1]
        Counts the changes, so that `logged`, `met` and `seen` need no clearing.
    candidate, stack : int32[a], int64[4 levels]
        The slots of the core to be asked about in this block, and the ranges of them that are open.
    exempt_of, exempt : int32[slots], rows
        The row of each slot that is a member of some unit of the block, else -1; where it is one.
    spare, sums, decided : rows, int64, rows
        Two rows in passing; the weight of each scenario; the scenarios that each question of a slot decides.
    widths : int64[4 questions]
        What is taken off at k_lower and at k_upper, each as what is below 2^31, and how many 2^31.
    top, unit : int64[2 questions], int32[2 questions]
        The most that each answer takes off one unit, at k_lower and at k_upper, and the first such unit.

    """

    state: State
    base: State
    fallen: Rows
    listed: Ints
    blocked: NDArray[np.uint8]
    barred: Rows
    later: Rows
    cases: Offsets
    case_unit: Offsets
    case_slot: Ints
    pending: NDArray[np.uint64]
    log: Rows
    log_slot: Ints
    logged: Offsets
    changed: Ints
    met: Offsets
    seen: Offsets
    ticket: Offsets
    candidate: Ints
    stack: Offsets
    exempt_of: Ints
    exempt: Rows
    spare: Rows
    sums: Sums
    decided: Rows
    widths: Offsets
    top: Offsets
    unit: Ints


def workspace_of(layout: QuestionLayout, questions: int, exempt: int) -> Workspace:
    """Return memory for blocks with at most `exempt` different members."""
    core = layout.network.core
    state = state_of(layout.network)
    levels = len(layout.asked).bit_length() + 2
    most = int(np.diff(layout.network.general[::2]).max(initial=0))
    # Pages of the log that are never written to take no memory.
    return Workspace(
        state=state,
        base=State(rows(core), state.active, state.planes),
        fallen=rows(len(layout.item)),
        listed=np.zeros(len(layout.item), dtype=np.int32),
        blocked=np.zeros(core, dtype=np.uint8),
        barred=rows(core),
        later=rows(2 * core),
        cases=np.zeros(2, dtype=np.int64),
        case_unit=np.zeros(2 * LANES, dtype=np.int64),
        case_slot=np.zeros(2 * LANES, dtype=np.int32),
        pending=np.zeros(core // 64 + 1, dtype=np.uint64),
        log=rows(levels * core),
        log_slot=np.zeros(levels * core, dtype=np.int32),
        logged=np.zeros(core, dtype=np.int64),
        changed=np.zeros(core, dtype=np.int32),
        met=np.zeros(core, dtype=np.int64),
        seen=np.zeros(len(layout.item), dtype=np.int64),
        ticket=np.zeros(1, dtype=np.int64),
        candidate=np.zeros(len(layout.asked), dtype=np.int32),
        stack=np.zeros(4 * levels, dtype=np.int64),
        exempt_of=np.full(len(layout.network.node), -1, dtype=np.int32),
        exempt=rows(exempt),
        spare=rows(2),
        sums=rows(SUM // 8).view(np.int64).reshape(-1),
        decided=rows(most),
        widths=np.zeros(4 * questions, dtype=np.int64),
        top=np.zeros(2 * questions, dtype=np.int64),
        unit=np.full(2 * questions, -1, dtype=np.int32),
    )


def held(layout: Layout, number: Ints) -> tuple[Offsets, Ints]:
    """Return who needs each slot of the core, as rows: their numbers, rising, each once; negative ones are left out.

    Parameters
    ----------
    layout : Layout
    number : int32[slots]
        Of each slot, rising but for the negative ones.

    """
    ends = np.zeros(layout.core + 2, dtype=np.int64)
    last, who = np.empty(layout.core, dtype=np.int32), np.empty(len(layout.provider), dtype=np.int32)
    # Twice over all needs: first to count, then to write.
    for shift in (2, 1):
        last[:] = -1
        _hold(layout, number, last, who, ends, shift)
        if shift == 2:
            np.cumsum(ends, out=ends)
    return ends[:-1], who[: ends[-2]]


@compiled
def _hold(  # noqa: PLR0917 - kernels have no keywords
    layout: Layout, number: Ints, last: Ints, who: Ints, ends: Offsets, shift: int
) -> None:
    for slot in range(len(number)):
        if number[slot] < 0:
            continue
        for entry in range(layout.group[4 * slot], layout.group[4 * slot + 4]):
            provider = layout.provider[entry]
            if last[provider] != slot:
                last[provider] = slot
                if shift == 1:
                    who[ends[provider + 1]] = number[slot]
                ends[provider + shift] += 1
