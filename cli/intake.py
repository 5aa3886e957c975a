"""An import as a person follows it: a bar while it runs, what was found, what was stored."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

import typer

from cli.output import write_object
from cli.outputs import check_out
from cli.session import say
from cli.verdicts import by_weight, write_verdict
from depgraph.errors import InputError, UsageError
from depgraph.model import Label, Marking
from depgraph.notices import NOTICE
from depgraph.ports import Given
from depgraph.usecases.answer import FORMAT
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.outcome import COLUMNS, GRADES, flat, outcome_of
from depgraph.usecases.legible import legible
from depgraph.usecases.sheets import cell
from depgraph.usecases.whole_files import whole_file
from importers import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cli.options import Form
    from depgraph.model import Finding
    from depgraph.ports import Source, Store
    from depgraph.usecases.keeping.importing import ImportAnswer
    from depgraph.usecases.keeping.verdict import Verdict

_SHOWN: Final = 20
"""Findings that a person sees; --findings writes all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What the user asked to import, and how."""

    source: str
    paths: tuple[Path, ...]
    today: str
    part: str = ""
    retrieved: str = ""
    label: str | None = None
    hubs: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    ignore: frozenset[str] = frozenset()
    decimal: Literal["", "point", "comma"] = ""
    placeholders: Literal["", "unknown"] = ""
    authority: str = ""
    mapping: Path | None = None
    all_cpv: bool = False
    veat: bool = False
    assume_years: float | None = None
    dry_run: bool = False
    skip_bad: bool = False
    allow_implausible: bool = False
    allow_future: bool = False
    everything: bool = False


def source_named(name: str) -> Source:
    """Return the declaration of a source."""
    for source in SOURCES:
        if source.name == name:
            return source
    raise UsageError(f"there is no source '{name}': use {', '.join(source.name for source in SOURCES)}")


def run_intake(store: Store, intake: Intake) -> ImportAnswer:
    """Import, with a bar on standard error if that is a terminal."""
    source = source_named(intake.source)
    with reading_bar(f"reading {source.name}") as (progress, reached):
        return import_source(
            store,
            source,
            given_by(intake, reached),
            today=intake.today,
            retrieved=intake.retrieved,
            part=intake.part,
            marking=marking_of(source, intake),
            dry_run=intake.dry_run,
            skip_bad=intake.skip_bad,
            allow_implausible=intake.allow_implausible,
            allow_future=intake.allow_future,
            may_weaken=intake.label is not None,
            everything=intake.everything,
            progress=progress,
        )


def given_by(intake: Intake, reached: Callable[[float], None]) -> Given:
    """Return what the user handed over, as an importer knows it."""
    return Given(
        intake.paths,
        intake.ignore,
        intake.decimal,
        intake.placeholders,
        intake.authority,
        today=intake.today,
        mapping=intake.mapping,
        all_cpv=intake.all_cpv,
        veat=intake.veat,
        assume_years=intake.assume_years,
        reached=reached,
    )


def take_in(store: Store, intake: Intake, *, address: str, findings_file: Path | None, form: Form) -> None:
    """Import into the store at an address, and tell what was found and stored."""
    if findings_file:
        check_out(findings_file, store=address, inputs=(*intake.paths, *filter(None, (intake.mapping,))))
    before = 0 if intake.dry_run else store.describe().revision
    try:
        answer = run_intake(store, intake)
    except KeyboardInterrupt:
        if not intake.dry_run:
            _end_if_stored(store, intake, before)
        raise
    except InputError as error:
        write_findings(error.findings, findings_file)
        # The first error is also the line with which the command ends; one alone is told by it.
        say_all(error.findings if len(error.findings) > 1 else (), findings_file)
        raise
    verdict = answer.verdict
    write_findings(answer.findings, findings_file, verdict)
    if form.json:
        rows = [flat(finding, verdict) for finding in answer.findings]
        told = {"format": FORMAT, "command": "import", **outcome_of(answer)}
        write_object({"meta": told, "rows": rows})
    elif form.csv:
        write_rows(answer.findings, sys.stdout, verdict)
    else:
        say_all(answer.findings, findings_file, verdict)
        sys.stdout.write(legible(summary(answer)) + "\n")
        if verdict:
            write_verdict(verdict)
    if verdict and verdict.rejected and intake.dry_run:
        raise typer.Exit(InputError.exit_code)


def _end_if_stored(store: Store, intake: Intake, before: int) -> None:
    """End with what was stored, if the interrupt came after it was: else nothing is said to have been left."""
    for one in store.describe().history:
        mine = (one.run.source, one.run.part) == (intake.source, intake.part)
        if mine and one.revision > before:
            say(f"depgraph: interrupted, but all of it was stored already, as revision {one.revision}")
            raise typer.Exit(130)


def summary(answer: ImportAnswer) -> str:
    """Return in one line what an import read and stored."""
    part = f" ({answer.run.part})" if answer.run.part else ""
    nodes = ", ".join(counted(count, kind) for kind, count in answer.nodes.items() if count) or "nothing"
    stored = f"stored as revision {answer.revision}" if answer.revision else "checked, nothing stored (dry run)"
    skipped = f", {counted(answer.skipped, 'bad one')} skipped" if answer.skipped else ""
    read, needs, ties = (
        counted(answer.records, "record"),
        counted(answer.counts.needs, "need"),
        counted(answer.counts.ties, "tie"),
    )
    return (
        f"{answer.run.source}{part}: {read}{skipped}; {needs} and {ties} of {nodes};"
        f" retrieved {answer.run.retrieved}; {stored}"
    )


def counted(count: int, what: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> counted(1, "party"), counted(2_000, "party"), counted(0, "need")
    ('1 party', '2,000 parties', '0 needs')

    """
    several = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count:,} {what if count == 1 else several}"


def marking_of(source: Source, intake: Intake) -> Marking | None:
    """Return the marking that the user gave; None is that of the source."""
    named = intake.hubs or intake.organisations or intake.recipients
    if intake.label is None and not named:
        return None
    label = Label(intake.label) if intake.label else source.marking.label
    return Marking(label, intake.hubs, intake.organisations, intake.recipients)


@contextmanager
def reading_bar(title: str) -> Iterator[tuple[Callable[[int], None] | None, Callable[[float], None]]]:
    """Give whom to tell how many records were read, and which part of the input, if the source knows that."""
    if not sys.stderr.isatty():
        yield None, lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from cli.tables import console

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}: {task.completed:,} records{task.fields[part]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(to_error=True), transient=True) as progress:
        task = progress.add_task(title, total=None, part="")
        yield (
            lambda count: progress.update(task, completed=count),
            lambda part: progress.update(task, part=f", {int(100 * part)} %"),
        )


def say_all(findings: Sequence[Finding], file: Path | None, verdict: Verdict | None = None) -> None:
    """Say on standard error what was found, the first of much."""
    where = f"see {file}" if file else "--findings FILE writes them all"
    # Which notices there are is for the graph, and a list of thousands hides what a person should read.
    notices = sum(finding.code == NOTICE for finding in findings)
    findings = [finding for finding in findings if finding.code != NOTICE]
    for finding in by_weight(findings, verdict)[:_SHOWN]:
        # What breaks a published rule is told by what that leads to.
        graded_as = verdict.grades[finding.code][0] if verdict and finding.code in verdict.grades else ""
        what = f"{graded_as} (rule {finding.code})" if graded_as else finding.level.value
        # One line each, also of a remark that has several.
        say("\\n".join(f"{what}: {finding}".splitlines()))
    if len(findings) > _SHOWN:
        rest = Counter(finding.level.value for finding in by_weight(findings, verdict)[_SHOWN:])
        say(f"and {', '.join(counted(number, f'more {level}') for level, number in rest.items())}: {where}")
    if notices:
        say(f"and {counted(notices, 'note')} that only {'names' if notices == 1 else 'name'} each notice read: {where}")


def write_findings(findings: Sequence[Finding], file: Path | None, verdict: Verdict | None = None) -> None:
    """Write all that was found to a file, if one is named."""
    if file is None:
        return
    with whole_file(file) as opened:
        write_rows(findings, opened, verdict)


def write_rows(findings: Sequence[Finding], file: IO[str], verdict: Verdict | None) -> None:
    """Write findings as CSV."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow((*COLUMNS, *(GRADES if verdict else ())))
    writer.writerows([cell(value) for value in flat(finding, verdict).values()] for finding in findings)
