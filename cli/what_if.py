"""Commands about changes: what-if."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import ByOption, Form, Hub, Reading, ScenarioFile, Sector
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from depgraph.usecases.answer import Plain
    from depgraph.usecases.questions.differences import Difference
    from depgraph.usecases.questions.whatif import Comparison

_UNIT: Final = ("score", "fails", "functions", "organisations", "people")
_SHARES: Final = ("score", "highest_score", "share", "cr1", "cr3", "cr5", "scenario_score")

_WIDE: Final = 80
"""From this width of the terminal on, both ends of a number stand on one line however long they are."""

_SHORT: Final = 12
"""How long a line of both ends may be where the terminal is narrower."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("what-if")(what_if)


@grouped
def what_if(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="The change, a TOML or JSON file or the JSON itself: needs added, removed."
        ),
    ] = None,
    scenario: ScenarioFile = None,
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Of how many units and shares; 0 is all.")] = 10,
    fail_over: Annotated[
        float | None,
        typer.Option(
            "--fail-over",
            min=0,
            metavar="X",
            help="Exit with 1 if, after the change, an upper score (X up to 1) or HHI (X above 1) is above X.",
            show_default=False,
        ),
    ] = None,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Compare the graph with a change applied: an award, an exit, a second supplier, an exercised fallback.

    The file says which needs are added ([[adds]] with dependent and provider, and [[adds]] with the
    id of a supplier that is new), and which go ([[removes]] with ids, and replaced_by). What
    [[fails]] in it fails before and after; [[fallbacks]] are assumed after. Nothing is stored.

    Example: depgraph what-if award.toml --by group
    """
    from cli.session import fail_if, show, viewed
    from cli.written import scenario_in
    from depgraph.usecases.questions.compared import Compared
    from depgraph.usecases.questions.whatif import what_if as compare

    given = [path for path in (file, scenario) if path]
    if len(given) != 1:
        raise UsageError("say what changes: give one FILE")
    read = scenario_in(given[0])
    with viewed(reading) as view:
        answer = compare(view, read, by=by, sector=sector, hub=hub, limit=limit)
    if form.for_people:
        _write(answer)
    else:
        show(answer, Compared, form)
    if fail_over is not None and fail_over > 1:
        fail_if(answer.highest_index, fail_over, answer.unmeasured)
    else:
        fail_if(answer.highest_score, fail_over)


def _write(answer: Comparison) -> None:
    """Write what differs, for people, a table for each sort of measure."""
    from cli.tables import console, write_notes

    out = console()
    out.print(answer.adds.scenario.name, style="bold underline")
    write_differences(out, answer.rows)
    out.print()
    write_notes(answer.meta, out)


def write_differences(out: Console, differences: Sequence[Difference]) -> None:
    """Write measures before and after, for people, a table for each sort of measure."""
    from cli.tables import write_rows

    room = out.width if out.width >= _WIDE else _SHORT
    for title, belongs, columns in _TABLES:
        rows: list[Plain] = [_texts(row, room) for row in differences if belongs(row)]
        if rows:
            out.print(f"\n{title}", style="bold")
            left = write_rows(out, rows, columns, keep=3)
            if left:
                out.print(f"too narrow for: {', '.join(left)}; --csv has all", style="dim")


def _texts(row: Difference, room: int) -> dict[str, Plain]:
    measure = row.measure.replace("_", " ")
    return {
        "measure": measure,
        "what": f"{row.name}: {measure}",
        "name": row.name,
        "before": both_ends(row, row.before_at_lower, row.before_at_upper, room),
        "after": both_ends(row, row.after_at_lower, row.after_at_upper, room),
        "id": row.id,
    }


def _of_scenario(row: Difference) -> bool:
    return row.measure.startswith(("scenario_", "people_hours", "functions_within_"))


_EACH: Final = ("what", "before", "after", "id")
_TABLES: Final = (
    ("In all:", lambda row: not row.id and not _of_scenario(row), ("measure", "before", "after", "name")),
    ("If what the file says fails:", _of_scenario, ("measure", "before", "after")),
    ("Functions that the change touches:", lambda row: row.measure.startswith("cut_sets"), _EACH),
    ("Units whose failure would do more or less:", lambda row: row.id and row.measure in _UNIT, _EACH),
    ("Shares of direct needs:", lambda row: row.measure == "share", _EACH),
)


def both_ends(row: Difference, low: float | None, high: float | None, room: int = _WIDE) -> str:
    """Return both ends as people read them, on two lines where there is no room for one."""
    from cli.tables import number

    ends = [number(value, "share" if row.measure in _SHARES else "") for value in (low, high)]
    if ends[0] == ends[1]:
        return ends[0]
    line = " | ".join(ends)
    return line if len(line) <= room else " |\n".join(ends)
