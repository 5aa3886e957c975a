"""What an answer about one requirement would change, for 512 units at once: the kernel behind `gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.analytics.kernels.bringing import bring
from depgraph.analytics.kernels.cases import ask_one_by_one
from depgraph.analytics.kernels.compiled import compiled
from depgraph.analytics.kernels.desks import bare_desk, bare_web
from depgraph.analytics.kernels.items import bring_item, list_items, spare_item
from depgraph.analytics.kernels.lanes import LANES
from depgraph.analytics.kernels.members import exempt, exempt_no_more
from depgraph.analytics.kernels.refalling import settle_open
from depgraph.analytics.kernels.sparing import candidates_of, lean_on_hearts, spare_core
from depgraph.analytics.kernels.sweeping import LOWER, UPPER, settle, sow

if TYPE_CHECKING:
    from depgraph.analytics.kernels.desks import Desk, Web
    from depgraph.analytics.kernels.sweeping import Scenarios
    from depgraph.graph.columns import Ints, Offsets


@compiled
def answer(web: Web, scenarios: Scenarios, members: tuple[Offsets, Ints], desk: Desk, block: int) -> None:
    """Add up what each answer takes off the scores of the units ``order[512 block:512 (block + 1)]``.

    `members` are the places of each unit that are not counted; negative ones are passed over.
    """
    raw, work = bare_web(web), bare_desk(desk)
    chosen = scenarios.order[block * LANES : (block + 1) * LANES]
    exempt(desk, members, chosen)
    desk.field.active[:] = 1
    sow(desk.field, scenarios, block)
    settle(raw.network, UPPER, work.field)
    desk.base.state[:] = desk.field.state
    desk.fallen[:] = 0
    listed = list_items(raw, work, len(web.item))
    for at in range(listed):
        spare_item(raw, work, desk.listed[at], chosen)
    sow(desk.field, scenarios, block)
    candidates = candidates_of(raw, len(web.asked), work)
    lean_on_hearts(web, scenarios, desk, chosen)
    spare_core(raw, work, candidates, chosen)
    # What may not fail with all k_upper does not in what follows: it is not active, and passed over.
    sow(desk.field, scenarios, block)
    settle_open(raw.network, LOWER, work)
    desk.base.state[:] = desk.field.state
    for at in range(listed):
        bring_item(raw, work, desk.listed[at], chosen)
    for asked in range(len(web.asked)):
        bring(raw, work, web.asked[asked], chosen)
    exempt_no_more(desk, members, chosen)
    if web.hearts.count:
        ask_one_by_one(web, scenarios, members, desk, chosen, listed, UPPER, desk.candidate[:candidates])
        ask_one_by_one(web, scenarios, members, desk, chosen, listed, LOWER, web.asked)
        desk.later[:] = 0
