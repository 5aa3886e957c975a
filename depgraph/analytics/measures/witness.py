"""Why each node fails: a chain of failures back to what failed first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.jit import compiled
from depgraph.analytics.kernels.base.lanes import pointers
from depgraph.analytics.measures.failure import Failure, failed
from depgraph.arrays import offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from depgraph.analytics.basis.units import Units
    from depgraph.arrays import Ints, Offsets
    from depgraph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Witnesses:
    """The nodes that fail with a unit, its members apart, by id; each with one witness.

    A witness is a chain of nodes, each of which fails since it has lost the next one: it
    begins with the failed node and ends with one that the scenario fails. All its steps
    are taken in the lower graph if the failure is certain, else in the upper one. A node that
    the scenario fails at the upper end and that is no member there, as a party without
    country, is its own witness, of tier 0.

    Attributes
    ----------
    node : int32[f]
        Positions in the nodes.
    certain : bool[f]
        Fails in the lower bound too.
    tier : int32[f]
        The round in which it falls: in the lower graph if certain, else in the upper one. A
        witness has at most that many steps.
    indptr : int64[f + 1]
        The witness of node i is ``chain[indptr[i]:indptr[i + 1]]``.
    chain : int32
        Positions in the nodes.
    requirement, need : int32
        Of each step, at its upper end: the broken requirement, and the need in it on the
        next node of the chain (of several, the first); -1 at the last node.
    fallen : Failure
        The round in which each node falls, in both bounds.

    """

    node: Ints
    certain: NDArray[np.bool_]
    tier: Ints
    indptr: Offsets
    chain: Ints
    requirement: Ints
    need: Ints
    fallen: Failure

    def broken_by(self, graph: Graph, row: int) -> list[list[int]]:
        """Return of each step of a witness all providers of its requirement that fell in earlier rounds and broke it.

        The next node of the witness is one of them, and where the requirement was redundant it
        is not the only one: no one alone would have broken it.
        """
        tier = self.fallen.lower if self.certain[row] else self.fallen.upper
        requirements = graph.requirements
        of_steps = []
        for step in range(int(self.indptr[row]), int(self.indptr[row + 1]) - 1):
            broken = self.requirement[step]
            provider = requirements.provider[requirements.indptr[broken] : requirements.indptr[broken + 1]]
            fell = tier[provider]
            of_steps.append(np.sort(provider[(fell >= 0) & (fell < tier[self.chain[step]])]).tolist())
        return of_steps


def witnesses(graph: Graph, units: Units) -> Witnesses:
    r"""Return what fails if all these units fail together, and why.

    With U what the units fail, nodes fall in rounds, and a tier is the round of a node:

    .. math:: F_0 = U, \quad F_{t + 1} = F_t \cup \{v_r : |P_r \cap F_t| > n_r - k_r\},
              \quad \tau(v) = \min \{t : v \in F_t\}

    where requirement r of node v_r needs k_r of its n_r providers P_r. A witness of v is a
    chain of needs from v down to U along which :math:`\tau` falls. All k are at their lower
    ends if the failure of v is certain, else at their upper ends.

    Parameters
    ----------
    graph : Graph
    units : Units
        They fail together, in one scenario, at either end.

    Returns
    -------
    Witnesses
        As many as nodes fail in the upper bound, members of the units apart.

    Notes
    -----
    Each step goes to a failed provider of a strictly lower tier, in a requirement that
    nodes of lower tiers alone have broken; of all such providers to the one of the lowest
    tier, then of the smallest id. `Witnesses.broken_by` names all providers whose failure broke
    that requirement, of which a redundant one needs several. Since tiers fall, no witness runs in a circle, also
    where the shortest chain of needs would: X needs Y and a; Y needs X or u; a needs b, b
    needs c, c needs u. There X falls through a, and Y, which falls later, through u.

    Assumes that failure spreads as in `impacts`. A round is a step of the argument, not a
    span of time.

    What this does not say: that the chain is the only reason. Where other requirements of the
    node are broken too, it would fall without this one; repairing one link need not save it.

    References
    ----------
    Tarski, A. (1955). A lattice-theoretical fixpoint theorem and its applications. Pacific
    Journal of Mathematics 5(2), 285-309. (Why there is a least failed set.)
    van Emden, M. H. & Kowalski, R. A. (1976). The semantics of predicate logic as a
    programming language. Journal of the ACM 23(4), 733-742. (It is reached round by round.)

    Examples
    --------
    By hand: u fails. c, b and a fall in rounds 1, 2 and 3, and X, which needs a, in round 4.
    Y needs either of X and u, and so falls only in round 5.

    >>> from depgraph.analytics.basis.units import By, units
    >>> from depgraph.testing import graph
    >>> small = graph("X>Y&a Y>X|u a>b b>c c>u")
    >>> parties = units(small, By.PARTY)
    >>> found = witnesses(small, parties.take([parties.id.tolist().index("name:u")]))
    >>> for at in range(len(found.node)):
    ...     chain = found.chain[found.indptr[at] : found.indptr[at + 1]]
    ...     print(int(found.tier[at]), " > ".join(small.nodes.name[chain]))
    4 X > a > b > c > u
    5 Y > u
    3 a > b > c > u
    2 b > c > u
    1 c > u

    """
    low, high = units.at(upper=False), units.at(upper=True)
    fallen = failed(graph, low.seed, high.seed)
    fails = fallen.upper >= 0
    fails[high.member] = False
    node = np.flatnonzero(fails).astype(np.int32)
    surely_breaks, may_break = graph.thresholds
    steps = [
        _steps(graph, tier, threshold) for tier, threshold in ((fallen.upper, may_break), (fallen.lower, surely_breaks))
    ]
    surely = fallen.lower >= 0
    surely[low.member] = False
    certain = surely[node]
    tier = np.where(certain, fallen.lower[node], fallen.upper[node])
    indptr, chain, requirement = _chains(node, certain.astype(np.int8), np.stack(steps))
    return Witnesses(
        node=node,
        certain=certain,
        tier=tier,
        indptr=indptr,
        chain=chain,
        requirement=requirement,
        need=_needs(graph, chain, requirement),
        fallen=fallen,
    )


class _Stepping(NamedTuple):
    """The round of each node, the requirements, and what is found: int32[2, n], the next node and the requirement."""

    tier: Ints
    requirements_of: Offsets
    indptr: Offsets
    provider: Ints
    threshold: Ints
    steps: NDArray[np.int32]


def _steps(graph: Graph, tier: Ints, threshold: Ints) -> NDArray[np.int32]:
    """Return int32[2, n]: the next node on the witness of each node, and the requirement between; -1 is none."""
    steps = np.full((2, len(tier)), -1, dtype=np.int32)
    requirements = graph.requirements
    given = _Stepping(tier, graph.requirements_of, requirements.indptr, requirements.provider, threshold, steps)
    _step(bundled(given), len(tier))
    return steps


@compiled
def _step(stepping: _Stepping, nodes: int) -> None:
    raw = pointers(stepping)
    tier, indptr, provider, steps = raw.tier, raw.indptr, raw.provider, raw.steps
    for node in range(nodes):
        if tier[node] <= 0:
            continue
        for requirement in range(raw.requirements_of[node], raw.requirements_of[node + 1]):
            gone = 0
            best = np.int32(-1)
            for entry in range(indptr[requirement], indptr[requirement + 1]):
                at = provider[entry]
                if tier[at] < 0 or tier[at] >= tier[node]:
                    continue
                gone += 1
                if best < 0 or tier[at] < tier[best] or (tier[at] == tier[best] and at < best):
                    best = at
            chosen = steps[node]
            if (
                gone >= raw.threshold[requirement]
                and best >= 0
                and (chosen < 0 or tier[best] < tier[chosen] or (tier[best] == tier[chosen] and best < chosen))
            ):
                steps[node] = best
                steps[nodes + node] = requirement


def _chains(node: Ints, certain: NDArray[np.int8], steps: NDArray[np.int32]) -> tuple[Offsets, Ints, Ints]:
    """Return the witnesses as rows, and the requirement at each of their steps, -1 at the last node."""
    length = np.zeros(len(node), dtype=np.int64)
    passed: list[tuple[NDArray[np.intp], Ints]] = []
    row, here = np.arange(len(node)), node
    while len(row):
        length[row] += 1
        passed.append((row, here))
        following = steps[certain[row], 0, here]
        row, here = row[following >= 0], following[following >= 0]
    indptr = offsets(length)
    chain, requirement = np.empty((2, int(indptr[-1])), dtype=np.int32)
    for step, (row, here) in enumerate(passed):
        chain[indptr[row] + step] = here
        requirement[indptr[row] + step] = steps[certain[row], 1, here]
    return indptr, chain, requirement


def _needs(graph: Graph, chain: Ints, requirement: Ints) -> Ints:
    """Return the first need of each step's requirement on the next node of the chain, -1 at the last node."""
    need = np.full(len(chain), -1, dtype=np.int32)
    step = np.flatnonzero(requirement >= 0)
    n = np.int64(max(len(graph.nodes), 1))
    # Needs are sorted by requirement, then provider.
    keys = graph.needs.requirement.astype(np.int64) * n + graph.needs.provider
    need[step] = np.searchsorted(keys, requirement[step] * n + chain[step + 1])
    return need
