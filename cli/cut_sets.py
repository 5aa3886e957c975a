"""Commands about what falls only together: cutsets, pairs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.grouping import grouped
from cli.options import ByOption, Cluster, Form, Hub, Limit, Reading, Sector


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(cutsets)
    app.command()(pairs)


@grouped
def cutsets(
    node: Annotated[str, typer.Argument(metavar="ID", help="What stops: an id, an alias, or the name of a node.")],
    by: ByOption = "party",
    max_order: Annotated[
        int | None,
        typer.Option(
            "--max-order",
            metavar="N",
            help="How many units a set may have [default: 2; with --count, however many].",
            show_default=False,
        ),
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Count them by order instead of listing them.")] = False,
    limit: Limit = 20,
    *,
    reading: Reading,
    cluster: Cluster,
    form: Form,
) -> None:
    """Show the smallest sets of units whose failure together stops a node; of an organisation, each of its functions.

    Sets of one are its single points of failure. Certain: a smallest set both where
    requirements need as little, and where they need as much as they may. Ctrl-C ends the
    work early: the answer holds up to the order that was finished, says so, and the exit
    code is 130.

    Example: depgraph cutsets function:Ede/mail --by group --max-order 3
    """
    from cli.progress import bar, end_if_interrupted
    from cli.session import blocks_worked_out, show, viewed
    from depgraph.usecases.questions.cutsets import PAIRS, CutSet, CutSetCount, count_by_order, list_cut_sets

    with viewed(reading) as view, blocks_worked_out(cluster), bar("cut sets") as progress:
        order = PAIRS if max_order is None else max_order
        answer = (
            count_by_order(view, node, by=by, max_order=max_order, progress=progress)
            if count
            else list_cut_sets(view, node, by=by, max_order=order, limit=limit, progress=progress)
        )
    columns = ("order", "count") if count else ("order", "names", "certain", "at_lower", "at_upper", "members")
    if len({row.stops for row in answer.rows}) > 1:
        columns = ("stops_name", *columns, "stops")
        show(answer, CutSetCount if count else CutSet, form, columns=columns, keep=3 if count else 4)
    else:
        show(answer, CutSetCount if count else CutSet, form, columns=columns, keep=3)
    end_if_interrupted(answer)


@grouped
def pairs(
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    *,
    reading: Reading,
    cluster: Cluster,
    form: Form,
) -> None:
    """Rank pairs of units that together stop what neither stops alone.

    Ctrl-C ends the work early: the answer holds for what was done, says so, and the exit
    code is 130.

    Example: depgraph pairs --by group --limit 10
    """
    from cli.progress import bar, end_if_interrupted
    from cli.session import blocks_worked_out, show, viewed
    from depgraph.usecases.questions.pairs import Pair, rank_pairs

    with viewed(reading) as view, blocks_worked_out(cluster), bar("pairs") as progress:
        answer = rank_pairs(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
    # Where nobody has functions, requirements are lost, and the score tells how much of them.
    lost = ("functions", "score") if "functions" in answer.adds.losses else ("score",)
    columns = ("first_name", "second_name", *lost, "first", "second")
    show(answer, Pair, form, columns=columns, keep=3)
    end_if_interrupted(answer)
