"""Which two units stop one node together and neither alone: its minimal cut sets of order 2."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from depgraph.analytics.cutsets.diagram import ExhaustedError
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.base.parallel import in_turn
from depgraph.analytics.kernels.failure.pair_rules import Seeds, rules_of, workspace_of
from depgraph.analytics.kernels.failure.pairs import fail_alone, pair_partners
from depgraph.graph.columns import offsets, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.analytics.kernels.base.lanes import Rows
    from depgraph.analytics.kernels.failure.pair_rules import Workspace
    from depgraph.graph.columns import Ints


class Doubles(NamedTuple):
    """The pairs of variables of a formula that make its node fail.

    Attributes
    ----------
    number : int
    pair : int32[p, 2]
        By level, the smaller one first, in order; some are missing if there are more than wanted.

    """

    number: int
    pair: Ints


def doubles(rest: Formula, *, most: int, reads: int, progress: Callable[[int, int], None] | None = None) -> Doubles:
    """Return the pairs of variables that make the node of a formula fail; no variable does so alone.

    Parameters
    ----------
    rest : Formula
    most : int
        How many pairs to list; beyond that they are only counted.
    reads : int
        How far to go: how many rows of 512 bits to look at.
    progress : callable, optional
        Told how many variables are done, of how many.

    Notes
    -----
    What each variable fails alone is worked out first, 512 variables at a time. Then each is
    failed by itself, and only requirements that have lost a provider to it and still hold are
    looked at, and what falls with these: with 512 partners at a time, each of which is left
    as soon as the node fails with it. This costs little where most variables fail little, however large
    the circles of the formula are. Exact, and the same on any number of cores.

    Raises
    ------
    ExhaustedError
        If it takes more than `reads`.

    """
    gates, variables = rest.gates, len(rest.unit)
    blocks = -(-variables // LANES)
    nothing_lost = np.full(len(gates.of_node) - 1, -1, dtype=np.int32)
    rules = rules_of(gates.component, gates.of_node, nothing_lost, gates.threshold, gates.indptr, gates.provider)
    own = np.argsort(gates.own, kind="stable")
    seeds = Seeds(offsets(np.bincount(gates.own, minlength=variables)), rows_of(gates.own_indptr)[own])
    alone = rows(blocks * rules.core)
    in_turn(blocks, lambda: workspace_of(rules, 0), lambda own, block: fail_alone(rules, seeds, own, alone, block))
    nothing = np.zeros((0, 2), dtype=np.int32)
    found = [nothing] * variables
    count = read = 0
    lock = Lock()

    def work(memory: tuple[Workspace, Rows], variable: int) -> None:
        nonlocal count, read
        workspace, partner = memory
        looked = pair_partners(rules, seeds, alone, workspace, variable, rest.node, partner)
        more = int(np.bitwise_count(partner).sum())
        with lock:
            count, read = count + more, read + looked
        if read > reads:
            raise ExhaustedError
        if more and count <= most:
            level = np.flatnonzero(np.unpackbits(partner.view(np.uint8), bitorder="little")).astype(np.int32)
            found[variable] = np.stack((np.full_like(level, variable), level), axis=1)

    in_turn(variables, lambda: (workspace_of(rules, 0), rows(blocks)), work, progress=progress)
    return Doubles(count, np.concatenate((nothing, *found)))
