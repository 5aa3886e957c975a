"""What an answer about one requirement would change, for 512 units at once: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, pointers
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER, propagate
from depgraph.analytics.kernels.gaps.batches import ask_now, ask_one_by_one
from depgraph.analytics.kernels.gaps.exclusions import exempt, exempt_no_more
from depgraph.analytics.kernels.gaps.forced_failures import bring
from depgraph.analytics.kernels.gaps.incremental import BOUNDS, keep_base, propagate_unblocked, seed_units
from depgraph.analytics.kernels.gaps.leaves import bring_items, list_items, spare_items
from depgraph.analytics.kernels.gaps.prevented_failures import candidates_of, lean_on_hubs, spare_core

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.arrays import Ints, Offsets
    from depgraph.analytics.kernels.failure.fixpoint import Scenarios
    from depgraph.analytics.kernels.gaps.workspace import QuestionLayout, Workspace


@compiled
def answer(
    layout: QuestionLayout, scenarios: Scenarios, members: tuple[Offsets, Ints], workspace: Workspace, block: int
) -> None:
    """Add up what each answer takes off the scores of the units ``order[512 block:512 (block + 1)]``.

    `members` are the places of each unit that are not counted; negative ones are passed over. What is to be
    asked about one by one waits until there is enough of it: `answer_rest`.
    """
    raw, work = pointers(layout), pointers(workspace)
    network, asked = raw.network, len(layout.asked)
    chosen = scenarios.order[block * LANES : (block + 1) * LANES]
    exempt(work, members, chosen)
    workspace.state.active[:] = 1
    seed_units(raw, work, scenarios, chosen)
    propagate(network, UPPER, work.state)
    keep_base(raw, work)
    listed = list_items(raw, work, len(layout.item))
    spare_items(raw, work, listed, chosen)
    seed_units(raw, work, scenarios, chosen)
    candidates = candidates_of(raw, asked, work)
    lean_on_hubs(raw, work, scenarios, chosen)
    spare_core(raw, work, candidates, chosen)
    # What may not fail with all k_upper does not in what follows: it is not active, and passed over.
    seed_units(raw, work, scenarios, chosen)
    propagate_unblocked(network, BOUNDS[LOWER], work)
    keep_base(raw, work)
    bring_items(raw, work, listed, chosen)
    for at in range(asked):
        bring(raw, work, raw.asked[at], chosen)
    exempt_no_more(work, members, chosen)
    for bound in BOUNDS:
        ask_one_by_one(raw, bound, work, scenarios, members, chosen, asked, len(layout.item))


@compiled
def answer_rest(
    layout: QuestionLayout, scenarios: Scenarios, members: tuple[Offsets, Ints], workspace: Workspace
) -> None:
    """Add up what answers take off in the cases that the blocks have left."""
    raw, work = pointers(layout), pointers(workspace)
    for bound in BOUNDS:
        if work.cases[bound]:
            ask_now(raw, bound, work, scenarios, members, len(layout.item))
