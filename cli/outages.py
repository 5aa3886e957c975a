"""Commands about time: outage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import AsUnit, Form, Hub, LongLimit, Reading, ScenarioFile, Sector, most, named_or_scenario
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer, Plain
    from depgraph.usecases.questions.interruptions import Interruption
    from depgraph.usecases.questions.outage import OutageAdds

_COLUMNS: Final = ("name", "down from hour", "hours down", "people-hours", "kind", "because of", "id")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(outage)


@grouped
def outage(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="What is down, from hour 0 on.")] = None,
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="H", help="For so many hours.", show_default=False)
    ] = None,
    days: Annotated[
        float | None, typer.Option("--days", metavar="D", help="For so many days.", show_default=False)
    ] = None,
    forever: Annotated[bool, typer.Option("--forever", help="It does not come back, as when a supplier ends.")] = False,
    by: AsUnit = None,
    scenario: ScenarioFile = None,
    sector: Sector = "",
    hub: Hub = "",
    limit: LongLimit = None,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Show who is down from when to when if something is down for a time, and what that costs.

    A fallback delays the failure by the hours that it carries: a tested one (operating) for certain, one that exists
    perhaps. Each comes back its own recovery hours after all that it needs. People-hours are people served times hours
    down beyond what the function tolerates. Each number is an interval, as far as links are known.

    Example: depgraph outage "Example Cloud Inc" --by group --days 3
    """
    from cli.session import show, viewed
    from cli.written import scenario_in
    from depgraph.usecases.questions.interruptions import Interruption
    from depgraph.usecases.questions.outage import follow_outage, follow_scenario

    named = named_or_scenario(ids, scenario, by=by)
    lasts = _lasts(hours, days, forever=forever, in_file=scenario is not None)
    read = scenario_in(scenario) if scenario else None
    with viewed(reading) as view:
        answer = (
            follow_scenario(view, read, sector=sector, hub=hub, limit=limit or 0)
            if read
            else follow_outage(view, named, hours=lasts, by=by, sector=sector, hub=hub, limit=limit or 0)
        )
    if form.for_people:
        _write(answer, most(limit))
    else:
        show(answer, Interruption, form)


def _lasts(hours: float | None, days: float | None, *, forever: bool, in_file: bool) -> float:
    """Return for how many hours it lasts, of the one option that says so."""
    given = (hours, None if days is None else days * 24, math.inf if forever else None)
    said = [value for value in given if value is not None]
    if in_file:
        if said:
            raise UsageError("the scenario says how long it lasts: leave out --hours, --days and --forever")
        return 0.0
    if len(said) != 1:
        raise UsageError("say how long it lasts: one of --hours H, --days D and --forever")
    return said[0]


def _write(answer: Answer[Interruption, OutageAdds], shown: int) -> None:
    """Write the periods, the cost, and how many functions stop when, for people."""
    from cli.tables import console, number, write_more, write_notes, write_rows

    out = console()
    rows: list[Plain] = [
        {
            "name": row.name or row.id,
            "kind": row.kind,
            "down from hour": _span(row.down_from_lower, row.down_from_upper, "perhaps never"),
            "hours down": _span(row.hours_down_lower, row.hours_down_upper, "for ever"),
            "people-hours": _span(row.people_hours_lower, row.people_hours_upper, "no end or unknown"),
            "because of": row.because or "the scenario",
            "id": row.id,
        }
        for row in answer.rows[: shown or None]
    ]
    if rows:
        left = write_rows(out, rows, _COLUMNS, keep=3)
        if left:
            out.print(f"too narrow for: {', '.join(left)}; --csv has all", style="dim")
        write_more(out, len(answer.rows) - len(rows))
    else:
        out.print("nothing else goes down")
    adds = answer.adds
    lost, in_all = adds.people_hours, adds.stopped_in_all
    out.print(f"people-hours in all: {_span(lost.lower, lost.upper, 'no end or unknown')}")
    lasts = in_all.lasts_hours
    # Where nobody has functions, organisations stop with what they need.
    what = "functions" if "functions" in adds.losses else "organisations"
    for stopped in adds.stopped:
        if lasts is None or stopped.within_hours < lasts:
            counts = _span(*stopped.counts.of(what), "")
            out.print(f"{what} stopped by hour {number(stopped.within_hours)}: {counts}")
    out.print(f"{what} stopped in all: {_span(*in_all.counts.of(what), '')}")
    write_notes(answer.meta, out)


def _span(low: float | None, high: float | None, endless: str) -> str:
    """Return an interval as people read it."""
    from cli.tables import number

    ends = [endless if value is None else number(value) for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else " \u2013 ".join(ends)
