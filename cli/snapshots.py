"""Dated files of one source as a person follows their import: which one is read, and what became of each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cli.intake import counted, given_by, marking_of, reading_bar, say_all, source_named, write_findings, write_rows
from cli.output import write_object
from cli.outputs import check_out
from cli.session import say
from depgraph.errors import InputError
from depgraph.usecases.answer import FORMAT
from depgraph.usecases.keeping.outcome import flat as flat_finding
from depgraph.usecases.keeping.snapshots import SnapshotState, import_snapshots
from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from pathlib import Path

    from cli.intake import Intake
    from cli.options import Form
    from depgraph.ports import Store
    from depgraph.usecases.keeping.snapshots import SnapshotsAnswer, SnapshotTold


def take_in_snapshots(
    store: Store, intake: Intake, folder: Path, *, address: str, findings_file: Path | None, form: Form
) -> None:
    """Import every snapshot in a folder into the store at an address, and tell what became of each."""
    if findings_file:
        check_out(findings_file, store=address, inputs=(folder, *filter(None, (intake.mapping,))))
    try:
        answer = _run(store, intake, folder)
    except InputError as error:
        write_findings(error.findings, findings_file)
        say_all(error.findings, findings_file)
        raise
    findings = (*answer.findings, *(finding for row in answer.rows for finding in row.findings))
    write_findings(findings, findings_file)
    if form.json:
        told = {
            "format": FORMAT,
            "command": "import",
            "source": answer.source,
            "snapshots": [_flat(row) for row in answer.rows],
        }
        write_object({"meta": told, "rows": [flat_finding(finding) for finding in findings]})
    elif form.csv:
        write_rows(findings, sys.stdout, None)
    else:
        say_all(answer.findings, findings_file)
        for row in answer.rows:
            if row.answer is None:
                say_all(row.findings[:1], findings_file)
        for row in answer.rows:
            sys.stdout.write(legible(_line(row)) + "\n")
        others = sum(len(row.findings) for row in answer.rows if row.answer)
        if others and not findings_file:
            say(f"{counted(others, 'finding')} in what was read: --findings FILE writes them all")


def _run(store: Store, intake: Intake, folder: Path) -> SnapshotsAnswer:
    source = source_named(intake.source)
    with reading_bar(f"reading {source.name}") as (progress, reached):
        return import_snapshots(
            store,
            source,
            folder,
            given_by(intake, reached),
            today=intake.today,
            part=intake.part,
            marking=marking_of(source, intake),
            dry_run=intake.dry_run,
            skip_bad=intake.skip_bad,
            allow_implausible=intake.allow_implausible,
            allow_future=intake.allow_future,
            may_weaken=intake.label is not None,
            everything=intake.everything,
            began=lambda at, of, name: say(f"{at} of {of}: {name}"),
            progress=progress,
        )


def _flat(row: SnapshotTold) -> dict[str, Any]:
    """Return what became of a snapshot as JSON has it."""
    answer = row.answer
    counts = answer.counts if answer else None
    return {
        "name": row.name,
        "retrieved": row.retrieved,
        "state": row.state.value,
        "revision": row.revision,
        "records": answer.records if answer else None,
        "nodes": sum(answer.nodes.values()) if answer else None,
        "needs": counts.needs if counts else None,
        "ties": counts.ties if counts else None,
    }


def _line(row: SnapshotTold) -> str:
    """Return in one line what became of a snapshot."""
    of = row.name if row.retrieved in row.name else f"{row.name} (of {row.retrieved})"
    answer = row.answer
    if answer is None:
        where = f", revision {row.revision}" if row.revision else ""
        return f"{of}: {row.state}{where}"
    said = f"{counted(answer.counts.needs, 'need')} and {counted(answer.counts.ties, 'tie')}"
    of_nodes = f"{said} of {counted(sum(answer.nodes.values()), 'node')}"
    if row.state is SnapshotState.CHECKED:
        return f"{of}: {of_nodes}; checked, nothing stored (dry run)"
    became = "in force" if row.state is SnapshotState.IN_FORCE else "kept as history"
    return f"{of}: {of_nodes}; revision {row.revision}, {became}"
