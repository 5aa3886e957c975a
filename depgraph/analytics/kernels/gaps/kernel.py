"""What an answer about one requirement would change, for 512 units at once: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.analytics.kernels.failure.exclusions import exclude, exclude_no_more
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, propagate, seed
from depgraph.analytics.kernels.gaps.batches import ask_now, ask_one_by_one
from depgraph.analytics.kernels.gaps.forced_failures import bring
from depgraph.analytics.kernels.gaps.incremental import BOUNDS, keep_base, propagate_unblocked
from depgraph.analytics.kernels.gaps.leaves import bring_items, list_items, spare_items
from depgraph.analytics.kernels.gaps.prevented_failures import candidates_of, lean_on_hubs, spare_core

if TYPE_CHECKING:
    from depgraph.analytics.kernels.failure.exclusions import Members
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace
    from depgraph.arrays import Offsets


def answer(layout: QuestionLayout, scenarios: Scenarios, members: Members, workspace: Workspace, block: int) -> None:
    """Add up what each answer takes off the scores of the units ``order[512 block:512 (block + 1)]``.

    All four are bundles. What is to be asked about one by one waits until there is enough of it: `answer_rest`.
    """
    chosen = scenarios.block(block)
    items, asked = len(layout.item), len(layout.asked)
    listed, candidates = _begin(layout, scenarios, members, workspace, chosen, items, asked)
    # What large components alone need is compiled where there are any, and likewise what asks about the core.
    if layout.hubs.size:
        _lean(layout, scenarios, workspace, chosen)
    if candidates:
        _spare(layout, workspace, candidates, chosen)
    _settle_lower(layout, scenarios, workspace, chosen, listed)
    if asked:
        _bring(layout, workspace, chosen, asked)
    _end(members, workspace, chosen)
    if layout.hubs.size:
        _ask(layout, scenarios, members, workspace, chosen, items, asked)


def answer_rest(layout: QuestionLayout, scenarios: Scenarios, members: Members, workspace: Workspace) -> None:
    """Add up what answers take off in the cases that the blocks have left."""
    if workspace.cases.any():
        _ask(layout, scenarios, members, workspace, np.zeros(0, dtype=np.int64), len(layout.item), 0)


@compiled
def _begin(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout,
    scenarios: Scenarios,
    members: Members,
    workspace: Workspace,
    chosen: Offsets,
    items: int,
    asked: int,
) -> tuple[int, int]:
    """Settle what fails with all k_upper as the base, and ask about items.

    Return how many items there may be anything to ask about, and how many slots of the core.
    """
    raw, units, work = pointers(layout), pointers(scenarios), pointers(workspace)
    exclude(pointers(members), chosen, work.exempt_of, work.exempt)
    for slot in range(raw.network.core):
        work.state.active[slot] = 1
    seed(raw.network.core, work.state, units, chosen)
    propagate(raw.network, UPPER, work.state)
    keep_base(raw, work)
    listed = list_items(raw, work, items)
    spare_items(raw, work, listed, chosen)
    seed(raw.network.core, work.state, units, chosen)
    return listed, candidates_of(raw, asked, work)


@compiled
def _lean(layout: QuestionLayout, scenarios: Scenarios, workspace: Workspace, chosen: Offsets) -> None:
    """Fail hubs where that changes nothing."""
    lean_on_hubs(pointers(layout), pointers(workspace), pointers(scenarios), chosen)


@compiled
def _spare(layout: QuestionLayout, workspace: Workspace, candidates: int, chosen: Offsets) -> None:
    """Ask about slots of the core what answers at k_lower spare."""
    spare_core(pointers(layout), pointers(workspace), candidates, chosen)


@compiled
def _settle_lower(
    layout: QuestionLayout, scenarios: Scenarios, workspace: Workspace, chosen: Offsets, listed: int
) -> None:
    """Settle what fails with all k_lower as the base, and ask about items."""
    raw, work = pointers(layout), pointers(workspace)
    # What may not fail with all k_upper does not in what follows: it is not active, and passed over.
    seed(raw.network.core, work.state, pointers(scenarios), chosen)
    propagate_unblocked(raw.network, BOUNDS[LOWER], work)
    keep_base(raw, work)
    bring_items(raw, work, listed, chosen)


@compiled
def _bring(layout: QuestionLayout, workspace: Workspace, chosen: Offsets, asked: int) -> None:
    """Ask about slots of the core what answers at k_upper bring down."""
    raw, work = pointers(layout), pointers(workspace)
    for at in range(asked):
        bring(raw, work, raw.asked[at], chosen)


@compiled
def _end(members: Members, workspace: Workspace, chosen: Offsets) -> None:
    """Forget the members of these units."""
    exclude_no_more(pointers(members), chosen, pointers(workspace).exempt_of)


@compiled
def _ask(  # noqa: PLR0917 - kernels have no keywords
    layout: QuestionLayout,
    scenarios: Scenarios,
    members: Members,
    workspace: Workspace,
    chosen: Offsets,
    items: int,
    asked: int,
) -> None:
    """Note what is to be asked about one by one, and ask once that is 512 cases; at the end all that are noted."""
    raw, units, own, work = pointers(layout), pointers(scenarios), pointers(members), pointers(workspace)
    for bound in BOUNDS:
        ask_one_by_one(raw, bound, work, units, own, chosen, asked, items)
        if not asked and work.cases[bound]:
            ask_now(raw, bound, work, units, own, items)
