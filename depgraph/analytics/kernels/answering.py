"""What an answer about one requirement would change, for 512 units at once: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.bringing import bring
from depgraph.analytics.kernels.cases import ask_now, ask_one_by_one
from depgraph.analytics.kernels.compiled import compiled
from depgraph.analytics.kernels.items import bring_items, list_items, spare_items
from depgraph.analytics.kernels.lanes import LANES, pointers
from depgraph.analytics.kernels.members import exempt, exempt_no_more
from depgraph.analytics.kernels.refalling import BOUNDS, keep_base, settle_open, sow_units
from depgraph.analytics.kernels.sparing import candidates_of, lean_on_hearts, spare_core
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, settle

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Ints, Offsets


@compiled
def answer(web: Web, scenarios: Scenarios, members: tuple[Offsets, Ints], desk: Desk, block: int) -> None:
    """Add up what each answer takes off the scores of the units ``order[512 block:512 (block + 1)]``.

    `members` are the places of each unit that are not counted; negative ones are passed over. What is to be
    asked about one by one waits until there is enough of it: `answer_rest`.
    """
    raw, work = pointers(web), pointers(desk)
    network, asked = raw.network, len(web.asked)
    chosen = scenarios.order[block * LANES : (block + 1) * LANES]
    exempt(work, members, chosen)
    desk.field.active[:] = 1
    sow_units(raw, work, scenarios, chosen)
    settle(network, UPPER, work.field)
    keep_base(raw, work)
    listed = list_items(raw, work, len(web.item))
    spare_items(raw, work, listed, chosen)
    sow_units(raw, work, scenarios, chosen)
    candidates = candidates_of(raw, asked, work)
    lean_on_hearts(raw, work, scenarios, chosen)
    spare_core(raw, work, candidates, chosen)
    # What may not fail with all k_upper does not in what follows: it is not active, and passed over.
    sow_units(raw, work, scenarios, chosen)
    settle_open(network, BOUNDS[LOWER], work)
    keep_base(raw, work)
    bring_items(raw, work, listed, chosen)
    for at in range(asked):
        bring(raw, work, raw.asked[at], chosen)
    exempt_no_more(work, members, chosen)
    for bound in BOUNDS:
        ask_one_by_one(raw, bound, work, scenarios, members, chosen, asked, len(web.item))


@compiled
def answer_rest(web: Web, scenarios: Scenarios, members: tuple[Offsets, Ints], desk: Desk) -> None:
    """Add up what answers take off in the cases that the blocks have left."""
    raw, work = pointers(web), pointers(desk)
    for bound in BOUNDS:
        if work.cases[bound]:
            ask_now(raw, bound, work, scenarios, members, len(web.item))
