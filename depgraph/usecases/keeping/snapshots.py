"""Import dated files of one source in one go: each is a revision, and none that holds no data ends the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from depgraph.errors import DepgraphError, InputError, MissingPathError, UsageError
from depgraph.model import Finding, Level
from depgraph.usecases.keeping.importing import check_options, import_source
from depgraph.usecases.keeping.precedence import EMPTY
from depgraph.usecases.keeping.receipts import input_files, versions_of
from depgraph.usecases.questions.moments import standing_imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from depgraph.model import Marking
    from depgraph.ports import Description, Given, Source, Store, Superseded
    from depgraph.usecases.keeping.importing import ImportAnswer

NO_DATA: Final = "no-data"
"""Code of the finding that a snapshot holds no data, and why."""

TWICE: Final = "twice"
"""Code of the finding that a snapshot is there twice: in the folder, or in the store already."""

NO_SNAPSHOT: Final = "no-snapshot"
"""Code of the finding that something in the folder is no snapshot: it has no date, and the source does not read it."""

_DATE: Final = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)", re.ASCII)


class SnapshotState(StrEnum):
    """What became of a snapshot."""

    IN_FORCE = "in force"
    HISTORY = "history"
    CHECKED = "checked"
    THERE = "there already"
    TWICE = "twice"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class SnapshotTold:
    """One snapshot, and what became of it.

    Attributes
    ----------
    retrieved : str
        ISO 8601 date: what the data state, else what the name says.
    revision : int or None
        That it made, or that holds it already.
    answer : ImportAnswer or None
        None where nothing was imported.

    """

    name: str
    retrieved: str
    state: SnapshotState
    revision: int | None
    answer: ImportAnswer | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Dated:
    """A snapshot before it is imported; `amiss` says why its data cannot be read."""

    path: Path
    retrieved: str
    part: str
    amiss: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotsAnswer:
    """What became of each snapshot, by date; `findings` are about what in the folder is none."""

    source: str
    rows: tuple[SnapshotTold, ...]
    findings: tuple[Finding, ...]


def import_snapshots(
    store: Store,
    source: Source,
    folder: Path,
    given: Given,
    *,
    today: str,
    part: str = "",
    marking: Marking | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    allow_implausible: bool = False,
    allow_future: bool = False,
    may_weaken: bool = False,
    everything: bool = False,
    began: Callable[[int, int, str], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> SnapshotsAnswer:
    """Import every file or folder of dated data that a folder holds, by date; each makes a revision.

    One that is older than what the source says in the store is kept as history, and is read where a date is asked
    about. One that is empty, broken, or has fewer than half as many records about nodes as the one before is no data:
    a finding says so, and what was said before stays. One that is there twice, or in the store already, is passed
    over, so that an import that was broken off goes on where it stopped.

    Parameters
    ----------
    given : Given
        How each is read; its paths are of no account.
    allow_implausible : bool
        Whether few nodes are data all the same.
    began : callable, optional
        Told of each snapshot its place, how many there are, and its name.

    The others are as of `depgraph.usecases.keeping.importing.import_source`.

    Raises
    ------
    UsageError, MissingPathError
        If there is no such folder, it holds no snapshot, or an option is not for this source. The store is unchanged.
    InputError
        If there are snapshots, and none is data; its findings say why of each.
    StoreError
        If the store cannot do it. It holds those that were imported before.

    """
    check_options(source, given, everything=everything)
    snapshots, findings = _snapshots(source, folder, given, part)
    if not snapshots:
        raise UsageError(
            f"'{folder}' holds no snapshots of '{source.name}': files or folders of it that state their date, or have"
            " one in their names, such as 2025-12-31.json"
        )
    rows: list[SnapshotTold] = []
    for place, dated in enumerate(snapshots, start=1):
        if began:
            began(place, len(snapshots), dated.path.name)
        told = EMPTY if dry_run else store.describe()
        one = replace(given, paths=(dated.path,))
        if dated.amiss:
            rows.append(_no_data(dated, InputError(dated.amiss)))
            continue
        passed = _passed_over(dated, source, one, told, rows)
        if passed:
            rows.append(passed)
            continue
        least = 0 if allow_implausible else _least(dated, source, told, rows)
        try:
            answer = import_source(
                store,
                source,
                one,
                today=today,
                retrieved=dated.retrieved,
                part=part,
                marking=marking,
                dry_run=dry_run,
                skip_bad=skip_bad,
                allow_implausible=allow_implausible,
                allow_future=allow_future,
                may_weaken=may_weaken,
                everything=everything,
                older_as_history=True,
                least_nodes=least,
                progress=progress,
            )
        except (InputError, MissingPathError, UsageError) as error:
            rows.append(_no_data(dated, error))
            continue
        state = SnapshotState.CHECKED if dry_run else (SnapshotState.HISTORY, SnapshotState.IN_FORCE)[answer.in_force]
        of_it = tuple(_of(dated, finding) for finding in answer.findings)
        rows.append(SnapshotTold(dated.path.name, dated.retrieved, state, answer.revision, answer, of_it))
    if all(row.state is SnapshotState.NO_DATA for row in rows):
        every = tuple(finding for row in rows for finding in row.findings)
        raise InputError(f"none of {len(rows)} snapshots in '{folder}' is data: {rows[0].findings[0].message}", every)
    return SnapshotsAnswer(source=source.name, rows=tuple(rows), findings=tuple(findings))


def _snapshots(source: Source, folder: Path, given: Given, part: str) -> tuple[list[_Dated], list[Finding]]:
    """Return what in a folder is a snapshot, by date and name, and findings about the rest."""
    if not folder.is_dir():
        raise MissingPathError(f"'{folder}' is no folder: give one that holds the snapshots of '{source.name}'")
    snapshots, findings = [], []
    for path in sorted(each for each in folder.iterdir() if not each.name.startswith(".")):
        dated = _dated(source, path, replace(given, paths=(path,)), part)
        if dated:
            snapshots.append(dated)
        else:
            message = f"is passed over: it states no date of its data, nor has one in its name ('{source.name}')"
            findings.append(Finding(Level.NOTE, NO_SNAPSHOT, path.name, "", message))
    return sorted(snapshots, key=lambda dated: (dated.retrieved, dated.path.name)), findings


def _dated(source: Source, path: Path, given: Given, part: str) -> _Dated | None:
    """Return a snapshot with its date; None of what has none."""
    named = date_in(path.name)
    try:
        stated = source.stated_date(given)
        retrieved = stated or named
        return _Dated(path, retrieved, part or source.part_of(given)) if retrieved else None
    except DepgraphError as error:
        return _Dated(path, named, part, str(error)) if named else None


def date_in(name: str) -> str:
    """Return the date in a name as ISO 8601 has it; empty if there is none, or no such day.

    Examples
    --------
    >>> [date_in(name) for name in ("2026-04-30.json", "register_20240131.xlsx", "v2.json", "2024-13-01")]
    ['2026-04-30', '2024-01-31', '', '']

    """
    for year, _, month, day in _DATE.findall(name):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    return ""


def _same_place(told: Description, dated: _Dated, source: Source) -> Iterator[Superseded]:
    """Yield the imports of a snapshot's source and part that nobody took out."""
    for held in standing_imports(told):
        if (held.run.source, held.run.part) == (source.name, dated.part):
            yield held


def _passed_over(
    dated: _Dated, source: Source, given: Given, told: Description, rows: Sequence[SnapshotTold]
) -> SnapshotTold | None:
    """Return what is told of a snapshot that is there already, read by the same versions; None if it is not."""
    files = input_files((*given.paths, *filter(None, (given.mapping,))))
    sums = sorted(file.sha256 for file in files)
    for held in _same_place(told, dated, source):
        same = sorted(file.sha256 for file in held.receipt.files) == sums and held.run.retrieved == dated.retrieved
        if same and held.receipt.versions == versions_of(source):
            mine = next((row for row in rows if row.revision == held.revision), None)
            if mine is None:
                return SnapshotTold(dated.path.name, dated.retrieved, SnapshotState.THERE, held.revision, None, ())
            message = f"is the same as {mine.name}, and of the same date: passed over"
            findings = (Finding(Level.WARNING, TWICE, dated.path.name, "", message),)
            return SnapshotTold(dated.path.name, dated.retrieved, SnapshotState.TWICE, held.revision, None, findings)
    return None


def _least(dated: _Dated, source: Source, told: Description, rows: Sequence[SnapshotTold]) -> int:
    """Return how many records about nodes a snapshot has at least: half as many as the one before."""
    before = [held for held in _same_place(told, dated, source) if held.run.retrieved <= dated.retrieved]
    latest = max(before, key=lambda held: (held.run.retrieved, held.revision), default=None)
    counted = [row.answer.counts.nodes for row in rows if row.answer and row.answer.run.part == dated.part]
    nodes = latest.counts.nodes if latest else counted[-1] if counted else 0
    return -(-nodes // 2)


def _no_data(dated: _Dated, error: DepgraphError) -> SnapshotTold:
    why = str(error).removeprefix(f"{dated.path.name}: ")
    message = f"no data of {dated.retrieved}, passed over: {why}"
    others = error.findings if isinstance(error, InputError) else ()
    findings = (
        Finding(Level.WARNING, NO_DATA, dated.path.name, "", message),
        *(_of(dated, finding) for finding in others),
    )
    return SnapshotTold(dated.path.name, dated.retrieved, SnapshotState.NO_DATA, None, None, findings)


def _of(dated: _Dated, finding: Finding) -> Finding:
    """Return a finding that names its snapshot: records of a folder are relative to it."""
    if not dated.path.is_dir():
        return finding
    return finding._replace(record=f"{dated.path.name}/{finding.record}" if finding.record else dated.path.name)
