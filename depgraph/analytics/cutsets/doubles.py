"""Which two units stop one node together and neither alone: its minimal cut sets of order 2."""

from __future__ import annotations

from copy import copy
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.analytics.blocks import Question, cores, map_blocks
from depgraph.analytics.cutsets.diagram import ExhaustedError
from depgraph.analytics.kernels.base.bundles import bundled
from depgraph.analytics.kernels.base.lanes import LANES, rows
from depgraph.analytics.kernels.base.parallel import in_turn
from depgraph.analytics.kernels.failure.pair_rules import Meeting, Seeds, rules_of, workspace_of
from depgraph.analytics.kernels.failure.pairs import fail_alone, pair_partners
from depgraph.analytics.kernels.faulttree.compile import Gates
from depgraph.arrays import offsets, rows_of
from depgraph.graph.skeleton import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from depgraph.analytics.blocks import Arrays, Blocks, Numbers
    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.arrays import Ints
    from depgraph.graph import Graph

_GATES: Final = Gates._fields


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
    gates = {name: getattr(rest.gates, name) for name in _GATES}
    numbers = {"node": rest.node, "variables": len(rest.unit), "most": most, "reads": reads}
    mapped = map_blocks(Question(prepare=laid_out, graph=empty(), numbers=numbers, arrays=gates), progress=progress)
    count, read = np.sum([part["sums"] for part in mapped.parts], axis=0).tolist()
    if read > reads:
        raise ExhaustedError
    return Doubles(count, np.concatenate([part["pair"] for part in mapped.parts]).reshape(-1, 2))


class _Doubles:
    """Each variable of a formula with all later ones."""

    pair: dict[int, Ints]
    sums: dict[int, tuple[int, int]]
    number: int
    read: int
    lock: Lock

    def __init__(self, numbers: Numbers, arrays: Arrays) -> None:
        gates = Gates(**arrays)
        variables = numbers["variables"]
        self.count, self._node, self._most, self._reads = (
            variables,
            *(numbers[name] for name in ("node", "most", "reads")),
        )
        self._blocks = -(-variables // LANES)
        nothing_lost = np.full(len(gates.of_node) - 1, -1, dtype=np.int32)
        columns = gates.component, gates.of_node, nothing_lost, gates.threshold, gates.indptr, gates.provider
        rules = rules_of(*columns)
        own = np.argsort(gates.own, kind="stable")
        seeds = Seeds(offsets(np.bincount(gates.own, minlength=variables)), rows_of(gates.own_indptr)[own])
        alone = rows(self._blocks * rules.core)
        given, units = bundled(rules), bundled(seeds)
        in_turn(
            self._blocks,
            lambda: bundled(workspace_of(rules, 0)),
            lambda own, block: fail_alone(given, units, own, alone, block),
            cores=cores.get(),
        )
        self._rules, self._seeds, self._alone = rules, seeds, alone

    def fresh(self) -> _Doubles:
        """Return the same blocks with nothing found yet."""
        part = copy(self)
        part.pair, part.sums = {}, {}
        part.number = part.read = 0
        part.lock = Lock()
        return part

    def memory(self) -> Meeting:
        """Return the memory of one thread."""
        room, partners = workspace_of(self._rules, 0), rows(self._blocks)
        return bundled(Meeting(self._rules, self._seeds, room, self._alone, partners))

    def work(self, memory: Meeting, variable: int) -> None:
        """Work through the pairs of a variable, unless too much was read before."""
        if self.read > self._reads:
            return
        partner = memory.result
        read = pair_partners(memory, variable, self._node, self.count)
        number = int(np.bitwise_count(partner).sum())
        with self.lock:
            self.number, self.read = self.number + number, self.read + read
        self.sums[variable] = number, read
        if number and self.number <= self._most:
            level = np.flatnonzero(np.unpackbits(partner.view(np.uint8), bitorder="little")).astype(np.int32)
            self.pair[variable] = np.stack((np.full_like(level, variable), level), axis=1)

    def found(self, variables: range, _: Sequence[object]) -> Arrays:
        """Return the pairs of these variables, how many there are, and how many rows were read."""
        nothing = np.zeros((0, 2), dtype=np.int32)
        pair = np.concatenate([nothing, *(self.pair.pop(each, nothing) for each in variables)])
        sums = np.array([(0, 0), *(self.sums.pop(each, (0, 0)) for each in variables)], dtype=np.int64).sum(axis=0)
        return {"pair": pair.reshape(-1), "sums": sums}


def laid_out(_: Graph, numbers: Numbers, arrays: Arrays) -> Blocks:
    """Return the pairs of variables variable by variable, from what `doubles` says of a formula."""
    return _Doubles(numbers, arrays)
