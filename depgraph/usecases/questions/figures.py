"""One figure of one graph: a measure, of a unit or of the whole, at both ends."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from depgraph.analytics.basis.scope import scope_of_any
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import FIGURES
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.errors import UnknownIdError, UsageError
from depgraph.ids import id_key
from depgraph.usecases.questions.differences import ends
from depgraph.usecases.questions.spof import single_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.usecases.view import View

Ends: TypeAlias = "tuple[float | None, float | None]"

OF_UNITS: Final = (*FIGURES, SHARE)
OF_ALL: Final = INDICES
MEASURES: Final = (*OF_UNITS, *OF_ALL)
"""The measures of a unit, which want an id, and those of the one market of everything, which have none."""


class Figure(NamedTuple):
    """A measure at both ends.

    `id` is that of the unit in the graph, `name` what it is called; `there` whether the graph has it: if not, nothing
    depends on it. An end is None where it is not known: people of whom not all are counted, an index of a market
    without weight.
    """

    ends: Ends
    id: str
    name: str
    there: bool = True


def checked_measure(measure: str, unit: str) -> None:
    """Find that there is such a measure, and that a unit is named exactly where it is of one.

    Raises
    ------
    UsageError
        If not.

    """
    if measure not in MEASURES:
        meant = get_close_matches(measure, MEASURES, n=1)
        ask = f"did you mean '{meant[0]}'? " if meant else ""
        raise UsageError(f"no measure is called '{measure}': {ask}use one of {', '.join(MEASURES)}")
    if measure in OF_UNITS and not unit:
        raise UsageError(f"'{measure}' is of a unit: say of which with its id")
    if measure in OF_ALL and unit:
        raise UsageError(f"'{measure}' is of the whole market: leave the id '{unit}' out, or ask for 'share'")


def figure(view: View, measure: str, unit: str, *, by: str, sector: str = "", hub: str = "") -> Figure:
    """Return a figure of one graph; `unit` is an id or an alias, empty for a measure of the whole.

    Where nobody is in the sector or hub nothing fails, and nothing is a share of anything.

    Raises
    ------
    UsageError
        If there is no such measure.

    """
    checked_measure(measure, unit)
    graph = view.graph
    if measure == SHARE or measure in OF_ALL:
        only = scope_of_any(graph, sector=sector, hub=hub).victim if sector or hub else None
        shares = concentration(graph, By.PARTY if by == By.SERVICE else By(by), only=only)
        if measure in OF_ALL:
            indices = shares.markets[0].indices if shares.markets else None
            return Figure(tuple(getattr(indices, measure)) if indices else (None, None), "", "of direct needs")
        unit_at = _place(view, shares.units.id.tolist(), unit)
        node_id, name = (
            (unit, "") if unit_at is None else (str(shares.units.id[unit_at]), str(shares.units.name[unit_at]))
        )
        for row in range(len(shares.unit)):
            if shares.unit[row] == unit_at:
                return Figure((float(shares.share_lower[row]), float(shares.share_upper[row])), node_id, name)
        return Figure((0.0, 0.0), node_id, name, there=unit_at is not None)
    every = units(graph, By(by))
    unit_at = _place(view, every.id.tolist(), unit)
    if unit_at is None:
        return Figure((0.0, 0.0), unit, "", there=False)
    row_of = single_point(graph, every.take([unit_at]), scope_of_any(graph, sector=sector, hub=hub))
    return Figure(ends(row_of, measure), row_of.id, row_of.name)


def _place(view: View, ids: Sequence[str], unit: str) -> int | None:
    """Return where a unit is among all of its sort, by its id or an alias; None if it is not there."""
    keys = {id_key(each): at for at, each in enumerate(ids)}
    try:
        found = str(view.graph.nodes.id[view.graph.position(unit)])
    except UnknownIdError:
        found = unit  # a country that is no node, or nothing: a trend has moments without its unit
    return keys.get(id_key(found))
