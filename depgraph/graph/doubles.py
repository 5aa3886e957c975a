"""Unknown providers that may be known ones: another source may have named them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from depgraph.arrays import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.graph.statements import Records


def doubles(records: Records, unknown: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Return int64[count]: how many unknown providers of each requirement may be another of its providers.

    An unknown provider may be a known one that another source names for the same requirement: one
    that no source tells apart from it by naming both. What a change adds is none of the unknowns.

    Parameters
    ----------
    records : Records
        Of `count` requirements.
    unknown : bool[nodes]

    """
    result: NDArray[np.int64] = np.zeros(count, dtype=np.int64)
    is_unknown = unknown[records.provider]
    if not is_unknown.any():
        return result
    open_ = np.zeros(count, dtype=np.bool_)
    open_[records.requirement[is_unknown]] = True
    here = open_[records.requirement]
    size, speakers = np.int64(len(unknown)), np.int64(int(records.said.speaker.max()) + 2)

    def told(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the distinct pairs of a speaker in a requirement and the provider that it names there."""
        rows = np.flatnonzero(chosen)
        spoken = records.requirement[rows] * speakers + records.said.speaker[rows] + 1
        pairs = np.unique(spoken * size + records.provider[rows])
        return np.divmod(pairs, size)

    unknown_by, unknown_one = told(here & is_unknown)
    known_by, known_one = told(here & ~is_unknown & ~records.said.added)
    known = np.unique(known_by // speakers * size + known_one) // size
    others = np.bincount(known, minlength=count)
    begin, end = np.searchsorted(known_by, unknown_by), np.searchsorted(known_by, unknown_by, side="right")
    of = np.repeat(np.arange(len(unknown_by)), end - begin)
    pair = unknown_by // speakers * size + unknown_one
    apart = np.unique(np.stack((pair[of], known_one[spread(begin, end - begin)])), axis=1)[0]
    every, where = np.unique(pair), np.unique(apart, return_counts=True)
    told_apart = np.zeros(len(every), dtype=np.int64)
    told_apart[np.searchsorted(every, where[0])] = where[1]
    requirement = every // size
    result += np.bincount(requirement[told_apart < others[requirement]], minlength=count)
    return result
