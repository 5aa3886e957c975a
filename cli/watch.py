"""Commands that pipelines run again and again: watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import Form, Looking

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
    *,
    looking: Looking,
    form: Form,
) -> None:
    """Say which rules are met, and which fact made it so; exit with 1 if any is.

    Rules are [[rules]] with a kind: index-above, risen, new-single-point, source-older or
    subcontractor-changed. For cron and pipelines: --json lists them, and the causes.

    Example: depgraph watch rules.toml --since 2026-01-01
    """
    from datetime import UTC, datetime

    from cli.session import lens, looked_at, show
    from depgraph.usecases.questions.reported import is_report, read_reported
    from depgraph.usecases.questions.rules import read_rules
    from depgraph.usecases.questions.watch import Watched
    from depgraph.usecases.questions.watch import watch as check

    rules = read_rules(file)
    day = today or datetime.now(tz=UTC).astimezone().date().isoformat()
    wanted = since or rules.since
    moment = read_reported(Path(wanted)) if is_report(wanted) else wanted
    with looked_at(looking.store, looking.seen_as) as held:
        answer = check(held, rules, today=day, since=moment, lens=lens(looking))
    told = answer.adds
    title = f"{told.met} of {told.rules} rules {'is' if told.met == 1 else 'are'} met"
    show(answer, Watched, form, columns=_COLUMNS, title=title)
    if told.met:
        raise typer.Exit(1)
