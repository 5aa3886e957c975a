"""How one figure went over the dates or revisions of a store, and which fact made each step."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.basis.scope import absent_from
from depgraph.errors import UnknownIdError, UsageError
from depgraph.usecases.answer import NOTHING, Answer, Nothing
from depgraph.usecases.dates import iso_date
from depgraph.usecases.questions.causes import Explained, explained
from depgraph.usecases.questions.differences import Difference, nobody_there
from depgraph.usecases.questions.figures import checked_measure, figure
from depgraph.usecases.questions.moments import at_moment, changes_between, decisions_of, standing_imports
from depgraph.usecases.view import KEEPER, open_view
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.ports import Store
    from depgraph.usecases.questions.figures import Figure
    from depgraph.usecases.questions.moments import Opening
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import Lens, View
    from depgraph.usecases.words import Over

ENDS: Final = (
    "each end has its own line: requirements need as little, and as much, as they may; a difference of two ends is no"
    " bound of the difference"
)


@dataclass(frozen=True, slots=True)
class TrendPoint(Explained):
    """A figure at one moment, after the moment before it; at the first one nothing is before."""

    moment: Annotated[str, "the date or the revision"] = ""
    as_of: Annotated[str, "the date on which needs are in force there"] = ""
    revision: Annotated[int, "of the store, as it is now for dates"] = 0
    there: Annotated[bool, "whether the graph has the unit: if not, nothing depends on it there"] = True


@dataclass(frozen=True, kw_only=True)
class Trend(Answer[TrendPoint, Nothing]):
    """One figure over time, the first moment first."""


def trend(
    store: Store,
    measure: str,
    unit: str = "",
    *,
    over: Over = "dates",
    begin: str = "",
    end: str = "",
    lens: Lens = KEEPER,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    causes: bool = True,
    progress: Progress | None = None,
    opening: Opening = open_view,
) -> Trend:
    """Return how a figure went, one row for each moment, with what made it change since the moment before.

    Parameters
    ----------
    store : Store
    measure : str
        One of `depgraph.usecases.questions.figures.MEASURES`.
    unit : str
        The id of the unit that it is of; empty for an index.
    over : str
        ``dates``: those on which data were retrieved, each on both axes. ``revisions``: what the store knew after each.
    begin, end : str
        The first and the last date or revision; empty: all that there are.
    lens : Lens
        Its date is for revisions alone.
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count, and what scores and shares are of.
    causes : bool
        Whether to work out what made each step.
    progress : callable, optional
        Told how many moments are done, of how many.
    opening : Opening
        Opens the graphs.

    Raises
    ------
    UsageError
        If there is no such measure, or no moment from `begin` to `end`.
    UnknownIdError
        If the unit is in no graph of these.
    EmptyStoreError, StoreError
        As of `open_view`.

    """
    checked_measure(measure, unit)
    if over == "dates" and lens.as_of:
        raise UsageError("a trend over dates has each date's needs in force: leave --as-of out, or go over revisions")
    moments = _moments(store, over, begin, end, lens)
    rows: list[TrendPoint] = []
    last: tuple[View, Figure] | None = None
    seen: list[str] = []
    absent: dict[str, str] = {}
    for number, moment in enumerate(moments):
        view = at_moment(store, moment, lens, opening)
        if nobody := absent_from(view.graph, sector=sector, hub=hub):
            absent[moment] = nobody
        found = figure(view, measure, unit, by=by, sector=sector, hub=hub)
        seen.append(found.name)
        row = _step(store, measure, last, (view, found), (by, sector, hub), causes=causes)
        rows.append(replace(row, moment=moment, as_of=view.graph.as_of, revision=view.revision, there=found.there))
        last = (view, found)
        if progress is not None:
            progress(number + 1, len(moments))
    if len(absent) == len(moments):
        raise UsageError(f"on none of these {over}: {absent[moments[-1]]}")
    if last is None or not any(row.there for row in rows):
        raise UnknownIdError(f"no {by} has the id '{unit}' on any of these {over}: try depgraph find '{unit}'")
    name = next((each for each in reversed(seen) if each), "")
    node_id = next((row.id for row in reversed(rows) if row.there), "")
    return Trend(
        meta=last[0].meta(
            "trend",
            {
                "measure": measure,
                "id": unit,
                "over": over,
                "begin": begin or moments[0],
                "end": end or moments[-1],
                "by": by,
                "sector": sector,
                "hub": hub,
            },
            adds=NOTHING,
            notes=(
                ENDS,
                *_absent(rows),
                *([nobody_there(", ".join(absent), next(iter(absent.values())))] if absent else []),
            ),
        ),
        rows=tuple(replace(row, id=node_id, name=name) for row in rows),
    )


def _moments(store: Store, over: str, begin: str, end: str, lens: Lens) -> list[str]:
    told = visible_to(store, lens.viewer).describe()
    if over == "revisions":
        first, last = (_revision(each) for each in (begin, end))
        made = sorted({held.revision for held in told.history} | {told.revision})
        every = [str(each) for each in made if each >= max(told.oldest, 1)]
        chosen = [each for each in every if (first or 0) <= int(each) <= (last or int(each))]
    else:
        first_day, last_day = (iso_date(each, "a trend from or to") if each else "" for each in (begin, end))
        every = sorted({held.run.retrieved for held in standing_imports(told)})
        chosen = [each for each in every if each >= first_day and (not last_day or each <= last_day)]
    if not chosen:
        has = f"it has {every[0]} to {every[-1]}" if every else "it is empty: import something first (depgraph import)"
        raise UsageError(f"'{told.location}' has no {over} from '{begin}' to '{end}': {has}")
    return chosen


def _revision(written: str) -> int | None:
    if not written:
        return None
    if not written.isdecimal():
        raise UsageError(f"'{written}' is no revision: a trend over revisions is from a number and to a number")
    return int(written)


def _step(
    store: Store,
    measure: str,
    last: tuple[View, Figure] | None,
    now: tuple[View, Figure],
    asked: tuple[str, str, str],
    *,
    causes: bool,
) -> TrendPoint:
    """Return the row of one moment."""
    (view, found), before = now, last[1].ends if last else (None, None)
    # Where the unit is gone, it is called as it was.
    node_id = found.id if found.there or last is None else last[1].id
    difference = Difference(measure, node_id, found.name, *before, *found.ends)
    if last is None or not causes or before == found.ends:
        return _point(difference)
    decided = [decisions_of(store, each) for each in (last[0], view)]
    changes = changes_between(last[0], view, decisions=(decided[0], decided[1]))
    by, sector, hub = asked
    (row,) = explained(last[0], view, [difference], changes, by=by, sector=sector, hub=hub)
    return _point(row)


def _point(row: Difference) -> TrendPoint:
    return TrendPoint(**{field.name: getattr(row, field.name) for field in fields(row)})


def _absent(rows: Sequence[TrendPoint]) -> tuple[str, ...]:
    gone = [row.moment for row in rows if not row.there]
    return (f"the unit is not in the graph of {', '.join(gone)}: nothing depends on it there",) if gone else ()
