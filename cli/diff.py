"""Commands about what changed: diff."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import AsOf, ByOption, Form, Hub, MinConfidence, ResolutionOption, Scope, Sector, SeenAs, StoreOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from depgraph.ports import Store
    from depgraph.usecases.answer import Plain
    from depgraph.usecases.questions.causes import Explained
    from depgraph.usecases.questions.diff import ChangeCount, ChangedFact, Diff, Said
    from depgraph.usecases.questions.moments import Moment

_ASKED: Final = 3
"""How many questions a table shows."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(diff)


@grouped
def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A date, a revision, a report in JSON, or the path of a store.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    facts: Annotated[
        bool, typer.Option("--facts", help="List the facts that changed in place of the measures; JSON has both.")
    ] = False,
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Of how many units, shares and facts; 0 is all.")] = 20,
    no_causes: Annotated[bool, typer.Option("--no-causes", help="Do not say what made each measure move.")] = False,
    as_of: AsOf = "",
    min_confidence: MinConfidence = 0.0,
    scope: Scope = "ind",
    resolution: ResolutionOption = "decided",
    seen_as: SeenAs = None,
    store: StoreOption = "",
    *,
    form: Form,
) -> None:
    """Say what changed from A to B: which facts came, went and changed, why, and what that did to each measure.

    A date is of each source the data with the latest date up to it, with the needs in force on that
    day. A revision is what the store knew after it. A report is of its revision and date. A store is
    what it holds now.

    Example: depgraph diff 2024-05-02 2026-04-28
    """
    from cli.session import looked_at, show, viewer
    from depgraph.errors import MissingPathError, UsageError
    from depgraph.usecases.questions.causes import Explained
    from depgraph.usecases.questions.diff import ChangedFact
    from depgraph.usecases.questions.diff import diff as compare
    from depgraph.usecases.questions.moments import is_moment
    from depgraph.usecases.questions.reported import is_report, read_reported
    from depgraph.usecases.view import Lens

    with ExitStack() as stores:

        def side(text: str) -> tuple[Store, Moment]:
            if is_moment(text) or is_report(text):
                moment = read_reported(Path(text)) if is_report(text) else text
                return stores.enter_context(looked_at(store, seen_as)), moment
            try:
                return stores.enter_context(looked_at(text, seen_as)), ""
            except MissingPathError as error:
                raise UsageError(f"'{text}' is no date, no revision, no report and no store: {error}") from None

        lens = Lens(
            as_of=as_of, min_confidence=min_confidence, scope=scope, resolution=resolution, viewer=viewer(seen_as)
        )
        sides = side(before), side(after)
        answer = compare(
            sides, lens, by=by, sector=sector, hub=hub, limit=limit, names=(before, after), causes=not no_causes
        )
    if form.for_people:
        _write(answer, facts=facts)
    elif facts and form.csv:
        show(answer.facts(), ChangedFact, form)
    else:
        show(answer, Explained, form)


def _write(answer: Diff, *, facts: bool) -> None:
    """Write what changed, for people: how many facts, and what they did to the measures; or each fact."""
    from cli.tables import console, write_notes, write_rows
    from cli.what_if import write_differences

    out = console()
    before, after = answer.adds.before, answer.adds.after
    out.print(f"{before.moment} -> {after.moment}", style="bold underline")
    if facts:
        rows: list[Plain] = [_fact(each) for each in answer.adds.changes]
        if rows:
            out.print()
            write_rows(out, rows, ("what", "before", "after", "why", "record"), keep=3)
    else:
        counts: list[Plain] = [_count(each) for each in answer.adds.counted]
        if counts:
            out.print("\nFacts that changed (--facts lists them):", style="bold")
            write_rows(out, counts, ("facts", "why", "came", "went", "changed"), keep=5)
        write_differences(out, answer.rows)
        reasons: list[Plain] = list(_reasons(answer.rows))
        if reasons:
            out.print("\nWhat made them move (--json has every cause, with its records):", style="bold")
            write_rows(out, reasons, ("measure", "of", "because"), keep=3)
            asks = list(dict.fromkeys(row.ask for row in answer.rows if " ask " in row.ask))
            for ask in asks[:_ASKED]:
                out.print(ask)
    if not answer.adds.counted:
        out.print("\nno fact came, went or changed")
    elif not answer.rows:
        out.print("\nno measure moved")
    out.print()
    write_notes(answer.meta, out)


def _reasons(rows: Sequence[Explained]) -> Iterator[dict[str, Plain]]:
    """Yield what made each thing move, once for each: of an index, and of the first measure of a unit that says it."""
    seen: set[str] = set()
    for row in rows:
        if row.because and (row.id or row.measure) not in seen:
            seen.add(row.id or row.measure)
            yield {"measure": row.measure, "of": row.name or row.id, "because": row.because}


def _count(told: ChangeCount) -> dict[str, Plain]:
    return {
        "facts": told.sort.value,
        "why": told.why.value,
        "came": told.came,
        "went": told.went,
        "changed": told.changed,
    }


def _fact(told: ChangedFact) -> dict[str, Plain]:
    ends = f"{told.dependent} -> {told.provider}" if told.provider else told.dependent
    named = ", ".join(filter(None, (told.relation, told.requirement, told.service_type, told.attribute)))
    records = told.records_after or told.records_before
    more = f" and {len(records) - 1} more" if len(records) > 1 else ""
    return {
        "what": f"{told.sort}: {ends}{f' ({named})' if named else ''}",
        "before": _said(told.before),
        "after": _said(told.after),
        "why": told.why.value,
        "record": f"{records[0]}{more}" if records else "",
    }


def _said(told: Mapping[str, Said] | None) -> str:
    """Return what one side says, in a line; of one value, that alone."""
    if told is None:
        return "-"
    known = {name: _text(value) for name, value in told.items() if value not in (None, "", ())}
    if len(told) == 1:
        return next(iter(known.values()), "?")
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.items())


def _text(value: Said) -> str:
    from cli.tables import number

    return ", ".join(value) if isinstance(value, tuple) else number(value)
