"""Commands that pipelines run again and again: watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import Accept, AsOf, Form, MinConfidence, ResolutionOption, Scope, SeenAs, StoreOption, TestedSince

_COLUMNS: Final = ("rule", "said", "because", "ask")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(watch)


@grouped
def watch(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rules, TOML.")],
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="A",
            help="Compare with this date, revision or report in JSON [default: before the newest import].",
            show_default=False,
        ),
    ] = "",
    today: Annotated[
        str,
        typer.Option("--today", metavar="DATE", help="By which sources are old [default: today].", show_default=False),
    ] = "",
    as_of: AsOf = "",
    min_confidence: MinConfidence = 0.0,
    scope: Scope = "ind",
    resolution: ResolutionOption = "decided",
    accept: Accept = "stated",
    tested_since: TestedSince = "",
    seen_as: SeenAs = [],  # noqa: B006 - Typer makes a list of its own
    store: StoreOption = "",
    *,
    form: Form,
) -> None:
    """Say which rules are met, and which fact made it so; exit with 1 if any is.

    Rules are [[rules]] with a kind: index-above, risen, new-single-point, source-older or
    subcontractor-changed. For cron and pipelines: --json lists them, and the causes.

    Example: depgraph watch rules.toml --since 2026-01-01
    """
    from datetime import UTC, datetime

    from cli.session import looked_at, show, viewer
    from depgraph.usecases.questions.reported import is_report, read_reported
    from depgraph.usecases.questions.rules import read_rules
    from depgraph.usecases.questions.watch import Watched
    from depgraph.usecases.questions.watch import watch as check
    from depgraph.usecases.view import Lens

    rules = read_rules(file)
    day = today or datetime.now(tz=UTC).astimezone().date().isoformat()
    lens = Lens(
        as_of=as_of,
        min_confidence=min_confidence,
        scope=scope,
        resolution=resolution,
        accept=accept,
        tested_since=tested_since,
        viewer=viewer(seen_as),
    )
    wanted = since or rules.since
    moment = read_reported(Path(wanted)) if is_report(wanted) else wanted
    with looked_at(store, seen_as) as held:
        answer = check(held, rules, today=day, since=moment, lens=lens)
    told = answer.adds
    title = f"{told.met} of {told.rules} rules {'is' if told.met == 1 else 'are'} met"
    show(answer, Watched, form, columns=_COLUMNS, title=title)
    if told.met:
        raise typer.Exit(1)
