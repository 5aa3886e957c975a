"""Import a source: all of its facts or none, with everything that was found wrong."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.model import Facts, Finding, Import, Level
from depgraph.ports import Counts
from depgraph.usecases.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from depgraph.model import Kind, Marking
    from depgraph.ports import Given, Source, Store

MAX_ERRORS: Final = 100_000
"""Bad records after which reading stops: so many are another file, not a few mistakes."""

CAVEAT: Final = "caveat"
"""Code of the finding that says what every answer from a source must say."""

_STEP: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAnswer:
    """What an import read, and what it stored.

    Attributes
    ----------
    revision : int or None
        The revision that it made; None if nothing was stored (a dry run).
    records : int
        Records read.
    skipped : int
        Records left out because they are bad; each has an error among the findings.
    counts : Counts
        Facts that are good.
    nodes : mapping of Kind to int
        Distinct nodes that the facts speak of.
    findings : tuple of Finding
        Errors first, else in the order of the input.
    implausible : tuple of str
        Counts outside what the source usually has.

    """

    run: Import
    revision: int | None
    records: int
    skipped: int
    counts: Counts
    nodes: Mapping[Kind, int]
    findings: tuple[Finding, ...]
    implausible: tuple[str, ...]


def import_source(
    store: Store,
    source: Source,
    given: Given,
    *,
    today: str,
    retrieved: str = "",
    part: str = "",
    marking: Marking | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    allow_implausible: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportAnswer:
    """Store what a source says, in place of what it (or this part of it) said before.

    Parameters
    ----------
    today : str
        ISO 8601 date that stands in for `retrieved` where neither it nor the data state one.
    marking : Marking, optional
        None is that of the source.
    dry_run : bool
        Read and check everything, store nothing.
    skip_bad : bool
        Leave bad records out instead of refusing all.
    progress : callable, optional
        Told how many records were read, now and then.

    Raises
    ------
    UsageError, MissingPathError
        If a path is missing or a date is none. The store is unchanged.
    InputError
        If a record is bad and `skip_bad` is not given, nothing is good, or a count is
        implausible; its findings are all that was found. The store is unchanged.
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    _check_paths(given)
    date = _checked_date(retrieved or source.stated_date(given) or today)
    run = Import(source.name, part, date, marking or source.marking, source.trust, source.licence)
    intake = _Intake(source, part, skip_bad=skip_bad, allow_implausible=allow_implausible, progress=progress)
    facts = intake.checked(source.read(given))
    revision = None
    if dry_run:
        for _ in facts:
            pass
    else:
        revision = store.replace(run, facts).revision
    return intake.answer(run, revision)


def _check_paths(given: Given) -> None:
    if not given.paths:
        raise UsageError("no path is given: name the files or folders to import")
    for path in given.paths:
        if not path.exists():
            raise MissingPathError(f"'{path}' does not exist")


def _checked_date(date: str) -> str:
    # A plain form is asked for, since Python also reads 20251231 and 2025-W52-3.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date, re.ASCII):
        raise UsageError(f"'{date}' is not a date: write year-month-day, such as 2025-12-31")
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError:
        raise UsageError(f"'{date}' is not a day of the calendar") from None


def _shown(finding: Finding) -> Finding:
    r"""Return a finding whose text of strangers cannot steer a terminal: what does not print becomes ``\x1b``."""
    if all(map(str.isprintable, finding)):
        return finding
    return Finding(finding.level, *(_escaped(text) for text in finding[1:]))


def _escaped(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class _Intake:
    """What passed through so far: good facts go on, findings stay here as well."""

    def __init__(
        self,
        source: Source,
        part: str,
        *,
        skip_bad: bool,
        allow_implausible: bool,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._source = source
        self._part = part
        self._skip_bad = skip_bad
        self._allow_implausible = allow_implausible
        self._progress = progress or (lambda _: None)
        self._validation = Validation()
        self._records = 0
        self._nodes = self._needs = self._ties = self._decisions = 0
        self._errors: list[Finding] = []
        self._remarks: list[Finding] = []
        self._skipped = 0

    def checked(self, facts: Iterator[Facts]) -> Iterator[Facts]:
        """Yield the good facts; raise `InputError` at the end if the whole is not to be stored.

        After the first bad record nothing is yielded any more unless bad ones are skipped,
        but everything is read, so that the report is complete.
        """
        for record in self._read(facts):
            good = self._good(record)
            if self._skip_bad or not self._errors:
                yield good
        self._progress(self._records)
        self._judge()
        if self._source.caveat:
            caveat = (Finding(Level.NOTE, CAVEAT, "", "", self._source.caveat),)
            self._note(caveat)
            yield Facts(findings=caveat)

    def _read(self, facts: Iterator[Facts]) -> Iterator[Facts]:
        try:
            yield from facts
        except InputError as error:
            found = error.findings or (Finding(Level.ERROR, "bad-input", "", "", str(error)),)
            self._errors += map(_shown, found)
            raise self._refusal() from error

    def answer(self, run: Import, revision: int | None) -> ImportAnswer:
        """Return the outcome, once all facts passed."""
        return ImportAnswer(
            run=run,
            revision=revision,
            records=self._records,
            skipped=self._skipped,
            counts=self._counts(),
            nodes=self._validation.nodes(),
            findings=self._found(),
            implausible=self._implausible(),
        )

    def _good(self, facts: Facts) -> Facts:
        """Return what may be stored of a record: all of it, or its findings alone."""
        self._records += 1
        if not self._records % _STEP:
            self._progress(self._records)
        nodes, needs, ties, decisions, found = facts
        bad = bool(found) and any(finding.level is Level.ERROR for finding in found)
        if not bad and (invalid := self._validation.findings(facts)):
            bad, found = True, (*found, *invalid)
        if found:
            found = tuple(map(_shown, found))
            facts = facts._replace(findings=found)
            self._note(found)
        if bad:
            self._skipped += 1
            return Facts(findings=found)
        self._needs += len(needs)
        if nodes or ties or decisions:
            self._nodes += len(nodes)
            self._ties += len(ties)
            self._decisions += len(decisions)
        return facts

    def _note(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            (self._errors if finding.level is Level.ERROR else self._remarks).append(finding)
        if len(self._errors) > MAX_ERRORS:
            raise self._refusal(f"more than {MAX_ERRORS:,} errors, reading stopped")

    def _judge(self) -> None:
        """Raise `InputError` if what was read is not to be stored."""
        if self._errors and not self._skip_bad:
            raise self._refusal()
        if self._counts() == Counts():
            raise InputError(
                f"nothing to import: no good record in what was given for '{self._source.name}'", self._found()
            )
        implausible = self._implausible()
        if implausible and not self._allow_implausible:
            raise InputError(
                f"{implausible[0]}: is the input cut off, or of another kind? If it is right, give --allow-implausible",
                self._found(),
            )

    def _refusal(self, why: str = "") -> InputError:
        others = len(self._errors) - 1
        more = why or (f"and {others:,} more" if others else "")
        return InputError(f"{self._errors[0]}{f' ({more})' if more else ''}", self._found())

    def _counts(self) -> Counts:
        return Counts(self._nodes, self._needs, self._ties, self._decisions)

    def _found(self) -> tuple[Finding, ...]:
        return (*self._errors, *self._remarks)

    def _implausible(self) -> tuple[str, ...]:
        """Return which numbers of nodes a full import does not have; a part may have fewer."""
        found = self._validation.nodes()
        return tuple(
            f"{found.get(kind, 0):,} nodes of kind {kind}, where {usual.start:,} to {usual.stop - 1:,} are usual"
            for kind, usual in self._source.expect.items()
            if found.get(kind, 0) not in range(0 if self._part else usual.start, usual.stop)
        )
