"""Commands that write files for people: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.options import AsOf, MinConfidence, Revision, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(report)


def report(
    kind: Annotated[Literal["auditor"], typer.Argument(metavar="KIND", help="auditor")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to; .html or .json.")] = Path("report.html"),
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
) -> None:
    """Write a report: one file that opens offline, every number cited and bounded.

    Example: depgraph report auditor --out report.html
    """
    from cli.doors import opened, say, seen
    from depgraph.reports.writing import write_report

    with opened(store) as opening:
        write_report(kind, seen(opening, as_of, revision, min_confidence), out)
    say(f"wrote {out}")
