"""Each step of a block of questions by itself: what fails, who is not counted, and what answers take off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from depgraph.analytics.basis.exposure import whole_parts
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import LANES, every, load, pointers, rows, store
from depgraph.analytics.kernels.failure.exclusions import Members, outside
from depgraph.analytics.kernels.failure.fixpoint import LOWER, UPPER
from depgraph.analytics.kernels.gaps import kernel
from depgraph.analytics.kernels.gaps.batches import ask_one_by_one
from depgraph.analytics.kernels.gaps.forced_failures import bring
from depgraph.analytics.kernels.gaps.leaves import fell_items
from depgraph.analytics.kernels.gaps.prevented_failures import spare_core
from depgraph.analytics.kernels.gaps.score_change import clear, take_off, take_off_sums
from depgraph.analytics.kernels.gaps.workspace import BROUGHT, SPARED, QuestionLayout, Workspace, workspace_of
from depgraph.analytics.measures.gaps import _layout, _scenarios

if TYPE_CHECKING:
    from depgraph.graph import Graph


class Case(NamedTuple):
    """A small graph with its questions, and one block of it begun: settled with all k_upper, items asked about."""

    layout: QuestionLayout
    scenarios: Any
    members: Members
    work: Workspace
    chosen: np.ndarray
    slow: Any
    open_: list[int]
    whole: int
    listed: int
    candidates: int


def begun(source: Graph, slow: Any) -> Case | None:
    """Return a graph whose block is begun, none where nothing is open or no unit is needed."""
    requirements = source.requirements
    known = ~source.nodes.unknown[requirements.dependent]
    open_ = np.flatnonzero((requirements.k_lower < requirements.k_upper) & known).astype(np.int32)
    everyone, scope = units(source, By.PARTY), scope_of(source)
    part, whole = whole_parts(scope)
    layout = bundled(_layout(source, everyone, scope, part, open_, hubs=False))
    scenarios = bundled(_scenarios(layout.network, everyone))
    if not len(open_) or not len(scenarios.order):
        return None
    members = bundled(Members(everyone.member_indptr, layout.network.slot[everyone.member]))
    work = bundled(workspace_of(layout, len(open_), len(layout.network.node)))
    chosen = scenarios.block(0)
    listed, candidates = kernel._begin(layout, scenarios, members, work, chosen, len(layout.item), len(layout.asked))
    return Case(layout, scenarios, members, work, chosen, slow, open_.tolist(), whole, listed, candidates)


def widths(case: Case, answer: int) -> np.ndarray:
    """Return what was noted so far, as scores."""
    low, high = (case.work.widths[2 * answer + half :: 4].astype(np.float64) for half in (0, 1))
    found: np.ndarray = (low + high * (1 << 31)) / max(case.whole, 1)
    return found


def expected(case: Case, answer: int) -> list[float]:
    """Return what each answer takes off, from scores that are worked out with it and without."""
    bound, end = ("upper", 2) if answer == SPARED else ("lower", 3)

    def scores() -> float:
        return float(sum(row[f"score_{bound}"] for row in case.slow.measures("party").values()))

    before, found = scores(), []
    for at in case.open_:
        requirement = case.slow.requirements[at]
        k = requirement[end]
        case.slow.requirements[at] = (*requirement[:2], k, k)
        found.append(abs(scores() - before))
        case.slow.requirements[at] = requirement
    return found


@compiled
def spare_all(layout, memory, candidates, chosen) -> None:
    spare_core(pointers(layout), pointers(memory), candidates, chosen)


@compiled
def bring_all(layout, memory, chosen, asked) -> None:
    raw, work = pointers(layout), pointers(memory)
    for at in range(asked):
        bring(raw, work, raw.asked[at], chosen)


@compiled
def ask_later(layout, scenarios, members, memory, chosen, bound, asked, items) -> None:  # noqa: PLR0917 - a kernel
    """Ask about each slot one by one, in all scenarios of which a unit does not fail it itself."""
    raw, work, units_ = pointers(layout), pointers(memory), pointers(scenarios)
    for at in range(asked):
        store(work.later, 2 * raw.asked[at] + bound, every())
        for word in range(8):
            row = (2 * raw.asked[at] + bound) * 8 + word
            for bit in range(64):
                lane = word * 64 + bit
                keep = lane < len(chosen)
                if keep:
                    for entry in range(units_.indptr[chosen[lane]], units_.indptr[chosen[lane] + 1]):
                        keep = keep and units_.seed[entry] != raw.asked[at]
                if not keep:
                    work.later[row] &= ~(np.uint64(1) << np.uint64(bit))
    ask_one_by_one(raw, bound, work, units_, pointers(members), chosen, asked, items)


@pytest.fixture(name="cases", scope="module")
def cases_fixture(plain: Callable[[Graph], Any], random_text: Callable[[int], Any]) -> Callable[[], list[Case]]:
    """Return what begins some random graphs, circles among them."""

    def cases() -> list[Case]:
        made = [begun(source, plain(source)) for source in (random_text(seed).graph() for seed in range(4_000, 4_025))]
        return [case for case in made if case is not None]

    return cases


def test_each_half_is_what_brute_force_says(cases: Callable[[], list[Case]]) -> None:
    """`spare_core` and `bring`, as `answer` calls them."""
    moved = 0
    for case in cases():
        if case.candidates:
            spare_all(case.layout, case.work, case.candidates, case.chosen)
        assert widths(case, SPARED).tolist() == pytest.approx(expected(case, SPARED), abs=1e-9)
        kernel._settle_lower(case.layout, case.scenarios, case.work, case.chosen, case.listed)
        if len(case.layout.asked):
            bring_all(case.layout, case.work, case.chosen, len(case.layout.asked))
        assert widths(case, BROUGHT).tolist() == pytest.approx(expected(case, BROUGHT), abs=1e-9)
        moved += np.count_nonzero(case.work.widths)
    assert moved


def test_one_by_one_is_the_same(cases: Callable[[], list[Case]]) -> None:
    for case in cases():
        kernel._settle_lower(case.layout, case.scenarios, case.work, case.chosen, case.listed)
        kernel._end(case.members, case.work, case.chosen)
        for bound in (UPPER, LOWER):
            asked = case.layout, case.scenarios, case.members, case.work, case.chosen, bound
            ask_later(*asked, len(case.layout.asked), len(case.layout.item))
        kernel.answer_rest(case.layout, case.scenarios, case.members, case.work)
        assert widths(case, SPARED).tolist() == pytest.approx(expected(case, SPARED), abs=1e-9)
        assert widths(case, BROUGHT).tolist() == pytest.approx(expected(case, BROUGHT), abs=1e-9)


@compiled
def fell(layout, memory, members, chosen, bound, items) -> None:  # noqa: PLR0917 - a kernel
    """Note how items fall in the state at hand, and of each who is counted, in `exempt` of the members."""
    raw, work = pointers(layout), pointers(memory)
    fell_items(raw, bound, work, items)
    for item in range(items):
        store(work.barred, item, outside(work.exempt_of, work.exempt, raw.item[item]))


def test_items_fall_with_what_they_need(cases: Callable[[], list[Case]]) -> None:
    """In the state that is settled with all k_lower: an item falls that needs what fails, a member is not counted."""
    seen = 0
    for case in cases():
        kernel._settle_lower(case.layout, case.scenarios, case.work, case.chosen, case.listed)
        items = len(case.layout.item)
        if items > case.layout.network.core:
            continue
        fell(case.layout, case.work, case.members, case.chosen, LOWER, items)
        fallen, free = (
            np.unpackbits(row.view(np.uint8), axis=1, bitorder="little") for row in (case.work.fallen, case.work.barred)
        )
        ends = sorted(case.slow.ends("party", "lower").items())
        for item, slot in enumerate(case.layout.item.tolist()):
            node = case.slow.ids[case.layout.network.node[slot]]
            for lane, unit in enumerate(case.chosen.tolist()):
                seeds, members = ends[unit][1]
                failed = case.slow.failed(seeds, "lower")
                broken = any(
                    case.slow.broken(some, low, high, failed, "lower")
                    for dependent, some, low, high in case.slow.requirements
                    if dependent == node
                )
                assert fallen[item, lane] == broken
                assert free[item, lane] == (node not in members)
                seen += broken
    assert seen


@compiled
def note(memory, row, own, amount, chosen) -> None:
    """Note for question 0 what a row takes off alone, and for question 1 with the sums, more in `own`."""
    work = pointers(memory)
    lanes, more = load(pointers(row), 0), load(pointers(own), 0)
    take_off(work, 0, BROUGHT, lanes, amount, chosen)
    take_off_sums(work, 1, BROUGHT, lanes, more, amount, chosen)
    clear(work)


def test_what_is_taken_off_is_the_sum_over_the_row(cases: Callable[[], list[Case]]) -> None:
    """Amounts beyond 2^31; the first of the units with the most is remembered, and sums are cleared."""
    case = next(case for case in cases() if len(case.open_) > 1)
    work = case.work
    work.widths[:], work.top[:], work.unit[:] = 0, 0, -1
    draw = np.random.default_rng(1)
    bits, own = (draw.random(LANES) < 0.4 for _ in range(2))
    sums = draw.integers(0, 1 << 40, LANES)
    work.sums[:LANES] = sums
    packed = [np.packbits(each, bitorder="little").view(np.uint64) for each in (bits, own)]
    given = rows(2)
    given[0], given[1] = packed
    chosen = np.arange(LANES) * 3
    amount = 5 << 33
    note(work, given[:1], given[1:], amount, chosen)
    taken = widths(case, BROUGHT) * max(case.whole, 1)
    each = sums + amount * own
    assert taken[:2].tolist() == [amount * bits.sum(), each[bits].sum()]
    assert work.top[1] == amount
    assert work.unit[1] == chosen[bits][0]
    assert work.top[3] == each[bits].max()
    assert work.unit[3] == chosen[bits][np.argmax(each[bits])]
    assert not work.sums.any()
