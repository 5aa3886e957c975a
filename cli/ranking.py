"""Commands that rank: spof, concentration, blast, centrality."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import (
    AsUnit,
    ByOption,
    Cluster,
    FailOver,
    Form,
    Hub,
    Limit,
    LongLimit,
    Reading,
    ScenarioFile,
    Sector,
    most,
    named_or_scenario,
)
from depgraph.usecases.words import Market, Measure, Reference, Tier, Weight

MARKETS_SHOWN: Final = 10
SHARES_SHOWN: Final = 5
"""How many markets a table shows, and how many shares of each."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(concentration)
    app.command()(spof)
    app.command()(blast)
    app.command()(centrality)


@grouped
def concentration(
    by: Annotated[Reference, typer.Option("--by", help="Whose shares.")] = "group",
    market: Annotated[Market, typer.Option("--market", help="What makes a market.")] = "none",
    weight: Annotated[Weight, typer.Option("--weight", help="What a dependant weighs.")] = "count",
    tier: Annotated[Tier, typer.Option("--tier", help="Direct suppliers, or everyone behind them.")] = "direct",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    fail_over: FailOver = None,
    cost_at_most: Annotated[
        float | None,
        typer.Option(
            "--cost-at-most",
            metavar="EUR",
            help="By cost: take each record without cost as anything from 0 to this, in euros a year.",
            show_default=False,
        ),
    ] = None,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Show how concentrated a market is: shares and indices, each with its bounds.

    --fail-over compares the upper Herfindahl-Hirschman index (0 to 10,000) of each market. Of many
    markets a table shows the most concentrated ones, with their largest shares; --limit 0 shows all.
    A market without an index, as with --tier all, never passes.

    By cost, shares are those of the known costs. With --cost-at-most they are bounds over all that
    blank ones may be; indices are then given for blanks at 0 and at most, and are no bounds.

    Example: depgraph concentration --by hyperscaler --tier all
    """
    from cli.session import fail_if, show, viewed
    from depgraph.usecases.questions.concentration import Share, measure_concentration, most_concentrated

    with viewed(reading) as view:
        answer = measure_concentration(
            view,
            by=by,
            market=market,
            weight=weight,
            tier=tier,
            sector=sector,
            hub=hub,
            limit=limit,
            cost_at_most=cost_at_most,
        )
    columns = (
        ("name", "share", "dependants", "id") if market == "none" else ("market", "name", "share", "dependants", "id")
    )
    shown = answer
    if form.for_people and market != "none" and limit:
        # A table of every share of every market is a thousand lines: who wants them says --limit 0.
        shown = most_concentrated(answer, MARKETS_SHOWN, each=min(limit, SHARES_SHOWN))
    title = "Shares of the known costs" if weight == "cost" and cost_at_most is None else ""
    show(shown, Share, form, columns=columns, keep=columns.index("share") + 1, title=title)
    if form.for_people:
        from cli.tables import write_markets

        write_markets(shown)
    fail_if(answer.highest, fail_over, answer.unmeasured)


@grouped
def spof(
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    fail_over: FailOver = None,
    *,
    reading: Reading,
    cluster: Cluster,
    form: Form,
) -> None:
    """Rank single points of failure: what would stop if each unit failed alone.

    Each number is an interval: lower what certainly fails, upper what may fail, as far as
    links are known. --fail-over compares the upper score of every unit. Ctrl-C ends the work
    early: the units done so far are ranked, the answer says so, and the exit code is 130.

    Example: depgraph spof --by group --limit 10
    """
    from cli.progress import bar, end_if_interrupted
    from cli.session import blocks_worked_out, fail_if, show, viewed
    from depgraph.usecases.questions.spof import RankedPoint, rank_single_points

    with viewed(reading) as view, blocks_worked_out(cluster), bar("units") as progress:
        answer = rank_single_points(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
    columns = ("name", "score", "organisations", "functions", "people", "fails", "reach", "rank", "id")
    show(answer, RankedPoint, form, columns=columns)
    end_if_interrupted(answer)
    fail_if(answer.highest, fail_over)


@grouped
def blast(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="What fails together.")] = None,
    by: AsUnit = None,
    scenario: ScenarioFile = None,
    sector: Sector = "",
    hub: Hub = "",
    limit: LongLimit = None,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Show what fails if these fail, each with the chain that takes it down.

    Example: depgraph blast name:Microsoft
    """
    from cli.session import show, viewed
    from cli.written import scenario_in
    from depgraph.usecases.questions.blast import Casualty, blast_radius, blast_scenario

    named = named_or_scenario(ids, scenario, by=by)
    read = scenario_in(scenario) if scenario else None
    with viewed(reading) as view:
        answer = (
            blast_scenario(view, read, sector=sector, hub=hub, limit=limit or 0)
            if read
            else blast_radius(view, named, by=by, sector=sector, hub=hub, limit=limit or 0)
        )
    show(answer, Casualty, form, columns=("name", "certain", "kind", "tier", "because", "id"), most=most(limit))


@grouped
def centrality(
    measure: Annotated[Measure, typer.Option("--measure", help="Which measure.")] = "pagerank",
    limit: Limit = 20,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Rank nodes by a measure of centrality on the direction of dependency.

    These see links, not redundancy: for what fails, use spof.

    Example: depgraph centrality --measure betweenness
    """
    from cli.progress import bar
    from cli.session import show, viewed
    from depgraph.usecases.questions.centrality import Central, rank_centrality

    with viewed(reading) as view, bar("sources") as progress:
        answer = rank_centrality(view, measure=measure, limit=limit, progress=progress)
    show(answer, Central, form, columns=("name", "value", "kind", "id"))
