"""What two units do together that neither does alone: one unit with 512 partners at a time.

`pair_losses` adds up what each pair stops of everything that can be lost; `pair_partners` says with which partners one
node fails, and leaves a partner as soon as it does. Both fail the unit by itself first, and then follow only what it
has left half broken: requirements that have lost a provider and still hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import SUM, total, weigh
from depgraph.analytics.kernels.base.jit import compiled, inlined, inner
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    both,
    clear_bit,
    differ,
    either,
    every,
    has_bit,
    is_any,
    load,
    lowest,
    none,
    pointers,
    set_bit,
    store,
    variable,
    without,
)
from depgraph.analytics.kernels.failure.pair_rules import FUNCTIONS, MEASURES, SCORE

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.lanes import Lanes, Rows
    from depgraph.analytics.kernels.failure.pair_rules import (
        Items,
        Losing,
        LosingAtBoth,
        Meeting,
        Rules,
        Seeds,
        Workspace,
    )


def fail_alone(rules: Rules, seeds: Seeds, memory: Workspace, alone: Rows, block: int) -> None:
    """Write with which of 512 units, each alone, every slot of the core fails: rows ``block * core`` and on.

    All but `alone` are bundles.
    """
    units = min(LANES, len(seeds.indptr) - 1 - block * LANES)
    _fail_alone(rules, seeds, memory, alone, block, units, len(rules.component) - 1)


@compiled
def _fail_alone(  # noqa: PLR0917 - kernels have no keywords
    rules: Rules, seeds: Seeds, memory: Workspace, alone: Rows, block: int, count: int, components: int
) -> None:
    raw, units, work, single = pointers(rules), pointers(seeds), pointers(memory), pointers(alone)
    base = block * raw.core
    for lane in range(count):
        unit = block * LANES + lane
        for entry in range(units.indptr[unit], units.indptr[unit + 1]):
            set_bit(single, base + units.slot[entry], lane)
    for component in range(components):
        begin, end = raw.component[component], raw.component[component + 1]
        changed = True
        while changed:
            changed = False
            for slot in range(begin, end):
                before = load(single, base + slot)
                after = either(before, _fails_alone(raw, work, single, base, slot))
                store(single, base + slot, after)
                changed |= is_any(differ(before, after))
            changed &= end - begin > 1


@compiled
def pair_losses(losing: LosingAtBoth, unit: int, count: int) -> None:
    """Write what a unit and each later one, of `count`, add to what either stops alone, in both bounds.

    `losing` is a bundle. Results are those of the later units, and 0 for the unit itself and those before it. Both
    bounds take one call, since that of a bundle takes Python longer than the work of a small unit.
    """
    raw = pointers(losing)
    _losses(raw.lower, unit, count)
    _losses(raw.upper, unit, count)


@inner
def _losses(losing: Losing, unit: int, count: int) -> None:
    rules, items, work, alone, found = losing.rules, losing.items, losing.memory, losing.alone, losing.result
    for each in range(MEASURES * count):
        found[each] = 0
    fallen, touched = _read(rules, work, alone, unit)
    _lose_alone(rules, items, work, touched)
    waiting = _half_broken(rules, work, touched)
    blocks = (count + LANES - 1) // LANES
    for block in range(unit // LANES if waiting else blocks, blocks):
        later = _later(work, unit, count, block)
        news, _ = _follow(rules, work, alone, block, later, waiting, variable(-1))
        low, high = _list(rules, work, waiting, news)
        if _lose(rules, items, work, alone, block, later, unit, low, high):
            for lane in range(min(LANES, count - block * LANES)):
                for measure in range(MEASURES):
                    found[measure * count + block * LANES + lane] = total(work.sums, measure * SUM, lane)
            for each in range(MEASURES * SUM):
                work.sums[each] = 0
        _forget_news(work, news)
    for at in range(touched):
        item = rules.item[work.touched[at]]
        if item >= 0:
            work.lost[item] = 0
    _forget(work, fallen, touched)


@compiled
def pair_partners(meeting: Meeting, unit: int, target: int, count: int) -> int:
    """Write with which later units, of `count`, a unit fails a slot that neither fails alone; return how much was read.

    `meeting` is a bundle.
    """
    raw = pointers(meeting)
    rules, work, alone = raw.rules, raw.memory, raw.alone
    blocks = (count + LANES - 1) // LANES
    for block in range(blocks):
        store(raw.result, block, none())
    fallen, touched = _fall(rules, raw.seeds, work, unit)
    waiting = _half_broken(rules, work, touched)
    read = fallen + touched
    for block in range(unit // LANES if waiting else blocks, blocks):
        later = _later(work, unit, count, block)
        news, looked = _follow(rules, work, alone, block, later, waiting, target)
        read += looked
        if work.fresh[target]:
            store(raw.result, block, load(work.extra, target))
        _forget_news(work, news)
    _forget(work, fallen, touched)
    return read


@inner
def _read(rules: Rules, work: Workspace, alone: Rows, unit: int) -> tuple[int, int]:
    """Read what a unit alone fails; return how many slots that are, and how many requirements they touch.

    Faster than `_fall` where units fail much: nothing is asked about those who hold a requirement.
    """
    base, lane = unit // LANES * rules.core, unit % LANES
    fallen = touched = variable(0)
    for slot in range(rules.core):
        if has_bit(alone, base + slot, lane):
            work.down[slot] = 1
            work.fallen[fallen] = slot
            fallen += 1
            for entry in range(rules.holder_indptr[slot], rules.holder_indptr[slot + 1]):
                requirement = rules.holder[entry]
                if work.gone[requirement] == 0:
                    work.touched[touched] = requirement
                    touched += 1
                work.gone[requirement] += 1
    return fallen, touched


@inner
def _fall(rules: Rules, seeds: Seeds, work: Workspace, unit: int) -> tuple[int, int]:
    """Fail what a unit alone does, and return what `_read` does: faster where units fail little."""
    fallen = touched = done = variable(0)
    for entry in range(seeds.indptr[unit], seeds.indptr[unit + 1]):
        slot = seeds.slot[entry]
        if not work.down[slot]:
            work.down[slot] = 1
            work.fallen[fallen] = slot
            fallen += 1
    while done < fallen:
        slot = work.fallen[done]
        done += 1
        for entry in range(rules.holder_indptr[slot], rules.holder_indptr[slot + 1]):
            requirement = rules.holder[entry]
            if work.gone[requirement] == 0:
                work.touched[touched] = requirement
                touched += 1
            work.gone[requirement] += 1
            dependent = rules.dependent[requirement]
            breaks = work.gone[requirement] >= rules.threshold[requirement]
            if breaks and dependent < rules.core and not work.down[dependent]:
                work.down[dependent] = 1
                work.fallen[fallen] = dependent
                fallen += 1
    return fallen, touched


@inner
def _lose_alone(rules: Rules, items: Items, work: Workspace, touched: int) -> None:
    """Mark the items that the unit stops."""
    for at in range(touched):
        requirement = work.touched[at]
        item = rules.item[requirement]
        if item >= 0 and work.gone[requirement] >= rules.threshold[requirement] and not items.apart[item]:
            work.lost[item] = 1


@inner
def _half_broken(rules: Rules, work: Workspace, touched: int) -> int:
    """Put first the requirements that hold still, of slots and items that the unit leaves; return how many."""
    waiting = 0
    for at in range(touched):
        requirement = work.touched[at]
        slot = rules.dependent[requirement]
        if (slot < rules.core and not work.down[slot]) or _listable(rules, work, requirement):
            work.touched[at], work.touched[waiting] = work.touched[waiting], requirement
            waiting += 1
    return waiting


@inlined
def _listable(rules: Rules, work: Workspace, requirement: int) -> bool:
    """Say whether a requirement is one of an item that the unit leaves standing, and holds still itself."""
    item = rules.item[requirement]
    return item >= 0 and work.gone[requirement] < rules.threshold[requirement] and not work.lost[item]


@inlined
def _later(work: Workspace, unit: int, count: int, block: int) -> Lanes:
    """Return the partners in a block that come after the unit."""
    for word in range(8):
        low, high = block * LANES + 64 * word, block * LANES + 64 * word + 64
        bits = np.uint64(0)
        if unit < low:
            bits = ~np.uint64(0)
        elif unit < high - 1:
            bits = ~np.uint64(0) << np.uint64(unit - low + 1)
        if count <= low:
            bits = np.uint64(0)
        elif count < high:
            bits &= (np.uint64(1) << np.uint64(count - low)) - np.uint64(1)
        work.spare[word] = bits
    return load(work.spare, 0)


@inlined
def _failed(work: Workspace, alone: Rows, base: int, slot: int) -> Lanes:
    """Return the partners with which a slot fails that the unit alone does not fail."""
    row = load(alone, base + slot)
    return either(row, load(work.extra, slot)) if work.fresh[slot] else row


@inlined
def _fails_together(rules: Rules, work: Workspace, alone: Rows, base: int, slot: int) -> Lanes:
    """Return the partners with which a slot that the unit alone leaves fails."""
    row = none()
    for requirement in range(rules.of_slot[slot], rules.of_slot[slot + 1]):
        row = either(row, _broken(rules, work, alone, base, requirement, 1))
    return row


@inlined
def _fails_alone(rules: Rules, work: Workspace, alone: Rows, base: int, slot: int) -> Lanes:
    """Return the partners that each break a requirement of a slot alone."""
    row = none()
    for requirement in range(rules.of_slot[slot], rules.of_slot[slot + 1]):
        row = either(row, _broken(rules, work, alone, base, requirement, 0))
    return row


@inner
def _broken(  # noqa: PLR0917 - kernels have no keywords
    rules: Rules, work: Workspace, alone: Rows, base: int, requirement: int, together: int
) -> Lanes:
    """Return the partners with which a requirement breaks that the unit alone leaves: `together`, or each alone."""
    begin, end = rules.indptr[requirement], rules.indptr[requirement + 1]
    gone = work.gone[requirement] if together else 0
    left, others = rules.threshold[requirement] - gone, end - begin - gone
    one, everyone = none(), every()
    counted = 1 < left < others
    if counted:
        store(work.layers, 0, every())
        for layer in range(1, left + 1):
            store(work.layers, layer, none())
    for entry in range(begin, end):
        slot = rules.provider[entry]
        if together and work.down[slot]:
            continue
        row = _failed(work, alone, base, slot) if together else load(alone, base + slot)
        one, everyone = either(one, row), both(everyone, row)
        if counted:
            for layer in range(left, 0, -1):
                more = both(load(work.layers, layer - 1), row)
                store(work.layers, layer, either(load(work.layers, layer), more))
    if left == 1:
        return one
    return load(work.layers, left) if counted else everyone


@inner
def _follow(  # noqa: PLR0917 - kernels have no keywords
    rules: Rules, work: Workspace, alone: Rows, block: int, partners: Lanes, waiting: int, target: int
) -> tuple[int, int]:
    """Fail the slots in the core that only pairs fail; return how many those are, and how many rows were read.

    Slots are taken in their order, providers first. Those of a component that are to be looked at again wait for
    its end, so that it is swept as in `propagate`. A partner with which the target, if not -1, fails is followed no
    further.
    """
    base = block * rules.core
    words = (rules.core + 63) >> 6
    word, back, until, news, read = words, words, 0, 0, 0
    for at in range(waiting):
        slot = rules.dependent[work.touched[at]]
        if slot < rules.core and not work.down[slot]:
            set_bit(work.pending, 0, slot)
            word = min(word, slot >> 6)
    while word < words or back < words:
        bits = work.pending[word] if word < words else np.uint64(0)
        slot = word * 64 + lowest(bits)
        if back < words and (word == words or slot >= until):
            word, back = back, words
            continue
        if bits == 0:
            word += 1
            continue
        work.pending[word] = bits & (bits - np.uint64(1))
        row = _fails_together(rules, work, alone, base, slot)
        read += rules.indptr[rules.of_slot[slot + 1]] - rules.indptr[rules.of_slot[slot]]
        row = both(without(row, _failed(work, alone, base, slot)), partners)
        if not is_any(row):
            continue
        if not work.fresh[slot]:
            work.fresh[slot] = 1
            work.news[news] = slot
            news += 1
        store(work.extra, slot, either(load(work.extra, slot), row))
        if slot == target:
            partners = without(partners, row)
        behind = _look_again(rules, work, slot)
        if behind < word:
            back, until = min(back, behind), rules.end[slot]
    return news, read


@inlined
def _look_again(rules: Rules, work: Workspace, slot: int) -> int:
    """Have those who need a slot looked at again; return the first word of `pending` with one of them."""
    first = rules.core
    for entry in range(rules.holder_indptr[slot], rules.holder_indptr[slot + 1]):
        dependent = rules.dependent[rules.holder[entry]]
        if dependent < rules.core and not work.down[dependent]:
            set_bit(work.pending, 0, dependent)
            first = min(first, dependent >> 6)
    return first


@inner
def _forget_news(work: Workspace, news: int) -> None:
    """Forget which slots only pairs fail."""
    for at in range(news):
        store(work.extra, work.news[at], none())
        work.fresh[work.news[at]] = 0


@inner
def _forget(work: Workspace, fallen: int, touched: int) -> None:
    """Forget what the unit alone does."""
    for at in range(fallen):
        work.down[work.fallen[at]] = 0
    for at in range(touched):
        work.gone[work.touched[at]] = 0


@inner
def _list(rules: Rules, work: Workspace, waiting: int, news: int) -> tuple[int, int]:
    """List the requirements of items that may break with a pair only; return which words of `listed` to look at."""
    low, high = variable(1 << 62), variable(0)
    for position in range(waiting):
        requirement = variable(work.touched[position])
        if _listable(rules, work, requirement):
            set_bit(work.listed, variable(0), requirement)
            low, high = min(low, requirement >> 6), max(high, (requirement >> 6) + 1)
    for position in range(news):
        for entry in range(rules.holder_indptr[work.news[position]], rules.holder_indptr[work.news[position] + 1]):
            requirement = variable(rules.holder[entry])
            if _listable(rules, work, requirement):
                set_bit(work.listed, variable(0), requirement)
                low, high = min(low, requirement >> 6), max(high, (requirement >> 6) + 1)
    return low, high


@inner
def _lose(  # noqa: PLR0917 - kernels have no keywords
    rules: Rules, items: Items, work: Workspace, alone: Rows, block: int, later: Lanes, unit: int, low: int, high: int
) -> bool:
    """Add up what each pair breaks of the listed requirements and neither unit does; say whether anything is.

    They are taken in their order, those of one item together, and are no longer listed afterwards.
    """
    base = block * rules.core
    anything = False
    word = low
    while word < high:
        bits = work.listed[word]
        if bits == 0:
            word += 1
            continue
        first = word * 64 + lowest(bits)
        slot, item = variable(rules.dependent[first]), rules.item[first]
        counted = _counted(items, work, item, block, unit, later)
        lost = none()
        for requirement in range(first, rules.of_slot[slot + 1]):
            if not has_bit(work.listed, variable(0), requirement):
                continue
            clear_bit(work.listed, variable(0), requirement)
            if not is_any(counted):
                continue
            row = both(counted, _broken(rules, work, alone, base, requirement, 1))
            if not items.apart[item]:
                lost = either(lost, row)
            elif is_any(row):
                row = without(row, _broken(rules, work, alone, base, requirement, 0))
                anything |= _add(work, row, items.part[item], variable(SCORE))
        if is_any(lost):
            row = without(lost, _alone(rules, work, alone, base, slot))
            anything |= _add(work, row, items.part[item], variable(SCORE))
            if items.function[item]:
                anything |= _add(work, row, variable(1), variable(FUNCTIONS))
    return anything


@inner
def _alone(rules: Rules, work: Workspace, alone: Rows, base: int, slot: int) -> Lanes:
    """Return the partners each of which fails a slot alone."""
    row = _fails_alone(rules, work, alone, base, slot)
    return either(row, load(alone, base + slot)) if slot < rules.core else row


@inner
def _counted(items: Items, work: Workspace, item: int, block: int, unit: int, later: Lanes) -> Lanes:  # noqa: PLR0917 - a kernel
    """Return the later partners with which an item counts: neither they nor the unit have it as a member."""
    store(work.spare, 0, later)
    for entry in range(items.unit_indptr[item], items.unit_indptr[item + 1]):
        other = items.unit[entry]
        if other == unit:
            return none()
        if other // LANES == block:
            clear_bit(work.spare, 0, other % LANES)
    return load(work.spare, 0)


@inlined
def _add(work: Workspace, row: Lanes, amount: int, measure: int) -> bool:
    """Add an amount to a measure of the partners in a row; say whether there are any."""
    store(work.spare, 0, row)
    weigh(work.spare, variable(0), amount, work.sums, measure * SUM)
    return is_any(row)
