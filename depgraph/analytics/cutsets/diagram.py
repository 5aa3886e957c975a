"""`Diagram`: tables that grow as a diagram does, within a budget."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from depgraph.analytics.kernels.faulttree.bdd import (
    DONE,
    FULL,
    MINIMAL,
    PAUSE,
    PAUSED,
    SOLVED,
    STATUS,
    STEPS,
    UNLIMITED,
    USED,
    apply,
    grown,
    tables_of,
)
from depgraph.analytics.kernels.faulttree.compile import FAMILY, FUNCTION, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.analytics.kernels.faulttree.bdd import Tables
    from depgraph.arrays import Offsets


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How far to go before giving up, and how to go there.

    Attributes
    ----------
    nodes : int
        Of a diagram; each takes about 40 bytes.
    steps : int
        Of the work on it; some millions a second.
    at_once : int
        Steps of one operation before it is watched; the default takes some hundredths of a
        second, which is not worth a thread.
    seconds : float
        Between two looks at how far a watched operation is.
    first_bits : int
        Binary logarithm of the nodes that there is room for at first.

    """

    nodes: int = 1 << 24
    steps: int = 1 << 26
    at_once: int = 1 << 16
    seconds: float = 0.1
    first_bits: int = 14


class ExhaustedError(Exception):
    """A diagram needs more than its budget."""


class Diagram:
    """The diagrams over one number of variables.

    A keyboard interrupt is raised at once, however long an operation takes.

    Attributes
    ----------
    tables : Tables
        Where nodes are; replaced by larger ones as need be.

    """

    def __init__(self, variables: int, budget: Budget, progress: Callable[[int, int], None] | None = None) -> None:
        """Begin with no nodes; `progress` is told how many parts of a formula are solved, of how many."""
        self.tables: Tables = tables_of(variables, budget.first_bits)
        self._budget = budget
        self._progress = progress
        self._parts = 0

    @property
    def nodes(self) -> int:
        """How many nodes were made."""
        return int(self.tables.state[USED])

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return int(self.tables.state[STEPS])

    def function(self, formula: Formula) -> int:
        """Return the node of the function that a formula says.

        Raises
        ------
        ExhaustedError
            If it needs more than the budget.

        """
        found = _nothing(formula)
        self._solve(formula, found, FUNCTION, UNLIMITED)
        return _of_node(formula, found)

    def family(self, formula: Formula, most: int = UNLIMITED) -> int:
        """Return the node of the family of the minimal sets, of at most `most` elements, that make a formula true.

        Raises
        ------
        ExhaustedError
            If it needs more than the budget.

        """
        found = _nothing(formula)
        # Single ones first: within a circle, pairs that hold one of them then need not come and go.
        for short in sorted({1, most}):
            self._solve(formula, found, FAMILY, short)
        return _of_node(formula, found)

    def minimal(self, function: int) -> int:
        """Return the node of the family of the minimal sets that make a function true."""
        return self.applied(MINIMAL, function)

    def applied(self, operation: int, a: int, b: int = 0, c: int = 0) -> int:
        """Return the node of an operation of `depgraph.analytics.kernels.faulttree.bdd`."""
        while True:
            found = self._run(partial(apply, self.tables, operation, a, b, c))
            if found >= 0:
                return found
            self._make_room()

    def _solve(self, formula: Formula, found: Offsets, mode: int, most: int) -> None:
        """Work out the diagram of each node, from what was found with fewer elements."""
        self._parts = len(formula.gates.component) - 1
        done = 0
        while (done := self._run(partial(solve, self.tables, formula.gates, found, done, mode, most))) < self._parts:
            self._make_room()
        self.tables.state[SOLVED] = done

    def _run(self, kernel: Callable[[], int]) -> int:
        """Return what a kernel returns: finished, without room, or out of budget."""
        state = self.tables.state
        state[STATUS] = DONE
        state[PAUSE] = min(self.steps + self._budget.at_once, self._budget.steps)
        found = kernel()
        if state[STATUS] != PAUSED or self.steps >= self._budget.steps:
            return int(found)
        # It goes on in a thread of its own, where what it was doing is done again, though most of that is
        # known: this one hears an interrupt, and has the kernel pause.
        state[PAUSE] = self._budget.steps
        with ThreadPoolExecutor(1) as pool:
            try:
                running = pool.submit(kernel)
                self._tell()
                while wait((running,), timeout=self._budget.seconds).not_done:
                    self._tell()
            except BaseException:
                state[PAUSE] = 0
                raise
        return int(running.result())

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(int(self.tables.state[SOLVED]), self._parts)

    def _make_room(self) -> None:
        if self.tables.state[STATUS] != FULL or 2 * self.tables.size > self._budget.nodes:
            raise ExhaustedError
        self.tables = grown(self.tables)


def _nothing(formula: Formula) -> Offsets:
    return np.zeros(len(formula.gates.of_node) - 1, dtype=np.int64)


def _of_node(formula: Formula, found: Offsets) -> int:
    return int(found[formula.node]) if formula.node >= 0 else 0
