"""Commands about figures over time: trend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import ByOption, Form, Hub, Looking, Sector
from depgraph.usecases.words import Over

if TYPE_CHECKING:
    from depgraph.usecases.answer import Plain
    from depgraph.usecases.questions.trend import Trend

_ASKED: Final = 3
"""How many questions a table shows, those of the last moments."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(trend)


@grouped
def trend(
    measure: Annotated[
        str,
        typer.Option(
            "--measure", help="score, functions, organisations, people, fails or share of a unit; hhi, cr1, ..."
        ),
    ] = "score",
    unit: Annotated[
        str, typer.Option("--id", metavar="ID", help="The unit, for example a supplier.", show_default=False)
    ] = "",
    over: Annotated[
        Over,
        typer.Option(
            "--over", help="The dates on which data were retrieved, or what the store knew after each import."
        ),
    ] = "dates",
    begin: Annotated[
        str, typer.Option("--begin", metavar="A", help="The first date or revision.", show_default=False)
    ] = "",
    end: Annotated[str, typer.Option("--end", metavar="B", help="The last one.", show_default=False)] = "",
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.svg", help="Draw it: a line for each end, and the band.", show_default=False
        ),
    ] = None,
    no_causes: Annotated[bool, typer.Option("--no-causes", help="Do not say what made each step.")] = False,
    *,
    looking: Looking,
    form: Form,
) -> None:
    """Show how one figure went over the dates or revisions of the store, and which fact made each step.

    Both ends stand beside each other: what is certain | what may be at most.

    Example: depgraph trend --measure organisations --id domain:microsoft.com --out trend.svg
    """
    from cli.outputs import check_out
    from cli.session import address_of, lens, looked_at, say, show
    from depgraph.errors import UsageError
    from depgraph.reports.line import drawn
    from depgraph.usecases.questions.trend import TrendPoint
    from depgraph.usecases.questions.trend import trend as follow
    from depgraph.usecases.whole_files import refuse_folder, whole_file

    if out is not None:
        refuse_folder(out)
        if out.suffix.lower() != ".svg":
            raise UsageError(f"'{out}' is not an SVG file: let its name end in .svg")
        check_out(out, store=address_of(looking.store))
    with looked_at(looking.store, looking.seen_as) as held:
        answer = follow(
            held,
            measure,
            unit,
            over=over,
            begin=begin,
            end=end,
            lens=lens(looking),
            by=by,
            sector=sector,
            hub=hub,
            causes=not no_causes,
        )
    if out is not None:
        with whole_file(out) as file:
            file.write(drawn(answer))
        say(f"depgraph: wrote {out}")
    if form.for_people:
        _write(answer)
    else:
        show(answer, TrendPoint, form)


def _write(answer: Trend) -> None:
    """Write a figure at each moment, for people: both ends, and what made it another one."""
    from cli.tables import console, write_notes, write_rows
    from cli.what_if import both_ends

    out, last = console(), answer.rows[-1]
    out.print(f"{last.measure}{f' of {last.name}' if last.id else f' {last.name}'}", style="bold")
    rows: list[Plain] = [
        {
            "moment": row.moment,
            last.measure: both_ends(row, row.after_at_lower, row.after_at_upper),
            "because": row.because,
        }
        for row in answer.rows
    ]
    write_rows(out, rows, ("moment", last.measure, "because"), keep=3)
    asks = list(dict.fromkeys(row.ask for row in answer.rows if " ask " in row.ask))
    for ask in asks[-_ASKED:]:
        out.print(ask)
    out.print()
    write_notes(answer.meta, out)
