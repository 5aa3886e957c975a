"""The command that looks at a table and writes a mapping for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.grouping import grouped
from cli.options import Form


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(name="map")(map_table)


@grouped
def map_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: CSV, XLSX, XLSM or ODS.")],
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="The sheet to read; a hidden one must be named.")
    ] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Answer a question, such as cost.period=year."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="MAPPING", help="Where it is written [default: FILE with .toml].", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write a new one over a mapping that is there.")] = False,
    *,
    form: Form,
) -> None:
    """Look at any table and write a mapping for depgraph import table: review it, answer what is open.

    With --set a mapping that is there is taken further: its answers stay.

    Example: depgraph map contracts.xlsx --set cost.period=year
    """
    from cli.maps import write_map

    write_map(file, sheet=sheet, answers=answers or [], out=out, force=force, form=form)
