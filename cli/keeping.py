"""Commands that look after the store and the machine: status, prune, copy, export, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Form, Json, Reading, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(status)
    app.command()(prune)
    app.command(name="copy")(copy_to)
    app.command()(export)
    app.command()(doctor)


@grouped
def status(*, reading: Reading, form: Form) -> None:
    """Show what the store holds, per source and revision, and which suppliers no group claims."""
    from cli.doors import lens, opened, show
    from depgraph.usecases.status import HeldImport, describe_status

    with opened(reading.store) as opening:
        answer = describe_status(opening, lens=lens(reading))
        location = opening.describe().location
    columns = ("source", "part", "revision", "retrieved", "nodes", "needs", "ties", "marking", "replaced_by", "licence")
    show(answer, HeldImport, form, columns=columns)
    if form.for_people:
        from cli.cards import write_status

        write_status(answer, location)


def prune(store: StoreOption = "") -> None:
    """Forget imports that later ones replaced; their revisions can no longer be read."""
    from cli.doors import opened, say

    with opened(store) as opening:
        forgotten = opening.prune()
    say(f"{forgotten} replaced import{'s' if forgotten != 1 else ''} forgotten")


def copy_to(
    to: Annotated[str, typer.Option("--to", metavar="PATH|ADDRESS", help="The store to copy into.")],
    store: StoreOption = "",
) -> None:
    """Copy facts and decisions with their revisions into another store, of whichever kind.

    A copy that was broken off goes on where it stopped.

    Example: depgraph copy --to neo4j://127.0.0.1:7687
    """
    from cli.doors import opened, say
    from depgraph.usecases.copying import copy_store

    with opened(store) as source, opened(to, new=True) as target:
        copied = copy_store(source, target)
        place = target.describe().location
    say(f"{len(copied)} import{'s' if len(copied) != 1 else ''} copied to {place}")


def export(
    form: Annotated[Literal["neo4j-admin"], typer.Argument(metavar="FORM", help="neo4j-admin")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="An empty folder, or one to be made.")],
    store: StoreOption = "",
) -> None:
    """Write the files for a full import into Neo4j, and print the command that imports them.

    The database so made is a store: depgraph answers from it as from this one.

    Example: depgraph export neo4j-admin --out files
    """
    from cli.doors import opened
    from depgraph.bootstrap import neo4j_files
    from depgraph.usecases.exporting import export_store

    writers = {"neo4j-admin": neo4j_files}
    with opened(store) as opening:
        command = export_store(opening, out, writers[form])
    typer.echo(command)


def doctor(store: StoreOption = "", json: Json = False) -> None:
    """Check what depgraph needs on this machine, and say what to do where it lacks something.

    Exit code 1 if something that it needs is missing.
    """
    from cli.diagnosis import diagnose

    diagnose(store, as_json=json)
