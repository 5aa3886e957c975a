"""The graph of a moment: a date on both axes, a revision, or what a store holds now; and what differs between two."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from depgraph.errors import UsageError
from depgraph.graph.change_classes import Basis
from depgraph.graph.changes import changes
from depgraph.model import LOGS
from depgraph.ports import latest_date
from depgraph.usecases.dates import iso_date
from depgraph.usecases.questions.reported import Reported
from depgraph.usecases.view import KEEPER, open_view
from depgraph.usecases.visible import visible_to

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from depgraph.graph.change import Change
    from depgraph.model import Decision
    from depgraph.ports import Description, Store, Superseded
    from depgraph.usecases.view import Lens, View

_REVISION: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DATE: Final = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}", re.ASCII)


def is_moment(text: str) -> bool:
    """Say whether a text is a revision or a date, rather than the address of a store.

    Examples
    --------
    >>> [is_moment(text) for text in ("3", "2026-01-31", "31-01-2026", "last.store", "")]
    [True, True, True, False, False]

    """
    return bool(_REVISION.fullmatch(text) or _DATE.fullmatch(text))


def is_date(moment: Moment) -> bool:
    """Say whether a moment is a date."""
    return isinstance(moment, str) and bool(_DATE.fullmatch(moment))


def named(moment: Moment) -> str:
    """Return what a moment is called."""
    return moment if isinstance(moment, str) else moment.file


Moment: TypeAlias = "str | Reported"
"""A date, a revision, nothing for what a store holds now, or that of a report."""


class Opening(Protocol):
    """Opens a graph of a store, or has it open already: `depgraph.usecases.view.open_view`, or a memory before it."""

    def __call__(self, store: Store, lens: Lens, /, *, imports: Collection[int] | None = None) -> View:
        """Return the graph of some imports, seen through a lens."""


def at_moment(store: Store, text: Moment = "", lens: Lens = KEEPER, opening: Opening = open_view) -> View:
    """Return the graph of a moment, seen through a lens.

    Parameters
    ----------
    store : Store
    text : str or Reported
        A date is both axes: of each source and part the import with the latest retrieved date up to it, and that date
        as `as_of`. A revision is what the store knew after it. Empty is what the store holds now. A report has its
        revision and its date.
    lens : Lens
        Its revision is of no account; its `as_of` is that of a revision, and not of a date or a report.
    opening : Opening

    Raises
    ------
    UsageError
        If the text is neither, the store has no such revision, nothing had been retrieved on that date, or the report
        is about another graph.
    EmptyStoreError, StoreError
        As of `open_view`.

    """
    if isinstance(text, Reported):
        return _of_report(store, text, lens, opening)
    if not text:
        return opening(store, replace(lens, revision=None))
    if _REVISION.fullmatch(text):
        return opening(store, replace(lens, revision=int(text)))
    date = iso_date(text, "moment")
    chosen = imports_on(visible_to(store, lens.viewer).describe(), date)
    return opening(store, replace(lens, revision=None, as_of=date), imports=[held.revision for held in chosen])


def _of_report(store: Store, told: Reported, lens: Lens, opening: Opening) -> View:
    view = opening(store, replace(lens, revision=told.revision, as_of=told.as_of))
    if view.graph.digest != told.digest:
        raise UsageError(
            f"{told.file} is not about this: its graph is {told.digest[:12]}..., and revision {told.revision} of"
            f" '{store.describe().location}' as of {told.as_of} is {view.graph.digest[:12]}...: name the store that it"
            " was made of, and the options that it was made with"
        )
    return view


def imports_on(told: Description, date: str) -> tuple[Superseded, ...]:
    """Return of each source and part the import with the latest retrieved date up to a date; of two, the later one.

    What a person took out, or went back from, is not there on any date. What people decided holds on every date: who is
    who is no fact of a day.

    Raises
    ------
    UsageError
        If there is none: the date is before all that the store holds.

    """
    standing = standing_imports(told)
    latest: dict[tuple[str, str], Superseded] = {}
    for held in sorted(standing, key=lambda held: (held.run.retrieved, held.revision)):
        if held.run.retrieved <= date or held.run.source in LOGS:
            latest[held.run.source, held.run.part] = held
    if not latest_date(held.run for held in latest.values()):
        facts = (held.run for held in standing if held.run.source not in LOGS)
        first = min((run.retrieved for run in facts), default="")
        pruned = "; earlier ones may have been pruned" if told.oldest else ""
        cure = f": its first data were retrieved on {first}{pruned}" if first else ""
        raise UsageError(f"the store holds nothing of {date} or before{cure}")
    return tuple(sorted(latest.values(), key=lambda held: (held.run.source, held.run.part)))


def standing_imports(told: Description) -> list[Superseded]:
    """Return the imports that nobody took out: in force, replaced by a later one of the same, or kept as history.

    Taking an import out, and going back, end its term in a revision that is no import of the same source and part.
    """
    made = {held.revision: (held.run.source, held.run.part) for held in told.history}
    standing = []
    taken_out: dict[tuple[str, str], int] = {}
    for held in told.history:
        place, until = (held.run.source, held.run.part), held.until
        if until is None or made.get(until) == place:
            standing.append(held)
        elif not any(other.held_at(until) and made[other.revision] == place for other in told.history):
            taken_out[place] = max(taken_out.get(place, 0), until)
    # With the import that was taken out goes what it had replaced.
    return [held for held in standing if held.terms[-1].since > taken_out.get(made[held.revision], 0)]


def decisions_of(_: Store, view: View) -> tuple[Decision, ...]:
    """Return what people decided, as far as it was in force in a view."""
    return tuple(sorted(view.decisions))


def changes_between(
    before: View,
    after: View,
    *,
    decisions: tuple[Sequence[Decision], Sequence[Decision]] = ((), ()),
    stores: tuple[str, str] = ("", ""),
) -> tuple[Change, ...]:
    """Return what came, went and changed between two views, each with its records and why.

    Parameters
    ----------
    before, after : View
    decisions : (sequence of Decision, sequence of Decision), optional
        What people decided on each side, as of `decisions_of`.
    stores : (str, str), optional
        Where the imports of each side are, if these are two stores.

    """
    basis = [
        Basis(view.receipts, view.asleep, tuple(made), where)
        for view, made, where in zip((before, after), decisions, stores, strict=True)
    ]
    return changes(before.graph, after.graph, basis=(basis[0], basis[1]))
