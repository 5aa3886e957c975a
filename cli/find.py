"""Commands that look around: find, show, paths."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.grouping import grouped
from cli.options import Form, Limit, Reading


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(find)
    app.command(name="show")(show_one)
    app.command()(paths)


@grouped
def find(
    text: Annotated[str, typer.Argument(help="A name, a part of it, or an id.")],
    limit: Limit = 20,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Search nodes by name or id, best match first.

    Example: depgraph find microsoft
    """
    from cli.session import looked_at, seen, show
    from depgraph.usecases.questions.nodes import Found, find_nodes

    with looked_at(reading.store, reading.seen_as) as opening:
        answer = find_nodes(opening, seen(opening, reading), text, limit=limit)
    show(answer, Found, form, columns=("id", "name", "functions", "kind", "needs", "dependants", "country"))


@grouped
def show_one(
    node: Annotated[str, typer.Argument(metavar="ID", help="An id, an alias, or the name of a node.")],
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Show one node: its needs, who depends on it, its ties, its functions and their needs, and who says so.

    Example: depgraph show name:Microsoft
    """
    from cli.session import show, viewed
    from depgraph.usecases.questions.nodes import Shown, show_node

    with viewed(reading) as view:
        answer = show_node(view, node)
    if form.for_people:
        from cli.show import write_card

        write_card(answer)
    else:
        show(answer, Shown, form)


@grouped
def paths(
    start: Annotated[str, typer.Argument(metavar="FROM", help="Who depends.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="On whom; a group stands for all that it owns.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many chains.")] = 10,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Show the shortest chains by which one node depends on another, each hop with its source.

    Example: depgraph paths "name:Department of Commerce" "name:Microsoft"
    """
    from cli.session import show, viewed
    from depgraph.usecases.questions.paths import Path, find_paths

    with viewed(reading) as view:
        answer = find_paths(view, start, end, limit=limit)
    if form.for_people:
        from cli.show import write_chains

        write_chains(answer)
    else:
        show(answer, Path, form)
