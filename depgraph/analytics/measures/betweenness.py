"""Betweenness: how often a node stands in the middle of the shortest chains of needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.links import Centrality, links

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.links import Links
    from depgraph.arrays import Floats, Ints
    from depgraph.graph import Graph

EXACT_STEPS: Final = 100_000_000
"""Exact as long as sources x links beyond the first stay below this: a few seconds."""

SOURCES: Final = 2_000
CONFIDENCE: Final = 0.95


def betweenness(
    graph: Graph,
    *,
    exact_steps: int = EXACT_STEPS,
    sources: int = SOURCES,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Centrality:
    r"""Return the share of shortest chains of needs, from any node to any other, that pass through each node.

    .. math:: b(v) = \frac{1}{(n - 1)(n - 2)} \sum_{s \ne v \ne t} \frac{\sigma_{st}(v)}{\sigma_{st}}

    with :math:`\sigma_{st}` the shortest chains from dependent s to provider t, of which
    :math:`\sigma_{st}(v)` pass through v. High: many chains of others run through it.

    Parameters
    ----------
    graph : Graph
        Of n known nodes; parallel needs are one link. Providers not known are left out.
    exact_steps : int
        Up to this many steps (nodes with needs x needs of nodes that are themselves
        needed) it is exact, beyond sampled.
    sources : int
        How many dependents s to sample, at least 2.
    seed : int
        Of the sample: the same graph and seed give the same values on any number of cores.
    progress : callable, optional
        Told how many sources are done, of how many.

    Returns
    -------
    Centrality
        In [0, 1]. Where sampled, `error` bounds how far each value may be from the exact
        one: all of these bounds hold together with probability 0.95 or more.

    Notes
    -----
    Exact: Brandes (2001). Sampled: the mean over sources that are drawn at random, with
    replacement, from the nodes with needs (Brandes and Pich 2007), which has no bias.

    The bound is the empirical Bernstein bound of Maurer and Pontil (2009, theorem 4) on
    both sides, at a 1/m part of 0.05 for each of the m nodes that have dependants and
    needs; all others are 0 exactly. With variance V(v) of the dependencies among k sources,

    .. math:: \varepsilon(v) = c \left(\sqrt{\frac{2 V(v) \ln(4 m / 0.05)}{k}}
              + \frac{7 D(v) \ln(4 m / 0.05)}{3 (k - 1)}\right)

    where D(v), the number of nodes that v reaches, is the most that one source can add, and
    c scales to b. In supply chains D is small beside n, so that this is much closer than
    bounds for all graphs alike (Hoeffding; Riondato and Kornaropoulos 2016).

    Assumes that dependence runs along shortest chains only, and through all of them equally.

    What this does not say: what fails. It does not see redundancy or longer ways round, and
    a provider at the very end of all chains has 0, however many need it.

    References
    ----------
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of
    Mathematical Sociology 25(2), 163-177.
    Brandes, U. & Pich, C. (2007). Centrality estimation in large networks. International
    Journal of Bifurcation and Chaos 17(7), 2303-2318.
    Maurer, A. & Pontil, M. (2009). Empirical Bernstein bounds and sample variance
    penalization. Conference on Learning Theory (COLT). arXiv:0907.3740
    Riondato, M. & Kornaropoulos, E. M. (2016). Fast approximation of betweenness
    centrality through sampling. Data Mining and Knowledge Discovery 30(2), 438-475.

    Examples
    --------
    By hand: of the shortest chains only those from a to z have something inside. There are
    two, so that x and y are on a half each; over (4 - 1)(4 - 2) = 6 that is 1/12 = 0.0833.

    >>> from depgraph.testing import graph
    >>> betweenness(graph("a>x a>y x>z y>z")).value.round(4).tolist()
    [0.0, 0.0833, 0.0833, 0.0]

    """
    from depgraph.analytics.kernels.centrality.brandes import dependencies  # noqa: PLC0415 - compiled code is for who asks

    net = links(graph)
    size = len(net)
    scale = 1.0 / ((size - 1) * (size - 2)) if size > 2 else 0.0
    has_needs = np.diff(net.providers.indptr)
    inner = np.flatnonzero((has_needs > 0) & (np.diff(net.dependants.indptr) > 0)).astype(np.int32)
    candidates = np.flatnonzero(has_needs).astype(np.int32)
    if len(candidates) * int(has_needs[inner].sum()) <= exact_steps:
        return Centrality(net.spread(dependencies(net.providers, candidates, progress=progress).once * scale))
    drawn = np.random.default_rng(seed).choice(candidates, size=sources)
    once, squared = dependencies(net.providers, drawn, progress=progress)
    mean = once / sources
    variance = np.maximum(squared - sources * mean**2, 0.0) / (sources - 1)
    error = np.zeros(size)
    error[inner] = _bound(variance[inner], _most(net, inner), sources)
    scale *= len(candidates)
    return Centrality(net.spread(mean * scale), error=net.spread(error * scale), sources=sources, confidence=CONFIDENCE)


def _most(net: Links, inner: Ints) -> Floats:
    """Return how many nodes each inner node reaches: the most that it can lie in front of."""
    from depgraph.analytics.kernels.centrality.multi_source_bfs import distances  # noqa: PLC0415 - compiled code is for who asks

    return distances(net.providers, inner).reached.astype(np.float64)


def _bound(variance: Floats, most: Floats, sources: int) -> Floats:
    doubt = math.log(4 * len(variance) / (1 - CONFIDENCE))
    return np.sqrt(2 * variance * doubt / sources) + 7 * most * doubt / (3 * (sources - 1))
