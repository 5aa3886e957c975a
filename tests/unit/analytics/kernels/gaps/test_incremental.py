"""Failure that spreads further from a settled state and is taken back, against sets of nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.exposure import whole_parts
from depgraph.analytics.basis.layouts import scenarios_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import every, is_any, load, pointers, store, without
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.failure.fixpoint import seed as fail
from depgraph.analytics.kernels.gaps.incremental import (
    enqueue,
    keep_base,
    note,
    propagate_from,
    propagate_unblocked,
    undo,
)
from depgraph.analytics.kernels.gaps.workspace import workspace_of
from depgraph.analytics.measures.gaps import _layout

if TYPE_CHECKING:
    from depgraph.graph import Graph


@compiled
def settle(layout, memory, scenarios, chosen, bound, blocked) -> None:  # noqa: PLR0917 - kernels have no keywords
    """Settle the units, one slot kept from failing, if not -1; and note the state as the base."""
    raw, work = pointers(layout), pointers(memory)
    for slot in range(layout.network.core):
        work.state.active[slot] = 1
        work.blocked[slot] = slot == blocked
    fail(raw.network.core, work.state, scenarios, chosen)
    propagate_unblocked(raw.network, bound, work)
    keep_base(raw, work)


@compiled
def fail_more(layout, memory, slot, bound) -> int:
    """Fail one more slot in every scenario, and what follows; return how long the log is."""
    raw, work = pointers(layout), pointers(memory)
    work.ticket[0] += 1
    log = 0
    before = load(work.state.failed, slot)
    if is_any(without(every(), before)):
        log = note(work, log, slot, before)
        store(work.state.failed, slot, every())
        for entry in range(raw.above_indptr[slot], raw.above_indptr[slot + 1]):
            enqueue(work, raw.above[entry])
        log = propagate_from(raw, bound, work, log)
    return log


@compiled
def take_back(memory, log) -> None:
    undo(pointers(memory), log, 0)


@pytest.mark.parametrize(("bound", "name"), [(LOWER, "lower"), (UPPER, "upper")])
def test_one_more_and_one_less(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], bound: int, name: str
) -> None:
    for seed in range(6_000, 6_030):
        source = random_text(seed).graph()
        slow, everyone, scope = plain(source), units(source, By.PARTY), scope_of(source)
        part, _ = whole_parts(scope)
        layout = _layout(source, everyone, scope, part, np.zeros(0, dtype=np.int32), hubs=False)
        core = [slow.ids[node] for node in layout.network.node[: layout.network.core].tolist()]
        scenarios = scenarios_of(layout.network, everyone)
        chosen = np.arange(len(everyone))
        seeds = [seeds for _, (seeds, _) in sorted(slow.ends("party", name).items())]
        work = workspace_of(layout, 0, len(layout.network.node))

        def fallen(work: Any = work, core: Any = core, count: int = len(seeds)) -> list[set[str]]:
            bits = np.unpackbits(work.state.failed.view(np.uint8), axis=1, bitorder="little")
            return [{node for node, on in zip(core, bits[:, lane], strict=True) if on} for lane in range(count)]

        for slot, more in enumerate(core):
            settle(layout, work, scenarios, chosen, bound, -1)
            base = work.state.failed.copy()
            assert fallen() == [slow.failed(some, name) & {*core} for some in seeds]
            log = fail_more(layout, work, slot, bound)
            assert fallen() == [slow.failed({*some, more}, name) & {*core} for some in seeds]
            take_back(work, log)
            assert np.array_equal(work.state.failed, base)
            settle(layout, work, scenarios, chosen, bound, slot)
            spared = _without(slow, more)
            assert fallen() == [spared.failed(some, name) & {*core} for some in seeds]


def _without(slow: Any, node: str) -> Any:
    """Return the oracle of a graph in which one node needs nothing."""
    return type(slow)(
        requirements=[each for each in slow.requirements if each[0] != node],
        kind=slow.kind,
        number=slow.number,
        text=slow.text,
        needs=slow.needs,
        ties=slow.ties,
        ids=slow.ids,
    )
