"""Commands that write files for people: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Hub, Reading, Sector


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(report)


@grouped
def report(
    kind: Annotated[Literal["auditor"], typer.Argument(metavar="KIND", help="auditor")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to; .html, .pdf, .xlsx or .json.")] = Path(
        "report.html"
    ),
    sector: Sector = "",
    hub: Hub = "",
    *,
    reading: Reading,
) -> None:
    """Write a report: one file that opens offline, every number cited and bounded.

    The ending of its name says what it is: a page, a tagged PDF, a workbook, or JSON.

    Example: depgraph report auditor --sector "Dutch municipalities" --out report.pdf
    """
    from cli.outputs import check_out
    from cli.session import address_of, opened, say, seen
    from depgraph.reports.writing import check_form, write_report
    from depgraph.usecases.questions.readings import readings

    check_form(out)
    check_out(out, store=address_of(reading.store))
    with opened(reading.store) as opening:
        view = seen(opening, reading)
        write_report(kind, view, out, sector=sector, hub=hub, readings=readings(opening, view))
    say(f"wrote {out}")
