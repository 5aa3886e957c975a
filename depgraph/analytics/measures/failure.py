"""What fails in one scenario, and in which round: the least fixed point, for certain and at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.arrays import offsets

if TYPE_CHECKING:
    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """The round in which each node falls; the nodes that the scenario fails fall in round 0.

    Attributes
    ----------
    lower, upper : int32[n]
        With all k_lower (certain) and with all k_upper (at most); -1: does not fail.

    """

    lower: Ints
    upper: Ints


def failed(graph: Graph, seeds: Ints, upper_seeds: Ints | None = None) -> Failure:
    """Return the round in which each node fails if these fail, in both bounds.

    In each round fall all nodes that have lost a requirement to nodes of earlier rounds.
    A circle does not fail by itself, and a provider that nobody knows never fails.

    Parameters
    ----------
    graph : Graph
    seeds : int32[s]
        Positions of the nodes that the scenario fails.
    upper_seeds : int32[t], optional
        Those that it fails at the upper end, where it may fail more.

    Notes
    -----
    O(n + m): every provider of every requirement is looked at once.

    """
    requirements = graph.requirements
    indptr, holder = held(requirements.indptr, requirements.provider, len(graph.nodes))
    lower, upper = (
        rounds(np.asarray(struck, dtype=np.int32), indptr, holder, requirements.dependent, threshold)
        for struck, threshold in zip(
            (seeds, seeds if upper_seeds is None else upper_seeds), graph.thresholds, strict=True
        )
    )
    return Failure(lower, upper)


def held(indptr: Offsets, provider: Ints, nodes: int) -> tuple[Offsets, Ints]:
    """Return the requirements that each node is a provider of, as rows."""
    begins = offsets(np.bincount(provider, minlength=nodes))
    holder = np.empty(len(provider), dtype=np.int32)
    _hold(bundled(_Held(indptr, provider, begins[:-1].copy(), holder)), len(indptr) - 1)
    return begins, holder


class _Held(NamedTuple):
    """Providers of each requirement; and of each node, where the next requirement that it is one of is written."""

    indptr: Offsets
    provider: Ints
    free: Offsets
    holder: Ints


@compiled
def _hold(held: _Held, requirements: int) -> None:
    raw = pointers(held)
    for requirement in range(requirements):
        for entry in range(raw.indptr[requirement], raw.indptr[requirement + 1]):
            at = raw.provider[entry]
            raw.holder[raw.free[at]] = requirement
            raw.free[at] += 1


def rounds(seeds: Ints, indptr: Offsets, holder: Ints, dependent: Ints, threshold: Ints) -> Ints:
    """Return the round of each node; a requirement breaks when `threshold` of its providers have failed."""
    tier = np.full(len(indptr) - 1, -1, dtype=np.int32)
    queue = np.empty(len(tier), dtype=np.int32)
    seeds = np.unique(seeds)
    tier[seeds] = 0
    queue[: len(seeds)] = seeds
    gone = np.zeros(len(dependent), dtype=np.int32)
    _spread(bundled(_Spread(indptr, holder, dependent, threshold, tier, queue, gone)), len(seeds))
    return tier


class _Spread(NamedTuple):
    """The requirements that each node holds up, who has each, and at how many failed providers it breaks.

    And what is found: the round of each node, the nodes in the order in which they fail, and the failed providers of
    requirements.
    """

    indptr: Offsets
    holder: Ints
    dependent: Ints
    threshold: Ints
    tier: Ints
    queue: Ints
    gone: Ints


@compiled
def _spread(spread: _Spread, tail: int) -> None:
    """Fail what follows from the first `tail` of the queue."""
    raw = pointers(spread)
    tier, queue, gone = raw.tier, raw.queue, raw.gone
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for entry in range(raw.indptr[node], raw.indptr[node + 1]):
            requirement = raw.holder[entry]
            gone[requirement] += 1
            loser = raw.dependent[requirement]
            if gone[requirement] >= raw.threshold[requirement] and tier[loser] < 0:
                tier[loser] = tier[node] + 1
                queue[tail] = loser
                tail += 1
