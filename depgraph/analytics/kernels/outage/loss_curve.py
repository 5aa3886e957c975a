"""What is lost over time, group by group: how many groups, and the largest of what each has lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.base.jit import compiled

if TYPE_CHECKING:
    from depgraph.analytics.kernels.base.arrays import Offsets


@compiled
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
    room = 2 * len(since)
    times = np.empty(room, dtype=np.int64)
    groups = np.empty(room, dtype=np.int64)
    most = np.empty(room, dtype=np.int64)
    count = 0
    for group in range(len(indptr) - 1):
        begin, end = indptr[group], indptr[group + 1]
        if begin == end:
            continue
        moments = np.unique(np.concatenate((since[begin:end], until[begin:end])))
        hit = level = np.int64(0)
        for now in moments:
            hit_now = level_now = np.int64(0)
            for at in range(begin, end):
                if since[at] <= now < until[at]:
                    hit_now = np.int64(1)
                    level_now = max(level_now, worth[at])
            if hit_now != hit or level_now != level:
                times[count] = now
                groups[count] = hit_now - hit
                most[count] = level_now - level
                count += 1
            hit, level = hit_now, level_now
    return times[:count], groups[:count], most[:count]
