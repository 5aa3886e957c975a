"""What one unit stops together with each other unit, and neither alone: 512 partners at a time, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bit_counters import SUM, total, weigh
from depgraph.analytics.kernels.base.jit import compiled, inlined
from depgraph.analytics.kernels.base.lanes import (
    LANES,
    both,
    clear_bit,
    either,
    every,
    has_bit,
    is_any,
    load,
    none,
    pointers,
    rows,
    store,
    without,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.kernels.base.lanes import Lanes, Rows, Sums
    from depgraph.graph.columns import Ints, Offsets

FUNCTIONS: Final = 0
SCORE: Final = 1
MEASURES: Final = 2


class Web(NamedTuple):
    """The requirements that can break in one bound, by the place of who has them.

    Attributes
    ----------
    core, components : int
        How many places are in the core, and how many strongly connected components it has.
    component : int64[components + 1]
        Component i is the places ``component[i]`` to ``component[i + 1]``.
    of_place : int64[e + 1]
        The requirements of each place.
    dependent, item : int32[r]
        Of each requirement the place that has it, and which item that is, -1 if none.
    threshold : int32[r]
        How many providers must fail, at least 1.
    indptr, provider : int64[r + 1], int32
        The providers that can fail, as places in the core.
    holder_indptr, holder : int64[core + 1], int32
        The requirements that each place is a provider of.

    """

    core: int
    components: int
    component: Offsets
    of_place: Offsets
    dependent: Ints
    item: Ints
    threshold: Ints
    indptr: Offsets
    provider: Ints
    holder_indptr: Offsets
    holder: Ints


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


class Desk(NamedTuple):
    """The memory that one thread works in; clean between two units.

    Attributes
    ----------
    down : uint8[core]
        Places that the unit alone fails.
    lost : uint8[i]
        Items that the unit alone stops as a whole.
    gone : int32[r]
        Of each requirement, how many providers those are.
    touched, listed : int32[r], uint8[r]
        Requirements with any, those to look at first; whether a requirement is on the list.
    chosen : int32[r]
        The list: requirements of items that may break.
    dirty, fresh : uint8[core]
        Places to be looked at again; places that some pair fails and neither unit alone.
    news : int32[core]
        The latter as a list.
    extra : rows
        Of each place: the partners with which it is such a place.
    layers, spare : rows
    sums : int64

    """

    down: NDArray[np.uint8]
    lost: NDArray[np.uint8]
    gone: Ints
    touched: Ints
    listed: NDArray[np.uint8]
    chosen: Ints
    dirty: NDArray[np.uint8]
    fresh: NDArray[np.uint8]
    news: Ints
    extra: Rows
    layers: Rows
    spare: Rows
    sums: Sums


def desk(web: Web, items: Items) -> Desk:
    """Return clean memory."""
    core, size = web.core, len(web.threshold)
    return Desk(
        down=np.zeros(core, dtype=np.uint8),
        lost=np.zeros(len(items.part), dtype=np.uint8),
        gone=np.zeros(size, dtype=np.int32),
        touched=np.empty(size, dtype=np.int32),
        listed=np.zeros(size, dtype=np.uint8),
        chosen=np.empty(size, dtype=np.int32),
        dirty=np.zeros(core, dtype=np.uint8),
        fresh=np.zeros(core, dtype=np.uint8),
        news=np.empty(core, dtype=np.int32),
        extra=rows(core),
        layers=rows(int(web.threshold.max(initial=1)) + 1),
        spare=rows(1),
        sums=rows(MEASURES * SUM // 8).view(np.int64).reshape(-1),
    )


@compiled
def partners(  # noqa: PLR0917 - kernels have no keywords
    web: Web, items: Items, alone: Rows, desk: Desk, unit: int, count: int, result: NDArray[np.int64]
) -> None:
    """Write what a unit and each later one add to what either stops alone into int64[2, count].

    Parameters
    ----------
    web, items
    alone : rows
        Row ``block * core + place``: with which of 512 units, each alone, that place fails.
    desk : Desk
    unit : int
    count : int
        How many units there are.
    result : int64[2, count]
        Functions, and their weight; 0 for the unit itself and those before it.

    """
    raw, counted, work, single = pointers(web), pointers(items), pointers(desk), pointers(alone)
    result[:] = 0
    touched = _touch(raw, work, single, unit)
    waiting = _waiting(raw, counted, work, touched)
    blocks = (count + LANES - 1) // LANES
    first = unit // LANES if waiting else blocks
    for block in range(first, blocks):
        later = _later(work, unit, count, block)
        news = _spread(raw, work, single, block, later, waiting)
        listed = _list(raw, work, waiting, news)
        desk.chosen[:listed].sort()
        if _lose(raw, counted, work, single, block, later, unit, listed):
            for lane in range(min(LANES, count - block * LANES)):
                for measure in range(MEASURES):
                    result[measure, block * LANES + lane] = total(work.sums, measure * SUM, lane)
            desk.sums[:] = 0
        for at in range(listed):
            work.listed[work.chosen[at]] = 0
        for at in range(news):
            store(work.extra, work.news[at], none())
            work.fresh[work.news[at]] = 0
    for at in range(touched):
        work.gone[work.touched[at]] = 0
    desk.down[:] = 0
    desk.lost[:] = 0


@compiled
def _touch(web: Web, desk: Desk, alone: Rows, unit: int) -> int:
    """Mark the places that the unit fails, and count the lost providers of their holders; return how many those are."""
    base = unit // LANES * web.core
    touched = 0
    for place in range(web.core):
        if has_bit(alone, base + place, unit % LANES):
            desk.down[place] = 1
            for entry in range(web.holder_indptr[place], web.holder_indptr[place + 1]):
                requirement = web.holder[entry]
                if desk.gone[requirement] == 0:
                    desk.touched[touched] = requirement
                    touched += 1
                desk.gone[requirement] += 1
    return touched


@compiled
def _waiting(web: Web, items: Items, desk: Desk, touched: int) -> int:
    """Mark the items that the unit stops, and put first the requirements of others that hold still; return how many."""
    for at in range(touched):
        requirement = desk.touched[at]
        item = web.item[requirement]
        if item >= 0 and desk.gone[requirement] >= web.threshold[requirement] and not items.apart[item]:
            desk.lost[item] = 1
    waiting = 0
    for at in range(touched):
        requirement = desk.touched[at]
        place = web.dependent[requirement]
        spreads = place < web.core and not desk.down[place] and desk.gone[requirement] < web.threshold[requirement]
        if spreads or _listable(web, desk, requirement):
            desk.touched[at], desk.touched[waiting] = desk.touched[waiting], requirement
            waiting += 1
    return waiting


@inlined
def _listable(web: Web, desk: Desk, requirement: int) -> bool:
    """Say whether a requirement is one of an item that the unit leaves standing, and holds still itself."""
    item = web.item[requirement]
    return item >= 0 and desk.gone[requirement] < web.threshold[requirement] and not desk.lost[item]


@inlined
def _later(desk: Desk, unit: int, count: int, block: int) -> Lanes:
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
        desk.spare[word] = bits
    return load(desk.spare, 0)


@inlined
def _failed(desk: Desk, alone: Rows, base: int, place: int) -> Lanes:
    """Return the partners with which a place fails that the unit alone does not fail."""
    row = load(alone, base + place)
    return either(row, load(desk.extra, place)) if desk.fresh[place] else row


@compiled
def _broken(  # noqa: C901, PLR0917 - each threshold has its own short way; kernels have no keywords
    web: Web, desk: Desk, alone: Rows, base: int, requirement: int, together: int
) -> Lanes:
    """Return the partners with which a requirement breaks: `together` with the unit, or each alone."""
    begin, end = web.indptr[requirement], web.indptr[requirement + 1]
    left = web.threshold[requirement]
    others = end - begin
    if together:
        left -= desk.gone[requirement]
        others -= desk.gone[requirement]
    if left <= 0:
        return every()
    if left > others:
        return none()
    one, everyone = none(), every()
    if left > 1 and left < others:
        store(desk.layers, 0, every())
        for layer in range(1, left + 1):
            store(desk.layers, layer, none())
    for entry in range(begin, end):
        place = web.provider[entry]
        if together and desk.down[place]:
            continue
        row = _failed(desk, alone, base, place) if together else load(alone, base + place)
        one, everyone = either(one, row), both(everyone, row)
        if left > 1 and left < others:
            for layer in range(left, 0, -1):
                more = both(load(desk.layers, layer - 1), row)
                store(desk.layers, layer, either(load(desk.layers, layer), more))
    if left == 1:
        return one
    if left == others:
        return everyone
    return load(desk.layers, left)


@compiled
def _spread(  # noqa: C901, PLR0917 - one sweep, as in `propagate`; kernels have no keywords
    web: Web, desk: Desk, alone: Rows, block: int, later: Lanes, waiting: int
) -> int:
    """Fail the places in the core that only pairs fail; return how many those are."""
    first = web.components
    for at in range(waiting):
        requirement = desk.touched[at]
        place = web.dependent[requirement]
        if place < web.core and not desk.down[place] and desk.gone[requirement] < web.threshold[requirement]:
            desk.dirty[place] = 1
            first = 0
    news = 0
    base = block * web.core
    for component in range(first, web.components):
        changed = True
        while changed:
            changed = False
            for place in range(web.component[component], web.component[component + 1]):
                if not desk.dirty[place]:
                    continue
                desk.dirty[place] = 0
                row = none()
                for requirement in range(web.of_place[place], web.of_place[place + 1]):
                    row = either(row, _broken(web, desk, alone, base, requirement, 1))
                row = both(without(row, _failed(desk, alone, base, place)), later)
                if not is_any(row):
                    continue
                if not desk.fresh[place]:
                    desk.fresh[place] = 1
                    desk.news[news] = place
                    news += 1
                store(desk.extra, place, either(load(desk.extra, place), row))
                for entry in range(web.holder_indptr[place], web.holder_indptr[place + 1]):
                    dependent = web.dependent[web.holder[entry]]
                    if dependent < web.core and not desk.down[dependent]:
                        desk.dirty[dependent] = 1
                        changed |= dependent < web.component[component + 1]
    return news


@compiled
def _list(web: Web, desk: Desk, waiting: int, news: int) -> int:
    """List the requirements of items that may break with a pair only; return how many those are."""
    listed = 0
    for at in range(waiting):
        requirement = desk.touched[at]
        if _listable(web, desk, requirement):
            desk.listed[requirement] = 1
            desk.chosen[listed] = requirement
            listed += 1
    for at in range(news):
        for entry in range(web.holder_indptr[desk.news[at]], web.holder_indptr[desk.news[at] + 1]):
            requirement = web.holder[entry]
            if not desk.listed[requirement] and _listable(web, desk, requirement):
                desk.listed[requirement] = 1
                desk.chosen[listed] = requirement
                listed += 1
    return listed


@compiled
def _lose(  # noqa: PLR0917 - kernels have no keywords
    web: Web, items: Items, desk: Desk, alone: Rows, block: int, later: Lanes, unit: int, listed: int
) -> bool:
    """Add up what each pair breaks of the listed requirements and neither unit does; say whether anything is."""
    base = block * web.core
    found = False
    at = 0
    while at < listed:
        item = web.item[desk.chosen[at]]
        counted = _counted(items, desk, item, block, unit, later)
        begin = at
        while at < listed and web.item[desk.chosen[at]] == item:
            at += 1
        if not is_any(counted):
            continue
        if items.apart[item]:
            for each in range(begin, at):
                row = both(counted, _broken(web, desk, alone, base, desk.chosen[each], 1))
                if is_any(row):
                    row = without(row, _broken(web, desk, alone, base, desk.chosen[each], 0))
                    found |= _add(desk, row, items.part[item], SCORE)
            continue
        row = none()
        for each in range(begin, at):
            row = either(row, _broken(web, desk, alone, base, desk.chosen[each], 1))
        row = both(row, counted)
        if is_any(row):
            row = without(row, _without_pair(web, desk, alone, base, web.dependent[desk.chosen[begin]]))
            found |= _add(desk, row, items.part[item], SCORE)
            if items.function[item]:
                found |= _add(desk, row, 1, FUNCTIONS)
    return found


@compiled
def _without_pair(web: Web, desk: Desk, alone: Rows, base: int, place: int) -> Lanes:
    """Return the partners each of which fails a place alone."""
    row = load(alone, base + place) if place < web.core else none()
    for requirement in range(web.of_place[place], web.of_place[place + 1]):
        row = either(row, _broken(web, desk, alone, base, requirement, 0))
    return row


@compiled
def _counted(items: Items, desk: Desk, item: int, block: int, unit: int, later: Lanes) -> Lanes:  # noqa: PLR0917 - a kernel
    """Return the later partners with which an item counts: neither they nor the unit have it as a member."""
    store(desk.spare, 0, later)
    for entry in range(items.unit_indptr[item], items.unit_indptr[item + 1]):
        other = items.unit[entry]
        if other == unit:
            return none()
        if other // LANES == block:
            clear_bit(desk.spare, 0, other % LANES)
    return load(desk.spare, 0)


@inlined
def _add(desk: Desk, row: Lanes, amount: int, measure: int) -> bool:
    """Add an amount to a measure of the partners in a row; say whether there are any."""
    store(desk.spare, 0, row)
    weigh(desk.spare, 0, amount, desk.sums, measure * SUM)
    return is_any(row)
