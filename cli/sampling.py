"""The command that writes an input to fill in, or a synthetic one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from typer.core import TyperCommand

_MOST: Final = 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(cls=_BareFaults)(sample)


class _BareFaults(TyperCommand):
    """Reads ``--faults`` without a number as one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the number behind the option; the context is of a class that Typer keeps private."""
        written = []
        for argument, following in zip(args, [*args[1:], ""], strict=True):
            written.append(argument)
            if argument == "--faults" and not following.isdecimal():
                written.append("1")
        return super().parse_args(ctx, written)


def sample(
    source: Annotated[
        Literal["register", "dora-roi"], typer.Argument(metavar="SOURCE", help="A source: register, dora-roi.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A workbook if it ends in .xlsx, else a folder [default: register.xlsx, dora-roi].",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            "--size",
            min=0,
            max=_MOST,
            metavar="N",
            help="Make up N needs, or N registers [default: 0, a register to fill in; of dora-roi 60].",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another number makes up other needs.")] = 1,
    faults: Annotated[
        int,
        typer.Option(
            "--faults",
            min=0,
            metavar="[N]",
            help="Make N of the needs bad, and tell which; of dora-roi, one package for each rule that it breaks.",
        ),
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write a register to fill in, with notes, drop-downs and an example; or a synthetic one.

    Of dora-roi: a synthetic sector of registers that breaks no rule, or with --faults one package
    for each rule that a package can break. The example of a register stands beside its tables and
    is never imported. The same call writes the same bytes.

    Example: depgraph sample register --out register.xlsx
    """
    from cli.samples import write_sample

    write_sample(source, out, size=size, seed=seed, faults=faults, force=force)
