"""Which rules are met, compared with an earlier moment, and which fact made it so."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.markets import ALL, MarketBy
from depgraph.counting import counted
from depgraph.errors import UnknownIdError, UsageError
from depgraph.graph.change import ChangeSort
from depgraph.ids import id_key, key
from depgraph.model import Relation
from depgraph.usecases.answer import Answer
from depgraph.usecases.dates import iso_date
from depgraph.usecases.questions.causes import Explained, explained
from depgraph.usecases.questions.differences import Difference
from depgraph.usecases.questions.figures import figure
from depgraph.usecases.questions.moments import at_moment, changes_between, decisions_of, named
from depgraph.usecases.questions.rules import RuleKind
from depgraph.usecases.view import KEEPER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.graph.change import Change
    from depgraph.ports import Store
    from depgraph.usecases.questions.moments import Moment
    from depgraph.usecases.questions.rules import Rule, Rules
    from depgraph.usecases.telling import Progress
    from depgraph.usecases.view import Lens, View

MOST: Final = 100
"""How many new single points, and changed subcontractors, one rule tells."""


@dataclass(frozen=True, slots=True)
class Watched(Explained):
    """One rule, and what met it; a rule that nothing met has one row too."""

    rule: Annotated[str, "the name of the rule, else where it stands in its file"] = ""
    kind: Annotated[RuleKind, "what it watches"] = RuleKind.INDEX_ABOVE
    met: Annotated[bool, "whether it is met"] = False
    said: Annotated[str, "what was found, in words"] = ""


@dataclass(frozen=True, slots=True)
class WatchAdds:
    """What rules were compared with."""

    since: Annotated[str, "the moment before: a date, a revision or a report; empty if there is none"]
    met: Annotated[int, "how many rules are met"]
    rules: Annotated[int, "of how many"]


@dataclass(frozen=True, kw_only=True)
class Watch(Answer[Watched, WatchAdds]):
    """Rules in the order of their file."""


def watch(
    store: Store,
    rules: Rules,
    *,
    today: str,
    since: Moment = "",
    lens: Lens = KEEPER,
    progress: Progress | None = None,
) -> Watch:
    """Return which rules are met now.

    Parameters
    ----------
    store : Store
    rules : Rules
    today : str
        ISO 8601 date by which sources are old; nothing else depends on it.
    since : str or Reported
        The moment to compare with: a date, a revision, or that of a report. Default: what the file says, else the last
        revision before the newest import.
    lens : Lens
    progress : callable, optional
        Told how many rules are done, of how many.

    Raises
    ------
    UsageError
        If `today` or `since` makes no sense, or is outside the history.
    UnknownIdError
        If a rule names a supplier that is in neither graph, a market that is in neither, or a source that the store
        does not hold.
    EmptyStoreError, StoreError
        As of `open_view`.

    """
    day = iso_date(today, "today")
    wanted = since or rules.since or _before_newest(store)
    after = at_moment(store, "", lens)
    before = at_moment(store, wanted, lens) if wanted else None
    watching = _Watching(store, before, after, day)
    rows: list[Watched] = []
    met = 0
    for at, rule in enumerate(rules.rules):
        found = watching.rows(rule, rules.file)
        met += any(row.met for row in found)
        rows += found
        if progress is not None:
            progress(at + 1, len(rules.rules))
    notes = () if before else ("nothing is before the newest import: rules about what changed compare with nothing",)
    return Watch(
        meta=after.meta(
            "watch",
            {"file": rules.file, "since": named(wanted), "today": day},
            adds=WatchAdds(named(wanted), met, len(rules.rules)),
            notes=notes,
        ),
        rows=tuple(rows),
    )


def _before_newest(store: Store) -> str:
    """Return the last revision before the newest import that is in force; empty if there is none."""
    told = store.describe()
    newest = max((held.revision for held in told.history if held.until is None), default=0)
    return str(newest - 1) if newest - 1 >= max(told.oldest, 1) else ""


class _Watching:
    """Two graphs, and what is asked of both more than once."""

    def __init__(self, store: Store, before: View | None, after: View, today: str) -> None:
        self._store, self._before, self._after, self._today = store, before, after, today
        self._changes: tuple[Change, ...] | None = None

    def rows(self, rule: Rule, file: str) -> list[Watched]:
        """Return what met a rule, or that nothing did."""
        match rule.kind:
            case RuleKind.INDEX_ABOVE:
                watched = self._index(rule, file)
            case RuleKind.RISEN:
                watched = self._risen(rule, file)
            case RuleKind.NEW_SINGLE_POINT:
                watched = self._single_points(rule)
            case RuleKind.SOURCE_OLDER:
                watched = self._older(rule, file)
            case RuleKind.SUBCONTRACTOR_CHANGED:
                watched = self._subcontractors(rule, file)
        rows = list(watched)
        if len(rows) > MOST:
            more = f"{len(rows) - MOST:,} more are not listed"
            rows = [*rows[:MOST], self._row(rule, None, more, met=True)]
        return rows or [self._row(rule, None, "not met", met=False)]

    def _row(self, rule: Rule, row: Difference | None, said: str, *, met: bool) -> Watched:
        given = row or Difference(rule.measure, rule.id, "", None, None, None, None)
        told = {field.name: getattr(given, field.name) for field in fields(given)}
        return Watched(**told, rule=rule.name, kind=rule.kind, met=met, said=said)

    def _explained(self, rows: Sequence[Difference], by: By) -> Sequence[Difference]:
        """Return rows with what made them change, where there is something before."""
        if self._before is None or not rows:
            return rows
        return explained(self._before, self._after, rows, self._changed(), by=by.value)

    def _changed(self) -> tuple[Change, ...]:
        if self._changes is None:
            if self._before is None:
                self._changes = ()
            else:
                decided = [decisions_of(self._store, view) for view in (self._before, self._after)]
                self._changes = changes_between(self._before, self._after, decisions=(decided[0], decided[1]))
        return self._changes

    def _index(self, rule: Rule, file: str) -> Iterator[Watched]:
        views = [view for view in (self._before, self._after) if view is not None]
        sides = [self._indices(view, rule) for view in views]
        names = sorted({name for side in sides for name in side})
        wanted = key(rule.market) if rule.market else ""
        chosen = [name for name in names if not wanted or key(name) == wanted]
        if rule.market and not chosen:
            raise UsageError(f"{file}: {rule.place}.market: no market is called '{rule.market}': {_choice(names)}")
        none = (None, None)
        rows = [
            Difference(
                rule.measure,
                "",
                name,
                *(sides[0].get(name, none) if self._before is not None else none),
                *sides[-1].get(name, none),
            )
            for name in chosen
        ]
        above = [row for row in rows if (end := self._end(rule, row)) is not None and end > rule.most]
        if rule.markets is MarketBy.NONE:
            above = list(self._explained(above, rule.unit))
        for row in above:
            market = "the market" if row.name == ALL else f"the market '{row.name}'"
            yield self._row(
                rule, row, f"{rule.measure} of {market} is {self._end(rule, row):g}, above {rule.most:g}", met=True
            )

    @staticmethod
    def _indices(view: View, rule: Rule) -> dict[str, tuple[float | None, float | None]]:
        found = concentration(view.graph, By(rule.unit.value), market=rule.markets)
        return {
            each.name: tuple(getattr(each.indices, rule.measure)) if each.indices else (None, None)
            for each in found.markets
        }

    @staticmethod
    def _end(rule: Rule, row: Difference) -> float | None:
        return row.after_at_upper if rule.upper else row.after_at_lower

    def _risen(self, rule: Rule, file: str) -> Iterator[Watched]:
        if self._before is None:
            return
        sides = [figure(view, rule.measure, rule.id, by=rule.unit.value) for view in (self._before, self._after)]
        if not any(side.there for side in sides):
            raise UnknownIdError(
                f"{file}: {rule.place}.id: no {rule.unit.value} has the id '{rule.id}': try depgraph find '{rule.id}'"
            )
        last = sides[1] if sides[1].there else sides[0]
        row = Difference(rule.measure, last.id, last.name, *sides[0].ends, *sides[1].ends)
        end = 1 if rule.upper else 0
        first, second = sides[0].ends[end], sides[1].ends[end]
        if first is None or second is None or not round(second - first, 12) > rule.most:
            return
        (told,) = self._explained([row], By(rule.unit.value))
        word = "possible" if rule.upper else "certain"
        yield self._row(
            rule,
            told,
            f"{word} {rule.measure} of {last.name} rose by {second - first:g}, more than {rule.most:g}",
            met=True,
        )

    def _single_points(self, rule: Rule) -> Iterator[Watched]:
        if self._before is None:
            return
        by = By(rule.unit.value)
        sides: list[dict[str, tuple[str, str]]] = []
        counts: list[dict[str, tuple[int, int]]] = []
        for view in (self._before, self._after):
            every = units(view.graph, by)
            found = impacts(view.graph, every, scope_of(view.graph))
            places = list(map(id_key, every.id.tolist()))
            ends = zip(found.organisations_lower.tolist(), found.organisations_upper.tolist(), strict=True)
            names = zip(every.id.tolist(), every.name.tolist(), strict=True)
            sides.append(dict(zip(places, names, strict=True)))
            counts.append(dict(zip(places, ends, strict=True)))
        end, none = int(rule.upper), (0, 0)
        fresh = [
            Difference("organisations", *sides[1][place], *counts[0].get(place, none), *now)
            for place, now in sorted(counts[1].items())
            if now[end] > 0 and counts[0].get(place, none)[end] == 0
        ]
        shown = self._explained(fresh[:MOST], by)
        word = "may stop" if rule.upper else "stops"
        end_of = "after_at_upper" if rule.upper else "after_at_lower"
        for row in [*shown, *fresh[MOST:]]:
            count = int(getattr(row, end_of))
            what = counted(count, "organisation")
            yield self._row(rule, row, f"{row.name} is a new single point: it {word} {what}", met=True)

    def _older(self, rule: Rule, file: str) -> Iterator[Watched]:
        runs = sorted({run.run[:3] for run in self._after.graph.runs if run.import_id})
        chosen = [
            run for run in runs if rule.source in ("", run[0]) and (not rule.part or key(run[1]) == key(rule.part))
        ]
        if not chosen:
            raise UsageError(
                f"{file}: {rule.place}.source: the store holds no source '{rule.source}'"
                f"{f' with a part {rule.part!r}' if rule.part else ''}: {_choice(sorted({run[0] for run in runs}))}"
            )
        for source, part, retrieved in chosen:
            days = (date.fromisoformat(self._today) - date.fromisoformat(retrieved)).days
            if days > rule.most:
                named = f"{source} ({part})" if part else source
                row = Difference("days", "", named, None, None, days, days)
                yield self._row(
                    rule,
                    row,
                    f"{named} is of {retrieved}: {counted(days, 'day')} old, more than {rule.most:g}",
                    met=True,
                )

    def _subcontractors(self, rule: Rule, file: str) -> Iterator[Watched]:
        if self._before is None:
            return
        mine: set[str] = set()
        if rule.id:
            views = (self._before, self._after)
            for view in views:
                mine |= _with_services(view, rule.id)
            if not mine:
                raise UnknownIdError(
                    f"{file}: {rule.place}.supplier: no node has the id '{rule.id}': try depgraph find '{rule.id}'"
                )
        for change in self._changed():
            if change.sort is not ChangeSort.NEED or change.relation != Relation.SUBCONTRACTS:
                continue
            if mine and id_key(change.dependent) not in mine:
                continue
            verb = "came" if change.before is None else "went" if change.after is None else "changed"
            records = change.records_after or change.records_before
            record = f" ({records[0].source}:{records[0].record})" if records else ""
            row = Difference("subcontractor", change.dependent, change.provider, None, None, None, None)
            yield self._row(
                rule, row, f"subcontractor '{change.provider}' of '{change.dependent}' {verb}{record}", met=True
            )


def _with_services(view: View, supplier: str) -> set[str]:
    """Return the keys of a supplier and of the services that it provides, none if it is not there."""
    graph = view.graph
    position = graph.find(supplier)
    if position is None:
        try:
            position = graph.position(supplier)
        except UnknownIdError:
            return set()
    provided = graph.with_relation(Relation.PROVIDED_BY) & (graph.needs.provider == position)
    services = graph.nodes.id[graph.needs.dependent[provided]].tolist()
    return {id_key(str(graph.nodes.id[position])), *map(id_key, services)}


def _choice(names: Sequence[str]) -> str:
    shown = ", ".join(names[:10])
    return (
        f"use one of {shown}{f' and {len(names) - 10} more' if len(names) > 10 else ''}" if names else "there is none"
    )
