"""What an import is beside what the store holds: older, later than today, more open, or of another date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from depgraph.counting import counted
from depgraph.errors import UsageError
from depgraph.graph import audience_of, may_see
from depgraph.graph.registers import REGISTER
from depgraph.model import Finding, Level
from depgraph.ports import Description, latest_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Import, Marking, Need
    from depgraph.ports import Store, Superseded

OLDER: Final = "older"
"""Code of the finding that older data replace newer ones."""

DATE_MOVED: Final = "date-moved"
"""Code of the finding that answers are now as of another date, unless they are asked for one."""

EMPTY: Final = Description("", "", "", 0, ())
"""What a store says of itself that holds nothing."""

_NAMED: Final = 5


def replaced_by(run: Import, before: Description) -> Superseded | None:
    """Return the import in force of the same source and part, or None."""
    same = (one for one in before.history if one.until is None)
    return next((one for one in same if (one.run.source, one.run.part) == (run.source, run.part)), None)


def refuse_future(retrieved: str, today: str, *, stated: bool) -> None:
    """Refuse data that were retrieved after today, as a mistyped year has it.

    They would be the newest for as long, and move the date of every answer.

    Raises
    ------
    UsageError
        If they are.

    """
    if today and retrieved > today:
        said = "the data say of themselves" if stated else "--retrieved says"
        raise UsageError(
            f"{said} that they were retrieved on {retrieved}, after today ({today}):"
            " correct it with --retrieved, or give --allow-future"
        )


def refuse_weaker(run: Import, before: Import) -> None:
    """Refuse a marking that lets others see what was closed to them, unless somebody says so.

    Raises
    ------
    UsageError
        If anybody may see what is so marked who might not before, whatever the labels.

    """
    if opens(run.marking, before.marking):
        part = f" --part '{run.part}'" if run.part else ""
        raise UsageError(
            f"'{run.source}'{part} was marked {before.marking.text or before.marking.label.value} and would now be"
            f" {run.marking.text or run.marking.label.value}, which more may see: say --marking (with --hub,"
            " --organisation, --recipient as before), whichever you mean"
        )


def refuse_older(run: Import, before: Import, *, age: str = "", age_before: str = "") -> None:
    """Refuse data older than those of the same part, which the data name themselves.

    Parameters
    ----------
    age, age_before : str
        What the data say of their age, where it is more than the date; they are compared as texts.

    Raises
    ------
    UsageError
        If they are.

    """
    if run.retrieved < before.retrieved:
        raise UsageError(
            f"'{run.source}' of {run.part} is of {run.retrieved}, and the store has that of {before.retrieved}: an"
            " older one does not replace it (to go back: depgraph revert; to keep both: --part)"
        )
    if run.retrieved == before.retrieved and age and age < age_before:
        raise UsageError(
            f"'{run.source}' of {run.part} is of {age}, and the store has that of {age_before}: an earlier one of the"
            " same date does not replace it (to go back: depgraph revert; to keep both: --part)"
        )


def age_held(store: Store, run: Import) -> str:
    """Return what the import of the same source and part that a store holds says of its age; empty if nothing."""
    with store.load() as snapshot:
        said = (
            finding.message
            for imported in snapshot.imports
            if (imported.run.source, imported.run.part) == (run.source, run.part)
            for finding in imported.findings
            if finding.code == REGISTER
        )
        return max(said, default="")


def older(run: Import, replaced: Superseded | None) -> Iterator[Finding]:
    """Yield the warning that older data replace newer ones."""
    if replaced and run.retrieved < replaced.run.retrieved:
        yield Finding(
            Level.WARNING,
            OLDER,
            "",
            "",
            f"data retrieved on {run.retrieved} replace those of {replaced.run.retrieved} (revision"
            f" {replaced.revision}): if that is not meant, go back with depgraph revert --to {replaced.revision}",
        )


def moved_date(store: Store, before: Description) -> Iterator[Finding]:
    """Yield the note that answers are as of another date than before, and which needs that moves out of force."""
    was, now = _latest(before), _latest(store.describe())
    if not was or was == now:
        return
    ended, begun = [], 0
    with store.load() as snapshot:
        for imported in snapshot.imports:
            for need in imported.needs:
                then, today = _in_force(need, was), _in_force(need, now)
                begun += today and not then
                if then and not today:
                    ended.append(f"{need.dependent} -> {need.provider}")
    names = sorted(set(ended))
    shown = "; ".join(names[:_NAMED]) + (f"; and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    told = f" ({shown})" if names else ""
    no_more = counted(len(ended), "need in force then is", "needs in force then are")
    yield Finding(
        Level.NOTE,
        DATE_MOVED,
        "",
        "",
        f"answers are now as of {now}, before as of {was}: {no_more} no longer{told},"
        f" {counted(begun, 'is that was', 'are that were')} not; --as-of {was} asks as before",
    )


def opens(marking: Marking, closed: Marking) -> bool:
    """Say whether a marking lets somebody see what another one closes to him, be its label the closer one."""
    # Whoever is named is one who logs in.
    return not all(may_see(replace(viewer, community=True), closed) for viewer in audience_of(marking))


def _latest(description: Description) -> str:
    """Return the date as of which answers are unless they are asked for one; empty if there are none."""
    return latest_date(one.run for one in description.history if one.until is None)


def _in_force(need: Need, day: str) -> bool:
    return (need.valid_from or "") <= day and (not need.valid_to or day <= need.valid_to)
