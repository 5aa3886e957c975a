"""How a need is spread over those who meet it: stated shares first, the rest in equal parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.distinct import distinct, sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

REST: Final = -1
"""Stands for whoever meets the part that the stated shares leave open."""

_ROUNDING: Final = 0.005
"""Half of the last digit of a share written as 0.33: what rounding may take from each."""


class Parts(NamedTuple):
    """Which part of each group falls to each item; the parts of a group add up to 1.

    Attributes
    ----------
    group, item : int64[p]
        Distinct pairs, sorted; `item` is `REST` where nobody is named.
    part : float64[p]
        In [0, 1].

    """

    group: NDArray[np.int64]
    item: NDArray[np.int64]
    part: NDArray[np.float64]


def complete(
    group: NDArray[np.integer],
    item: NDArray[np.integer],
    share: NDArray[np.float64],
    weight: NDArray[np.float64] | None = None,
) -> Parts:
    """Return the parts that stated shares, or their absence, give to the items of each group.

    Stated shares count first. What they leave of the whole is divided equally over the
    distinct items that have a row without a share. If there is no such item, the
    remainder belongs to nobody named (`REST`), unless it is small enough to be rounding:
    up to 0.005 for each item. Shares that add up to more than 1 are scaled down to 1, and
    leave nothing to the others.

    Parameters
    ----------
    group, item : int[r]
        An item may have several rows in a group: their stated shares add up. `REST` may
        be among the items.
    share : float64[r]
        In [0, 1]; NaN where not stated.
    weight : float64[r], optional
        Relative to an equal part, of rows without a share (the mean, of an item with
        several). Default: 1 each.

    Examples
    --------
    >>> group, item = np.array([0, 0, 0]), np.array([7, 8, 9])
    >>> complete(group, item, np.array([0.5, np.nan, np.nan])).part.tolist()
    [0.5, 0.25, 0.25]
    >>> complete(group, item, np.array([0.5, 0.25, 0.0])).item.tolist()
    [-1, 7, 8, 9]

    """
    order, starts = distinct(group, item)
    silent = np.isnan(share)
    stated = sums(np.where(silent, 0.0, share)[order], starts)
    rows = sums(silent[order].astype(np.float64), starts)
    weights = sums(np.where(silent, 1.0 if weight is None else weight, 0.0)[order], starts)
    equal = np.divide(weights, rows, out=np.zeros_like(weights), where=rows > 0)
    groups, items = group[order[starts]].astype(np.int64), item[order[starts]].astype(np.int64)

    _, first = distinct(groups)
    which = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(groups))))
    total, open_to = sums(stated, first), sums(equal, first)
    left = np.maximum(0.0, 1.0 - total)
    rounding = left <= _ROUNDING * np.bincount(which, minlength=len(first))
    nobody = (open_to == 0) & ~(rounding & (total > 0))
    scale = np.where(open_to > 0, np.maximum(total, 1.0), np.where(nobody, 1.0, total))
    per_equal = np.divide(left, open_to, out=np.zeros_like(left), where=open_to > 0)
    part = (stated + equal * per_equal[which]) / scale[which]

    unnamed = np.flatnonzero(nobody)
    groups = np.concatenate((groups, groups[first[unnamed]]))
    items = np.concatenate((items, np.full(len(unnamed), REST)))
    part = np.concatenate((part, left[unnamed]))
    order, starts = distinct(groups, items)
    return Parts(groups[order[starts]], items[order[starts]], sums(part[order], starts))
