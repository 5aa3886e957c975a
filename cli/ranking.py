"""Commands that rank: spof, concentration, blast, centrality."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import (
    AsOf,
    By,
    ByOption,
    Csv,
    FailOver,
    Hub,
    Json,
    Limit,
    Market,
    Measure,
    MinConfidence,
    Reference,
    Revision,
    ScenarioFile,
    Sector,
    StoreOption,
    Tier,
    Weight,
    named_or_scenario,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(concentration)
    app.command()(spof)
    app.command()(blast)
    app.command()(centrality)


def concentration(
    by: Annotated[Reference, typer.Option("--by", help="Whose shares.")] = "group",
    market: Annotated[Market, typer.Option("--market", help="What makes a market.")] = "none",
    weight: Annotated[Weight, typer.Option("--weight", help="What a dependant weighs.")] = "count",
    tier: Annotated[Tier, typer.Option("--tier", help="Direct suppliers, or everyone behind them.")] = "direct",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    fail_over: FailOver = None,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Show how concentrated a market is: shares and indices, each with its bounds.

    --fail-over compares the upper Herfindahl-Hirschman index (0 to 10,000) of each market.

    Example: depgraph concentration --by hyperscaler --tier all
    """
    from cli.doors import fail_if, opened, seen, show
    from depgraph.usecases.concentration import Share, measure_concentration

    with opened(store) as opening:
        answer = measure_concentration(
            seen(opening, as_of, revision, min_confidence),
            by=by,
            market=market,
            weight=weight,
            tier=tier,
            sector=sector,
            hub=hub,
            limit=limit,
        )
    columns = (
        ("name", "share", "dependants", "id") if market == "none" else ("market", "name", "share", "dependants", "id")
    )
    show(answer, Share, as_json=json, as_csv=csv, columns=columns, keep=columns.index("share") + 1)
    if not (json or csv):
        from cli.tables import write_markets

        write_markets(answer)
    fail_if(answer.highest, fail_over)


def spof(
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    fail_over: FailOver = None,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Rank single points of failure: what would stop if each unit failed alone.

    Each number is an interval: lower what certainly fails, upper what may fail, as far as
    links are known. --fail-over compares the upper score of every unit. Ctrl-C ends the work
    early: the units done so far are ranked, the answer says so, and the exit code is 130.

    Example: depgraph spof --by group --limit 10
    """
    from cli.doors import fail_if, opened, seen, show
    from cli.progress import bar, end_if_interrupted
    from depgraph.usecases.spof import SinglePoint, rank_single_points

    with opened(store) as opening, bar("units") as progress:
        view = seen(opening, as_of, revision, min_confidence)
        answer = rank_single_points(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
    show(
        answer,
        SinglePoint,
        as_json=json,
        as_csv=csv,
        columns=("name", "score", "organisations", "functions", "people", "fails", "reach", "id"),
    )
    end_if_interrupted(answer)
    fail_if(answer.highest, fail_over)


def blast(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="What fails together.")] = None,
    by: Annotated[
        By | None,
        typer.Option(
            "--by", help="Take the id as such a unit, for example a group with all it owns.", show_default=False
        ),
    ] = None,
    scenario: ScenarioFile = None,
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 0,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Show what fails if these fail, each with the chain that takes it down.

    Example: depgraph blast name:Microsoft
    """
    from cli.doors import opened, seen, show
    from depgraph.usecases.blast import Casualty, blast_radius, blast_scenario
    from depgraph.usecases.scenario import read_scenario

    named = named_or_scenario(ids, scenario, by=by)
    read = read_scenario(scenario) if scenario else None
    with opened(store) as opening:
        view = seen(opening, as_of, revision, min_confidence)
        answer = (
            blast_scenario(view, read, sector=sector, hub=hub, limit=limit)
            if read
            else blast_radius(view, named, by=by, sector=sector, hub=hub, limit=limit)
        )
    show(answer, Casualty, as_json=json, as_csv=csv, columns=("name", "certain", "kind", "tier", "witness"))


def centrality(
    measure: Annotated[Measure, typer.Option("--measure", help="Which measure.")] = "pagerank",
    limit: Limit = 20,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Rank nodes by a measure of centrality on the direction of dependency.

    These see links, not redundancy: for what fails, use spof.

    Example: depgraph centrality --measure betweenness
    """
    from cli.doors import opened, seen, show
    from cli.progress import bar
    from depgraph.usecases.centrality import Central, rank_centrality

    with opened(store) as opening, bar("sources") as progress:
        view = seen(opening, as_of, revision, min_confidence)
        answer = rank_centrality(view, measure=measure, limit=limit, progress=progress)
    show(answer, Central, as_json=json, as_csv=csv, columns=("name", "value", "kind", "id"))
