"""Centrality: where a node stands in the net of needs, whatever the redundancy."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.basis.links import Centrality, links
from depgraph.analytics.measures.betweenness import betweenness

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.basis.links import Links
    from depgraph.arrays import Floats
    from depgraph.graph import Graph

DAMPING: Final = 0.85
KATZ: Final = 0.1
_TOLERANCE: Final = 1e-13


class Measure(StrEnum):
    """A measure of centrality."""

    PAGERANK = "pagerank"
    BETWEENNESS = "betweenness"
    CLOSENESS = "closeness"
    DEGREE = "degree"
    KATZ = "katz"
    CORE = "core"


def centrality(graph: Graph, measure: Measure, *, progress: Callable[[int, int], None] | None = None) -> Centrality:
    """Return one measure of centrality for every node.

    All look at the needs as a simple directed graph, dependent to provider: parallel needs
    are one link, providers not known are left out and have NaN. They see links, not
    redundancy: what fails is another question. `progress` is told how many sources of
    betweenness are done, of how many; the other measures are quick.

    Examples
    --------
    >>> from depgraph.testing import graph
    >>> centrality(graph("a>x b>x c>y"), Measure.DEGREE).value.tolist()
    [0.0, 0.0, 0.0, 0.5, 0.25]

    """
    match measure:
        case Measure.PAGERANK:
            return pagerank(graph)
        case Measure.BETWEENNESS:
            return betweenness(graph, progress=progress)
        case Measure.CLOSENESS:
            return closeness(graph)
        case Measure.DEGREE:
            return degree(graph)
        case Measure.KATZ:
            return katz(graph)
        case Measure.CORE:
            return core(graph)


def pagerank(graph: Graph) -> Centrality:
    r"""Return the PageRank of each node: importance flows from dependents to their providers.

    .. math:: p(v) = \frac{1 - d}{n} + d \left(\sum_{u \to v} \frac{p(u)}{|u \to|}
              + \frac{1}{n} \sum_{u \nrightarrow} p(u)\right), \qquad d = 0.85

    Each node shares its importance equally among its providers; what has no providers
    shares with all.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    Centrality
        In (0, 1], adding up to 1 over the n known nodes.

    Notes
    -----
    Power iteration until the sum of changes is below 1e-13, so that the sum of errors is
    below 6e-13 (the step contracts by d). O(m) time for each of about 190 rounds.

    Assumes that all providers of a node matter to it equally, and d, which is a convention.

    What this does not say: what fails. It does not see redundancy, and a provider ranks lower
    if its dependants have others beside it, also where they need all of them.

    References
    ----------
    Brin, S. & Page, L. (1998). The anatomy of a large-scale hypertextual web search engine.
    Computer Networks and ISDN Systems 30, 107-117.

    Examples
    --------
    By hand: let a and b have p each. x needs nobody and shares with all: p = 0.05 + 0.85 x/3.
    x = p + 0.85 (p + p) = 2.7 p. All add up to 1, so p = 1/4.7 = 0.2128, x = 2.7/4.7 = 0.5745.

    >>> from depgraph.testing import graph
    >>> pagerank(graph("a>x b>x")).value.round(4).tolist()
    [0.2128, 0.2128, 0.5745]

    """
    net = links(graph)
    size = max(len(net), 1)
    needs = np.diff(net.providers.indptr)
    dangling = needs == 0
    flow = net.matrix.T.tocsr()
    rank = np.full(len(net), 1.0 / size)
    change = 1.0
    while change > _TOLERANCE and len(net):
        given = np.divide(rank, needs, out=np.zeros_like(rank), where=~dangling)
        new = DAMPING * (flow @ given + rank[dangling].sum() / size) + (1 - DAMPING) / size
        new /= new.sum()
        change = float(np.abs(new - rank).sum())
        rank = new
    return Centrality(net.spread(rank))


def katz(graph: Graph) -> Centrality:
    r"""Return the Katz centrality of each node: all chains of needs that end there, long ones count less.

    .. math:: x(v) = 1 + \alpha \sum_{u \to v} x(u)

    scaled so that the squares add up to 1.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    Centrality
        In (0, 1].

    Notes
    -----
    The sum over all chains is finite for alpha below 1 / lambda, the largest eigenvalue of
    the links. Chains grow without end only within strongly connected components, so lambda
    is at most L, the smaller of the largest numbers of providers and of dependants that a
    node has within its component. alpha is 0.1, or 0.85 / L where that is less; without
    cycles always 0.1. Iterated until no value changes by more than 1e-13 of the largest.

    Assumes that each further link of a chain counts alpha as much, wherever it is.

    What this does not say: what fails, since redundancy is not seen. Values are relative to
    the others of one graph and cannot be compared between graphs.

    References
    ----------
    Katz, L. (1953). A new status index derived from sociometric analysis. Psychometrika 18,
    39-43.

    Examples
    --------
    By hand: nobody needs a and b: 1 each. x has 1 + 0.1 (1 + 1) = 1.2, y has 1 + 0.1 x 1.2 =
    1.12. The squares add up to 1 + 1 + 1.44 + 1.2544 = 4.6944, whose root is 2.1667; 1.2 /
    2.1667 = 0.5538.

    >>> from depgraph.testing import graph
    >>> katz(graph("a>x b>x x>y")).value.round(4).tolist()
    [0.4615, 0.4615, 0.5538, 0.5169]

    """
    net = links(graph)
    alpha = katz_alpha(net)
    chains = net.matrix.T.tocsr()
    value = np.ones(len(net))
    change = 1.0
    while change > _TOLERANCE and len(net):
        new = alpha * (chains @ value) + 1.0
        change = float(np.abs(new - value).max() / new.max())
        value = new
    return Centrality(net.spread(value / np.linalg.norm(value)))


def katz_alpha(net: Links) -> float:
    """Return how much a link of a chain counts in `katz`."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    _, component = connected_components(net.matrix, directed=True, connection="strong")
    within = component[net.dependent] == component[net.provider]
    most = min(
        int(np.bincount(net.dependent[within]).max(initial=0)), int(np.bincount(net.provider[within]).max(initial=0))
    )
    return min(KATZ, DAMPING / most) if most else KATZ


def degree(graph: Graph) -> Centrality:
    r"""Return the share of the other nodes that need each node directly.

    .. math:: d(v) = \frac{|\{u : u \to v\}|}{n - 1}

    over the n known nodes.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    Centrality
        In [0, 1]; 0 if there is no other node.

    Notes
    -----
    Assumes that all needs weigh the same; several needs of one node on another are one link.

    What this does not say: what stands behind the direct dependants, or what fails. A node
    that everybody can do without has the same degree as one that nobody can do without.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks: conceptual clarification. Social
    Networks 1(3), 215-239.

    Examples
    --------
    By hand, of four nodes: 2 of the other 3 need x, 1 of them needs y.

    >>> from depgraph.testing import graph
    >>> degree(graph("a>x b>x x>y")).value.round(4).tolist()
    [0.0, 0.0, 0.6667, 0.3333]

    """
    net = links(graph)
    return Centrality(net.spread(np.diff(net.dependants.indptr) / max(len(net) - 1, 1)))


def closeness(graph: Graph) -> Centrality:
    r"""Return how near its dependants are to each node, over any number of tiers.

    .. math:: c(v) = \frac{r}{n - 1} \cdot \frac{r}{\sum_u d(u, v)}

    over the r other nodes u that depend on v, at d links.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    Centrality
        In [0, 1]: 1 where every other node needs it directly, 0 where nobody does. The
        first factor compares nodes of unequal reach (Wasserman and Faust).

    Notes
    -----
    Exact, by breadth-first search from 512 nodes at a time.

    Assumes that every link is as long as any other.

    What this does not say: what fails, or how soon. Distance counts links, not hours, and a
    near dependant may have alternatives where a far one has none.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social network analysis: methods and applications.
    Cambridge University Press, p. 201.

    Examples
    --------
    By hand, of four nodes: y is needed by x at 1 link, by a and b at 2: 3/3 x 3/(1 + 2 + 2) =
    0.6. x is needed by a and b at 1 link: 2/3 x 2/(1 + 1) = 0.6667.

    >>> from depgraph.testing import graph
    >>> closeness(graph("a>x b>x x>y")).value.round(4).tolist()
    [0.0, 0.0, 0.6667, 0.6]

    """
    from depgraph.analytics.kernels.centrality.multi_source_bfs import distances  # noqa: PLC0415 - compiled code is for who asks

    net = links(graph)
    needed = np.flatnonzero(np.diff(net.dependants.indptr)).astype(np.int32)
    found = distances(net.dependants, needed)
    value: Floats = np.zeros(len(net))
    value[needed] = found.reached.astype(np.float64) ** 2 / found.total / max(len(net) - 1, 1)
    return Centrality(net.spread(value))


def core(graph: Graph) -> Centrality:
    r"""Return the core number of each node: the largest k such that it belongs to a k-core.

    .. math:: c(v) = \max \{k : v \in C_k\}, \qquad
              C_k = \max \{C : |N(u) \cap C| \ge k \;\; \forall u \in C\}

    with N(u) what needs u and what u needs. A k-core is the largest part of the graph in
    which each node has links, in either direction, with k others of that part at least.
    High: in the thick of a dense part.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    Centrality
        Whole numbers, 0 where a node has no link.

    Notes
    -----
    Assumes that links have no direction and all weigh the same.

    What this does not say: who needs whom, or what fails. A supplier with a thousand
    customers, none of which has another link, may be in no core beyond the first.

    References
    ----------
    Batagelj, V. & Zaversnik, M. (2003). An O(m) algorithm for cores decomposition of
    networks. arXiv:cs/0310049

    Examples
    --------
    By hand: each of a, x and y has links with the two others, so that they are a 2-core. z
    has one link in all.

    >>> from depgraph.testing import graph
    >>> core(graph("a>x a>y x>y y>z")).value.tolist()
    [2.0, 2.0, 2.0, 1.0]

    """
    from depgraph.analytics.kernels.centrality.core_number import core_numbers  # noqa: PLC0415 - compiled code is for who asks

    net = links(graph)
    return Centrality(net.spread(core_numbers(net.undirected).astype(np.float64)))
