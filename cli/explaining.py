"""The command explain: on what one figure of an answer rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.grouping import grouped
from cli.options import Form, Hub, Limit, Reading, Sector

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.explain import Explained
    from depgraph.usecases.questions.grounds import Ground


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(explain)


@grouped
def explain(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A figure, such as spof/party/score_upper/name:X.")],
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    probabilities: Annotated[
        str | None,
        typer.Option(
            "--probabilities",
            metavar="FILE",
            help="Of random failures: how likely they are, as of simulate. Without it as reports assume.",
            show_default=False,
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="Of random failures: how many times to draw, as of the answer.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of random failures: as of the answer.")] = 1,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="Of what-if/... and scenario/...: the change, or what fails; of simulate/... how likely that is;"
            " a TOML or JSON file or the JSON itself.",
            show_default=False,
        ),
    ] = None,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Lead from one figure of an answer or report to the facts behind it, their records and the method.

    REF is spof/BY/MEASURE/ID: BY as in spof --by; MEASURE is score, functions, organisations or people with
    _lower or _upper; ID the id of a row. Of concentration it is concentration/BY/share_upper/ID, and of the
    whole market an index without an id, such as concentration/BY/hhi_upper. Whether NODE fails with ID is
    blast/BY/fails_lower/ID/stops/NODE (certainly) or fails_upper (possibly). Of gaps it is
    gaps/BY/width/DEPENDENT/asks/QUESTION/REQUIREMENT, of outage outage/BY/people_hours_upper/ID/for/HOURS
    or outage/BY/hours_down_upper/ID/for/HOURS/stops/NODE, of pairs pairs/BY/score_at_upper/ID/and/ID, of
    the size of the graph counts/needs. Of random failures it is simulate/organisations_mean_upper,
    simulate/probability_upper/FUNCTION, simulate/at_least_upper/NUMBER or, of a cause of the tail,
    simulate/in_tail/KIND/ID; outage:assumed/BY/... is an outage with the fallbacks that reports assume.
    Of a change what-if/ stands before any of these, with the --scenario of what-if; scenario/people_hours_upper is
    of what fails in one, scenario/fails_upper/stops/NODE and scenario/hours_down_upper/stops/NODE of a node that
    fails with it. Of an award, check and its report tell the scenario: what-if/concentration/group/hhi_upper.
    meta.reference of each answer says how its figures are called. Each need, each declared requirement and each
    source is left out alone (of an outage each fallback, recovery and tolerance too): "without" is what the figure
    becomes, exactly. --sector and --hub are those of the answer.

    Example: depgraph explain "spof/party/score_upper/name:Example Cloud Inc"
    """
    from cli.progress import bar
    from cli.session import looked_at, seen, show
    from cli.written import probabilities_in, scenario_in
    from depgraph.usecases.questions.assumptions import Chances
    from depgraph.usecases.questions.explain import explain as explained
    from depgraph.usecases.questions.grounds import Ground

    chances = Chances(*probabilities_in(probabilities), trials, seed) if probabilities else None
    changed = scenario_in(scenario) if scenario else None
    with looked_at(reading.store, reading.seen_as) as store:
        view = seen(store, reading)
        with bar("graphs") as progress:
            answer = explained(
                view,
                ref,
                sector=sector,
                hub=hub,
                limit=limit,
                chances=chances,
                scenario=changed,
                trials=trials,
                seed=seed,
                progress=progress,
            )
    title = _title(answer) if form.for_people else ""
    columns = ("without", "falls", "sort", "records", "dependent", "provider", "requirement", "at_least", "relation")
    show(answer, Ground, form, columns=columns, keep=4, title=title)


def _title(answer: Answer[Ground, Explained]) -> str:
    """Return what stands above the table: the figure, and how it is computed."""
    adds = answer.adds
    because = f"; it lost {adds.because}" if adds.because else ""
    figure = "without end, or not known" if adds.figure is None else f"{adds.figure:,.6g}"
    after = f" after '{adds.scenario.name}'" if adds.scenario else ""
    method = f"{adds.method} (docs/methods/{adds.method}.md)"
    return f"{adds.reference} ({adds.name}) is {figure}{after}{because}. Method: {method}"
