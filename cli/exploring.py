"""Commands that look around: find, show, paths."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import AsOf, Csv, Json, Limit, MinConfidence, Revision, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(find)
    app.command(name="show")(show_one)
    app.command()(paths)


def find(
    text: Annotated[str, typer.Argument(help="A name, a part of it, or an id.")],
    limit: Limit = 20,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Search nodes by name or id, best match first.

    Example: depgraph find microsoft
    """
    from cli.doors import opened, seen, show
    from depgraph.usecases.nodes import Found, find_nodes

    with opened(store) as opening:
        view = seen(opening, as_of, revision, min_confidence)
        answer = find_nodes(opening, view, text, limit=limit)
    show(answer, Found, as_json=json, as_csv=csv)


def show_one(
    node: Annotated[str, typer.Argument(metavar="ID", help="An id, an alias, or the exact name of a party.")],
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Show one node: its needs, who depends on it, its ties, and who says so.

    Example: depgraph show name:Microsoft
    """
    from cli.doors import opened, seen, show
    from depgraph.usecases.nodes import Shown, show_node

    with opened(store) as opening:
        answer = show_node(seen(opening, as_of, revision, min_confidence), node)
    if json or csv:
        show(answer, Shown, as_json=json, as_csv=csv)
    else:
        from cli.cards import write_card

        write_card(answer)


def paths(
    start: Annotated[str, typer.Argument(metavar="FROM", help="Who depends.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="On whom; a group stands for all that it owns.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many chains.")] = 10,
    store: StoreOption = "",
    as_of: AsOf = "",
    revision: Revision = None,
    min_confidence: MinConfidence = 0.0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Show the shortest chains by which one node depends on another, each hop with its source.

    Example: depgraph paths "name:Department of Commerce" "name:Microsoft"
    """
    from cli.doors import opened, seen, show
    from depgraph.usecases.paths import Path, find_paths

    with opened(store) as opening:
        answer = find_paths(seen(opening, as_of, revision, min_confidence), start, end, limit=limit)
    if json or csv:
        show(answer, Path, as_json=json, as_csv=csv)
    else:
        from cli.cards import write_chains

        write_chains(answer)
