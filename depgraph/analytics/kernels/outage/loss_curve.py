"""What is lost over time, group by group: how many groups, and the largest of what each has lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.analytics.kernels.outage.sorting import sort

if TYPE_CHECKING:
    from depgraph.arrays import Offsets


def levels(indptr: Offsets, since: Offsets, until: Offsets, worth: Offsets) -> tuple[Offsets, Offsets, Offsets]:
    """Return at which times the sums over all groups change, and by how much.

    Parameters
    ----------
    indptr : int64[g + 1]
        Losses ``[indptr[i], indptr[i + 1])`` are those of group i.
    since, until, worth : int64[l]
        Each loss lasts from `since` to `until`.

    Returns
    -------
    int64[c], int64[c], int64[c]
        Times; the change in the number of groups that have lost anything, and in the sum over the
        groups of the largest worth of what each has lost. Times may repeat, in no order.

    """
    times, groups, most, moments = np.empty((4, 2 * len(since)), dtype=np.int64)
    losses = _Losses(indptr, since, until, worth, times, groups, most, moments)
    count = _write(bundled(losses), len(indptr) - 1)
    return times[:count], groups[:count], most[:count]


class _Losses(NamedTuple):
    """What is lost, where the changes are written, and room for the moments of one group."""

    indptr: Offsets
    since: Offsets
    until: Offsets
    worth: Offsets
    times: Offsets
    groups: Offsets
    most: Offsets
    moments: Offsets


@compiled
def _write(losses: _Losses, size: int) -> int:
    """Write the changes of so many groups, and return how many there are."""
    raw = pointers(losses)
    indptr, since, until, worth = raw.indptr, raw.since, raw.until, raw.worth
    times, groups, most, moments = raw.times, raw.groups, raw.most, raw.moments
    count = 0
    for group in range(size):
        begin, end = indptr[group], indptr[group + 1]
        both = 2 * (end - begin)
        for position in range(begin, end):
            moments[2 * (position - begin)], moments[2 * (position - begin) + 1] = since[position], until[position]
        sort(moments, both)
        hit = level = np.int64(0)
        for each in range(both):
            now = moments[each]
            if each and now == moments[each - 1]:
                continue
            hit_now = level_now = np.int64(0)
            for position in range(begin, end):
                if since[position] <= now < until[position]:
                    hit_now = np.int64(1)
                    level_now = max(level_now, worth[position])
            if hit_now != hit or level_now != level:
                times[count] = now
                groups[count] = hit_now - hit
                most[count] = level_now - level
                count += 1
            hit, level = hit_now, level_now
    return count
