"""What changed between two moments: which facts came, went and changed, and what that did to every measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - schemas read the types at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from depgraph.analytics.basis.scope import absent_from, scope_of_any
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.requirement_changes import differing
from depgraph.errors import UsageError
from depgraph.graph.change import ChangeSort
from depgraph.graph.change_classes import ChangeClass
from depgraph.ids import id_key
from depgraph.usecases.answer import Answer, Counts
from depgraph.usecases.questions.belonging import about_countries
from depgraph.usecases.questions.causes import Explained, explained, unexplained
from depgraph.usecases.questions.differences import (
    FUNCTIONS,
    functions_known,
    measured,
    nobody_there,
    of_functions,
    of_shares,
    of_units,
    wholes,
)
from depgraph.usecases.questions.losses import about_requirements
from depgraph.usecases.questions.moments import at_moment, changes_between, decisions_of, is_date, named
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph.change import Change, Told
    from depgraph.model import Provenance
    from depgraph.ports import Store
    from depgraph.usecases.questions.differences import Difference, Side
    from depgraph.usecases.questions.moments import Moment as Asked
    from depgraph.usecases.questions.moments import Opening
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import Lens, View

ENDS: Final = (
    "before and after are for both ends, where requirements need as little and as much as they may: a difference of"
    " two ends is no bound of the difference"
)
_SCALES: Final = "scores are on two scales and do not compare: before by {}, after by {}"

Said: TypeAlias = "str | float | int | tuple[str, ...] | None"


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One fact that came, went or changed."""

    sort: Annotated[ChangeSort, "what sort of fact it is"]
    why: Annotated[
        ChangeClass,
        "record: a record changed; date: it began or ended by its own dates; learned: declared, named, or of a source"
        " that one side has not; decided: people made parties one, or two; read: the same files, read by another"
        " version; not separable: other files and another version",
    ]
    dependent: Annotated[str, "the node that it is about, the dependent of a need, or the subject of a tie"]
    provider: Annotated[str, "the provider of a need, or the object of a tie"]
    relation: Annotated[str, "of a need, or the kind of a tie"]
    requirement: Annotated[str, "the requirement of the dependent"]
    service_type: Annotated[str, "of a need"]
    attribute: Annotated[str, "of a node"]
    before: Annotated[Mapping[str, Said] | None, "what was said before; nothing if it came"]
    after: Annotated[Mapping[str, Said] | None, "what is said after; nothing if it went"]
    records_before: Annotated[tuple[str, ...], "who said so before"]
    records_after: Annotated[tuple[str, ...], "who says so after"]


@dataclass(frozen=True, slots=True)
class MomentImport:
    """One import behind the graph of a moment."""

    source: Annotated[str, "the source"]
    part: Annotated[str, "the named part of the source, empty for all of it"]
    retrieved: Annotated[str, "when the data were retrieved"]
    revision: Annotated[int, "the revision that this import made"]


@dataclass(frozen=True, slots=True)
class Moment:
    """The graph of one of the two moments."""

    moment: Annotated[str, "as it was asked for"]
    as_of: Annotated[str, "the date on which its needs are in force"]
    revision: Annotated[int, "of the store"]
    graph_digest: Annotated[str, "SHA-256 of all that the graph says"]
    counts: Annotated[Counts, "how large it is"]
    imports: Annotated[tuple[MomentImport, ...], "what it rests on"]


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many facts of a sort came, went and changed for one reason."""

    sort: Annotated[ChangeSort, "what sort of fact"]
    why: Annotated[ChangeClass, "why"]
    came: Annotated[int, "how many are there after alone"]
    went: Annotated[int, "how many were there before alone"]
    changed: Annotated[int, "of how many something else is said"]


@dataclass(frozen=True, slots=True)
class DiffAdds:
    """What changed, besides the measures."""

    weight: Annotated[str, "what a function or requirement weighs in scores, after"]
    before: Annotated[Moment, "the first moment"]
    after: Annotated[Moment, "the second moment; what else is here is about it"]
    counted: Annotated[tuple[ChangeCount, ...], "how many facts came, went and changed"]
    changes: Annotated[tuple[ChangedFact, ...], "each of them, by sort and id"]


@dataclass(frozen=True, kw_only=True)
class Diff(Answer[Explained, DiffAdds]):
    """The measures that moved, with what made them move, and the facts that changed."""

    def facts(self) -> Answer[ChangedFact, DiffAdds]:
        """Return the same with the facts that changed as rows."""
        return Answer(meta=self.meta, rows=self.adds.changes)


def diff(
    sides: tuple[tuple[Store, Asked], tuple[Store, Asked]],
    lens: Lens,
    *,
    by: str = "party",
    sector: str = "",
    hub: str = "",
    limit: int = 20,
    names: tuple[str, str] | None = None,
    causes: bool = True,
    progress: Progress | None = None,
    opening: Opening = open_view,
) -> Diff:
    """Return what changed from one moment to another.

    Of the measures of the whole those that moved, whatever the limit; then units, shares and numbers of cut sets,
    as `depgraph.usecases.questions.whatif.what_if` has them.

    Parameters
    ----------
    sides : ((Store, str or Reported), (Store, str or Reported))
        Each moment, and in which store: see `depgraph.usecases.questions.moments.at_moment`.
    lens : Lens
        Its `as_of` is for revisions and stores; a date is its own.
    by : str
        A word of `By`.
    sector, hub : str
        Whose failures count, and what scores and shares are of.
    limit : int
        Of how many units, shares and facts; 0 is all.
    names : (str, str), optional
        What the moments were called when they were asked for.
    causes : bool
        Whether to work out what made each measure move.
    progress : callable, optional
        Told of each part of the work how much is done, of how much.
    opening : Opening
        Opens the graphs.

    Raises
    ------
    UsageError
        If a moment makes no sense or is outside the history, or nobody is in the sector or hub.
    EmptyStoreError, StoreError
        As of `open_view`.

    """
    if lens.as_of and any(map(is_date, (moment for _, moment in sides))):
        raise UsageError("a date to compare is the date that its needs are in force on: leave --as-of out")
    if lens.revision is not None:
        raise UsageError("a revision to compare is one of both moments: leave --revision out")
    before, after = (at_moment(store, moment, lens, opening) for store, moment in sides)
    decided = [decisions_of(store, view) for (store, _), view in zip(sides, (before, after), strict=True)]
    places = [store.describe().location for store, _ in sides]
    changes = changes_between(before, after, decisions=(decided[0], decided[1]), stores=(places[0], places[1]))
    told = names or (named(sides[0][1]), named(sides[1][1]))
    absent = [absent_from(view.graph, sector=sector, hub=hub) for view in (before, after)]
    if all(absent):
        raise UsageError(f"at neither moment: {absent[1]}")
    first, second = (
        None if nobody else measured(view, by=by, sector=sector, hub=hub, progress=progress)
        for view, nobody in zip((before, after), absent, strict=True)
    )
    renamed = _renamed(changes)
    of_unit, of_share = of_units(first, second, renamed), of_shares(first, second, renamed)
    functions, touched = of_functions(
        before, after, differing(before.graph, after.graph), by=by, sector=sector, hub=hub, progress=progress
    )
    cut = limit or None
    every = [
        *wholes(first, second, functions=functions_known((before, after), sector, hub)),
        *functions,
        *(row for group in (*of_unit[:cut], *of_share[:cut]) for row in group),
    ]
    asked: dict[str, Any] = {"from": told[0], "to": told[1], "by": by, "sector": sector, "hub": hub, "limit": limit}
    if lens.as_of:
        asked["as_of"] = lens.as_of
    adds = DiffAdds(
        _weight(second),
        _moment(before, told[0]),
        _moment(after, told[1]),
        _counted(changes),
        tuple(map(told_of, changes[:cut])),
    )
    lengths = (("units", len(of_unit)), ("shares", len(of_share)), ("facts", len(changes)))
    partial = [f"{limit} of {length:,} {what} that differ" for what, length in lengths if limit and length > limit]
    partial += [f"cut sets of {FUNCTIONS} of {touched} functions that the change touches"] * (touched > FUNCTIONS)
    moved = [row for row in every if _moved(row)]
    if causes:
        ranking = second.ranking.rows if second else ()
        rows = explained(
            before, after, moved, changes, by=by, sector=sector, hub=hub, ranking=ranking, progress=progress
        )
    else:
        rows = tuple(map(unexplained, moved))
    return Diff(
        meta=after.meta(
            "diff",
            asked,
            adds=adds,
            notes=_notes(before, after, (first, second), absent, asked),
            partial="; ".join(partial),
        ),
        rows=rows,
    )


def told_of(change: Change) -> ChangedFact:
    """Return a change as an answer tells it."""
    said = [None if told is None else _said(change.sort, told) for told in (change.before, change.after)]
    return ChangedFact(
        *change[:8],
        before=said[0],
        after=said[1],
        records_before=tuple(map(_record, change.records_before)),
        records_after=tuple(map(_record, change.records_after)),
    )


def _said(sort: ChangeSort, told: Told) -> Mapping[str, Said]:
    if hasattr(told, "_asdict"):
        return dict(told._asdict())
    name = {ChangeSort.NODE: "name", ChangeSort.IDENTITY: "ids"}.get(sort, "value")
    return {name: told}


def _record(said: Provenance) -> str:
    part = f" ({said.part})" if said.part else ""
    return f"{said.source}{part}:{said.record}"


def _counted(changes: Sequence[Change]) -> tuple[ChangeCount, ...]:
    """Return how many facts of each sort and class came, went and changed."""
    counts = Counter((each.sort, each.why, each.before is None, each.after is None) for each in changes)
    return tuple(
        ChangeCount(
            sort, why, counts[sort, why, True, False], counts[sort, why, False, True], counts[sort, why, False, False]
        )
        for sort in ChangeSort
        for why in ChangeClass
        if any(key[:2] == (sort, why) for key in counts)
    )


def _renamed(changes: Sequence[Change]) -> dict[str, str]:
    """Return of parties that have another id after, and were one before too, the key of the one after."""
    renamed: dict[str, str] = {}
    for change in changes:
        if change.sort is ChangeSort.IDENTITY and isinstance(change.before, tuple) and isinstance(change.after, tuple):
            keys = [[id_key(str(each)) for each in ids] for ids in (change.before, change.after)]
            if len(keys[0]) == len(keys[1]) == 1:
                renamed[keys[0][0]] = keys[1][0]
    return renamed


def _moment(view: View, moment: str) -> Moment:
    graph = view.graph
    runs = sorted((run for run in graph.runs if run.import_id), key=lambda run: run.run[:2])
    imports = (MomentImport(*run.run[:3], run.import_id) for run in runs)
    return Moment(moment, graph.as_of, view.revision, graph.digest, view.counts(), tuple(imports))


def _weight(side: Side) -> str:
    return side.ranking.adds.weight if side else "nothing: nobody is in scope"


def _moved(row: Difference) -> bool:
    return (row.before_at_lower, row.before_at_upper) != (row.after_at_lower, row.after_at_upper)


def _notes(
    before: View, after: View, sides: tuple[Side, Side], absent: Sequence[str], asked: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what a reader of the comparison must know; of sources what either side says."""
    weights = list(map(_weight, sides))
    empty = [
        nobody_there(asked[end] or "the latest revision", nobody)
        for end, nobody in zip(("from", "to"), absent, strict=True)
        if nobody
    ]
    scales = not empty and len({weight.partition(":")[0] for weight in weights}) > 1
    graph = after.graph
    return (
        *(note for note in before.notes if note not in after.notes),
        ENDS,
        *empty,
        *([_SCALES.format(*weights)] if scales else []),
        *about_countries(units(graph, By(asked["by"]))),
        *about_requirements(graph, scope_of_any(graph, sector=asked["sector"], hub=asked["hub"])),
    )
