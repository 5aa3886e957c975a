"""The command that writes an input to fill in, or a synthetic one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

_MOST: Final = 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(sample)


def sample(
    source: Annotated[Literal["register"], typer.Argument(metavar="SOURCE", help="A source: register.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="PATH", help="A workbook if it ends in .xlsx, else a folder for CSV files.")
    ] = Path("register.xlsx"),
    size: Annotated[
        int, typer.Option("--size", min=0, max=_MOST, metavar="N", help="Make up N needs; 0 is a register to fill in.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Another number makes up other needs.")] = 1,
    faults: Annotated[
        int, typer.Option("--faults", min=0, metavar="N", help="Make N of the needs bad, and tell which.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write a register to fill in, with notes, drop-downs and an example; or a synthetic one.

    The example stands beside the tables and is never imported. The same call writes the same bytes.

    Example: depgraph sample register --out register.xlsx
    """
    from cli.samples import write_sample

    write_sample(source, out, size=size, seed=seed, faults=faults, force=force)
