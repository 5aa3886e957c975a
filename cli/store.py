"""Commands that look after the store and the machine: status, prune, forget, revert, copy, export, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Cluster, Form, InsecureScheduler, Json, Reading, Scheduler, StoreOption
from depgraph.counting import counted


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(status)
    app.command()(prune)
    app.command()(forget)
    app.command()(revert)
    app.command(name="copy")(copy_to)
    app.command()(export)
    app.command()(doctor)


@grouped
def status(*, reading: Reading, form: Form) -> None:
    """Show what the store holds, per source and revision, and which suppliers no group claims."""
    from cli.session import lens, looked_at, show
    from depgraph.usecases.keeping.status import HeldImport, describe_status

    with looked_at(reading.store, reading.seen_as) as opening:
        answer = describe_status(opening, lens=lens(reading))
        location = opening.describe().location
    columns = (
        "source",
        "part",
        "revision",
        "retrieved",
        "nodes",
        "needs",
        "ties",
        "left_out",
        "marking",
        "replaced_by",
        "licence",
    )
    show(answer, HeldImport, form, columns=columns)
    if form.for_people:
        from cli.show import write_status

        write_status(answer, location)


def prune(store: StoreOption = "") -> None:
    """Forget imports that later ones replaced; their revisions can no longer be read."""
    from cli.session import opened, say

    with opened(store) as opening:
        forgotten = opening.prune()
    say(f"{counted(forgotten, 'replaced import')} forgotten")


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def forget(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source that was imported.")],
    part: Annotated[str, typer.Option("--part", metavar="NAME", help="Only this named part of the source.")] = "",
    yes: Yes = False,
    store: StoreOption = "",
) -> None:
    """Take out what a source (or one part of it) says, as after importing a wrong file.

    This makes a new revision without it. Earlier ones can be read until depgraph prune.

    Example: depgraph forget register --part east
    """
    from cli.session import opened, say
    from depgraph.model import DECISIONS
    from depgraph.usecases.keeping.going_back import forget_import, import_in_force

    with opened(store) as opening:
        description = opening.describe()
        held = import_in_force(description, source, part)
        facts = (
            f"{counted(held.counts.nodes, 'node')} and {counted(held.counts.needs, 'need')} of revision {held.revision}"
        )
        if source == DECISIONS:
            decisions = counted(held.counts.decisions, "decision or undo", "decisions and undos")
            facts = f"a log of {decisions}, as of revision {held.revision}"
        _ask(f"Take '{source}{f' --part {part}' if part else ''}' ({facts}) out of {description.location}?", yes=yes)
        made = forget_import(opening, source, part)
    say(f"taken out, as revision {made}; depgraph revert --to {description.revision} brings it back")


def revert(
    to: Annotated[int, typer.Option("--to", metavar="REVISION", help="The revision to go back to.")],
    yes: Yes = False,
    store: StoreOption = "",
) -> None:
    """Go back to what an earlier revision held, as a new revision.

    Example: depgraph revert --to 3
    """
    from cli.session import opened, say
    from depgraph.usecases.keeping.going_back import imports_at
    from depgraph.usecases.keeping.going_back import revert as go_back

    with opened(store) as opening:
        description = opening.describe()
        held = imports_at(description, to)
        _ask(
            f"Go back to the {counted(len(held), 'import')} of revision {to} in {description.location}?",
            yes=yes,
        )
        made = go_back(opening, to)
    say(f"back at revision {to}, as revision {made}; depgraph revert --to {description.revision} undoes it")


def _ask(question: str, *, yes: bool) -> None:
    """Go on only if the user agrees, who must be there to be asked."""
    import sys

    from depgraph.errors import UsageError

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked: give --yes")
    if not typer.confirm(question, err=True):
        raise UsageError("not confirmed: nothing was changed")


def copy_to(
    to: Annotated[str, typer.Option("--to", metavar="PATH|ADDRESS", help="The store to copy into.")],
    store: StoreOption = "",
) -> None:
    """Copy facts and decisions with their revisions into another store, of whichever kind.

    A copy that was broken off goes on where it stopped.

    Example: depgraph copy --to neo4j://127.0.0.1:7687
    """
    from cli.session import opened, say
    from depgraph.usecases.keeping.copy import copy_store

    with opened(store) as source, opened(to, new=True) as target:
        copied = copy_store(source, target)
        place = target.describe().location
    say(f"{counted(len(copied), 'import')} copied to {place}")


def export(
    form: Annotated[Literal["neo4j-admin"], typer.Argument(metavar="FORM", help="neo4j-admin")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="An empty folder, or one to be made.")],
    store: StoreOption = "",
) -> None:
    """Write the files for a full import into Neo4j, and print the command that imports them.

    The database so made is a store: depgraph answers from it as from this one.

    Example: depgraph export neo4j-admin --out files
    """
    from cli.session import opened
    from depgraph.bootstrap import neo4j_files
    from depgraph.usecases.keeping.exporting import export_store

    writers = {"neo4j-admin": neo4j_files}
    with opened(store) as opening:
        command = export_store(opening, out, writers[form])
    typer.echo(command)


def doctor(
    store: StoreOption = "",
    redraw: Annotated[
        bool, typer.Option("--redraw", help="Draw anew what Cypher sees of a Neo4j store, if it was changed.")
    ] = False,
    scheduler: Scheduler = "",
    insecure_scheduler: InsecureScheduler = False,
    remove_graphs: Annotated[
        bool,
        typer.Option("--remove-graphs", help="Have the workers of the scheduler remove the graphs that they keep."),
    ] = False,
    json: Json = False,
) -> None:
    """Check what depgraph needs on this machine and that the store is sound, and say what to do where not.

    All facts of the store are read. Exit code 1 if something that depgraph needs is missing, 4 if the
    store is damaged or cannot be used.
    """
    from cli.diagnosis import diagnose

    cluster = Cluster(scheduler=scheduler, insecure_scheduler=insecure_scheduler)
    diagnose(store, cluster, as_json=json, redraw=redraw, remove_graphs=remove_graphs)
