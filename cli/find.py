"""Commands that look around: find, show, needs, paths."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.grouping import grouped
from cli.options import Form, Limit, Reading


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(find)
    app.command(name="show")(show_one)
    app.command()(needs)
    app.command()(paths)


@grouped
def find(
    text: Annotated[
        str | None, typer.Argument(help="A name, a part of it, or an id; without it, all nodes by id.")
    ] = None,
    limit: Limit = 20,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Search nodes by name or id, best match first; without a text, list all by id.

    Example: depgraph find microsoft
    """
    from cli.session import looked_at, seen, show
    from depgraph.usecases.questions.nodes import Found, find_nodes, list_nodes

    with looked_at(reading.store, reading.seen_as) as opening:
        view = seen(opening, reading)
        answer = list_nodes(view, limit=limit) if text is None else find_nodes(opening, view, text, limit=limit)
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
def needs(
    dependent: Annotated[
        str,
        typer.Option("--dependent", metavar="ID", help="Who needs: an id, an alias, or a name.", show_default=False),
    ] = "",
    provider: Annotated[
        str, typer.Option("--provider", metavar="ID", help="What is needed: likewise.", show_default=False)
    ] = "",
    limit: Limit = 20,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """List the needs of a node, those that others have of one, or those of the one on the other.

    Example: depgraph needs --provider name:Microsoft
    """
    from cli.session import show, viewed
    from depgraph.usecases.questions.needs import list_needs
    from depgraph.usecases.questions.nodes import ShownNeed

    with viewed(reading) as view:
        answer = list_needs(view, dependent=dependent, provider=provider, limit=limit)
    columns = ("dependent", "provider", "relation", "requirement", "k_lower", "k_upper", "n", "records")
    show(answer, ShownNeed, form, columns=columns)


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
