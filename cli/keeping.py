"""Commands that look after the store and the machine: status, prune, doctor."""

from __future__ import annotations

import typer

from cli.options import AsOf, Csv, Json, MinConfidence, Revision, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(status)
    app.command()(prune)
    app.command()(doctor)


def status(
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Show what the store holds, per source and revision, and which suppliers no group claims."""
    from cli.doors import opened, show
    from depgraph.usecases.opening import Lens
    from depgraph.usecases.status import HeldImport, describe_status

    with opened(store) as opening:
        answer = describe_status(opening, lens=Lens(as_of, revision, min_confidence))
        location = opening.describe().location
    columns = ("source", "part", "revision", "retrieved", "nodes", "needs", "ties", "marking", "replaced_by", "licence")
    show(answer, HeldImport, as_json=json, as_csv=csv, columns=columns)
    if not (json or csv):
        from cli.cards import write_status

        write_status(answer, location)


def prune(store: StoreOption = "") -> None:
    """Forget imports that later ones replaced; their revisions can no longer be read."""
    from cli.doors import opened, say

    with opened(store) as opening:
        forgotten = opening.prune()
    say(f"{forgotten} replaced import{'s' if forgotten != 1 else ''} forgotten")


def doctor(store: StoreOption = "", json: Json = False) -> None:
    """Check what depgraph needs on this machine, and say what to do where it lacks something.

    Exit code 1 if something that it needs is missing.
    """
    from cli.diagnosis import diagnose

    diagnose(store, as_json=json)
