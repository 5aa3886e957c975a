"""Commands about suppliers before an award, and those that write files for people: check, report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.grouping import grouped
from cli.options import Form, Hub, Place, Reading, Sector
from depgraph.errors import UsageError

Buyer = Annotated[
    str, typer.Option("--buyer", metavar="ID", help="Who would award, by id or name.", show_default=False)
]
ServiceType = Annotated[
    str,
    typer.Option(
        "--service-type",
        metavar="TYPE",
        help="Of what: the buyer's needs of this type would move to the supplier.",
        show_default=False,
    ),
]
Against = Annotated[
    list[str],
    typer.Option("--against", metavar="ID", help="Another bidder, beside it; may be repeated.", show_default=False),
]
AsKeeper = Annotated[bool, typer.Option("--as-keeper", help="As you see it, who keeps the store: every page says so.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(check)
    app.command()(report)


@grouped
def check(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="A party, by id or name.", show_default=False)],
    buyer: Buyer = "",
    service_type: ServiceType = "",
    against: Against = [],  # noqa: B006 - Typer makes a list of its own
    *,
    as_keeper: AsKeeper = False,
    reading: Reading,
    form: Form,
) -> None:
    """Look at a supplier before an award: who it is, what it stands on, who stands on it, what the award would do.

    Made as seen by the community: of what is marked TLP:CLEAR and TLP:GREEN. Nothing is stored.

    Example: depgraph check Microsoft --buyer "Example City" --service-type office --against Google
    """
    from cli.checked import write_checked
    from cli.session import lens, looked_at, show
    from depgraph.usecases.questions.check import Checked, check_supplier
    from depgraph.usecases.view import open_view
    from depgraph.usecases.viewers import for_awards

    with looked_at(reading.store, reading.seen_as) as store:
        asked = lens(reading)
        view = open_view(store, asked if as_keeper else replace(asked, viewer=for_awards(asked.viewer)))
        answer = check_supplier(view, supplier, buyer=buyer, service_type=service_type, against=against)
    if form.for_people:
        write_checked(answer)
    else:
        show(answer, Checked, form)


@grouped
def report(
    kind: Annotated[
        Literal["auditor", "hub", "procurement"], typer.Argument(metavar="KIND", help="auditor, hub or procurement")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to; .html, .pdf, .xlsx or .json.")] = Path(
        "report.html"
    ),
    sector: Sector = "",
    hub: Hub = "",
    supplier: Annotated[
        str, typer.Option("--supplier", metavar="ID", help="procurement: about whom.", show_default=False)
    ] = "",
    buyer: Buyer = "",
    service_type: ServiceType = "",
    against: Against = [],  # noqa: B006 - Typer makes a list of its own
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="REPORT",
            help="auditor: tell what changed since an earlier one (in .json), a revision or a date.",
            show_default=False,
        ),
    ] = "",
    *,
    as_keeper: AsKeeper = False,
    reading: Reading,
    place: Place,
) -> None:
    """Write a report: one file that opens offline, every number cited and bounded.

    The ending of its name says what it is: a page, a tagged PDF, a workbook, or JSON. 'hub' is made as seen by
    that hub, 'procurement' of what is marked TLP:CLEAR and TLP:GREEN, and 'auditor' of the whole store.

    Example: depgraph report auditor --sector "Dutch municipalities" --out report.pdf
    """
    from cli.outputs import check_out
    from cli.session import address_of, blocks_worked_out, lens, looked_at, say
    from depgraph.reports.kinds import asked_of
    from depgraph.reports.writing import check_form, write_report
    from depgraph.usecases.auditor.since import earlier
    from depgraph.usecases.auditor.since import since as changes_since
    from depgraph.usecases.questions.readings import readings
    from depgraph.usecases.traces import samples_of
    from depgraph.usecases.view import open_view

    given = {
        "sector": sector,
        "hub": hub,
        "supplier": supplier,
        "buyer": buyer,
        "service_type": service_type,
        "against": tuple(against),
    }
    asked, viewer = asked_of(kind, given, as_keeper=as_keeper)
    if as_keeper and kind == "auditor":
        raise UsageError("report auditor is made as the keeper of the store in any case: leave out --as-keeper")
    if since and kind != "auditor":
        raise UsageError(f"report {kind} does not take --since: report auditor does")
    before = earlier(since) if since else None
    check_form(out)
    check_out(out, store=address_of(reading.store))
    with looked_at(reading.store, reading.seen_as) as store, blocks_worked_out(place):
        asked_by = lens(reading)
        view = open_view(store, replace(asked_by, viewer=viewer or asked_by.viewer))
        resting = readings(store, view) if kind == "auditor" else None
        samples = samples_of(store, view.graph.digest) if kind == "auditor" else None
        changed = changes_since(store, view, before, sector=sector, hub=hub) if before else None
        write_report(kind, view, out, readings=resting, samples=samples, since=changed, **asked)
    say(f"wrote {out}")
