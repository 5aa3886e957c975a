"""Commands that bring data in: sources, import, demo."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Form, Hubs, Json, Label, Organisations, Recipients, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(demo)
    app.command()(sources)
    app.command(name="import")(import_paths)


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the store and the report.")] = Path(
        "depgraph-demo"
    ),
    json: Json = False,
) -> None:
    """Import the samples into a fresh store, print the headlines, write the report.

    Each data set is ranked by itself: US agencies and the municipalities of
    each country of the Benelux are populations of their own.
    """
    from cli.demonstration import run_demo

    run_demo(out, as_json=json)


@grouped
def sources(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="One source: what becomes what, and what to beware of.")
    ] = "",
    *,
    form: Form,
) -> None:
    """List the sources that can be imported, with licence and format; or print all about one.

    Example: depgraph sources register
    """
    from cli.catalogue import write_sources

    write_sources(name, form)


@grouped
def import_paths(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source: see depgraph sources.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders of that source.")
    ] = None,
    snapshots: Annotated[
        Path | None,
        typer.Option(
            "--snapshots",
            metavar="DIR",
            help="Import every dated file or folder in it, each as a revision; what is older than the store has"
            " becomes history.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, store nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows, list the bad ones.")] = False,
    findings: Annotated[
        Path | None,
        typer.Option("--findings", metavar="FILE", help="Write every finding to this CSV file.", show_default=False),
    ] = None,
    part: Annotated[
        str, typer.Option("--part", metavar="NAME", help="Replace only this named part of the source.")
    ] = "",
    retrieved: Annotated[
        str,
        typer.Option(
            "--retrieved",
            metavar="DATE",
            help="When the data were retrieved [default: what they state, else today].",
            show_default=False,
        ),
    ] = "",
    marking: Annotated[
        Label | None,
        typer.Option("--marking", help="Who may see it [default: that of the source].", show_default=False),
    ] = None,
    hub: Hubs = None,
    organisation: Organisations = None,
    recipient: Recipients = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="NAMES", help="Columns or keys that are foreign to the format, by commas."),
    ] = None,
    decimal: Annotated[
        Literal["point", "comma"] | None,
        typer.Option(
            "--decimal",
            help="The sign before decimals in texts that are numbers [default: as each column shows].",
            show_default=False,
        ),
    ] = None,
    placeholders: Annotated[
        Literal["unknown"] | None,
        typer.Option(
            "--placeholders", help="Read N/A, TBD, various ... as a provider that nobody knows.", show_default=False
        ),
    ] = None,
    authority: Annotated[
        str,
        typer.Option(
            "--authority", metavar="CC", help="The country of the authority that a filing is for.", show_default=False
        ),
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="MAPPING", help="How a table is read: depgraph map writes it.", show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Keep what the store does not know too: of gleif, every entity.")
    ] = False,
    all_cpv: Annotated[
        bool, typer.Option("--all-cpv", help="Read notices of procurement whatever is bought, not ICT alone.")
    ] = False,
    veat: Annotated[
        bool, typer.Option("--veat", help="Read notices that a contract is going to be awarded as its award.")
    ] = False,
    assume_years: Annotated[
        float | None,
        typer.Option(
            "--assume-years",
            metavar="YEARS",
            min=0.1,
            max=100,
            help="How long contracts run for which notices state no end [default: without end].",
            show_default=False,
        ),
    ] = None,
    allow_implausible: Annotated[
        bool, typer.Option("--allow-implausible", help="Import even if the source is far smaller or larger than usual.")
    ] = False,
    allow_future: Annotated[
        bool, typer.Option("--allow-future", help="Import even if the data were retrieved after today.")
    ] = False,
    store: StoreOption = "",
    *,
    form: Form,
) -> None:
    """Import a source; it replaces what the same source (or part) said before.

    All or nothing: nothing is stored unless every row is good, or --skip-bad is given.

    With --snapshots, a file that is empty, broken or far smaller than the one
    before is no data, and a run that was broken off goes on where it stopped.

    Example: depgraph import register my-register/ --dry-run
    """
    from cli.intake import Intake, take_in
    from cli.options import day, listed
    from cli.session import address_of, opened
    from cli.snapshots import take_in_snapshots
    from depgraph.errors import UsageError

    if snapshots and (paths or retrieved):
        raise UsageError("--snapshots names the folder, and each file in it its date: leave PATH and --retrieved out")
    if not paths and not snapshots:
        raise UsageError("no path is given: name the files or folders to import, or a folder with --snapshots DIR")
    today = datetime.now(tz=UTC).astimezone().date().isoformat()
    intake = Intake(
        source=source,
        paths=tuple(paths or ()),
        part=part,
        retrieved=day(retrieved, "--retrieved") if retrieved else "",
        today=today,
        label=marking,
        hubs=tuple(hub or ()),
        organisations=tuple(organisation or ()),
        recipients=tuple(recipient or ()),
        ignore=listed(ignore or ()),
        decimal=decimal or "",
        placeholders=placeholders or "",
        authority=authority.strip().upper(),
        mapping=mapping,
        all_cpv=all_cpv,
        veat=veat,
        assume_years=assume_years,
        dry_run=dry_run,
        skip_bad=skip_bad,
        allow_implausible=allow_implausible,
        allow_future=allow_future,
        everything=everything,
    )
    with opened(store, new=True) as opening:
        if snapshots:
            take_in_snapshots(opening, intake, snapshots, address=address_of(store), findings_file=findings, form=form)
            return
        take_in(opening, intake, address=address_of(store), findings_file=findings, form=form)
