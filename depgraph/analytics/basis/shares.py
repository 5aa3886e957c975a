"""How a need is spread over those who meet it: stated shares first, the rest in equal parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.basis.group_by import distinct, sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

REST: Final = -1
"""Stands for whoever meets the part that the stated shares leave open."""

ROUNDING: Final = 0.02
"""Stated shares that miss this much of 1, or less, are taken as rounded: 0.33 three times."""


class Parts(NamedTuple):
    """Which part of each group falls to each item.

    Attributes
    ----------
    group, item : int64[p]
        Distinct pairs, sorted; `item` is `REST` where nobody is named.
    part : float64[p]
        In [0, 1]; the parts of a group add up to 1.
    claim : float64[p]
        What the item counts for beside the items of other groups: its part, if any share
        is stated in its group, which then counts as one; else its weight.

    """

    group: NDArray[np.int64]
    item: NDArray[np.int64]
    part: NDArray[np.float64]
    claim: NDArray[np.float64]


def complete(
    group: NDArray[np.integer],
    item: NDArray[np.integer],
    share: NDArray[np.float64],
    weight: NDArray[np.float64] | None = None,
) -> Parts:
    """Return the parts that stated shares, or their absence, give to the items of each group.

    Stated shares count first. What they leave of the whole is divided over the distinct
    items that have a row without a share, equally unless `weight` says otherwise. If there
    is no such item, the remainder belongs to nobody named (`REST`), unless it is at most
    0.02, which is taken as rounding. Shares that add up to more than 1 are scaled down to
    1, and leave nothing to the others.

    If one item turns out to be another, no part and no claim of the others gets smaller.

    Parameters
    ----------
    group, item : int[r]
        An item may have several rows in a group: their stated shares add up. `REST` may
        be among the items.
    share : float64[r]
        In [0, 1]; NaN where not stated.
    weight : float64[r], optional
        Above 0; counts in rows without a share (the largest, of an item with several).
        Default: 1 each.

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
    weights = _largest(np.where(silent, 1.0 if weight is None else weight, 0.0)[order], starts)
    groups, items = group[order[starts]].astype(np.int64), item[order[starts]].astype(np.int64)

    _, first = distinct(groups)
    which = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(groups))))
    total, open_to = sums(stated, first), sums(weights, first)
    left = np.maximum(0.0, 1.0 - total)
    nobody = (open_to == 0) & (left > ROUNDING)
    scale = np.where((open_to > 0) | nobody, np.maximum(total, 1.0), total)
    each = np.divide(left, open_to, out=np.zeros_like(left), where=open_to > 0)
    part = (stated + weights * each[which]) / scale[which]
    spoken = _largest((~silent)[order].astype(np.float64), starts)
    claim = np.where(_largest(spoken, first)[which] > 0, part, weights)

    unnamed = np.flatnonzero(nobody)
    groups = np.concatenate((groups, groups[first[unnamed]]))
    items = np.concatenate((items, np.full(len(unnamed), REST)))
    order, starts = distinct(groups, items)
    return Parts(
        groups[order[starts]],
        items[order[starts]],
        sums(np.concatenate((part, left[unnamed]))[order], starts),
        sums(np.concatenate((claim, left[unnamed]))[order], starts),
    )


def _largest(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.maximum.reduceat(values, starts) if len(starts) else np.zeros(0)
