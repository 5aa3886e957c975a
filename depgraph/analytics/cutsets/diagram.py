"""`Diagram`: tables that grow as a diagram does, within a budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.analytics.kernels.diagrams import (
    FULL,
    MINIMAL,
    PAUSE,
    STATUS,
    STEPS,
    UNLIMITED,
    USED,
    apply,
    grown,
    tables_of,
)
from depgraph.analytics.kernels.solving import FAMILY, FUNCTION, solve

if TYPE_CHECKING:
    from depgraph.analytics.cutsets.formula import Formula
    from depgraph.analytics.kernels.diagrams import Tables

_SLICE: Final = 1 << 22
"""Steps between two chances to interrupt."""

_FIRST_BITS: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How far to go before giving up.

    Attributes
    ----------
    nodes : int
        Of a diagram; each takes about 40 bytes.
    steps : int
        Of the work on it; some millions a second.

    """

    nodes: int = 1 << 24
    steps: int = 1 << 26


class ExhaustedError(Exception):
    """A diagram needs more than its budget."""


class Diagram:
    """The diagrams over one number of variables.

    Attributes
    ----------
    tables : Tables
        Where nodes are; replaced by larger ones as need be.

    """

    def __init__(self, variables: int, budget: Budget) -> None:
        self.tables: Tables = tables_of(variables, _FIRST_BITS)
        self._budget = budget
        self._slice = _SLICE

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
        return self._solved(formula, FUNCTION, UNLIMITED)

    def family(self, formula: Formula, most: int = UNLIMITED) -> int:
        """Return the node of the family of the minimal sets, of at most `most` elements, that make a formula true.

        Raises
        ------
        ExhaustedError
            If it needs more than the budget.

        """
        return self._solved(formula, FAMILY, most)

    def minimal(self, function: int) -> int:
        """Return the node of the family of the minimal sets that make a function true."""
        return self.applied(MINIMAL, function)

    def applied(self, operation: int, a: int, b: int = 0, c: int = 0) -> int:
        """Return the node of an operation of `depgraph.analytics.kernels.diagrams`."""
        while True:
            self._allow()
            found = apply(self.tables, operation, a, b, c)
            if found >= 0:
                return int(found)
            self._make_room()

    def _solved(self, formula: Formula, mode: int, most: int) -> int:
        if formula.node < 0:
            return 0
        circles = len(formula.gates.circle) - 1
        found = np.zeros(len(formula.gates.of_node) - 1, dtype=np.int64)
        done = 0
        while done < circles:
            self._allow()
            reached = solve(self.tables, formula.gates, found, done, mode, most)
            if reached > done:
                self._slice = _SLICE
            done = reached
            if done < circles:
                self._make_room()
        return int(found[formula.node])

    def _allow(self) -> None:
        self.tables.state[PAUSE] = min(self.steps + self._slice, self._budget.steps)

    def _make_room(self) -> None:
        if self.tables.state[STATUS] == FULL:
            if 2 * self.tables.size > self._budget.nodes:
                raise ExhaustedError
            self.tables = grown(self.tables)
        else:
            if self.steps >= self._budget.steps:
                raise ExhaustedError
            # What was found stays known, but not for ever: a longer slice ends sooner or later.
            self._slice *= 2
