"""`Compared`: one measure before and after a change, and how `explain` calls it on either side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.ids import id_key
from depgraph.usecases.questions.differences import Difference
from depgraph.usecases.questions.references import CHANGED, CONCENTRATION, CUTSETS, OF_UNIT, SCENARIO, SPOF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.usecases.questions.differences import Measured

END: Final = "{end}"
"""Stands in a reference for lower or upper."""

_CUTS: Final = "cut_sets_of_"
_FAILS: Final = "scenario_"
_OF_ALL: Final = ("highest_score", "single_points")


@dataclass(frozen=True, slots=True)
class Compared(Difference):
    """A measure before and after a change, with its references; the one after takes the scenario beside it."""

    before_reference: Annotated[
        str, "how depgraph explain calls it before: put lower or upper in; empty where there is no such figure"
    ]
    after_reference: Annotated[
        str, "how depgraph explain calls it after, with the scenario: put lower or upper in; empty likewise"
    ]


def compared(
    rows: Iterable[Difference], before: Measured, after: Measured, *, by: str, functions: bool
) -> Iterator[Compared]:
    """Yield differences with how `explain` calls what they say; `functions` as of `wholes`."""
    there = [_Side(each) for each in (before, after)]
    for row in rows:
        called = _called(row, by, functions=functions)
        first, then = (called if side.has(row) else "" for side in there)
        yield Compared(**asdict(row), before_reference=first, after_reference=then and f"{CHANGED}{then}")


def _called(row: Difference, by: str, *, functions: bool) -> str:
    """Return how a figure is called of one graph."""
    over = By.PARTY if by == By.SERVICE else by
    measure = f"{row.measure}_{END}"
    if row.measure == "single_points":
        measure = f"stops_{'function' if functions else 'requirement'}_{END}"
    if row.measure in (SHARE, *INDICES):
        words: tuple[str, ...] = (CONCENTRATION, over, measure)
    elif row.measure.startswith(_CUTS):
        words = CUTSETS, by, f"{row.measure.removeprefix('cut_sets_')}_at_{END}"
    elif row.id or row.measure in _OF_ALL:
        words = SPOF, by, measure
    else:
        words = SCENARIO, measure.removeprefix(_FAILS)
    return "/".join((*words, row.id) if row.id else words)


class _Side:
    """What there is of one of two graphs."""

    def __init__(self, measured: Measured) -> None:
        self._graph = measured.view.graph
        self._units = {id_key(row.id) for row in measured.ranking.rows}
        self._shares = {id_key(row.id) for row in measured.shares.rows}
        self._market = bool(measured.shares.adds.markets)

    def has(self, row: Difference) -> bool:
        """Say whether there is such a figure: of a unit that is not there, no fact is behind the 0."""
        if row.measure in INDICES:
            return self._market
        if row.measure == SHARE:
            return id_key(row.id) in self._shares
        if row.measure.startswith(_CUTS):
            return self._graph.find(row.id) is not None
        return row.measure not in OF_UNIT or id_key(row.id) in self._units
