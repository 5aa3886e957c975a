"""Import a source: all of its facts or none, with everything that was found wrong."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from depgraph.counting import counted
from depgraph.errors import AccessError, EmptyStoreError, MissingPathError, StoreError, UsageError
from depgraph.model import Facts, Finding, Import, Level
from depgraph.ports import Known
from depgraph.usecases.keeping.betraying import Kept
from depgraph.usecases.keeping.denials import Heard
from depgraph.usecases.keeping.garbage import seldom_collected
from depgraph.usecases.keeping.intake import Intake
from depgraph.usecases.keeping.known import entities_of, known_to
from depgraph.usecases.keeping.precedence import (
    EMPTY,
    age_held,
    moved_date,
    older,
    refuse_future,
    refuse_older,
    refuse_weaker,
    replaced_by,
)
from depgraph.usecases.keeping.receipts import input_files, receipt_of
from depgraph.usecases.keeping.verdict import judge
from depgraph.usecases.questions.lookalikes import notes_on
from depgraph.usecases.replies import own_of
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depgraph.model import Kind, Marking
    from depgraph.ports import Counts, Given, Source, Store
    from depgraph.usecases.keeping.verdict import Verdict


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
    in_force : bool
        Whether it is what the source says from now on; else it is kept as history.
    verdict : Verdict or None
        How whoever receives such data would judge them; None where the source has no published rules.

    """

    run: Import
    revision: int | None
    records: int
    skipped: int
    counts: Counts
    nodes: Mapping[Kind, int]
    findings: tuple[Finding, ...]
    implausible: tuple[str, ...]
    verdict: Verdict | None = None
    in_force: bool = True


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
    allow_future: bool = False,
    may_weaken: bool = False,
    everything: bool = False,
    older_as_history: bool = False,
    least_nodes: int = 0,
    naming: Callable[[str], str] = lambda part: part,
    knowing: Store | None = None,
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
    allow_future : bool
        Whether the data may have been retrieved after `today`.
    may_weaken : bool
        Whether the marking may be weaker than that of the import that is replaced: somebody
        said it, and it is not only the source's own.
    everything : bool
        Of a source that keeps what the store knows: keep the rest as well.
    older_as_history : bool
        Whether data older than those in force are kept as history, in place of replacing them or being refused.
    least_nodes : int
        Fewer records about nodes than this are refused as a count that is implausible.
    naming : callable
        Gives what a part is called in the store.
    knowing : Store, optional
        What is looked up to read the data, where that may not be all of the store: what is found there shows in what is
        stored, and who may see this may not be told more by it.
    progress : callable, optional
        Told how many records were read, now and then.

    Raises
    ------
    UsageError, MissingPathError
        If a path is missing, a date is none or after `today`, an option is not for this
        source, or the marking is weaker than before. The store is unchanged.
    InputError
        If a record is bad and `skip_bad` is not given, nothing is good, or a count is
        implausible; its findings are all that was found. The store is unchanged.
    StoreError
        If the store cannot do it. The store is unchanged.

    """
    _check_paths(given)
    check_options(source, given, everything=everything)
    date = _checked_date(retrieved or source.stated_date(given) or today)
    if not allow_future:
        refuse_future(date, today, stated=not retrieved)
    stated_part = "" if part else source.part_of(given)
    part = part or stated_part
    run = Import(source.name, naming(part), date, marking or source.marking, source.trust, source.licence)
    intake = Intake(
        source,
        part,
        skip_bad=skip_bad,
        allow_implausible=allow_implausible,
        least_nodes=least_nodes,
        progress=progress,
    )
    told: tuple[Finding, ...] = ()
    selected: Known | None = None
    if source.selects and not everything:
        known = known_to(knowing or store, without=source.name)
        given = replace(given, known=known)
        told = _left_out(store, source, known) if knowing else ()
        selected = None if knowing else known
    elif source.replies:
        given = replace(given, known=_own(store, source.part_of(given)))
    elif source.checks_with:
        given = replace(given, known=_entities(knowing or store, source.checks_with, dry_run=dry_run))
    # Else a dry run asks nothing of a store, which need not be there.
    before = EMPTY if dry_run else store.describe()
    replaced = replaced_by(run, before)
    if replaced and not may_weaken:
        refuse_weaker(run, replaced.run)
    in_force = not (older_as_history and replaced and run.retrieved < replaced.run.retrieved)
    if replaced and stated_part and in_force:
        age = source.stated_age(given)
        refuse_older(run, replaced.run, age=age, age_before=age_held(store, run) if age else "")
    # Kept with the import, as all that is found.
    remarks = (Facts(findings=(remark,)) for remark in (older(run, replaced) if in_force else ()))
    facts = intake.checked(chain(remarks, source.read(replace(given, passed=intake.pass_over))))
    heard = Heard()
    if source.replies:
        facts = heard.passing(facts)
    kept = Kept(store, run, selected)
    facts = kept.passing(facts)
    revision = None
    moved: tuple[Finding, ...] = ()
    with seldom_collected():
        if dry_run:
            for _ in facts:
                pass
        else:
            files = input_files((*given.paths, *filter(None, (given.mapping,))))
            receipt = partial(receipt_of, source, files, intake)
            revision = store.replace(run, facts, receipt=receipt, in_force=in_force).revision
            moved = tuple(moved_date(store, before))
        told += (*heard.unstated(store, run), *kept.findings())
    rules = source.rules(given)
    return ImportAnswer(
        run=run,
        revision=revision,
        records=intake.records,
        skipped=intake.skipped,
        counts=intake.counts(),
        nodes=intake.nodes(),
        findings=(*intake.findings(), *told, *moved, *notes_on(None if dry_run else store, intake.parties())),
        implausible=intake.implausible(),
        verdict=judge(rules, intake.findings()) if rules else None,
        in_force=in_force,
    )


def _left_out(store: Store, source: Source, known: Known) -> tuple[Finding, ...]:
    """Tell what is in the store and is not kept, since not all who will see the import see that."""
    count = len(known_to(store, without=source.name).ids - known.ids)
    if not count:
        return ()
    them = "it" if count == 1 else "them"
    return (
        Finding(
            Level.NOTE,
            "not-for-all",
            "",
            "",
            f"nothing is kept of {counted(count, 'id')} that you see, since it would tell all who see this import that"
            f" the store names {them}: mark it as what names {them} is, or import everything",
        ),
    )


def _own(store: Store, organisation: str) -> Known:
    """Return what is an organisation's own; of a store that holds nothing, nothing but itself."""
    try:
        view = open_view(store)
    except EmptyStoreError:
        return Known()
    return Known(own=own_of(view, organisation))


def _entities(store: Store, source: str, *, dry_run: bool) -> Known:
    """Return what a source says of parties, nothing in a dry run over a store that cannot be read."""
    try:
        return entities_of(store, source)
    except (StoreError, AccessError):
        if dry_run:
            return Known()
        raise


def _check_paths(given: Given) -> None:
    if not given.paths:
        raise UsageError("no path is given: name the files or folders to import")
    for path in given.paths:
        if not path.exists():
            raise MissingPathError(f"'{path}' does not exist")


def check_options(source: Source, given: Given, *, everything: bool) -> None:
    """Refuse options that are not for a source.

    Raises
    ------
    UsageError
        If there is one.

    """
    if everything and not source.selects:
        raise UsageError(f"'{source.name}' keeps everything that it is given: leave --all out")
    for option, value in (("decimal", given.decimal), ("placeholders", given.placeholders)):
        if value and not source.tables:
            raise UsageError(f"--{option} is for tables that people fill, and '{source.name}' is none: leave it out")
    if given.authority and not source.rules(given):
        raise UsageError(f"--authority is for filings to a supervisor, and '{source.name}' is none: leave it out")
    asked = {"all-cpv": given.all_cpv, "veat": given.veat, "assume-years": given.assume_years is not None}
    for option, told in asked.items():
        if told and not source.notices:
            raise UsageError(f"--{option} is for notices of procurement, and '{source.name}' is none: leave it out")
    if source.mapped and not given.mapping:
        cure = f"depgraph map {given.paths[0].name if given.paths else 'FILE'} writes one to review"
        raise UsageError(f"'{source.name}' needs --map MAPPING: {cure}")
    if given.mapping and not source.mapped:
        raise UsageError(f"--map is for the source table, and '{source.name}' has a form of its own: leave it out")


def _checked_date(date: str) -> str:
    # A plain form is asked for, since Python also reads 20251231 and 2025-W52-3.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date, re.ASCII):
        raise UsageError(f"'{date}' is not a date: write year-month-day, such as 2025-12-31")
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError:
        raise UsageError(f"'{date}' is not a day of the calendar") from None
