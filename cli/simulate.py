"""Commands about chance: simulate, importance."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from cli.grouping import grouped
from cli.options import Cluster, Form, Hub, Limit, Reading, Sector
from depgraph.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(simulate)
    app.command()(importance)


@grouped
def simulate(
    probabilities: Annotated[
        str | None,
        typer.Option(
            "--probabilities", metavar="FILE", help="How likely failures are: TOML or JSON.", show_default=False
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="A scenario with [probabilities], in place of --probabilities.",
            show_default=False,
        ),
    ] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help="How many times to draw.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same answer.")] = 1,
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    *,
    reading: Reading,
    cluster: Cluster,
    form: Form,
) -> None:
    """Let suppliers and services fail at random, by themselves and together, and count what is hit.

    The file says how likely: all = 0.001, [kind] party = 0.01, [node] "name:X" = 0.05,
    [common.country] US = 0.0001 for all parties of a country at once, [[together]] nodes and
    factor for what shares a cause. A probability may be {per_year = 2, hours = 8}.

    Ctrl-C ends the work early: the answer holds for the trials that were done, says so, and
    the exit code is 130.

    Example: depgraph simulate --probabilities chances.toml --trials 100000
    """
    from cli.progress import bar, end_if_interrupted
    from cli.session import blocks_worked_out, show, viewed
    from cli.written import probabilities_in, scenario_in
    from depgraph.usecases.questions.simulation import Distribution, simulate_failures, simulate_scenario

    if (probabilities is None) == (scenario is None):
        raise UsageError("say how likely failures are: give one of --probabilities FILE and --scenario FILE")
    told = scenario_in(scenario) if scenario else None
    table, name = probabilities_in(probabilities) if probabilities else ({}, "")
    with viewed(reading) as view, blocks_worked_out(cluster), bar("trials") as progress:
        ask = partial(simulate_scenario, view, told) if told else partial(simulate_failures, view, table, name=name)
        answer = ask(trials=trials, seed=seed, sector=sector, hub=hub, limit=limit, progress=progress)
    show(answer, Distribution, form)
    if form.for_people:
        from cli.tables import write_chances

        write_chances(answer)
    end_if_interrupted(answer)


@grouped
def importance(
    node: Annotated[str, typer.Argument(metavar="ID", help="What fails: an id, an alias, or the name of a node.")],
    probabilities: Annotated[
        str,
        typer.Option(
            "--probabilities", metavar="FILE", help="How likely failures are: TOML or JSON.", show_default=False
        ),
    ],
    limit: Limit = 20,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Rank what may fail by how much it matters for one function or service, exactly.

    The measures of fault-tree analysis: Birnbaum, criticality, risk achievement and risk
    reduction worth, Fussell-Vesely. The file is that of simulate.

    Example: depgraph importance function:Ede/mail --probabilities chances.toml
    """
    from cli.session import show, viewed
    from cli.written import probabilities_in
    from depgraph.usecases.questions.importance import Important, rank_importance

    table, name = probabilities_in(probabilities)
    with viewed(reading) as view:
        answer = rank_importance(view, node, table, name=name, limit=limit)
    columns = ("name", "probability", "fussell_vesely", "birnbaum", "criticality", "kind", "id")
    show(answer, Important, form, columns=columns)
    if form.for_people:
        from cli.tables import console

        failure = answer.adds.failure
        ends = " \u2013 ".join(dict.fromkeys(f"{end:.3g}" for end in (failure.lower, failure.upper)))
        console().print(f"it fails with probability {ends}")
